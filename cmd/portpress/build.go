package main

import (
	"fmt"
	"path/filepath"

	"portpress/internal/export"
	"portpress/internal/problem"
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
	if len(sets) > 1 && !c.Force && c.refused(r, sets) {
		return r.finish()
	}
	for _, set := range sets {
		report, found := publish.Write(c.Out, set, publish.Options{
			Force:   c.Force,
			Only:    only(c.Only),
			Waiting: func() { t.line("waiting for another build of " + filepath.Join(c.Out, set.Product)) },
		})
		r.add(report, found)
	}
	return r.finish()
}

// refused looks at all products before the first is written: where one of
// them would be refused, none is. It then reports them as they stand.
func (c *buildCmd) refused(r *gathered, sets []export.Set) bool {
	stop := map[problem.Code]bool{
		problem.Edited: true, problem.Foreign: true, problem.NotAFile: true, problem.BadSums: true,
		problem.ReadFailed: true, problem.ExportCollision: true, problem.ExportPath: true,
	}
	reports := make([]publish.Report, len(sets))
	var found problem.List
	for i, set := range sets {
		var problems problem.List
		reports[i], _, problems = publish.Compare(c.Out, set, publish.Options{Only: only(c.Only)})
		for _, p := range problems {
			if stop[p.Code] {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return false
	}
	for _, report := range reports {
		report.Changed = false // a build would change it; this one does not
		r.add(report, nil)
	}
	r.result.Problems = append(r.result.Problems, found...)
	return true
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
