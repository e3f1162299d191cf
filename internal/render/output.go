package render

import (
	"errors"
	"text/template"

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

	marks map[*byte]mark // of the program that writes
	last  *byte          // the mark that came last
	meter meter
	made  map[*program]*template.Template // what writes here, for as long as the meter does
}

// neverEnds is what to do about an export that outgrows its bounds.
const neverEnds = "look for a loop or a recursion that never ends"

// errTooDeep ends a recursion before it ends the program.
var errTooDeep = errors.New("too deep")

// reset forgets everything written so far.
func (o *output) reset(p *program) {
	o.marks, o.last = p.marks, nil
	o.meter = meter{limit: o.limit.work}
	o.spare = append(o.spare, o.full...)
	o.full, o.b, o.size = o.full[:0], o.b[:0], 0
	o.steps, o.depth = 0, 0
}

// Write appends p, or fails when the export would exceed the limit.
func (o *output) Write(p []byte) (int, error) {
	if o.steps++; o.steps > o.limit.steps {
		return 0, problem.Hintf(neverEnds, "the export takes more than %d steps", o.limit.steps)
	}
	if len(p) > 0 && p[0] == markByte {
		if m, is := o.marks[&p[0]]; is {
			o.last = &p[0]
			if o.depth += m.deeper; o.depth > o.limit.depth {
				return 0, errTooDeep
			}
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

// place says where a program wrote last when it outgrew its bounds: at a range
// or the beginning of a template, the nearest places that are known.
func (o *output) place(p *problem.Problem, of *program) {
	m, known := o.marks[o.last]
	if !known {
		return
	}
	location, _ := m.tree.ErrorContext(m.node)
	s := parseSpot("template: " + location + ":")
	place(p, of.files[s.name], s.line, s.offset, "")
}
