package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"portpress/internal/problem"
	"portpress/internal/project"
)

// pick finds the datasets to work on: those that are named, or all of the
// project's.
func (w *work) pick(names []string) problem.List {
	own, problems := w.datasets()
	switch {
	case len(names) > 0:
		for _, name := range names {
			found := w.own(own, name)
			w.foreign = w.foreign || found == ""
			w.names = append(w.names, cmp.Or(found, name))
		}
		w.part = len(w.names) < len(own)
	case len(own) > 0 || len(problems) > 0:
		w.names = own
	default:
		w.names = []string{defaultDataset}
		problems = w.fallback()
	}
	return problems
}

// own finds one of the project's datasets by its path, its file's name, or the
// id of its product.
func (w *work) own(datasets []string, name string) string {
	for _, d := range datasets {
		if filepath.Clean(name) == filepath.Clean(d) || name == strings.TrimSuffix(filepath.Base(d), ".toml") {
			return d
		}
	}
	for _, d := range datasets {
		if file, _ := w.bases.open(d); file != nil && productID(file) == name {
			return d
		}
	}
	return ""
}

// datasets lists the datasets of the project file.
func (w *work) datasets() ([]string, problem.List) {
	if w.project == nil {
		return nil, nil
	}
	var problems problem.List
	var out []string
	ids := shipped()
	for i, glob := range w.project.Datasets {
		if slices.Contains(ids, glob) {
			out = append(out, glob)
			continue
		}
		if !isGlob(glob) {
			out = append(out, w.path(glob))
			continue
		}
		files := w.glob(glob)
		files = slices.DeleteFunc(files, func(path string) bool { return filepath.Base(path) == project.FileName })
		if len(files) == 0 {
			p := w.project.Problem(problem.NothingMatched, fmt.Sprintf("no file matches %q", glob), "datasets", i)
			p.Hint = "correct the pattern, or write the first dataset: portpress init shows one"
			problems = append(problems, p)
		}
		out = append(out, files...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(path string) bool {
		again := seen[path]
		seen[path] = true
		return again
	}), problems
}

func isGlob(s string) bool { return strings.ContainsAny(s, "*?[{") }

// glob lists the files of the project that match a pattern, sorted. Folders
// that are hidden or hold other people's packages count only where the
// pattern names them.
func (w *work) glob(pattern string) []string {
	var found []string
	if w.at != "" {
		found = globAt(w.at, cmp.Or(w.dir, "."), pattern)
	} else if all, err := doublestar.Glob(os.DirFS(cmp.Or(w.dir, ".")), pattern, doublestar.WithFilesOnly()); err == nil {
		found = all // validated before, and what can't be read matches nothing
	}
	out := make([]string, 0, len(found))
	for _, path := range found {
		if !aside(path, pattern) {
			out = append(out, w.path(path))
		}
	}
	slices.Sort(out)
	return out
}

func aside(path, pattern string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if (strings.HasPrefix(part, ".") || part == "node_modules") && !strings.Contains(pattern, part) {
			return true
		}
	}
	return false
}

// fallback warns where the shipped table is pressed though a dataset lies in
// the folder.
func (w *work) fallback() problem.List {
	files, _ := filepath.Glob("*.toml") // the pattern is well-formed
	for _, path := range files {
		if isDataset(w.t, path) {
			return problem.List{{
				Severity: problem.Warning, Code: problem.DefaultDataset, File: path,
				Text: "is not what is taken: without a name that is the shipped dataset " + defaultDataset,
				Hint: "name " + path + ", or write a project file with portpress init",
			}}
		}
	}
	return nil
}
