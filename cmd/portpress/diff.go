package main

import (
	"cmp"
	"fmt"
	"strings"

	"portpress/internal/change"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/source"
)

// diffCmd prints what changed between two datasets.
type diffCmd struct {
	Old    string `arg:"" placeholder:"OLD" help:"TOML file, id of a shipped dataset, git:REV:PATH, or - for standard input."`
	New    string `arg:"" placeholder:"NEW" help:"What to compare it with, likewise."`
	Format string `enum:"text,markdown,json" default:"text" placeholder:"FORMAT" help:"text, markdown (a section for release notes) or json."`
	FailOn string `enum:"widened,any,none" default:"none" placeholder:"WHAT" help:"Exit with 1 if anything opens more (widened) or differs (any). Default: none."`
	baseFlags
}

// Help is what portpress diff --help says below the flags.
func (*diffCmd) Help() string {
	return `What opens more than before comes first: a new flow, a wider scope, more networks. Rows are compared
by id and by what they open, so that a new id alone opens nothing. git:REV:PATH is a file as it was
at a revision; PATH is relative to the current folder. Layers and options apply to both sides.

    portpress diff git:HEAD:ports.toml ports.toml --fail-on widened
    portpress diff git:v1.2:ports.toml git:v1.3:ports.toml --format markdown`
}

// Run does the command.
func (c *diffCmd) Run(t *terminal) error {
	w, problems, err := c.openLayers(t)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	before, after, found := c.sides(w)
	problems = append(problems, found...)
	if err := t.tell(problems, false); err != nil {
		return err
	}
	difference := change.Between(before, after)
	if err := c.print(t, difference); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	if c.FailOn == "widened" && difference.Widened() || c.FailOn == "any" && difference.Any() {
		return ended{exitProblems}
	}
	return nil
}

func (c *diffCmd) print(t *terminal, difference *change.Change) error {
	switch c.Format {
	case "markdown":
		return difference.Markdown(t.Out)
	case "json":
		return report.JSON(t.Out, difference.Document())
	}
	return difference.Text(t.Out, t.ColourOut)
}

// sides loads both datasets with the same layers over them, and gives the
// problems of both, each once.
func (c *diffCmd) sides(w *work) (before, after *dataset.Dataset, problems problem.List) {
	at := w.sites[0]
	own, _ := w.datasets()
	problems = w.share(at)
	load := func(name string) *dataset.Dataset {
		file, found := openSide(w.t, cmp.Or(w.own(own, name), name))
		var ds *dataset.Dataset
		if len(found) == 0 && at.readable {
			ds, found = w.t.limits().Load(file, w.layersFor(at, file)...)
		}
		problems = appendNew(problems, found)
		return ds
	}
	before = load(c.Old)
	after = load(c.New)
	return before, after, problems
}

// openSide finds a dataset as openDataset does, or at a revision.
func openSide(t *terminal, name string) (*source.File, problem.List) {
	if at, isGit := strings.CutPrefix(name, "git:"); isGit {
		return openGit(name, at)
	}
	return openDataset(t, name)
}
