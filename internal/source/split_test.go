package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// parts reads a file through Split. It returns false where Load would turn to
// Parse.
func parts(f *File) (tree map[string]any, ids []string, ok bool) {
	head, chunks, ok := f.Split("ports")
	if !ok {
		return nil, nil, false
	}
	tree = maps.Clone(head.Tree)
	rows := map[string]any{}
	for _, c := range chunks {
		part, err := c.Parse()
		if err != nil {
			return nil, nil, false
		}
		table, _ := part.Tree["ports"].(map[string]any)
		if len(part.Tree) != 1 || len(table) != len(c.IDs) {
			panic(fmt.Sprintf("chunk with %d ids holds %v", len(c.IDs), part.Tree))
		}
		maps.Copy(rows, table)
		ids = append(ids, c.IDs...)
	}
	if len(chunks) > 0 {
		tree["ports"] = rows
	}
	return tree, ids, true
}

// rowsInOrder lists the names below [ports] as the parser met them.
func rowsInOrder(part Part) []string {
	var ids []string
	for _, key := range part.Keys {
		if len(key) > 1 && key[0] == "ports" && !slices.Contains(ids, key[1]) {
			ids = append(ids, key[1])
		}
	}
	return ids
}

// sameAsWhole fails unless the parts of a text, where it can be taken apart,
// say just what the whole says.
func sameAsWhole(t *testing.T, f *File) (split bool) {
	t.Helper()
	tree, ids, ok := parts(f)
	if !ok {
		return false
	}
	whole, problems := f.Parse()
	if len(problems) > 0 {
		t.Fatalf("the parts of %q parse, the whole doesn't: %s", f.Text, problems[0].Text)
	}
	// %#v sorts keys and, unlike reflect.DeepEqual, holds nan equal to nan.
	if got, want := fmt.Sprintf("%#v", tree), fmt.Sprintf("%#v", whole.Tree); got != want {
		t.Fatalf("%q in parts:\n%s\nas a whole:\n%s", f.Text, got, want)
	}
	if len(ids) > 0 {
		if want := rowsInOrder(whole); !slices.Equal(ids, want) {
			t.Fatalf("%q in parts has the rows %q, as a whole %q", f.Text, ids, want)
		}
	}
	return true
}

// manyRows writes a dataset-like file with as many rows.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("format = 1\n[hosts.a]\nname = \"A\"\n")
	for i := range n {
		fmt.Fprintf(&b, "# row %d\n[ports.r%[1]d]\nport = %[1]d\npurpose = \"\"\"\n[ports.no]\n\"\"\"\n", i)
	}
	b.WriteString("[networks]\ncluster = []\n")
	return b.String()
}

var splitCases = []struct {
	name, text string
	split      bool // whether it is safe to take apart
}{
	{"empty", "", true},
	{"no rows", "a = 1\n[hosts.a]\nname = 'A'", true},
	{"rows", "format = 1\n[ports.a]\nport = 1\n[ports.b]\nport = 2\n[z]\n", true},
	{"head between rows", "[ports.a]\nx = 1\n[hosts.h]\nname='H'\n[ports.b]\nx = 2", true},
	{"many rows", manyRows(3*chunkTables + 7), true},
	{"comments and strings with headers", "[ports.a] # [ports.x]\ns = '''\n[ports.y]\n'''\n[ports.b]\n", true},
	{"header in a list", "[ports.a]\nx = [\n[1],\n['[ports.q]']\n]\n[ports.b]", true},
	{"blanks before a header", "  [ports.a]\n\t[ports.b]\n", true},
	{"a row twice", "[ports.a]\nx=1\n[ports.a]\ny=1", false},
	{"a row twice, apart", "[ports.a]\nx=1\n[hosts.h]\n[ports.a]\ny=1", false},
	{"a head table twice", "[hosts.a]\nx=1\n[ports.a]\n[hosts.a]\ny=1", false},
	{"a row in quotes", "[ports.a]\n[ports.\"b\"]\n[ports.c]", false},
	{"a row with blanks", "[ports.a]\n[ ports . b ]\n[ports.c]", false},
	{"a section in quotes", "[ports.a]\n[\"ports\".b]\n[ports.c]", false},
	{"a row with a table of its own", "[ports.a]\n[ports.a.b]\nx=1", false},
	{"rows as dotted keys", "ports.a.x = 1\n[ports.b]\n", false},
	{"the section closed by an inline table", "ports = {}\n[ports.a]\nx=1", false},
	{"the section with a value", "ports = 1\n[ports.a]", false},
	{"the section as a table", "[ports]\nb = {}\n[ports.a]\n", false},
	{"list of tables", "[[ports]]\nx=1\n[[ports]]", false},
	{"list of tables in the head", "[[x]]\n[ports.a]", false},
	{"two headers on a line", "[ports.a] [hosts.b]\n", false},
	{"two headers on a line, rows", "[ports.a] [ports.b]\n", false},
	{"key behind a header", "[ports.a] x = 1\n", false},
	{"two keys on a line", "[ports.a]\nx = 1 y = 2\n", false},
	{"header behind a value", "x = 1 [ports.a]\n", false},
	{"syntax error in the head", "x y\n[ports.a]", false},
	{"syntax error in a row", "[ports.a]\nx y", false},
	{"duplicate key in a row", "[ports.a]\nx = 1\nx = 2", false},
	{"string without an end", "[ports.a]\nx = '''\n[ports.b]\n", false},
	{"carriage return of its own", "[ports.a]\nx = 1\r[ports.b]\n", false},
	{"nested too deep", "[ports.a]\nx = " + strings.Repeat("[", 1e6), false},
	{"nested too deep behind a mistake", "[ports.a]\nx y\nx = " + strings.Repeat("[", 1e6), false},
}

