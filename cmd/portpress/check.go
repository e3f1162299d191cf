package main

import (
	"portpress/internal/publish"
)

// checkCmd compares the exports on disk with what build would write.
type checkCmd struct{ pressFlags }

// Help is what portpress check --help says below the flags.
func (*checkCmd) Help() string {
	return `Nothing is written. Each file that is missing, changed, stale or edited is a problem, and the
difference is printed as a unified diff: what is on disk against what build would write.`
}

// Run does the command.
func (c *checkCmd) Run(t *terminal) error {
	if err := c.validate(); err != nil {
		return err
	}
	if c.Out == stdin {
		return usageError{"check compares a folder: --out - is for build"}
	}
	r := gather(t, &c.pressFlags, "compared")
	sets, problems := c.press(t)
	r.result.Problems = problems
	reports, diffs, found := publish.Compare(c.Out, sets, publish.Options{Only: only(c.Only)})
	for _, d := range diffs {
		r.result.Diffs = append(r.result.Diffs, string(d.Unified()))
	}
	r.add(reports, found)
	return r.finish()
}
