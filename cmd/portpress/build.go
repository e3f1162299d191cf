package main

import (
	"fmt"

	"portpress/internal/export"
	"portpress/internal/publish"
)

// buildCmd presses the exports and publishes them.
type buildCmd struct {
	pressFlags
	Force bool `short:"f" help:"Overwrite exports that were edited since, and foreign files in the way."`
}

// Help is what portpress build --help says below the flags.
func (*buildCmd) Help() string {
	return `Everything is pressed in memory and re-read by its own format's parser before the first file is
written, so a mistake changes nothing on disk. Unchanged files are left alone. SHA256SUMS in each
product's folder lists what portpress owns: a listed file that no template presses any more is
removed, and a file that somebody edited since is not overwritten without --force.`
}

// Run does the command.
func (c *buildCmd) Run(t *terminal) error {
	if err := c.validate(); err != nil {
		return err
	}
	if c.Out == stdin {
		return c.print(t)
	}
	r := gather(t, &c.pressFlags, "written")
	sets, problems := c.press(t)
	r.result.Problems = problems
	reports, found := publish.Write(c.Out, sets, publish.Options{
		Force:   c.Force,
		Only:    only(c.Only),
		Waiting: func() { t.line("waiting for another build of " + c.Out) },
	})
	r.add(reports, found)
	return r.finish()
}

// print writes the one export that was picked to standard output.
func (c *buildCmd) print(t *terminal) error {
	if c.Report == "json" {
		return usageError{"--out - prints an export, --report json a report: choose one"}
	}
	sets, problems := c.press(t)
	if err := t.tell(problems, c.Strict); err != nil {
		return err
	}
	var files []export.File
	for _, set := range sets {
		files = append(files, set.Files...)
	}
	if len(files) != 1 {
		return usageError{fmt.Sprintf("--out - prints one export, and %d are picked: name one with --only", len(files))}
	}
	return t.Write(string(files[0].Content))
}
