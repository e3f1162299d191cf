package render

import (
	"errors"

	"portpress/internal/problem"
)

// chunkSize is how much of an export stands in one piece while it grows. One
// piece that doubled as it grew would be copied, and touch fresh memory, over
// and over.
const chunkSize = 256 << 10

// output gathers what one template writes, and refuses to outgrow its limit.
// It is used for one export after another.
type output struct {
	b     []byte   // what came last
	full  [][]byte // what came before, in order
	spare [][]byte // chunks to use again
	size  int64    // bytes in full
	limit bounds
	steps int // pieces written, and rounds of ranges
	depth int // how deep templates, and what is nested in them, stand in each other
}

// neverEnds is what to do about an export that outgrows its bounds.
const neverEnds = "look for a loop or a recursion that never ends"

// errTooDeep ends a recursion before it ends the program.
var errTooDeep = errors.New("too deep")

// reset forgets everything written so far.
func (o *output) reset() {
	o.spare = append(o.spare, o.full...)
	o.full, o.b, o.size = o.full[:0], o.b[:0], 0
	o.steps, o.depth = 0, 0
}

// Write appends p, or fails when the export would exceed the limit.
func (o *output) Write(p []byte) (int, error) {
	if o.steps++; o.steps > o.limit.steps {
		return 0, problem.Hintf(neverEnds, "the export takes more than %d steps", o.limit.steps)
	}
	if len(p) > 0 && p[0] == ' ' {
		switch &p[0] {
		case &entering[0]:
			if o.depth += len(p); o.depth > o.limit.depth {
				return 0, errTooDeep
			}
			return len(p), nil
		case &leaving[0]:
			o.depth -= len(p)
			return len(p), nil
		case &turning[0]:
			return len(p), nil
		}
	}
	if o.size+int64(len(o.b)+len(p)) > o.limit.bytes {
		return 0, problem.Hintf(neverEnds, "the export is larger than %d bytes", o.limit.bytes)
	}
	o.b = append(o.b, p...)
	if len(o.b) < chunkSize {
		return len(p), nil
	}
	o.full, o.size = append(o.full, o.b), o.size+int64(len(o.b))
	if n := len(o.spare); n > 0 {
		o.b, o.spare = o.spare[n-1][:0], o.spare[:n-1]
	} else {
		o.b = make([]byte, 0, chunkSize+chunkSize/8) // a row more than fits
	}
	return len(p), nil
}

// content gives all that was written, as a copy of exactly its length.
func (o *output) content() []byte {
	whole := make([]byte, 0, o.size+int64(len(o.b)))
	for _, chunk := range o.full {
		whole = append(whole, chunk...)
	}
	return append(whole, o.b...)
}
