package main

import (
	"portpress/internal/problem"
	"portpress/internal/publish"
)

// checkCmd compares the exports on disk with what build would write.
type checkCmd struct{ pressFlags }

// Help is what portpress check --help says below the flags.
func (*checkCmd) Help() string {
	return `Nothing is written. Each file that is missing, changed, stale or edited is a problem, and the
difference is printed as a unified diff: what is on disk against what build would write. So is each
document with a block that is out of date.`
}

// Run does the command.
func (c *checkCmd) Run(t *terminal) error {
	if c.Out != nil && *c.Out == stdin {
		return usageError{"check compares a folder: --out - is for build"}
	}
	w, problems, err := c.open(t)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	g := w.gather("compared")
	all, found := w.press()
	problems = append(problems, found...)
	var documents []publish.Document
	if all != nil {
		documents, found = w.documents(all)
		problems = append(problems, found...)
	}
	g.result.Problems = problems
	if problems.Count(problem.Error) > 0 {
		all = nil
	}
	reports, diffs, found := publish.CompareAll(w.foldersOf(all, c.Only), publish.Options{Only: only(c.Only), Versions: versionsOf})
	for _, d := range diffs {
		g.result.Diffs = append(g.result.Diffs, string(d.Unified()))
	}
	g.add(reports, found)
	g.locate(diffs)
	g.sources(all, diffs)
	if all != nil {
		g.addDocuments(documents, true)
		g.drift(documents, "run `portpress build`")
	}
	g.mendBy(c.build())
	return g.finish()
}
