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
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(jobs)) {
		wg.Go(func() {
			out := &output{limit: limit}
			for {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) {
					return
				}
				results[i] = press(jobs[i], data, out)
			}
		})
	}
	wg.Wait()
	return results
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
	var said warnings
	t, err := j.program.template(&said)
	if err == nil {
		out.Reset()
		err = t.Execute(out, data.forJob(j))
	}
	r.warnings = said.list
	if err != nil {
		r.failure = failProblem(j, err)
		return r
	}
	if len(bytes.TrimSpace(out.Bytes())) > 0 {
		r.content = bytes.Clone(out.Bytes())
	}
	return r
}

// collect turns results into files and problems.
func collect(results []result) ([]export.File, problem.List) {
	files := make([]export.File, 0, len(results))
	var failures failureList
	var said warningList
	for _, r := range results {
		said.add(r)
		switch {
		case r.failure != nil:
			failures.add(r)
		case r.content != nil:
			files = append(files, export.File{Path: r.job.path, Content: r.content, Template: r.job.file.name})
		}
	}
	return files, append(failures.problems(), said.problems()...)
}

// output is a buffer that refuses to outgrow its limit.
type output struct {
	bytes.Buffer
	limit int64
}

var errTooLong = errors.New("the export grows without end")

// Write appends p, or fails when the export would exceed the limit.
func (o *output) Write(p []byte) (int, error) {
	if int64(o.Len()+len(p)) > o.limit {
		return 0, &hintError{
			text: fmt.Sprintf("the export is larger than %d bytes", o.limit),
			hint: "look for a loop or a recursion that never ends", err: errTooLong,
		}
	}
	return o.Buffer.Write(p)
}
