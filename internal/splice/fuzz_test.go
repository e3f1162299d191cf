package splice

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzSplice holds what is promised of any document: outside the blocks no
// byte changes, the blocks are found again, and a second time changes nothing.
func FuzzSplice(f *testing.F) {
	for _, seed := range []string{
		"x\n<!-- portpress:begin t -->\nold\n<!-- portpress:end -->\ny\n",
		"- <!-- portpress:begin t a=b -->\r\n  <!-- portpress:end -->",
		"```\n<!-- portpress:begin t -->\n```\n<!-- portpress:begin t -->\n<!-- portpress:end -->",
		".. portpress:begin t\n\n.. portpress:end\n",
		"# portpress:begin t k=\"a b\"\n# portpress:end t\n",
		"> {/* portpress:begin t */}\n> {/* portpress:end */}\n",
		bom + "// portpress:begin t\n// portpress:end\n",
		"== x\n\n----\n// portpress:begin t\n----\n",
	} {
		for _, name := range []string{"a.md", "a.rst", "a.adoc", "a.sh", "a", "a.mdx", "a.tex"} {
			f.Add(name, seed, "| a |\n\n| b |\n")
		}
	}
	f.Fuzz(func(t *testing.T, name, text, content string) {
		d, found := Read(name, []byte(text))
		for i := range found {
			if found[i].Line > 1+strings.Count(text, "\n") {
				t.Fatalf("line %d of %q", found[i].Line, text)
			}
		}
		if len(found) > 0 {
			return
		}
		out, found := d.Splice(all(d, content))
		if len(found) > 0 {
			if out != nil {
				t.Fatal("problems, and a text all the same")
			}
			return
		}
		again, found := Read(name, out)
		if len(found) > 0 || len(again.Blocks) != len(d.Blocks) {
			t.Fatalf("%q became %q: %v", text, out, found)
		}
		before, after := 0, 0
		for i, b := range d.Blocks {
			a := again.Blocks[i]
			if !bytes.Equal(d.text[before:b.inside.Start], again.text[after:a.inside.Start]) {
				t.Fatalf("%q became %q", text, out)
			}
			before, after = b.inside.End, a.inside.End
		}
		if !bytes.Equal(d.text[before:], again.text[after:]) {
			t.Fatalf("%q became %q", text, out)
		}
		if twice, found := again.Splice(all(again, content)); len(found) > 0 || !bytes.Equal(twice, out) {
			t.Fatalf("a second time %q becomes %q: %v", out, twice, found)
		}
	})
}
