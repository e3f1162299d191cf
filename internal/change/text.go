package change

import (
	"io"
	"strings"
)

// The SGR codes of the parts and of what stands in bold.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "33"
	green  = "32"
)

// Text writes a change for reading on a terminal, what opens more first and
// marked with "!". Of equal datasets it writes "no changes".
func (c *Change) Text(w io.Writer, colour bool) error {
	t := textWriter{names: c.protocols, colour: colour}
	more, less, others := c.parts()
	t.part("opens more", red, "!", more, func(e *Entry) {
		t.openings(e, e.More, true, red)
		t.rest(e)
	})
	t.part("opens less", green, "-", less, func(e *Entry) {
		t.openings(e, e.Less, false, green)
		if len(e.More) == 0 { // told already
			t.rest(e)
		}
	})
	t.part("other changes", yellow, "~", others, t.rest)
	if c.Any() {
		t.line(t.paint(bold, totals(len(more), len(less), len(others))))
	} else {
		t.line("no changes")
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type textWriter struct {
	b      strings.Builder
	names  names
	colour bool
}

// part writes the entries under a heading, if there are any.
func (t *textWriter) part(heading, code, mark string, entries []*Entry, body func(*Entry)) {
	if len(entries) == 0 {
		return
	}
	t.line(t.paint(bold, heading+":"))
	for _, e := range entries {
		sign := mark
		switch {
		case mark != "~":
		case e.State == Added:
			sign = "+"
		case e.State == Removed:
			sign = "-"
		case e.State == Renamed:
			sign = "="
		}
		t.line("  " + t.paint(code, sign) + " " + t.paint(bold, e.title()))
		body(e)
	}
}

func (t *textWriter) openings(e *Entry, list []Opening, more bool, code string) {
	for i := range list {
		t.line("      " + t.paint(code, t.names.sentence(e.Section, &list[i], more)))
	}
}

// rest writes what there is to say beside openings.
func (t *textWriter) rest(e *Entry) {
	if what := e.what(); what != "" {
		t.line("      " + what)
	}
	for i := range e.Fields {
		t.line("      " + e.Fields[i].text())
	}
}

func (t *textWriter) line(s string) { t.b.WriteString(s + "\n") }

func (t *textWriter) paint(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
