package format

import (
	"sync"
	"unicode/utf8"

	"portpress/internal/problem"
)

// buffers holds scratch space for the functions that build text.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 1024)) }}

// maxScratch keeps one huge value from staying in the pool.
const maxScratch = 1 << 20

// build gives the text that write appends, with a single allocation.
func build(write func(b []byte) ([]byte, error)) (string, error) {
	p := buffers.Get().(*[]byte)
	b, err := write((*p)[:0])
	s := ""
	if err == nil {
		s = string(b)
	}
	if cap(b) <= maxScratch && cap(b) > 0 {
		*p = b
	}
	buffers.Put(p)
	return s, err
}

// errNotUTF8 says that a format which is defined on characters was given
// something else. Functions that cut text by bytes make such.
func errNotUTF8(s string) error {
	return problem.Hintf("cut text with trunc, which keeps characters whole", "%q is not UTF-8", s)
}

// checkText rejects what no text format carries: bytes that are not UTF-8 and
// NUL.
func checkText(s string) error {
	if !utf8.ValidString(s) {
		return errNotUTF8(s)
	}
	for i := range len(s) {
		if s[i] == 0 {
			return problem.Hintf("take it out", "%q holds a NUL", s)
		}
	}
	return nil
}

// errTooDeep is the error of nesting beyond maxDepth.
func errTooDeep() error {
	return problem.Hintf("a list or dict may hold itself", "lists and dicts are nested more than %d deep", maxDepth)
}