func TestSplit(t *testing.T) {
	for _, tc := range splitCases {
		t.Run(tc.name, func(t *testing.T) {
			if got := sameAsWhole(t, text(t, tc.text)); got != tc.split {
				t.Errorf("taken apart: %t, want %t", got, tc.split)
			}
		})
	}
}

func TestSplitChunks(t *testing.T) {
	f := text(t, manyRows(2*chunkTables+1))
	head, chunks, ok := f.Split("ports")
	if !ok || len(chunks) != 3 {
		t.Fatalf("got %d chunks, %t", len(chunks), ok)
	}
	for i, want := range []int{chunkTables, chunkTables, 1} {
		if got := len(chunks[i].IDs); got != want {
			t.Errorf("chunk %d has %d rows, want %d", i, got, want)
		}
	}
	if got := slices.Sorted(maps.Keys(head.Tree)); !slices.Equal(got, []string{"format", "hosts", "networks"}) {
		t.Errorf("the head holds %q", got)
	}
}

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       string // what is printed
		tree       string // what is kept
		broken     []string
	}{
		{name: "sound", text: "a = 1\n[b.c]\nd = 2\n", tree: "map[a:1 b:map[c:map[d:2]]]"},
		{
			name: "errors in several tables",
			text: "a = 1\n[b.one]\nx = \"\ny = 1\n[b.two]\nx = 2\n[b.three]\nx y\nz q\n[b.four]\nx = 4\n",
			want: `x.toml:3:6: error: not valid TOML: strings cannot contain newlines [toml-syntax]
    x = "
         ^
x.toml:8:3: error: not valid TOML: expected '.' or '=', but got 'y' instead [toml-syntax]
    x y
      ^
`,
			tree: "map[a:1 b:map[four:map[x:4] two:map[x:2]]]", broken: []string{"b.one", "b.three"},
		},
		{
			name: "error at the top",
			text: "a = \n[b]\nx = 1\n",
			want: `x.toml:1:5: error: not valid TOML: expected value but found '\n' instead [toml-syntax]
    a = 
        ^
    hint: text stands in quotes, a list in [ ]
`,
			tree: "map[b:map[x:1]]", broken: []string{""},
		},
		{
			name: "text without quotes",
			text: "[b]\nx = [\"1\", two]\n",
			want: `x.toml:2:11: error: not valid TOML: expected value but found "two" instead [toml-syntax]
    x = ["1", two]
              ^^^
    hint: text stands in quotes, a list in [ ]
`,
			tree: "map[]", broken: []string{"b"},
		},
		{
			name: "comma left out",
			text: "[b]\nx = [\n  \"1\",\n  \"2\"\n  \"3\",\n]\n[c]\ny = 1\n",
			want: `x.toml:5:3: error: not valid TOML: expected a comma (',') or array terminator (']'), but got '"' [toml-syntax]
      "3",
      ^
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "list without an end",
			text: "[b]\nx = [\"1\"\ny = 1\n[c]\ny = 1\n",
			want: `x.toml:3:1: error: not valid TOML: expected a comma (',') or array terminator (']'), but got 'y' [toml-syntax]
    y = 1
    ^
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "list without an end before a table",
			text: "[b]\nx = [\"1\"\n[c]\ny = 1\n",
			want: `x.toml:3:1: error: not valid TOML: expected a comma (',') or array terminator (']'), but got '[' [toml-syntax]
    [c]
    ^
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "multi-line string without an end",
			text: "[b]\nx = \"\"\"\n[c]\ny = 1\n",
			want: `x.toml:2:5: error: not valid TOML: unexpected EOF; expected '"""' [toml-syntax]
    x = """
        ^
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "table defined twice",
			text: "[b]\nx = 1\n[c]\n[b]\ny = 1\n",
			want: `x.toml:4:1: error: not valid TOML: table [b] is already defined on line 1 [toml-syntax]
    [b]
    ^^^
    hint: give one of the two another id, or make them one table
`,
			tree: "map[b:map[x:1] c:map[]]",
		},
		{
			name: "key defined twice",
			text: "[b]\nx = 1\nx = 2\n[c]\nz = 1\n",
			want: `x.toml:3:1: error: not valid TOML: key 'b.x' has already been defined [toml-syntax]
    x = 2
    ^
`,
			tree: "map[c:map[z:1]]", broken: []string{"b"},
		},
		{
			name: "what only the whole shows",
			text: "[b]\nc = 1\n[b.c]\nx = 1\n",
			want: `x.toml:3:2: error: not valid TOML: key 'b.c' has already been defined [toml-syntax]
    [b.c]
     ^
`,
			tree: "map[b:map[c:1]]",
		},
		{
			name: "header without an end",
			text: "[a.b]\nx = 1\n[hosts.man agers]\nx = 2\n[c.d]\nx = 3\n",
			want: `x.toml:3:12: error: not valid TOML: expected '.' or ']' to end table name, but got 'a' instead [toml-syntax]
    [hosts.man agers]
               ^
`,
			tree: "map[a:map[b:map[x:1]] c:map[d:map[x:3]]]", broken: []string{"hosts"},
		},
		{
			name: "header that is nothing",
			text: "[a]\nx = 1\n[]\nx = 2\n[c]\nx = 3\n",
			want: `x.toml:3:2: error: not valid TOML: unexpected end of table name (table names cannot be empty) [toml-syntax]
    []
     ^
`,
			tree: "map[a:map[x:1] c:map[x:3]]", broken: []string{""},
		},
		{
			name: "nested too deep",
			text: "[a]\nx = [[[[[[[[[1]]]]]]]]]\n[b]\nx = 1\n",
			want: `x.toml:2:13: error: nested more than 8 deep [toml-syntax]
    x = [[[[[[[[[1]]]]]]]]]
                ^
    hint: no key of a dataset needs that
`,
			tree: "map[b:map[x:1]]", broken: []string{"a"},
		},
		{
			name: "names too many",
			text: "x = 1\n[a.b.c.d.e.f.g.h.i]\nx = 1\n",
			want: `x.toml:2:18: error: nested more than 8 deep [toml-syntax]
    [a.b.c.d.e.f.g.h.i]
                     ^
    hint: no key of a dataset needs that
`,
			tree: "map[x:1]", broken: []string{"a"},
		},
		{
			name: "control characters",
			text: "\x17\n[b]\nx = \"a\x01\"\n[c]\ny = 1\r\n[d]\nx = 1\rz = 1\n",
			want: `x.toml:1:1: error: not valid TOML: TOML files cannot contain control characters: '0x17' [toml-syntax]
    ␗
    ^
    hint: remove it
x.toml:3:7: error: not valid TOML: TOML files cannot contain control characters: '0x01' [toml-syntax]
    x = "a␁"
          ^
    hint: remove it
x.toml:7:6: error: not valid TOML: TOML files cannot contain control characters: '0x0d' [toml-syntax]
    x = 1␍z = 1
         ^
    hint: remove it
`,
			tree: "map[c:map[y:1]]", broken: []string{"", "b", "d"},
		},
		{
			name: "UTF-16 without a byte order mark",
			text: "a\x00=\x001\x00\n\x00",
			want: `x.toml:1:2: error: not valid TOML: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8 [toml-syntax]
    a␀=␀1␀
     ^
`,
			tree: "map[]", broken: []string{""},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			part, problems := text(t, tc.text).Parse()
			if got := printed(t, problems); got != tc.want {
				t.Errorf("got:\n%swant:\n%s", got, tc.want)
			}
			if got := fmt.Sprint(part.Tree); got != tc.tree {
				t.Errorf("kept %s, want %s", got, tc.tree)
			}
			if got := slices.Sorted(maps.Keys(part.Broken)); !slices.Equal(got, tc.broken) {
				t.Errorf("broken are %q, want %q", got, tc.broken)
			}
		})
	}
}

// Every table's first error is found, however many tables there are.
func TestParseManyErrors(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "[ports.r%d]\nport = %[1]d\nhosts = [\"a\" \"b\"]\n", i)
	}
	_, problems := text(t, b.String()).Parse()
	if len(problems) != 1000 {
		t.Fatalf("found %d problems, want 1000", len(problems))
	}
	for i, p := range problems {
		if p.Line != 3*i+3 || p.Column != 14 || p.Code != problem.TOMLSyntax {
			t.Fatalf("problem %d stands at %s [%s]", i, p.Place(), p.Code)
		}
	}
}
