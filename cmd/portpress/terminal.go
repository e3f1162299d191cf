package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/term"

	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/screen"
	"portpress/internal/source"
)

// terminal is where the program reads and writes.
type terminal struct {
	in    io.Reader // nil once it has been read
	raise int       // by what the limits are multiplied
	report.Output
}

// newTerminal looks at what the files are. There is colour on a terminal only,
// and never when NO_COLOR is set (https://no-color.org).
func newTerminal(in, out, err *os.File) *terminal {
	colour := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	t := &terminal{
		in: in,
		Output: report.Output{
			Out: out, Err: err,
			ColourOut: colour && term.IsTerminal(int(out.Fd())),
			ColourErr: colour && term.IsTerminal(int(err.Fd())),
			Log:       isLog(), Top: fromTop(),
		},
	}
	if term.IsTerminal(int(out.Fd())) {
		if width, _, sizeErr := term.GetSize(int(out.Fd())); sizeErr == nil {
			t.Width = width
		}
	}
	// COLUMNS is how scripts and tests ask for a width without a terminal.
	if columns, convErr := strconv.Atoi(os.Getenv("COLUMNS")); convErr == nil && columns > 0 {
		t.Width = columns
	}
	return t
}

// isLog reports whether what is printed goes to the log of a service that takes
// some lines for commands.
func isLog() bool {
	return slices.ContainsFunc([]string{"GITHUB_ACTIONS", "GITEA_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"}, func(name string) bool { return os.Getenv(name) != "" })
}

// fromTop is the way from the top of the repository to the working folder: the
// services that show findings know files from there.
func fromTop() string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	for top := here; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			way, _ := filepath.Rel(top, here) // one is above the other
			return filepath.ToSlash(way)
		}
		if top == filepath.Dir(top) {
			return ""
		}
	}
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

// tell prints problems, and gives what a command ends with where they stop it.
func (t *terminal) tell(list problem.List, strict bool) error {
	if err := t.Tell(list); err != nil {
		return err
	}
	return ending(list, strict)
}

// line writes one line to standard error, where a failing terminal has nowhere
// to be reported.
func (t *terminal) line(text string) {
	_, _ = io.WriteString(t.Err, screen.Text(text)+"\n")
}
