package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"portpress"
	"portpress/internal/bench"
	"portpress/internal/dataset"
	"portpress/internal/render"
	"portpress/internal/source"
)

// A time is no measure if the work was another: what the yardstick writes must
// be what portpress presses.
func TestWritesWhatPortpressPresses(t *testing.T) {
	mke, err := os.ReadFile("../../../data/mke.toml")
	if err != nil {
		t.Fatal(err)
	}
	for product, text := range map[string][]byte{"mke": mke, "bench": bench.Dataset(1_000)} {
		t.Run(product, func(t *testing.T) {
			out := t.TempDir()
			path := filepath.Join(out, "dataset.toml")
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := run(path, out); err != nil {
				t.Fatal(err)
			}
			pressed := press(t, text, bench.Exports(product))
			for _, path := range bench.Exports(product) {
				got, err := os.ReadFile(filepath.Join(out, path))
				if err != nil {
					t.Fatal(err)
				}
				if want, ok := pressed[path]; !ok || !bytes.Equal(got, want) {
					t.Errorf("%s: %s", path, difference(got, want))
				}
			}
		})
	}
}

// press gives the content of some exports by their paths below the out folder.
func press(t *testing.T, text []byte, paths []string) map[string][]byte {
	t.Helper()
	file, problems := source.FromReader(bytes.NewReader(text), "dataset.toml")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ds, problems := dataset.Load(file)
	if ds == nil {
		t.Fatal(problems)
	}
	only := func(path string) bool { return slices.Contains(paths, ds.Product.ID+"/"+path) }
	set, _ := render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, ds, render.Options{Only: only})
	contents := map[string][]byte{}
	for _, f := range set.Files {
		contents[set.Product+"/"+f.Path] = f.Content
	}
	return contents
}

// difference shows the first line in which the two differ.
func difference(got, want []byte) string {
	left, right := bytes.SplitAfter(got, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	for i := range min(len(left), len(right)) {
		if !bytes.Equal(left[i], right[i]) {
			return "the yardstick writes\n\t" + string(left[i]) + "portpress\n\t" + string(right[i])
		}
	}
	return "one is longer than the other"
}
