package render

import (
	"os"
	"slices"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/source"
)

// TestWarningsNameWhatIsPressed wants no warning of an export that isn't there,
// unless nothing else says it.
func TestWarningsNameWhatIsPressed(t *testing.T) {
	text, err := os.ReadFile("../proof/testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	ds, problems := dataset.Load(&source.File{Name: "every-key.toml", Text: string(text)})
	if ds == nil {
		t.Fatal(problems)
	}
	shipped := Source{FS: portpress.Templates(), Name: "templates"}
	set, said := All([]Source{shipped}, ds, Options{})
	for _, p := range said {
		if !slices.ContainsFunc(set.Files, func(f export.File) bool { return f.Path == p.File }) {
			t.Errorf("%s isn't pressed, and is said of: %s", p.File, p.Text)
		}
	}
	if len(said) == 0 {
		t.Error("nothing is said")
	}
	const silent = `{{ range .Ports }}{{ cannot . "it is too long" }}{{ end }}`
	for loud, want := range map[string]int{"": len(ds.Ports), "here": len(ds.Ports)} {
		set, said = All([]Source{tree("own", "a.txt.tmpl", silent, "b.txt.tmpl", silent+loud)}, ds, Options{})
		for _, p := range said {
			if loud != "" && p.File != "b.txt" {
				t.Errorf("%s isn't pressed, and is said of: %s", p.File, p.Text)
			}
		}
		if loud == "" {
			want *= 2
		}
		if len(said) != want || len(set.Files) != min(len(loud), 1) {
			t.Errorf("%d exports, and %d warnings, not %d", len(set.Files), len(said), want)
		}
	}
}
