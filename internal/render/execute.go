package render

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"text/template"

	"golang.org/x/sync/errgroup"

	"portpress/internal/export"
	"portpress/internal/policy"
	"portpress/internal/problem"
)

// result is what became of one job.
type result struct {
	job      *job
	content  []byte
	failure  *problem.Problem
	warnings []policy.Warning
}

// execute presses the jobs side by side. Results stand in the order of the
// jobs, so that nothing depends on which worker was faster.
func execute(jobs []*job, data *Data, limits bounds, workers int) []result {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	results := make([]result, len(jobs))
	outputs := sync.Pool{New: func() any { return &output{limit: limits, made: map[*program]*template.Template{}} }}
	var g errgroup.Group
	g.SetLimit(workers)
	for _, i := range longestFirst(jobs) {
		g.Go(func() error {
			out := outputs.Get().(*output)
			defer outputs.Put(out)
			results[i] = press(jobs[i], data, out)
			return nil
		})
	}
	_ = g.Wait() // a failure stands in its result
	return results
}

// longestFirst gives the places of jobs in the order to press them, lest the
// last worker begin a long one when the others are done. What becomes long is a
// guess: an export of the whole table rather than of one host, and of those the
// one whose template says most.
func longestFirst(jobs []*job) []int {
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	whole := func(j *job) int {
		if j.host == nil && j.scope == nil {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := jobs[a], jobs[b]
		return cmp.Or(whole(y)-whole(x), len(y.file.text)-len(x.file.text))
	})
	return order
}

// press gives one export. What it writes to is used again; the content is a copy
// of exactly its length.
func press(j *job, data *Data, out *output) (r result) {
	r.job = j
	if j.file.kind == copied {
		r.content = j.file.text
		return r
	}
	defer func() {
		if e := recover(); e != nil { // the engine catches what functions raise; this is for the engine itself
			r.content, r.failure = nil, failProblem(j, fmt.Errorf("template: %s:1:0: the template engine failed: %v", j.file.name, e))
		}
	}()
	out.reset(j.program)
	var said warnings
	t, err := j.program.template(&said, out)
	if err == nil {
		err = t.Execute(out, data.forJob(j, &said))
	}
	if errors.Is(err, errTooDeep) {
		err = j.program.endless()
	}
	if errors.Is(err, errOtherOS) {
		return r
	}
	r.warnings = said.list
	if err != nil {
		r.failure = failProblem(j, err)
		if r.failure.Line == 0 && r.failure.File != "" {
			out.place(r.failure, j.program)
		}
		return r
	}
	if content := out.content(); len(bytes.TrimSpace(content)) > 0 {
		r.content = content
		if w, tooLong := policy.TooLong(j.path, content); tooLong {
			r.warnings = append(r.warnings, w)
		}
	}
	return r
}

// collect turns results into files and problems.
func collect(results []result) ([]export.File, problem.List) {
	files := make([]export.File, 0, len(results))
	var failures failureList
	var said problem.List
	pressed := map[policy.Warning]bool{}
	for _, r := range results {
		for _, w := range r.warnings {
			pressed[w] = pressed[w] || r.content != nil
		}
	}
	for _, r := range results {
		if r.content == nil && r.failure == nil { // nobody looks for what isn't there; but nothing is dropped in silence
			r.warnings = slices.DeleteFunc(slices.Clone(r.warnings), func(w policy.Warning) bool { return pressed[w] })
		}
		said = append(said, r.problems()...)
		switch {
		case r.failure != nil:
			failures.add(r)
		case r.content != nil:
			files = append(files, export.File{Path: r.job.path, Content: r.content, Template: r.job.file.name})
		}
	}
	return files, append(failures.problems(), said...)
}
