// Command portpress presses a product's table of network ports, kept once as
// TOML, into every place that repeats it.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/schema"
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
	parser := newParser(&c, t)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return t.usageError(err, shortUsage(err))
	}
	if c.RaiseLimits < 1 || c.RaiseLimits > 1000 {
		return t.usageError(usageError{"--raise-limits takes a number from 1 to 1000"}, "")
	}
	t.raise = c.RaiseLimits
	return t.finish(ctx.Run(t))
}

// newParser reads command lines into c.
func newParser(c *cli, t *terminal) *kong.Kong {
	parser, err := kong.New(c,
		kong.Name("portpress"), kong.Description(description), kong.Help(help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(t.Out, t.Err), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Vars{"version": version(), "reports": strings.Join(report.Formats(), ", "), "schemas": strings.Join(schema.Kinds(), ",")},
	)
	if err != nil {
		panic(err) // the struct tags of cli are wrong
	}
	return parser
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

// ended ends a command whose problems have been told already.
type ended struct{ status int }

func (e ended) Error() string { return fmt.Sprintf("exit status %d", e.status) }

// finish turns what a command returned into text and an exit status.
func (t *terminal) finish(err error) int {
	var wrong usageError
	var told ended
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &told):
		return told.status
	case errors.As(err, &wrong):
		return t.usageError(err, "")
	}
	t.line("portpress: error: " + err.Error())
	return exitUsage
}

func (t *terminal) usageError(err error, usage string) int {
	t.line("portpress: error: " + err.Error())
	if usage != "" {
		t.line("usage: " + usage)
	}
	t.line("try portpress --help")
	return exitUsage
}

// ending is what a command ends with after these problems: nil where they let
// it pass.
func ending(list problem.List, strict bool) error {
	if status := statusOf(list, strict); status != exitFine {
		return ended{status}
	}
	return nil
}

// statusOf is the exit status that a list of problems calls for.
func statusOf(list problem.List, strict bool) int {
	if !list.Failed(strict) {
		return exitFine
	}
	for i := range list {
		if code := list[i].Code; code == problem.ReadFailed || code == problem.WriteFailed || code == problem.NoBase {
			return exitUsage
		}
	}
	return exitProblems
}
