package render

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// maxExport is the largest export when Options does not say.
const maxExport = 1 << 30

// result is what became of one job.
type result struct {
	job      *job
	content  []byte
	failure  *problem.Problem
	warnings []warning
}

// execute presses the jobs side by side. Results stand in the order of the
// jobs, so that nothing depends on which worker was faster.
func execute(jobs []*job, data *Data, o Options) []result {
	limit, workers := o.MaxBytes, o.Workers
	if limit <= 0 {
		limit = maxExport
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	results := make([]result, len(jobs))
	sideBySide(workers, len(jobs), func() func(int) {
		out := &output{limit: limit}
		return func(i int) { results[i] = press(jobs[i], data, out) }
	})
	return results
}

// sideBySide does something for each number below n, in any order. Each worker
// has a function of its own for it, which may keep scratch space.
func sideBySide(workers, n int, worker func() func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			do := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// press gives one export. The scratch buffer is the worker's own; the content
// is a copy of exactly its length.
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
	dot := data.forJob(j)
	x := &execution{out: out}
	err := errNotDirect
	if j.program.hasShortCut() && !j.program.slow.Load() {
		if err = x.run(j.program, dot, true); errors.Is(err, errNotDirect) {
			j.program.slow.Store(true)
		}
	}
	if err != nil {
		err = x.run(j.program, dot, false)
	}
	r.warnings = x.said.list
	if err != nil {
		r.failure = failProblem(j, err)
		return r
	}
	if content := out.content(); len(bytes.TrimSpace(content)) > 0 {
		r.content = content
	}
	return r
}

// execution is what the functions of one running template write to.
type execution struct {
	out  *output
	said warnings
	args []any // scratch space of direct calls
}

// run executes a program from the start, forgetting what ran before.
func (x *execution) run(p *program, dot *Data, fast bool) error {
	x.out.reset()
	x.said = warnings{}
	t, err := p.template(x, fast)
	if err != nil {
		return err
	}
	return t.Execute(x.out, dot)
}

// collect turns results into files and problems.
func collect(results []result) ([]export.File, problem.List) {
	files := make([]export.File, 0, len(results))
	var failures failureList
	var said problem.List
	for _, r := range results {
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
