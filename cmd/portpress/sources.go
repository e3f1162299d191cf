package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/change"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/publish"
	"portpress/internal/render"
	"portpress/internal/source"
)

// mostSources is how many entries are named as the source of a product's drift.
const mostSources = 8

// sources tells which lines of datasets and layers exports drift from: those
// that differ from what they were at the commit that wrote the exports last. That
// these are it is no guess: the dataset of then presses, with the templates of
// now, what is on disk. Drift of which that can't be shown, as in a clone without
// that commit, keeps its own place only.
func (g *gathered) sources(all []*pressed, diffs []publish.Diff) {
	if len(diffs) == 0 {
		return
	}
	byName := map[string]*publish.Diff{}
	for i := range diffs {
		name, _, _ := diffs[i].Place()
		byName[filepath.ToSlash(filepath.Clean(name))] = &diffs[i]
	}
	var told problem.List
	for _, p := range all {
		told = append(told, g.sourcesOf(p, byName)...)
	}
	g.result.Problems = append(g.result.Problems, told...)
}

// sourcesOf does so for one product at a site.
func (g *gathered) sourcesOf(p *pressed, diffs map[string]*publish.Diff) problem.List {
	w := g.w
	folder := filepath.Join(p.out, p.ds.Product.ID)
	differs := func(path string) bool { return diffs[w.keptAt(p, path)] != nil }
	if diffs[filepath.ToSlash(filepath.Join(folder, export.SumsName))] == nil && !slices.ContainsFunc(p.files, func(f export.File) bool { return differs(f.Path) }) {
		return nil
	}
	rev := lastWritten(filepath.Join(folder, export.SumsName))
	if rev == "" {
		return nil
	}
	was, notes := g.since(rev, p)
	if len(notes) == 0 {
		return nil
	}
	set, _ := render.All(w.trees, was, render.Options{Only: differs, Raise: w.t.raise, CSV: w.sheet()})
	before := map[string][]byte{}
	for _, f := range set.Files {
		before[w.keptAt(p, f.Path)] = f.Content
	}
	explained := map[string]bool{filepath.ToSlash(filepath.Join(folder, export.SumsName)): true}
	files := 0
	for name, d := range diffs {
		content, pressed := before[name]
		if !pressed && !slices.ContainsFunc(p.files, func(f export.File) bool { return w.keptAt(p, f.Path) == name }) {
			continue // another product's
		}
		if pressed == (d.Old != nil) && bytes.Equal(content, d.Old) {
			explained[name] = true
			files++
		}
	}
	if files == 0 {
		return nil
	}
	told := notes[:min(len(notes), mostSources)]
	for i := range told {
		told[i].Text = fmt.Sprintf("since %s was pressed, %s; %s", filepath.ToSlash(folder), told[i].Text, differ(files))
		told[i].Severity, told[i].Code, told[i].Hint = problem.Error, problem.DriftSource, "run `portpress build`"
	}
	if more := len(notes) - len(told); more > 0 {
		told[len(told)-1].Text += fmt.Sprintf("; %d more entries are different, too", more)
	}
	for i := range g.result.Problems {
		q := &g.result.Problems[i]
		if q.Severity == problem.Error && q.From == "" && explained[filepath.ToSlash(filepath.Clean(q.File))] {
			q.From = told[0].Place()
		}
	}
	return told
}

func differ(files int) string {
	if files == 1 {
		return "1 file differs"
	}
	return fmt.Sprintf("%d files differ", files)
}

// keptAt is where an export is kept, as messages name it.
func (w *work) keptAt(p *pressed, path string) string {
	at := filepath.Join(p.out, p.ds.Product.ID, filepath.FromSlash(path))
	if placed := w.settings.Placed(p.ds.Product.ID, p.name, path); placed != "" {
		at = w.path(placed)
	}
	return filepath.ToSlash(filepath.Clean(at))
}

// since gives a product's dataset at a revision, and what differs now, each at
// its place.
func (g *gathered) since(rev string, p *pressed) (*dataset.Dataset, problem.List) {
	before, known := g.then[rev]
	if !known {
		if then, problems := g.w.past(rev); problems.Count(problem.Error) == 0 {
			before, _ = then.load()
		}
		if g.then == nil {
			g.then = map[string][]loaded{}
		}
		g.then[rev] = before
	}
	both := pairs(before, []loaded{{p.site, p.dataset, p.ds}})[0]
	if both.before == nil {
		return nil, nil
	}
	return both.before.ds, g.w.notes(both.after, change.Between(both.before.ds, both.after.ds))
}

// notes says what became of each entry that somebody changed, at the line where
// it stands now.
func (w *work) notes(l *loaded, c *change.Change) problem.List {
	var out problem.List
	for _, n := range c.Notes() {
		q := w.placeOf(l, n.Entry)
		q.Row, q.Text = n.Entry.ID, n.Text
		if n.Entry.Section != "ports" {
			q.Row = ""
		}
		out = append(out, q)
	}
	return out
}

// placeOf finds where an entry, or what changed of it, is said: in the highest
// layer that does, or in the dataset.
func (w *work) placeOf(l *loaded, e *change.Entry) problem.Problem {
	layers := l.layers
	if own, divided := l.shared[l.name]; divided {
		layers = own
	}
	files := slices.DeleteFunc(slices.Clone(layers), func(f *source.File) bool { return f == nil || strings.HasPrefix(f.Name, "--") })
	slices.Reverse(files)
	names := []string{l.name}
	if w.settings.As != "" {
		names = w.names
	}
	bases := map[*source.File]string{} // the product that begins ids of what was pressed together
	for _, name := range names {
		if base, _ := w.bases.open(name); base != nil {
			files = append(files, base)
			if len(names) > 1 {
				bases[base] = productID(base) + "-"
			}
		}
	}
	for _, path := range e.Paths() {
		for _, f := range files {
			if at, there := f.Locate(within(path, bases[f])...); there {
				return f.At(at.Value)
			}
		}
	}
	if w.settings.As != "" {
		return problem.Problem{File: w.projectFile}
	}
	return problem.Problem{File: l.name, Line: 1, Column: 1}
}

// within is the path of an entry in the file of one of several products.
func within(path []any, prefix string) []any {
	if len(path) < 2 || prefix == "" {
		return path
	}
	id, _ := path[1].(string)
	own, prefixed := strings.CutPrefix(id, prefix)
	if !prefixed {
		return path
	}
	out := slices.Clone(path)
	out[1] = own
	return out
}
