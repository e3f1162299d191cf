package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"portpress/internal/problem"
)

// Part is what a file says.
type Part struct {
	Tree   map[string]any
	Order  map[string][]string // the keys of each table at the top, in the order of the text
	Broken map[string]bool     // dotted names of tables with a syntax error
}

// Parse reads a file by the rules of TOML 1.1. Where it has syntax errors,
// each table is also read by itself, so that every table's first error is
// found, and the others' content.
func (f *File) Parse() (Part, problem.List) {
	if f.view != nil {
		return f.view.part, nil
	}
	r := &reader{text: []byte(f.Text)}
	whole, bad := build(r, 0, len(r.text))
	if bad == nil {
		return whole, nil
	}
	out := Part{Tree: map[string]any{}, Order: map[string][]string{}, Broken: map[string]bool{}}
	var found problem.List
	lines := map[int]bool{}
	report := func(bad *fault) {
		if p := f.syntax(bad); !lines[p.Line] {
			lines[p.Line] = true
			found = append(found, p)
		}
	}
	opened := map[string]bool{}
	for _, t := range r.pieces() {
		again := opened[t.name] && t.name != ""
		opened[t.name] = true
		if again && !t.list {
			report(&fault{at: t.header, again: t.path})
			continue
		}
		part, bad := Part{}, t.bad
		if bad == nil {
			part, bad = build(r, t.start, t.end)
		}
		if bad != nil {
			out.Broken[t.name] = true
			report(bad)
			continue
		}
		merge(out.Tree, part.Tree)
		for section, ids := range part.Order {
			out.Order[section] = append(out.Order[section], ids...)
		}
	}
	// What only shows in the whole, such as a table that extends a value.
	report(bad)
	return out, found
}

// build reads the text between two offsets.
func build(r *reader, start, end int) (Part, *fault) {
	b := newBuilder(&reader{text: r.text[:end]})
	var bad *fault
	stopped := b.each(start, func(n *unstable.Node) bool {
		bad = b.add(n)
		return bad == nil
	})
	if bad == nil {
		bad = stopped
	}
	if bad != nil {
		return Part{}, bad
	}
	tree, bad := b.decode(start, end)
	if bad != nil {
		return Part{}, bad
	}
	return Part{Tree: tree, Order: b.ordered()}, nil
}

// piece is one header with what stands below it. The first has none.
type piece struct {
	header     Span
	list       bool // of [[two]] brackets
	path       []name
	name       string // its dotted name, or the section alone if the rest can't be read
	start, end int
	bad        *fault // the parser's word on what it couldn't read
}

// pieces takes the text apart at its headers. What it can't read belongs to
// the piece that it stands in.
func (r *reader) pieces() []piece {
	pieces := []piece{{}}
	r.recover(func(n *unstable.Node) {
		if n.Kind == unstable.KeyValue {
			return
		}
		t := piece{header: r.header(n), list: n.Kind == unstable.ArrayTable}
		t.path, t.bad = r.names(n)
		t.name = dottedName(t.path)
		if t.bad != nil {
			t.name = firstName(r.text[t.header.Start:])
		}
		t.start = t.header.Start
		pieces[len(pieces)-1].end = t.start
		pieces = append(pieces, t)
	}, func(start int, bad *fault) {
		last := &pieces[len(pieces)-1]
		if start < len(r.text) && r.text[start] == '[' {
			last.end = start
			pieces = append(pieces, piece{name: firstName(r.text[start:]), start: start, bad: bad})
		} else if last.bad == nil {
			last.bad = bad
		}
	})
	pieces[len(pieces)-1].end = len(r.text)
	return pieces
}

// recover calls yield for every expression that can be read, and fail for
// every other one with where it begins, so that one mistake doesn't hide the
// tables that follow.
func (r *reader) recover(yield func(n *unstable.Node), fail func(start int, bad *fault)) {
	for at := 0; ; {
		bad := r.each(at, func(n *unstable.Node) bool {
			yield(n)
			return true
		})
		if bad == nil {
			return
		}
		start := r.next()
		fail(start, bad)
		at = r.resume(start, bad.at.Start)
		if at == len(r.text) {
			return
		}
	}
}

// whole is a line with nothing but a header.
var whole = regexp.MustCompile(`^[ \t]*\[\[?[^\[\]=,]+\]\]?[ \t]*(#|$)`)

// resume finds where to go on behind an expression that couldn't be read: at
// the next line. Where the parser was stopped lines below, those between belong
// to a list or a text, as may what only looks like a line of its own: then at
// the next header.
func (r *reader) resume(start, stopped int) int {
	at := min(r.lineEnd(start)+1, len(r.text))
	if stopped < at {
		return at
	}
	at = 1 + bytes.LastIndexByte(r.text[:stopped], '\n')
	for at < len(r.text) && !whole.Match(r.text[at:r.lineEnd(at)]) {
		at = min(r.lineEnd(at)+1, len(r.text))
	}
	return at
}

// first is the first name of a header that may be broken behind it.
var first = regexp.MustCompile(`^\[\[?[ \t]*([A-Za-z0-9_-]+)`)

func firstName(header []byte) string {
	if m := first.FindSubmatch(header); m != nil {
		return string(m[1])
	}
	return ""
}

func dottedName(path []name) string {
	texts := make([]string, len(path))
	for i, part := range path {
		texts[i] = part.text
		if !bareName.MatchString(part.text) {
			texts[i] = fmt.Sprintf("%q", part.text)
		}
	}
	return strings.Join(texts, ".")
}

var bareName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// merge adds what src has and dst has not.
func merge(dst, src map[string]any) {
	for k, v := range src {
		old, exists := dst[k]
		oldTable, a := old.(map[string]any)
		newTable, b := v.(map[string]any)
		switch {
		case !exists:
			dst[k] = v
		case a && b:
			merge(oldTable, newTable)
		}
	}
}

// syntax makes a problem of a fault.
func (f *File) syntax(bad *fault) problem.Problem {
	p := f.At(bad.at)
	p.Severity, p.Code, p.Text, p.Hint = problem.Error, problem.TOMLSyntax, bad.text, bad.hint
	if bad.again != nil {
		what := "key " + dottedName(bad.again)
		if strings.HasPrefix(f.Text[bad.at.Start:], "[") {
			what = "table [" + dottedName(bad.again) + "]"
			p.Hint = "give one of the two another id, or make them one table"
		}
		path := make([]any, len(bad.again))
		for i, part := range bad.again {
			path[i] = part.text
		}
		place, _ := f.Locate(path...)
		p.Text = fmt.Sprintf(invalid+"%s is already defined on line %d", what, f.At(place.Key).Line)
	}
	return p
}
