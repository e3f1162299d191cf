package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/source"
	"portpress/internal/verify"
)

// pressed is what a product at a site gave.
type pressed struct {
	*site
	ds      *dataset.Dataset
	dataset string        // as it is named on the command line or in the project
	files   []export.File // all, by their paths as exports
	set     export.Set    // those that stay in the product's folder
	placed  export.Set    // those that are kept elsewhere in the project
}

// press does everything up to publishing: load, check, expand, render, verify.
// build and check differ only in what they do with the result. Where the
// problems stop a build, there is nothing pressed.
func (w *work) press() ([]*pressed, problem.List) {
	var problems problem.List
	var all []*pressed
	filter := only(w.settings.Exports)
	products := map[string]string{} // by folder
	count := 0
	var parsed render.Parsed
	loaded, problems := w.load()
	for _, p := range loaded {
		folder := p.out + "/" + p.ds.Product.ID
		if first, taken := products[folder]; taken {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.ExportCollision, File: p.name,
				Text: fmt.Sprintf("has the product id %q, as %s has", p.ds.Product.ID, first),
				Hint: "press them into different folders with --out",
			})
			continue
		}
		products[folder] = p.name
		set, found := render.All(w.trees, p.ds, render.Options{Only: filter, Raise: w.t.raise, CSV: w.sheet(), Parsed: &parsed})
		problems = append(problems, w.kept(p, set.Files, found)...)
		problems = append(problems, verify.All(set.Files)...) // of what is never written, and so has no place
		count += len(set.Files)
		all = append(all, &pressed{site: p.site, ds: p.ds, dataset: p.name, files: set.Files, set: set})
	}
	problems = append(problems, w.place(all)...)
	if count == 0 && problems.Count(problem.Error) == 0 {
		problems = append(problems, w.nothingMatched())
	}
	if problems.Failed(w.settings.Strict) {
		return nil, problems
	}
	return all, problems
}

// kept names the exports that warn by where they are kept, as all else is named
// by its path.
func (w *work) kept(p loaded, files []export.File, found problem.List) problem.List {
	if p.out == stdin {
		return found
	}
	exports := make(map[string]bool, len(files))
	for _, f := range files {
		exports[f.Path] = true
	}
	for i := range found {
		path := found[i].File
		if !exports[path] {
			continue
		}
		found[i].File = filepath.Join(p.out, p.ds.Product.ID, filepath.FromSlash(path))
		if at := w.settings.Placed(p.ds.Product.ID, p.site.name, path); at != "" {
			found[i].File = w.path(at)
		}
	}
	return found
}

// loaded is a dataset under the layers of a site.
type loaded struct {
	*site
	name string
	ds   *dataset.Dataset
}

// load reads every dataset for every site, those that have no errors.
func (w *work) load() ([]loaded, problem.List) {
	var all []loaded
	var problems problem.List
	names := w.names
	if w.settings.As != "" {
		names = []string{w.settings.As}
	}
	for _, s := range w.sites {
		for _, name := range names {
			ds, found := w.dataset(s, name)
			problems = appendNew(problems, found)
			if ds != nil {
				all = append(all, loaded{s, name, ds})
			}
		}
	}
	return all, problems
}

// dataset reads one dataset, or with --as all of them as one.
func (w *work) dataset(s *site, name string) (*dataset.Dataset, problem.List) {
	if w.settings.As != "" {
		return w.together(name, w.names, s.layers, s.readable)
	}
	base, problems := w.bases.open(name)
	if base == nil || !s.readable {
		return nil, problems
	}
	layers, said := s.layers, problem.List(nil)
	if s.shared == nil {
		said = w.share(s)
	}
	if own, divided := s.shared[name]; divided {
		layers = own
	}
	if said.Count(problem.Error) > 0 {
		s.readable = false
		return nil, said
	}
	relaxGC(len(base.Text))
	ds, found := w.t.limits().Load(base, layers...)
	return ds, append(said, found...)
}

// layersFor gives the layers over a dataset that may be another version of one
// of the project's: those that this one has.
func (w *work) layersFor(s *site, file *source.File) []*source.File {
	id := productID(file)
	for name, layers := range s.shared {
		if base, _ := w.bases.open(name); base != nil && productID(base) == id {
			return layers
		}
	}
	return s.layers
}

// productID is the id that a dataset says, whatever else it says.
func productID(file *source.File) string {
	part, _ := file.Parse()
	product, _ := part.Tree["product"].(map[string]any)
	id, _ := product["id"].(string)
	return id
}

// share divides the layers of a site among the datasets, all that the project
// has, whichever are worked on.
func (w *work) share(s *site) problem.List {
	s.shared = map[string][]*source.File{}
	own, _ := w.datasets()
	names := slices.Compact(slices.Sorted(slices.Values(slices.Concat(own, w.names))))
	if w.project == nil && len(names) < 2 || len(s.layers) == 0 {
		return nil
	}
	var bases []*source.File
	for i, name := range names {
		base, _ := w.bases.open(name) // who works on it tells what is wrong
		if base == nil {
			return nil
		}
		names[i], bases = name, append(bases, base)
	}
	layers, found := dataset.Share(bases, s.layers)
	for i, name := range names {
		s.shared[name] = layers[i]
	}
	return found
}

// appendNew adds the problems that are not there yet: a layer that is wrong is
// so below every dataset.
func appendNew(list, found problem.List) problem.List {
	there := make(map[problem.Problem]bool, len(list))
	for _, p := range list {
		there[p] = true
	}
	return append(list, slices.DeleteFunc(found, func(p problem.Problem) bool { return there[p] })...)
}

func (w *work) nothingMatched() problem.Problem {
	p := problem.Problem{Severity: problem.Error, Code: problem.NothingMatched, Text: "the templates press nothing"}
	if globs := w.settings.Exports; len(globs) > 0 {
		p.Text = "no export matches --only " + strings.Join(globs, " or ")
		p.Hint = "portpress build without --only lists them all"
	}
	return p
}
