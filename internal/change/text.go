package change

import (
	"io"
	"strings"

	"portpress/internal/screen"
)

// Text writes a change for reading on a terminal, what opens more first and
// marked with "!". Of equal datasets it writes "no changes".
func (c *Change) Text(w io.Writer, colour bool) error {
	t := textWriter{names: c.protocols, Paint: screen.Paint{On: colour}}
	if c.Of != "" {
		t.line(t.Bold(screen.Text(c.Of) + ":"))
	}
	more, less, others := c.parts()
	t.part("opens more", t.Error, "!", more, func(e *Entry) {
		t.openings(e, e.More, true, t.Error)
		t.rest(e)
	})
	t.part("opens less", t.Green, "-", less, func(e *Entry) {
		t.openings(e, e.Less, false, t.Green)
		if len(e.More) == 0 { // told already
			t.rest(e)
		}
	})
	t.part("other changes", t.Yellow, "~", others, t.rest)
	if c.Any() {
		t.line(t.Bold(totals(len(more), len(less), len(others))))
	} else {
		t.line("no changes")
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type textWriter struct {
	screen.Paint
	b     strings.Builder
	names names
}

// colour paints a text.
type colour func(string) string

// part writes the entries under a heading, if there are any.
func (t *textWriter) part(heading string, paint colour, mark string, entries []*Entry, body func(*Entry)) {
	if len(entries) == 0 {
		return
	}
	t.line(t.Bold(heading + ":"))
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
		t.line("  " + paint(sign) + " " + t.Bold(screen.Text(e.title())))
		body(e)
	}
}

func (t *textWriter) openings(e *Entry, list []Opening, more bool, paint colour) {
	for i := range list {
		t.line("      " + paint(screen.Text(t.names.sentence(e.Section, &list[i], more))))
	}
}

// rest writes what there is to say beside openings.
func (t *textWriter) rest(e *Entry) {
	if what := e.what(); what != "" {
		t.line("      " + screen.Text(what))
	}
	for i := range e.Fields {
		t.line("      " + screen.Text(e.Fields[i].text()))
	}
}

func (t *textWriter) line(s string) { t.b.WriteString(s + "\n") }
