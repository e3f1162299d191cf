package source

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"

	"portpress/internal/problem"
)

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
			want: `x.toml:3:6: error: not valid TOML: basic strings cannot have line breaks [toml-syntax]
    x = "
         ^
x.toml:8:3: error: not valid TOML: expected '=' after key [toml-syntax]
    x y
      ^
`,
			tree: "map[a:1 b:map[four:map[x:4] two:map[x:2]]]", broken: []string{"b.one", "b.three"},
		},
		{
			name: "error at the top",
			text: "a = \n[b]\nx = 1\n",
			want: `x.toml:1:5: error: not valid TOML: expected a value, but the line ends [toml-syntax]
    a = 
        ^
    hint: text stands in quotes, a list in [ ]
`,
			tree: "map[b:map[x:1]]", broken: []string{""},
		},
		{
			name: "text without quotes",
			text: "[b]\nx = [\"1\", two]\n",
			want: `x.toml:2:11: error: not valid TOML: expected a value, but got "two" [toml-syntax]
    x = ["1", two]
              ^^^
    hint: text stands in quotes, a list in [ ]
`,
			tree: "map[]", broken: []string{"b"},
		},
		{
			name: "comma left out",
			text: "[b]\nx = [\n  \"1\",\n  \"2\"\n  \"3\",\n]\n[c]\ny = 1\n",
			want: `x.toml:5:3: error: not valid TOML: expected ',' or ']' after array value [toml-syntax]
      "3",
      ^
    hint: a comma stands between two
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "list without an end",
			text: "[b]\nx = [\"1\"\ny = 1\n[c]\ny = 1\n",
			want: `x.toml:3:1: error: not valid TOML: expected ',' or ']' after array value [toml-syntax]
    y = 1
    ^
    hint: a comma stands between two
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "list without an end before a table",
			text: "[b]\nx = [\"1\"\n[c]\ny = 1\n",
			want: `x.toml:3:1: error: not valid TOML: expected ',' or ']' after array value [toml-syntax]
    [c]
    ^
    hint: a comma stands between two
`,
			tree: "map[c:map[y:1]]", broken: []string{"b"},
		},
		{
			name: "multi-line string without an end",
			text: "[b]\nx = \"\"\"\n[c]\ny = 1\n",
			want: `x.toml:2:5: error: not valid TOML: multiline basic string not terminated by """ [toml-syntax]
    x = """
        ^^^
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
			want: `x.toml:3:1: error: not valid TOML: key b.x is already defined on line 2 [toml-syntax]
    x = 2
    ^
`,
			tree: "map[c:map[z:1]]", broken: []string{"b"},
		},
		{
			name: "what only the whole shows",
			text: "[b]\nc = 1\n[b.c]\nx = 1\n",
			want: `x.toml:3:4: error: not valid TOML: key b.c is already defined on line 2 [toml-syntax]
    [b.c]
       ^
`,
			tree: "map[b:map[c:1]]",
		},
		{
			name: "header without an end",
			text: "[a.b]\nx = 1\n[hosts.man agers]\nx = 2\n[c.d]\nx = 3\n",
			want: `x.toml:3:12: error: not valid TOML: expected ']' to close table name [toml-syntax]
    [hosts.man agers]
               ^
`,
			tree: "map[a:map[b:map[x:1]] c:map[d:map[x:3]]]", broken: []string{"hosts"},
		},
		{
			name: "header that is nothing",
			text: "[a]\nx = 1\n[]\nx = 2\n[c]\nx = 3\n",
			want: `x.toml:3:2: error: not valid TOML: invalid character at start of key: "]" [toml-syntax]
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
			want: `x.toml:1:1: error: not valid TOML: TOML allows no control character here, such as 0x17 [toml-syntax]
    ␗
    ^
    hint: remove it
x.toml:3:7: error: not valid TOML: TOML allows no control character here, such as 0x01 [toml-syntax]
    x = "a␁"
          ^
    hint: remove it
x.toml:7:6: error: not valid TOML: TOML allows no control character here, such as 0x0d [toml-syntax]
    x = 1␍z = 1
         ^
    hint: remove it
`,
			tree: "map[c:map[y:1]]", broken: []string{"", "b", "d"},
		},
		{
			name: "UTF-16 without a byte order mark",
			text: "a\x00=\x001\x00\n\x00",
			want: `x.toml:1:2: error: not valid TOML: TOML allows no control character here, such as 0x00 [toml-syntax]
    a␀=␀1␀
     ^
    hint: it looks like UTF-16: save it as UTF-8
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

// A long text is decoded in shares: it says what it says in one piece.
func TestParseInShares(t *testing.T) {
	var b strings.Builder
	b.WriteString("format = 1\n[product]\nid = \"x\"\n")
	for i := range 3_000 {
		fmt.Fprintf(&b, "[ports.row-%d]\nport = %d\nhosts = [\"a\", \"b\"]\npurpose = \"row %d\"\n", i, i+1, i)
		if i%7 == 0 {
			fmt.Fprintf(&b, "[ports.row-%d.more.deep]\nx = {y = %d}\n[hosts.h-%d]\nname = \"[ports.row-1]\"\n", i, i, i)
		}
	}
	f := &File{Name: "x.toml", Text: b.String()}
	r := newBuilder(&reader{text: []byte(f.Text)})
	if bad := r.each(0, func(n *unstable.Node) bool { return r.add(n) == nil }); bad != nil {
		t.Fatal(bad.text)
	}
	if n := len(r.cuts(0)); n < 2 {
		t.Fatalf("%d bytes are decoded in %d shares", len(f.Text), n)
	}
	part, problems := f.Parse()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var want map[string]any
	if _, err := toml.Decode(f.Text, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(part.Tree, want) {
		t.Error("the shares say something else than the whole")
	}
}

// What the rules of tables allow and the decoder refuses is a problem all the
// same, at its place.
func TestParseRefusals(t *testing.T) {
	for _, text := range []string{"x = 99999999999999999999\n", "a = 1\nd = 2026-02-30\n", "t = 25:00:00\n"} {
		f := &File{Name: "x.toml", Text: text}
		_, problems := f.Parse()
		if len(problems) != 1 || problems[0].Line != strings.Count(text, "\n") {
			t.Errorf("%q: %v", text, problems)
		}
	}
}
