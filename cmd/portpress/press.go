package main

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/source"
	"portpress/internal/verify"
)

// press does everything up to publishing: load, check, expand, render, verify.
// build and check differ only in what they do with the result. Where the
// problems stop a build, there are no sets.
func (f *pressFlags) press(t *terminal) ([]export.Set, problem.List) {
	trees, problems := f.trees()
	filter := only(f.Only)
	var sets []export.Set
	products := map[string]string{}
	pressed := 0
	names := f.datasets()
	if f.As != "" {
		names = []string{f.As}
	}
	layers, found := f.layers(t)
	problems = append(problems, found...)
	readable := len(found) == 0
	for _, name := range names {
		ds, found := f.dataset(t, name, layers, readable)
		problems = appendNew(problems, found)
		if ds == nil {
			continue
		}
		if first, taken := products[ds.Product.ID]; taken {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.ExportCollision, File: name,
				Text: fmt.Sprintf("has the product id %q, as %s has", ds.Product.ID, first),
				Hint: "press them into different folders with --out",
			})
			continue
		}
		products[ds.Product.ID] = name
		set, found := render.All(trees, ds, render.Options{Only: filter, Raise: t.raise})
		problems = append(problems, found...)
		problems = append(problems, verify.All(set.Files)...)
		pressed += len(set.Files)
		sets = append(sets, set)
	}
	if pressed == 0 && problems.Count(problem.Error) == 0 {
		problems = append(problems, nothingMatched(f))
	}
	if problems.Failed(f.Strict) {
		return nil, problems
	}
	return sets, problems
}

// dataset reads one dataset, or with --as all of them as one.
func (f *pressFlags) dataset(t *terminal, name string, layers []*source.File, readable bool) (*dataset.Dataset, problem.List) {
	if f.As == "" {
		return loadUnder(t, name, layers, readable)
	}
	return together(t, name, f.datasets(), layers, readable)
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

func nothingMatched(f *pressFlags) problem.Problem {
	p := problem.Problem{Severity: problem.Error, Code: problem.NothingMatched, Text: "the templates press nothing"}
	if len(f.Only) > 0 {
		p.Text = "no export matches --only " + strings.Join(f.Only, " or ")
		p.Hint = "portpress build without --only lists them all"
	}
	return p
}
