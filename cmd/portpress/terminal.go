package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// terminal is where the program reads and writes.
type terminal struct {
	in       io.Reader // nil once it has been read
	out, err io.Writer

	colourOut, colourErr bool
	width                int // columns of standard output; 0 where it is no terminal
}

// newTerminal looks at what the files are. There is colour on a terminal only,
// and never when NO_COLOR is set (https://no-color.org).
func newTerminal(in, out, err *os.File) *terminal {
	colour := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	t := &terminal{
		in: in, out: out, err: err,
		colourOut: colour && term.IsTerminal(int(out.Fd())),
		colourErr: colour && term.IsTerminal(int(err.Fd())),
	}
	if term.IsTerminal(int(out.Fd())) {
		if width, _, sizeErr := term.GetSize(int(out.Fd())); sizeErr == nil {
			t.width = width
		}
	}
	// COLUMNS is how scripts and tests ask for a width without a terminal.
	if columns, convErr := strconv.Atoi(os.Getenv("COLUMNS")); convErr == nil && columns > 0 {
		t.width = columns
	}
	return t
}

// readIn reads standard input. Whoever comes second gets a problem: it would be
// empty, and a dataset or layer that is empty means something else.
func (t *terminal) readIn() (*source.File, problem.List) {
	const name = "standard input"
	if t.in == nil {
		return nil, problem.List{{
			Severity: problem.Error, Code: problem.ReadFailed, File: name,
			Text: "can be read once, and was read already", Hint: "name files for the others",
		}}
	}
	in := t.in
	t.in = nil
	return source.FromReader(in, name)
}

// paint wraps text in an SGR code where standard output has colour.
func (t *terminal) paint(code, text string) string {
	if !t.colourOut {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
