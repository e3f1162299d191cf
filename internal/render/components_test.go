package render

import (
	"fmt"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/source"
)

// TestComponents wants each component to have one heading in every document,
// rows of none before the first, and remarks that can't read as one.
func TestComponents(t *testing.T) {
	text := "format = 1\nproduct = {id = \"x\", name = \"X\"}\nhosts.a.name = \"A\"\n"
	for i, row := range []struct{ id, more string }{
		{"one", `component = "Alpha"`},
		{"two", `component = "Beta"`},
		{"three", `notes = ["First, with a comma", "second"]`},
		{"four", `component = "Alpha"`},
		{"five", `component = "Beta"`},
		{"six", ""},
	} {
		text += fmt.Sprintf("[ports.%s]\nport = %d\nprotocols = \"udp\"\nhosts = \"a\"\nfrom = \"any\"\n%s\n", row.id, i+1, row.more)
	}
	ds, problems := dataset.Load(&source.File{Name: "x.toml", Text: text})
	if ds == nil {
		t.Fatal(problems)
	}
	set, _ := All([]Source{{FS: portpress.Templates(), Name: "templates"}}, ds, Options{})
	seen := 0
	for _, f := range set.Files {
		remarks := map[string]string{
			"x-ports.md":   "| First, with a comma<br/>second |",
			"x-ports.html": "<td>First, with a comma<br>second</td>",
			"x-ports.rst":  "- | First, with a comma\n       | second\n",
			"x-ports.adoc": "| First, with a comma +\nsecond\n",
		}[f.Path]
		if remarks == "" {
			continue
		}
		seen++
		rest := string(f.Content)
		for _, part := range []string{"three", remarks, "six", "Alpha", "one", "four", "Beta", "two", "five"} {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%s lacks %q, in its place, in\n%s", f.Path, part, f.Content)
			}
			rest = after
		}
		for _, once := range []string{"Alpha", "Beta"} {
			if n := strings.Count(string(f.Content), once); n != 1 {
				t.Errorf("%s has %q %d times", f.Path, once, n)
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d documents", seen)
	}
}
