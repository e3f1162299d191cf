package main

import (
	"path/filepath"

	"portpress/internal/problem"
	"portpress/internal/publish"
	"portpress/internal/report"
)

// gathered is the result of a build or check as it comes together.
type gathered struct {
	t      *terminal
	flags  *pressFlags
	result report.Result
}

func gather(t *terminal, flags *pressFlags, verb string) *gathered {
	return &gathered{t: t, flags: flags, result: report.Result{Verb: verb}}
}

// add takes in what became of the products' folders.
func (g *gathered) add(reports []publish.Report, problems problem.List) {
	r := &g.result
	r.Problems = append(r.Problems, problems...)
	for _, p := range reports {
		r.Folders = append(r.Folders, p.Folder)
		r.Changed = r.Changed || p.Changed
		for _, f := range p.Files {
			r.Files = append(r.Files, report.File{
				Path:  filepath.ToSlash(filepath.Join(p.Folder, filepath.FromSlash(f.Path))),
				State: string(f.State), Bytes: f.Bytes, SHA256: f.SHA256,
			})
		}
	}
}

// finish prints everything and returns the command's result.
func (g *gathered) finish() error {
	end := ending(g.result.Problems, g.flags.Strict)
	g.result.Failed = end != nil
	g.t.Quiet = g.flags.Quiet
	if err := g.t.Print(g.flags.Report, &g.result); err != nil {
		return err
	}
	return end
}
