// Package proof shows that the shipped exports say what the shipped datasets
// say: it reads each export back with its own format's reader, and hands it to
// the programs that will read it.
package proof

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/report"
	"portpress/internal/source"
	"portpress/internal/verify"
)

// site is a layer with networks, so that internal ports open.
const site = `
[networks]
cluster = ["10.0.0.0/24", "192.168.7.0/25", "fd00:1::/64"]
`

// load reads a shipped dataset with layers over it, given as text.
func load(t testing.TB, id string, layers ...string) *dataset.Dataset {
	t.Helper()
	return loadFrom(t, portpress.Data(), id+".toml", layers...)
}

// loadEveryKey is load for the dataset that uses every key.
func loadEveryKey(t testing.TB, layers ...string) *dataset.Dataset {
	t.Helper()
	return loadFrom(t, os.DirFS("testdata"), "every-key.toml", layers...)
}

func loadFrom(t testing.TB, tree fs.FS, name string, layers ...string) *dataset.Dataset {
	t.Helper()
	base, problems := source.Open(tree, name, name)
	var over []*source.File
	for _, text := range layers {
		over = append(over, &source.File{Name: "layer.toml", Text: text})
	}
	if len(problems) == 0 {
		var ds *dataset.Dataset
		if ds, problems = dataset.Load(base, over...); ds != nil {
			return ds
		}
	}
	t.Fatal(printed(t, problems))
	return nil
}

// loadText is load for a small dataset of a test's own.
func loadText(t testing.TB, text string, layers ...string) *dataset.Dataset {
	t.Helper()
	return loadFrom(t, fstest.MapFS{"own.toml": {Data: []byte(text)}}, "own.toml", layers...)
}

// shipped lists the ids of the shipped datasets.
func shipped(t testing.TB) []string {
	t.Helper()
	paths, err := fs.Glob(portpress.Data(), "*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no datasets: %v", err)
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(path, ".toml")
	}
	return paths
}

// parsed keeps the templates of one press for the next.
var parsed render.Parsed

// press renders and verifies the shipped templates, with trees over them.
func press(t testing.TB, ds *dataset.Dataset, trees ...fs.FS) export.Set {
	t.Helper()
	sources := []render.Source{{Name: "templates", FS: portpress.Templates()}}
	for _, tree := range trees {
		sources = append(sources, render.Source{Name: "overlay", FS: tree})
	}
	set, problems := render.All(sources, ds, render.Options{Parsed: &parsed})
	problems = append(problems, verify.All(set.Files)...)
	if problems.Count(problem.Error) > 0 {
		t.Fatal(printed(t, problems))
	}
	return set
}

// content returns one export of a set.
func content(t testing.TB, set export.Set, path string) []byte {
	t.Helper()
	for _, f := range set.Files {
		if f.Path == path {
			return f.Content
		}
	}
	var paths []string
	for _, f := range set.Files {
		paths = append(paths, f.Path)
	}
	t.Fatalf("no export %s among %s", path, strings.Join(paths, ", "))
	return nil
}

func printed(t testing.TB, problems problem.List) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Problems(&b, problems, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// damage is a tree to lay over the shipped templates, in which one of them says
// something else; without a path it changes nothing.
func damage(t testing.TB, path, old, changed string) fstest.MapFS {
	t.Helper()
	if path == "" {
		return nil
	}
	shipped := string(template(t, path))
	if !strings.Contains(shipped, old) {
		t.Fatalf("%s no longer holds %s", path, old)
	}
	return fstest.MapFS{path: {Data: []byte(strings.ReplaceAll(shipped, old, changed))}}
}

// template returns the text of a shipped template.
func template(t testing.TB, path string) []byte {
	t.Helper()
	text, err := fs.ReadFile(portpress.Templates(), path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
