package splice

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/problem"
	"portpress/internal/report"
)

// all fills every block of a document with the same content.
func all(d *Document, content string) [][]byte {
	contents := make([][]byte, len(d.Blocks))
	for i := range contents {
		contents[i] = []byte(content)
	}
	return contents
}

func mustRead(t *testing.T, name, text string) *Document {
	t.Helper()
	d, found := Read(name, []byte(text))
	if len(found) > 0 {
		t.Fatalf("%s: %v", name, found)
	}
	return d
}

// splice puts a content into every block, and again, which must change nothing.
func splice(t *testing.T, name, text, content string) string {
	t.Helper()
	d := mustRead(t, name, text)
	once, found := d.Splice(all(d, content))
	if len(found) > 0 {
		t.Fatalf("%s: %v", name, found)
	}
	d = mustRead(t, name, string(once))
	twice, found := d.Splice(all(d, content))
	if len(found) > 0 || !bytes.Equal(once, twice) {
		t.Fatalf("%s: a second time changes it:\n%s\nto\n%s\n%v", name, once, twice, found)
	}
	return string(once)
}

func TestSpliceWritesOnlyBetweenTheMarkers(t *testing.T) {
	const content = "one\n\ntwo\n"
	for _, c := range []struct{ name, title, text, want string }{
		{"a.md", "Markdown", "x\n<!-- portpress:begin t -->\nold\n<!-- portpress:end -->\ny\n", "x\n<!-- portpress:begin t -->\n\none\n\ntwo\n\n<!-- portpress:end -->\ny\n"},
		{"a.md", "nothing between", "<!-- portpress:begin t -->\n<!-- portpress:end -->\n", "<!-- portpress:begin t -->\n\none\n\ntwo\n\n<!-- portpress:end -->\n"},
		{"a.md", "CRLF", "x\r\n<!-- portpress:begin t -->\r\n<!-- portpress:end -->\r\ny\r\n", "x\r\n<!-- portpress:begin t -->\r\n\r\none\r\n\r\ntwo\r\n\r\n<!-- portpress:end -->\r\ny\r\n"},
		{"a.md", "mixed line ends", "x\r\n<!-- portpress:begin t -->\n<!-- portpress:end -->\r\ny\n", "x\r\n<!-- portpress:begin t -->\n\none\n\ntwo\n\n<!-- portpress:end -->\r\ny\n"},
		{"a.md", "byte order mark", bom + "<!-- portpress:begin t -->\n<!-- portpress:end -->\n", bom + "<!-- portpress:begin t -->\n\none\n\ntwo\n\n<!-- portpress:end -->\n"},
		{"a.md", "no final newline", "<!-- portpress:begin t -->\n<!-- portpress:end -->", "<!-- portpress:begin t -->\n\none\n\ntwo\n\n<!-- portpress:end -->"},
		{"a.md", "list item", "- x\n\n  <!-- portpress:begin t -->\n  <!-- portpress:end -->  \n", "- x\n\n  <!-- portpress:begin t -->\n\n  one\n\n  two\n\n  <!-- portpress:end -->  \n"},
		{"a.md", "first in a list item", "1. <!-- portpress:begin t -->\n   <!-- portpress:end -->\n", "1. <!-- portpress:begin t -->\n\n   one\n\n   two\n\n   <!-- portpress:end -->\n"},
		{"a.md", "deep list item", "- x\n  - y\n\n    <!-- portpress:begin t -->\n    <!-- portpress:end -->\n", "- x\n  - y\n\n    <!-- portpress:begin t -->\n\n    one\n\n    two\n\n    <!-- portpress:end -->\n"},
		{"a.md", "quote", "> [!NOTE]\n> <!-- portpress:begin t -->\n> <!-- portpress:end -->\n", "> [!NOTE]\n> <!-- portpress:begin t -->\n>\n> one\n>\n> two\n>\n> <!-- portpress:end -->\n"},
		{"a.mdx", "MDX", "{/* portpress:begin t */}\n{/* portpress:end */}\n", "{/* portpress:begin t */}\n\none\n\ntwo\n\n{/* portpress:end */}\n"},
		{"a.html", "HTML", "<ul>\n\t<!-- portpress:begin t -->\n\t<!-- portpress:end -->\n</ul>", "<ul>\n\t<!-- portpress:begin t -->\n\tone\n\n\ttwo\n\t<!-- portpress:end -->\n</ul>"},
		{"a.rst", "reStructuredText", ".. note::\n\n   .. portpress:begin t\n   .. portpress:end\n", ".. note::\n\n   .. portpress:begin t\n\n   one\n\n   two\n\n   .. portpress:end\n"},
		{"a.adoc", "AsciiDoc", "// portpress:begin t\n// portpress:end\n", "// portpress:begin t\n\none\n\ntwo\n\n// portpress:end\n"},
		{"a.yaml", "YAML", "x:\n  # portpress:begin t\n  # portpress:end\n", "x:\n  # portpress:begin t\n  one\n\n  two\n  # portpress:end\n"},
		{"a.toml", "TOML", "#portpress:begin t\n#portpress:end\n", "#portpress:begin t\none\n\ntwo\n#portpress:end\n"},
		{"a.sh", "shell", "\t# portpress:begin t\n\t# portpress:end\n", "\t# portpress:begin t\n\tone\n\n\ttwo\n\t# portpress:end\n"},
		{"a.py", "Python", "# portpress:begin t\n# portpress:end\n", "# portpress:begin t\none\n\ntwo\n# portpress:end\n"},
		{"a.nft", "nft", "# portpress:begin t\n# portpress:end\n", "# portpress:begin t\none\n\ntwo\n# portpress:end\n"},
		{"a.tf", "Terraform", "/* portpress:begin t */\n// portpress:end\n", "/* portpress:begin t */\none\n\ntwo\n// portpress:end\n"},
		{"a.go", "Go", "// portpress:begin t\n// portpress:end\n", "// portpress:begin t\none\n\ntwo\n// portpress:end\n"},
		{"a.js", "JavaScript", "  // portpress:begin t\n  // portpress:end\n", "  // portpress:begin t\n  one\n\n  two\n  // portpress:end\n"},
		{"a.c", "C", "/* portpress:begin t */\n/* portpress:end */\n", "/* portpress:begin t */\none\n\ntwo\n/* portpress:end */\n"},
		{"a.tex", "LaTeX", "% portpress:begin t\n% portpress:end\n", "% portpress:begin t\none\n\ntwo\n% portpress:end\n"},
		{"Makefile", "a name without extension", "# portpress:begin t\n# portpress:end\n", "# portpress:begin t\none\n\ntwo\n# portpress:end\n"},
	} {
		t.Run(c.title, func(t *testing.T) {
			if diff := cmp.Diff(c.want, splice(t, c.name, c.text, content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a document shows as it stands holds no markers, and no half of one is
// a problem there.
func TestMarkersInCodeAreText(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a.md", "```html\n<!-- portpress:begin t -->\n```\n"},
		{"a.md", "~~~~\n```\n<!-- portpress:begin t -->\n~~~~\n"},
		{"a.md", "- x\n\n  ```\n  <!-- portpress:begin t -->\n  ```\n"},
		{"a.md", "> ```\n> <!-- portpress:begin t -->\n> ```\n"},
		{"a.md", "x\n\n    <!-- portpress:begin t -->\n"},
		{"a.md", "\t<!-- portpress:begin t -->\n"},
		{"a.md", bom + "```\n<!-- portpress:end -->\n```\n"},
		{"a.md", "```\r\n<!-- portpress:end -->\r\n```\r\n"},
		{"a.md", "```\n<!-- portpress:begin t -->"},
		{"a.md", "Write `<!-- portpress:begin t -->` above the table.\n"},
		{"a.md", "# portpress:begin t\n"},
		{"a.md", "% portpress:begin t\n"},
		{"a.mdx", "```md\n{/* portpress:begin t */}\n```\n"},
		{"a.rst", "Like this::\n\n   .. portpress:begin t\n\n.. x\n"},
		{"a.rst", ".. code-block:: rst\n   :linenos:\n\n   .. portpress:begin t\n\nx\n"},
		{"a.rst", ".. note::\n\n   .. code:: rst\n\n      .. portpress:begin t\n"},
		{"a.rst", "..\n   .. portpress:begin t\n"},
		{"a.rst", "..portpress:begin t\n"},
		{"a.adoc", "----\n// portpress:begin t\n----\n"},
		{"a.adoc", "....\n// portpress:end\n....\n"},
		{"a.adoc", "```asciidoc\n// portpress:end\n```\n"},
		{"a.tex", "\\begin{verbatim}\n% portpress:begin t\n\\end{verbatim}\n"},
		{"a.yaml", "# portpress: keep this file as it is\n"},
		{"a.yaml", "key: portpress:begin\n"},
		{"a.go", "var x = \"// portpress:begin t\"\n"},
	} {
		if d, found := Read(c.name, []byte(c.text)); len(found) > 0 || len(d.Blocks) > 0 {
			t.Errorf("%s: %q has %d blocks, %v", c.name, c.text, len(d.Blocks), found)
		}
	}
}

// Beside code that ends where it should, a marker counts.
func TestMarkersBesideCode(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a.md", "```\n<!-- portpress:begin x -->\n```\n<!-- portpress:begin t -->\n<!-- portpress:end -->\n"},
		{"a.md", "<!-- portpress:begin t -->\n\n```yaml\na: b\n```\n\n<!-- portpress:end -->\n"},
		{"a.mdx", "<Tab>\n    {/* portpress:begin t */}\n    {/* portpress:end */}\n</Tab>\n"},
		{"a.rst", "Like this::\n\n   x\n\n.. portpress:begin t\n\n.. portpress:end\n"},
		{"a.rst", ".. portpress:begin t\n\n   .. image:: x\n\n.. portpress:end\n"},
		{"a.adoc", "----\n----\n\n// portpress:begin t\n// portpress:end\n----\nx\n----\n"},
		{"a.tex", "\\begin{verbatim}\n\\end{verbatim}\n% portpress:begin t\n% portpress:end\n"},
	} {
		if d, found := Read(c.name, []byte(c.text)); len(found) > 0 || len(d.Blocks) != 1 || d.Blocks[0].Name != "t" {
			t.Errorf("%s: %q has %d blocks, %v", c.name, c.text, len(d.Blocks), found)
		}
	}
}

// Every mistake is told at its line, with what to write instead.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"x\n<!-- portpress:begin t -->\ny\n", `a.md:2:1: error: begins a block that never ends [unpaired-marker]
    <!-- portpress:begin t -->
    ^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: write below it <!-- portpress:end -->
`},
		{"x\n<!-- portpress:end -->\n", `a.md:2:1: error: ends a block that never began [unpaired-marker]
    <!-- portpress:end -->
    ^^^^^^^^^^^^^^^^^^^^^^
    hint: remove the marker, or begin the block with <!-- portpress:begin NAME -->
`},
		{"<!-- portpress:begin a -->\n<!-- portpress:begin b -->\n<!-- portpress:end -->\n<!-- portpress:end -->\n", `a.md:2:1: error: begins inside the block of line 1 [nested-marker]
    <!-- portpress:begin b -->
    ^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: end that block first, with <!-- portpress:end -->
`},
		{"<!-- portpress:begin a -->\n<!-- portpress:end -->\n<!-- portpress:end -->\n", `a.md:3:1: error: ends a block that never began [unpaired-marker]
    <!-- portpress:end -->
    ^^^^^^^^^^^^^^^^^^^^^^
    hint: remove the marker, or begin the block with <!-- portpress:begin NAME -->
`},
		{"<!-- portpress:begin a -->\n<!-- portpress:end b -->\n", `a.md:2:20: error: ends b, but the block of line 1 is a [unpaired-marker]
    <!-- portpress:end b -->
                       ^
    hint: an end needs no name: write <!-- portpress:end -->
`},
		{"<!-- portpress:begn a -->\n<!-- portpress:end -->\n", `a.md:1:6: error: no marker is called portpress:begn [bad-marker]
    <!-- portpress:begn a -->
         ^^^^^^^^^^^^^^
    hint: did you mean "portpress:begin"?
`},
		{"  <!-- portpress:begin a --> x\n<!-- portpress:end -->\n", `a.md:1:3: error: a marker stands alone on its line [bad-marker]
      <!-- portpress:begin a --> x
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: close the comment with -->, and let no text follow
`},
		{"<!-- portpress:begin -->\r\n<!-- portpress:end -->\r\n", `a.md:1:1: error: the marker doesn't say what stands in the block [bad-marker]
    <!-- portpress:begin -->
    ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: name an export, such as portpress:begin mke-ports.md, or ask for a table: portpress:begin table columns=port,purpose
`},
		{bom + "<!-- portpress:begin a b -->\n<!-- portpress:end -->\n", `a.md:1:24: error: b is one word too many [bad-marker]
    <!-- portpress:begin a b -->
                           ^
    hint: behind the name stands key=value, a value with spaces in quotes
`},
		{"<!-- portpress:begin a k=\"x -->\n<!-- portpress:end -->\n", `a.md:1:26: error: the quotes aren't closed [bad-marker]
    <!-- portpress:begin a k="x -->
                             ^^^
    hint: end the value with "
`},
		{"<!-- portpress:begin a k=x k=y -->\n<!-- portpress:end -->\n", `a.md:1:28: error: k stands twice [bad-marker]
    <!-- portpress:begin a k=x k=y -->
                               ^
    hint: leave one of the two out
`},
		{"<!-- portpress:begin a k= -->\n<!-- portpress:end -->\n", `a.md:1:24: error: a key without a value [bad-marker]
    <!-- portpress:begin a k= -->
                           ^^
    hint: write key=value, without spaces around =
`},
		{"\xff\n<!-- portpress:begin a -->\n<!-- portpress:end -->\n", `a.md: error: has markers, and is not UTF-8 text [not-utf8]
    hint: save the document as UTF-8
`},
	} {
		d, found := Read("a.md", []byte(c.text))
		var b strings.Builder
		if err := report.Problems(&b, found, false); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%q:\n%s", c.text, diff)
		}
		if len(d.Blocks) > 0 {
			t.Errorf("%q: problems, and blocks all the same", c.text)
		}
	}
}

func TestAsk(t *testing.T) {
	d := mustRead(t, "a.md", "<!--\tportpress:begin table hosts=a,b title=\"Open \u00fc ports\"  sort=port -->\n<!-- portpress:end table -->\n")
	b := d.Blocks[0]
	got := b.Name
	for _, a := range b.Args {
		got += fmt.Sprintf("|%s=%s", a.Key, a.Value)
		if at := string(d.text[a.KeyAt.Start:a.KeyAt.End]); at != a.Key {
			t.Errorf("the key %s is said to be %s", a.Key, at)
		}
	}
	if want := "table|hosts=a,b|title=Open \u00fc ports|sort=port"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What would break the document it is put into is refused.
func TestContentThatReadsAsMarkup(t *testing.T) {
	const doc = "<!-- portpress:begin a -->\n<!-- portpress:end -->\n<!-- portpress:begin b -->\n<!-- portpress:end -->\n"
	for _, content := range []string{
		"<!-- portpress:end -->\n",
		"<!-- portpress:begin x -->\n<!-- portpress:end -->\n",
		"<!-- portpress:bgin -->\n",
		"```\n",
		"<!-- portpress:begin x -->\n",
	} {
		d := mustRead(t, "a.md", doc)
		text, found := d.Splice([][]byte{nil, []byte(content)})
		if text != nil || len(found) != 1 || found[0].Line != 3 || found[0].Code != problem.BadMarker {
			t.Errorf("%q: %q, %v", content, text, found)
		}
	}
}

func TestInsert(t *testing.T) {
	const ask = "table product=mke"
	for _, c := range []struct{ name, text, want string }{
		{"a.md", "# A\n\n## Ports\n\nx\n", "# A\n\n## Ports\n\n<!-- portpress:begin table product=mke -->\n<!-- portpress:end -->\n\nx\n"},
		{"a.md", "## Ports ##\nx\n", "## Ports ##\n\n<!-- portpress:begin table product=mke -->\n<!-- portpress:end -->\n\nx\n"},
		{"a.md", "Ports\n-----", "Ports\n-----\n\n<!-- portpress:begin table product=mke -->\n<!-- portpress:end -->\n"},
		{"a.md", bom + "# ports\r\n", bom + "# ports\r\n\r\n<!-- portpress:begin table product=mke -->\r\n<!-- portpress:end -->\r\n"},
		{"a.md", "```\n# Ports\n```\n# Ports\n", "```\n# Ports\n```\n# Ports\n\n<!-- portpress:begin table product=mke -->\n<!-- portpress:end -->\n"},
		{"a.mdx", "# Ports\n", "# Ports\n\n{/* portpress:begin table product=mke */}\n{/* portpress:end */}\n"},
		{"a.rst", "=====\nPorts\n=====\n\nx\n", "=====\nPorts\n=====\n\n.. portpress:begin table product=mke\n.. portpress:end\n\nx\n"},
		{"a.adoc", "== Ports\n\nx\n", "== Ports\n\n// portpress:begin table product=mke\n// portpress:end\n\nx\n"},
		{"a.html", "<h2 id=\"p\"><a href=\"#p\">Ports</a></h2>\n<p>x</p>\n", "<h2 id=\"p\"><a href=\"#p\">Ports</a></h2>\n\n<!-- portpress:begin table product=mke -->\n<!-- portpress:end -->\n\n<p>x</p>\n"},
		{"a.tex", "\\section*{Ports}\n", "\\section*{Ports}\n\n% portpress:begin table product=mke\n% portpress:end\n"},
	} {
		once, found := Insert(c.name, []byte(c.text), "Ports", ask)
		if diff := cmp.Diff(c.want, string(once)); diff != "" || len(found) > 0 {
			t.Errorf("%s: %v\n%s", c.name, found, diff)
			continue
		}
		if twice, found := Insert(c.name, once, "Ports", ask); string(twice) != string(once) || len(found) > 0 {
			t.Errorf("%s: a second time changes it to\n%s%v", c.name, twice, found)
		}
	}
	for _, c := range []struct{ name, text, want string }{
		{"a.md", "# Portz\n", `a.md: error: has no heading "Ports" [unknown-heading]` + "\n    hint: did you mean \"Portz\"?\n"},
		{"a.sh", "# Ports\n", `a.sh: error: has no heading "Ports" [unknown-heading]` + "\n    hint: write the heading into the document first\n"},
		{"a.md", "# Ports\n## Ports\n", "a.md:2:1: error: \"Ports\" is a heading on line 1 too [unknown-heading]\n    ## Ports\n    ^^^^^^^^\n    hint: write the markers yourself, or give one of the two another heading\n"},
	} {
		_, found := Insert(c.name, []byte(c.text), "Ports", ask)
		var b strings.Builder
		_ = report.Problems(&b, found, false)
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// The pages of this repository show markers as examples.
func TestOwnPages(t *testing.T) {
	pages, err := os.ReadDir("../../docs")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if page.IsDir() {
			continue
		}
		text, err := os.ReadFile("../../docs/" + page.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, found := Read(page.Name(), text); len(found) > 0 {
			t.Error(found)
		}
	}
}

// TestCommented writes a table among code as comments like its markers, and in a
// document as it is.
func TestCommented(t *testing.T) {
	const text = "| a |\n\n| */ |\n"
	for _, c := range []struct{ name, begin, end, want string }{
		{"a.yaml", "# portpress:begin x", "# portpress:end", "# | a |\n#\n# | */ |\n"},
		{"a.go", "// portpress:begin x", "// portpress:end", "// | a |\n//\n// | */ |\n"},
		{"a.sql", "-- portpress:begin x", "-- portpress:end", "-- | a |\n--\n-- | */ |\n"},
		{"a.css", "/* portpress:begin x */", "/* portpress:end */", ""},
		{"a.txt", "<!-- portpress:begin x -->", "<!-- portpress:end -->", text},
		{"a.jsx", "{/* portpress:begin x */}", "{/* portpress:end */}", text},
	} {
		d, found := Read(c.name, []byte(c.begin+"\n"+c.end+"\n"))
		if len(found) > 0 || len(d.Blocks) != 1 {
			t.Fatalf("%s: %v", c.name, found)
		}
		got, whole := d.Blocks[0].Commented([]byte(text))
		if whole != (c.want != "") || whole && string(got) != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, whole, got, c.want)
		}
	}
	d, _ := Read("a.c", []byte("/* portpress:begin x */\n/* portpress:end */\n"))
	if got, whole := d.Blocks[0].Commented([]byte("a\n\nb\n")); !whole || string(got) != "/* a */\n/* */\n/* b */\n" {
		t.Errorf("%v %q", whole, got)
	}
}

// TestAdmonitions finds markers in the indented blocks of MkDocs, however deep,
// and takes for code what is code there.
func TestAdmonitions(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want []int // the lines of the blocks
	}{
		"below":        {"!!! note\n    BEGIN\n    END\n", []int{2}},
		"after text":   {"!!! note \"A *title*\"\n\n    Text.\n\n    BEGIN\n    END\n", []int{5}},
		"details":      {"???+ tip\n\n    BEGIN\n    END\n", []int{3}},
		"tab":          {"=== \"Linux\"\n\n    BEGIN\n    END\n\n=== \"Windows\"\n\n    BEGIN\n    END\n", []int{3, 8}},
		"tab's stop":   {"!!! note\n\n\tBEGIN\n\tEND\n", []int{3}},
		"CRLF":         {"!!! note\r\n\r\n    BEGIN\r\n    END\r\n", []int{3}},
		"in a list":    {"- a\n\n    !!! note\n\n        BEGIN\n        END\n", []int{5}},
		"nested":       {"!!! a\n\n    !!! b\n\n        BEGIN\n        END\n\n    BEGIN\n    END\n", []int{5, 8}},
		"code":         {"!!! a\n\n        BEGIN\n        END\n", nil},
		"fenced":       {"!!! a\n\n    ```\n\n    BEGIN\n    ```\n\n    BEGIN\n    END\n", []int{8}},
		"shown":        {"```\n!!! a\n    ```\n    BEGIN\n```\n", nil},
		"after it":     {"!!! a\n    Text.\n\nEnd.\n\n    BEGIN\n    END\n", nil},
		"no such word": {"!!!\n\n    BEGIN\n    END\n", nil},
	} {
		page := strings.NewReplacer("BEGIN", "<!-- portpress:begin x -->", "END", "<!-- portpress:end -->").Replace(c.page)
		for _, mark := range []string{"", bom} {
			d, found := Read("a.md", []byte(mark+page))
			var lines []int
			for _, b := range d.Blocks {
				lines = append(lines, d.line(b.begin))
			}
			if len(found) > 0 || !slices.Equal(lines, c.want) {
				t.Errorf("%s: blocks in lines %v, want %v; %v", name, lines, c.want, found)
				continue
			}
			contents := make([][]byte, len(d.Blocks))
			for i := range contents {
				contents[i] = []byte("| a |\n| --- |\n")
			}
			out, found := d.Splice(contents)
			again, more := Read("a.md", out)
			if len(found)+len(more) > 0 {
				t.Errorf("%s: %v %v", name, found, more)
				continue
			}
			if twice, _ := again.Splice(contents); !bytes.Equal(twice, out) {
				t.Errorf("%s: a second time changes it", name)
			}
		}
	}
}
