package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/publish"
)

// documents reads the project's documents and fills their blocks with what was
// pressed.
func (w *work) documents(all []*pressed) ([]publish.Document, problem.List) {
	if w.foreign && w.project != nil && slices.Equal(w.settings.Documents, w.project.Documents) {
		return nil, nil // they are about the project's datasets
	}
	names, problems := w.documentNames()
	if len(names) == 0 {
		return nil, problems
	}
	all = append(all, w.others(all)...)
	pages, found := readPages(names, nil)
	problems = append(problems, found...)
	if problems.Count(problem.Error) > 0 {
		return nil, problems
	}
	pages = slices.DeleteFunc(pages, func(p *page) bool { return len(p.document.Blocks) == 0 })
	bare, found := w.bareOffers(pages)
	problems = append(problems, found...)
	if found.Count(problem.Error) > 0 {
		return nil, problems
	}
	documents, found := fill(pages, newAnswers(append(offersOf(all), bare...), w))
	return documents, append(problems, found...)
}

// bareOffers are the products without any site's layers, where a page asks for
// one and the project has sites.
func (w *work) bareOffers(pages []*page) ([]*offer, problem.List) {
	asked := slices.ContainsFunc(pages, func(p *page) bool {
		return p.document != nil && slices.ContainsFunc(p.document.Blocks, asksBare)
	})
	if !asked || w.project == nil || len(w.project.Sites) == 0 {
		return nil, nil
	}
	whole := *w
	whole.sites = nil
	problems := whole.openNoSite()
	if w.part && w.settings.As == "" {
		whole.names, _ = w.datasets()
	}
	loaded, found := whole.load()
	problems = append(problems, found...)
	all := make([]*pressed, len(loaded))
	for i, p := range loaded {
		all[i] = &pressed{site: p.site, ds: p.ds}
	}
	offers := offersOf(all)
	for _, o := range offers {
		o.bare = true
	}
	// Warnings were told of the sites.
	return offers, slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.Severity != problem.Error })
}

// others are the products and sites of the project that a build of a part leaves
// out, and that documents may ask for all the same. One that can't be read is
// missed only by who asks for it.
func (w *work) others(all []*pressed) []*pressed {
	if !w.part || w.project == nil || w.settings.As != "" {
		return nil
	}
	whole, flags := *w, *w.flags
	whole.names, _ = w.datasets()
	whole.sites, flags.Site = nil, nil
	if _, err := whole.openSites(&flags); err != nil {
		return nil
	}
	loaded, _ := whole.load()
	var out []*pressed
	for _, l := range loaded {
		if !slices.ContainsFunc(all, func(p *pressed) bool { return p.name == l.site.name && p.ds.Product.ID == l.ds.Product.ID }) {
			out = append(out, &pressed{site: l.site, ds: l.ds})
		}
	}
	return out
}

// offersOf makes of what was pressed what documents may ask for.
func offersOf(all []*pressed) []*offer {
	offers := make([]*offer, len(all))
	for i, p := range all {
		o := &offer{site: p.name, ds: p.ds, files: map[string][]byte{}, want: map[string]bool{}}
		for _, f := range p.files {
			o.files[f.Path] = f.Content
		}
		offers[i] = o
	}
	return offers
}

// documentNames lists the documents that the settings name.
func (w *work) documentNames() ([]string, problem.List) {
	var problems problem.List
	var names []string
	for i, glob := range w.settings.Documents {
		files := w.glob(glob)
		if len(files) == 0 {
			p := problem.Problem{Severity: problem.Warning, Code: problem.NothingMatched}
			if w.project != nil && slices.Equal(w.settings.Documents, w.project.Documents) {
				p = w.project.Problem(problem.NothingMatched, "", "documents", i)
				p.Severity = problem.Warning
			}
			p.Text, p.Hint = fmt.Sprintf("no document matches %q", glob), "correct the pattern, or take it out"
			if strings.HasPrefix(glob, "../") || filepath.IsAbs(glob) {
				p.Text = fmt.Sprintf("%q lies outside the project's folder, whose documents are kept", glob)
				p.Hint = "keep it by portpress inject " + shellWord(glob) + ", or move " + project.FileName + " to a folder above both"
			}
			problems = append(problems, p)
		}
		names = append(names, files...)
	}
	slices.Sort(names)
	return slices.Compact(names), problems
}
