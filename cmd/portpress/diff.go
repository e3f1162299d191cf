package main

import (
	"cmp"
	"strings"

	"portpress/internal/change"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/source"
)

// diffCmd prints what changed between two datasets, or between what datasets were
// and what they are.
type diffCmd struct {
	Sides  []string `arg:"" optional:"" name:"side" help:"OLD and NEW: each a TOML file, id of a shipped dataset, git:REV:PATH, or - for standard input. With --base, datasets. Without, the project's in a pull request."`
	Base   string   `placeholder:"REV" help:"Compare the project's datasets, or those that are named, with what they were at this commit, branch or tag. With none, with nothing: a first release."`
	Report []string `aliases:"format" sep:"none" placeholder:"FORMAT[=FILE]" help:"${reports}: how the result is printed, or written to a file; markdown is a section for release notes. Repeatable (default: text)."`
	FailOn string   `enum:"widened,any,none" default:"none" placeholder:"WHAT" help:"Exit with 1 if anything opens more (widened) or differs (any). Default: none."`
	baseFlags
}

// Help is what portpress diff --help says below the flags.
func (*diffCmd) Help() string {
	return `What opens more than before comes first: a new flow, a wider scope, more networks. Rows are compared
by id and by what they open, so that a new id alone opens nothing. git:REV:PATH is a file as it was
at a revision; PATH is relative to the current folder. Layers and options apply to both sides.

    portpress diff git:HEAD:ports.toml ports.toml --fail-on widened
    portpress diff git:v1.2:ports.toml git:v1.3:ports.toml --report markdown

With --base, all datasets of the project file are compared with what they were, each with the layers of its
time. In a pull request the base is found in the variables of the CI system:

    portpress diff --base v1.2
    portpress diff --report github --report markdown="$GITHUB_STEP_SUMMARY" --fail-on widened`
}

// Run does the command.
func (c *diffCmd) Run(t *terminal) error {
	if len(c.Sides) == 2 && c.Base == "" {
		return c.two(t)
	}
	if len(c.Sides) > 0 && c.Base == "" {
		return usageError{"diff compares two: name OLD and NEW, or datasets with --base REV"}
	}
	return c.withBase(t)
}

// two compares the sides that are named.
func (c *diffCmd) two(t *terminal) error {
	w, problems, err := c.openLayers(t)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	if err := w.reports(c.Report); err != nil {
		return err
	}
	before, after, found := c.sides(w)
	problems = append(problems, found...)
	if problems.Failed(false) {
		return t.tell(problems, false)
	}
	name, _ := w.datasets()
	l := &loaded{site: w.sites[0], name: cmp.Or(w.own(name, c.New()), c.New()), ds: after}
	return c.finish(w, problems, &comparisons{list: []comparison{{change: change.Between(before, after), after: l}}})
}

// New is the newer side.
func (c *diffCmd) New() string { return c.Sides[1] }

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
	before = load(c.Sides[0])
	after = load(c.New())
	return before, after, problems
}

// openSide finds a dataset as openDataset does, or at a revision.
func openSide(t *terminal, name string) (*source.File, problem.List) {
	if at, isGit := strings.CutPrefix(name, "git:"); isGit {
		return openGit(name, at)
	}
	return openDataset(t, name)
}
