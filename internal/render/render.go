// Package render presses a dataset through a tree of templates into exports,
// all in memory: nothing is written, so nothing can be half written.
//
// The path from tree to exports is readTree, plan, parseTree, execute; each
// has its own file.
package render

import (
	"io/fs"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
)

// Source is one template tree. A later source overlays an earlier one by path.
type Source struct {
	Name string // what messages put before a path: "templates", or the folder that the user named
	FS   fs.FS
}

// Options narrows and bounds a rendering. The zero value presses everything.
type Options struct {
	Only     func(path string) bool // which export paths to press; nil means all
	MaxBytes int64                  // the largest export; 0 means 1 GiB
	Workers  int                    // how many exports are pressed side by side; 0 means GOMAXPROCS

	asWritten bool // take no short cuts; tests compare
}

// All presses the dataset through every template. The set holds the exports
// that succeeded, sorted by path; the list holds every problem of every
// template, sorted by position. The same arguments always give the same
// result, whatever the number of workers.
func All(sources []Source, ds *dataset.Dataset, o Options) (export.Set, problem.List) {
	set := export.Set{Product: ds.Product.ID}
	files, problems := readTree(sources)
	jobs, found := plan(files, ds)
	problems = append(problems, found...)
	parsed, found := parseTree(files)
	problems = append(problems, found...)

	results := execute(selected(jobs, parsed, o.Only), newData(ds), o)
	set.Files, found = collect(results)
	problems = append(problems, found...)
	problems.Sort()
	return set, problems
}

// selected leaves out what the user did not ask for and what can't be
// executed because it did not parse.
func selected(jobs []*job, parsed map[*file]*program, only func(string) bool) []*job {
	kept := jobs[:0:0]
	for _, j := range jobs {
		if only != nil && !only(j.path) {
			continue
		}
		if j.file.kind == pressed {
			if j.program = parsed[j.file]; j.program == nil {
				continue
			}
		}
		kept = append(kept, j)
	}
	return kept
}
