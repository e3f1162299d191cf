package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/publish"
	"portpress/internal/report"
)

// gathered is the result of a build or check as it comes together.
type gathered struct {
	w      *work
	result report.Result
	then   map[string][]loaded // what was pressed at a revision

	failOnChange bool
}

func (w *work) gather(verb string) *gathered {
	return &gathered{w: w, result: report.Result{Verb: verb}}
}

// add takes in what became of the products' folders.
func (g *gathered) add(reports []publish.Report, problems problem.List) {
	r := &g.result
	r.Problems = append(r.Problems, problems...)
	for _, p := range reports {
		if p.Product != publish.Everywhere {
			r.Folders = append(r.Folders, p.Folder)
			r.Parts = append(r.Parts, filepath.ToSlash(p.Folder))
		}
		r.Changed = r.Changed || p.Changed
		for _, f := range p.Files {
			f.Path = filepath.ToSlash(filepath.Join(p.Folder, filepath.FromSlash(f.Path)))
			g.file(f)
		}
	}
}

func (g *gathered) file(f publish.FileState) {
	g.result.Files = append(g.result.Files, report.File{Path: f.Path, State: string(f.State), Bytes: f.Bytes, SHA256: f.SHA256})
}

// addDocuments takes in what became of documents; changed tells whether those
// that differ were written, or would be.
func (g *gathered) addDocuments(documents []publish.Document, changed bool) {
	for i := range documents {
		state := documents[i].State()
		g.file(state)
		g.result.Parts = append(g.result.Parts, state.Path)
		g.result.Changed = g.result.Changed || changed && state.State == publish.Changed
	}
	switch len(documents) {
	case 0:
	case 1:
		g.result.Folders = append(g.result.Folders, documents[0].Name)
	default:
		g.result.Folders = append(g.result.Folders, fmt.Sprintf("%d documents", len(documents)))
	}
}

// drift tells of the documents that are not what they should be.
func (g *gathered) drift(documents []publish.Document, mend string) {
	for i := range documents {
		if d := &documents[i]; d.State().State == publish.Changed {
			diff := d.Diff()
			g.result.Diffs = append(g.result.Diffs, string(diff.Unified()))
			name, line, column := diff.Place()
			g.result.Problems = append(g.result.Problems, problem.Problem{
				Severity: problem.Error, Code: problem.DriftChanged, File: name, Line: line, Column: column,
				Text: "has blocks that are out of date", Hint: mend,
			})
		}
	}
}

// locate gives the exports that differ their first line that does, so that
// whoever reads file:line:column finds the place.
func (g *gathered) locate(diffs []publish.Diff) {
	at := map[string]publish.Diff{}
	for _, d := range diffs {
		name, _, _ := d.Place()
		at[name] = d
	}
	for i := range g.result.Problems {
		p := &g.result.Problems[i]
		if d, differs := at[p.File]; differs && p.Line == 0 && p.Severity == problem.Error {
			_, p.Line, p.Column = d.Place()
		}
	}
}

// mendBy puts what the caller gave into the hints that name a build: those who
// find drift know of no flags.
func (g *gathered) mendBy(build command) {
	g.lineEnds()
	for i := range g.result.Problems {
		p := &g.result.Problems[i]
		p.Hint = strings.Replace(p.Hint, "`portpress build", "`"+build.String(), 1)
	}
}

// finish prints everything and returns the command's result.
func (g *gathered) finish() error {
	s := &g.w.settings
	end := ending(g.result.Problems, s.Strict)
	if end == nil && g.failOnChange && g.result.Changed {
		end = ended{exitProblems}
	}
	g.result.Several = !s.Strict && s.As == "" && len(g.w.names)*len(g.w.sites) > 1 // strict fails on each, so each is told
	g.result.Failed, g.result.Strict = end != nil, s.Strict
	g.w.t.Quiet = s.Quiet
	if err := g.w.t.Print(s.Report, &g.result); err != nil {
		return err
	}
	return end
}
