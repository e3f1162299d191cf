// Package render presses a dataset through a tree of templates into exports,
// all in memory: nothing is written, so nothing can be half written.
//
// The path from tree to exports is readTree, plan, parseTree, execute; each
// has its own file.
package render

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/format"
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
	MaxBytes int64                  // the largest export; 0 means 128 MiB
	MaxWork  int64                  // what the functions of an export may be given and make, in bytes; 0 means 128 MiB, and more by the dataset
	Raise    int                    // by what the other limits are multiplied; 0 means 1
	CSV      format.Sheet           // how records are written
	Workers  int                    // how many exports are pressed side by side; 0 means GOMAXPROCS
	Parsed   *Parsed                // keeps what was parsed for whoever presses several datasets; nil keeps nothing
}

// All presses the dataset through every template. The set holds the exports
// that succeeded, sorted by path; the list holds every problem of every
// template, sorted by position. The same arguments always give the same
// result, whatever the number of workers. A template whose exports are not
// asked for is not read: parsing is a good part of a small build.
func All(sources []Source, ds *dataset.Dataset, o Options) (export.Set, problem.List) {
	set := export.Set{Product: ds.Product.ID}
	files, problems := readTree(sources)
	jobs, found := plan(files, ds, o.exports())
	problems = append(problems, found...)
	if o.Only != nil {
		jobs = slices.DeleteFunc(jobs, func(j *job) bool { return !o.Only(j.path) })
		files = needed(files, jobs)
	}
	parsed, found := parseTree(files, o.Parsed)
	problems = append(problems, found...)

	for _, p := range parsed {
		if p.funcs[csvName] != nil {
			p.funcs[csvName] = o.CSV.CSV
		}
	}
	results := execute(parsable(jobs, parsed), newData(ds), o.bounds(ds), o.Workers)
	if o.CSV.Mark {
		markSheets(results)
	}
	set.Files, found = collect(results)
	problems = append(problems, found...)
	problems.Sort()
	return set, problems
}

// markSheets puts a byte order mark before each sheet that a template made.
func markSheets(results []result) {
	const mark = "\xEF\xBB\xBF"
	for i := range results {
		r := &results[i]
		if r.content != nil && r.job.file.kind == pressed && strings.EqualFold(path.Ext(r.job.path), ".csv") && !bytes.HasPrefix(r.content, []byte(mark)) {
			r.content = slices.Concat([]byte(mark), r.content)
		}
	}
}

// needed keeps the files that the jobs press, and the partials if any of them
// names one.
func needed(files []*file, jobs []*job) []*file {
	wanted := make(map[*file]bool, len(jobs))
	partials := false
	for _, j := range jobs {
		wanted[j.file] = true
		partials = partials || bytes.Contains(j.file.text, []byte("template"))
	}
	return slices.DeleteFunc(slices.Clone(files), func(f *file) bool {
		if f.kind == partial {
			return !partials
		}
		return !wanted[f]
	})
}

// parsable gives the jobs their programs, and leaves out those whose template
// did not parse.
func parsable(jobs []*job, parsed map[*file]*program) []*job {
	return slices.DeleteFunc(jobs, func(j *job) bool {
		j.program = parsed[j.file]
		return j.file.kind == pressed && j.program == nil
	})
}
