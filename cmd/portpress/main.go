// Command portpress presses a product's table of network ports, kept once as
// TOML, into every place that repeats it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"portpress/internal/problem"
)

// The exit statuses, which docs/cli.md promises.
const (
	exitFine     = 0
	exitProblems = 1 // problems, or drift
	exitUsage    = 2 // the command line is wrong, or a file can't be read or written
)

func main() {
	os.Exit(run(os.Args[1:], newTerminal(os.Stdin, os.Stdout, os.Stderr)))
}

// exit is what kong's --help and --version end with; run catches it.
type exit int

// run does what the arguments say and returns the exit status.
func run(args []string, t *terminal) (status int) {
	defer func() {
		if r := recover(); r != nil {
			code, ok := r.(exit)
			if !ok {
				panic(r)
			}
			status = int(code)
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("portpress"), kong.Description(description), kong.Help(help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Vars{"version": version()},
	)
	if err != nil {
		panic(err) // the struct tags of cli are wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return t.usageError(err, shortUsage(err))
	}
	return t.finish(ctx.Run(t))
}

// shortUsage is the one line that belongs to a mistake on the command line.
func shortUsage(err error) string {
	var parse *kong.ParseError
	if !errors.As(err, &parse) || parse.Context == nil {
		return "portpress COMMAND [FLAGS]"
	}
	if node := parse.Context.Selected(); node != nil {
		return "portpress " + node.Summary()
	}
	return "portpress COMMAND [FLAGS]"
}

// usageError is a mistake on the command line that kong can't see.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// found ends a command with problems that have been reported already.
type found struct{ status int }

func (f found) Error() string { return fmt.Sprintf("exit status %d", f.status) }

// finish turns what a command returned into text and an exit status.
func (t *terminal) finish(err error) int {
	var wrong usageError
	var reported found
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &reported):
		return reported.status
	case errors.As(err, &wrong):
		return t.usageError(err, "")
	}
	t.line(t.err, "portpress: error: "+err.Error())
	return exitUsage
}

func (t *terminal) usageError(err error, usage string) int {
	t.line(t.err, "portpress: error: "+err.Error())
	if usage != "" {
		t.line(t.err, "usage: "+usage)
	}
	t.line(t.err, "try portpress --help")
	return exitUsage
}

// line writes one line. A failing terminal has nowhere to be reported.
func (*terminal) line(w io.Writer, text string) {
	_, _ = fmt.Fprintln(w, text)
}

// statusOf is the exit status that a list of problems calls for.
func statusOf(list problem.List, strict bool) int {
	if !list.Failed(strict) {
		return exitFine
	}
	for i := range list {
		if code := list[i].Code; code == problem.ReadFailed || code == problem.WriteFailed {
			return exitUsage
		}
	}
	return exitProblems
}
