package main

import (
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/source"
)

// together reads several datasets as one product. Each is read as it was
// shipped; the layers of the command line lie over the combination, where
// rows are called PRODUCT-ID.
func (w *work) together(id string, names []string, layers []*source.File, readable bool) (*dataset.Dataset, problem.List) {
	var problems problem.List
	var parts []*dataset.Dataset
	products := map[string]bool{}
	for _, name := range names {
		base, found := w.bases.open(name)
		problems = append(problems, found...)
		if base == nil {
			continue
		}
		ds, found := w.t.limits().Load(base)
		problems = append(problems, found...)
		if ds == nil {
			continue
		}
		if products[ds.Product.ID] {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.ExportCollision, File: name,
				Text: "another of the datasets has the product id " + ds.Product.ID, Hint: "combine different products",
			})
		}
		products[ds.Product.ID] = true
		parts = append(parts, ds)
	}
	if !readable || problems.Count(problem.Error) > 0 {
		return nil, problems
	}
	base, found := dataset.Combine(id, parts, layers)
	problems = append(problems, found...)
	if base == nil {
		return nil, problems
	}
	ds, found := w.t.limits().Load(base, layers...)
	return ds, append(problems, found...)
}
