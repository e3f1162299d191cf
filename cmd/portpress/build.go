package main

import (
	"fmt"
	"os"
	"slices"

	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/publish"
)

// buildCmd presses the exports and publishes them.
type buildCmd struct {
	pressFlags
	Force  bool   `short:"f" help:"Overwrite exports that were edited since, and foreign files in the way."`
	FailOn string `enum:"changed,none" default:"none" placeholder:"WHAT" help:"Exit with 1 if anything was written or removed (changed), as hooks want it. Default: none."`
}

// Help is what portpress build --help says below the flags.
func (*buildCmd) Help() string {
	return `Everything is pressed in memory and re-read by its own format's parser before the first file is
written, so a mistake changes nothing on disk. Unchanged files are left alone. SHA256SUMS in each
product's folder lists what portpress owns: a listed file that no template presses any more is
removed, and a file that somebody edited since is not overwritten without --force.`
}

// open settles what to work on.
func (f *pressFlags) open(t *terminal) (*work, problem.List, error) {
	if f.Out != nil && *f.Out == "" {
		return nil, nil, usageError{"--out is empty: name a folder"}
	}
	w, problems, err := f.workFlags.open(t, f.Datasets, func(w *work) error {
		s := &w.settings
		replace(&s.Exports, f.Only)
		replace(&s.Documents, f.Document)
		if f.Out != nil {
			s.Out, w.outFlag = *f.Out, true
		}
		if f.Quiet != nil {
			s.Quiet = *f.Quiet
		}
		if err := w.reports(f.Report); err != nil {
			return err
		}
		return w.placeFlag(f.Place)
	})
	if w != nil {
		problems = append(problems, w.notFolders()...)
	}
	return w, problems, err
}

// notFolders tells of files where exports are to go: whoever names one means a
// table inside it, or one export as that file.
func (w *work) notFolders() problem.List {
	var found problem.List
	for _, s := range w.sites {
		info, err := os.Stat(s.out)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		found = appendNew(found, problem.List{{
			Severity: problem.Error, Code: problem.NotAFile, File: s.out,
			Text: "is a file, and the exports need a folder",
			Hint: fmt.Sprintf("a table inside that file is kept by portpress inject %s; one export becomes a file by --only EXPORT --out - > FILE", shellWord(s.out)),
		}})
	}
	return found
}

// orTell ends a command that can't begin: by a mistake on the command line, or
// by what is wrong with the project file.
func orTell(err error, t *terminal, problems problem.List) error {
	if err != nil {
		return err
	}
	return t.tell(problems, false)
}

// Run does the command.
func (c *buildCmd) Run(t *terminal) error {
	w, problems, err := c.open(t)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	all, found := w.press()
	problems = append(problems, found...)
	if w.settings.Out == stdin {
		return w.print(all, problems)
	}
	g := w.gather("written")
	g.failOnChange = c.FailOn == "changed"
	var documents []publish.Document
	if all != nil {
		documents, found = w.documents(all)
		problems = append(problems, found...)
	}
	g.result.Problems = problems
	if problems.Failed(w.settings.Strict) {
		return g.finish()
	}
	reports, found := publish.WriteAll(w.foldersOf(all, c.Only), publish.Documents{List: documents, Folder: w.dir}, publish.Options{
		Force: c.Force, Only: only(c.Only), Versions: versionsOf, Waiting: w.waiting,
	})
	g.add(reports, found)
	g.addDocuments(documents, found.Count(problem.Error) == 0)
	g.mendBy(c.build())
	return g.finish()
}

// waiting tells that another build has to end first.
func (w *work) waiting() { w.t.line("waiting for another build here") }

// print writes the one export that was picked to standard output.
func (w *work) print(all []*pressed, problems problem.List) error {
	if !slices.Equal(w.settings.Report, []string{"text"}) {
		return usageError{"--out - prints an export, --report a report: choose one"}
	}
	if err := w.t.tell(problems, w.settings.Strict); err != nil {
		return err
	}
	var files []export.File
	for _, p := range all {
		files = append(files, p.files...)
	}
	if len(files) != 1 {
		return usageError{fmt.Sprintf("--out - prints one export, and %d are picked: name one with --only", len(files))}
	}
	return w.t.Write(string(files[0].Content))
}
