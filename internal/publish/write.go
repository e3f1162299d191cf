package publish

import (
	"errors"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// Write makes the product's folder below out hold the set, all or nothing.
// Files that hold what was pressed are left untouched.
//
// It refuses, with every problem at once and nothing changed, when a file was
// edited since portpress wrote it, when a file that it never wrote stands at
// an export's path, or when something that is not a plain file does. When the
// system fails it (write-failed, read-failed) before the first file is renamed
// into place, again nothing has changed; later, every file is whole, and the
// next Write finishes the job. Warnings name stale files that were edited
// since: they stay, and are listed no more.
func Write(out string, set export.Set, o Options) (Report, problem.List) {
	return write(out, set, o, nil)
}

// write is Write with a hook for tests, which is asked before every change on
// disk and may fail it.
func write(out string, set export.Set, o Options, fault func(step string) error) (Report, problem.List) {
	report := newReport(out, set)
	if found := checkNames(set); len(found) > 0 {
		return report, found
	}
	pl, found := openPlace(out, set.Product, true, o.Waiting, fault)
	if len(found) > 0 {
		return report, found
	}
	p, found := makePlan(pl, set, o)
	found = append(found, p.handEdits(pl, o.Force)...)
	if found.Count(problem.Error) > 0 || !p.pending() {
		pl.close(true)
		report.Files = p.states()
		found.Sort()
		return report, found
	}

	b := build{place: pl, plan: p}
	if stopped := b.run(); stopped != nil {
		found = append(found, *stopped)
	} else {
		p.done()
	}
	pl.close(!b.begun)
	report.Changed, report.Files = b.begun, p.states()
	found.Sort()
	return report, found
}

// newReport returns the report of a folder that nothing is known of yet.
func newReport(out string, set export.Set) Report {
	return Report{Product: set.Product, Folder: filepath.Join(out, set.Product), Files: []FileState{}}
}

// build carries out a plan.
type build struct {
	*place
	plan    *plan
	journal journal
	made    []string // folders, the outermost first
	opened  bool     // the product's folder was made
	begun   bool     // the first change that a reader may see was made
}

// run carries out the plan in an order that lets a kill at any moment be
// mended by the next build: the journal is in place before anything that it
// names, on disk before the first rename, and goes when SHA256SUMS, the last
// to be renamed, can speak for every file.
func (b *build) run() *problem.Problem {
	if stopped := b.prepare(); stopped != nil {
		b.undo()
		return stopped
	}
	b.begun = true

	for i := range b.plan.items {
		var err error
		switch it := &b.plan.items[i]; {
		case it.put():
			err = b.rename(tempName(it.path), it.path)
		case b.plan.drop(it):
			if err = b.remove(it.path); err == nil {
				b.rmdir(it.path)
			}
		}
		if err != nil {
			return b.stopped(b.plan.items[i].path, err)
		}
	}
	for _, path := range b.plan.gone {
		b.rmdir(path)
	}
	return b.finish()
}

// finish renews SHA256SUMS and then removes the journal.
func (b *build) finish() *problem.Problem {
	var err error
	switch b.plan.sumsState {
	case Missing, Changed:
		err = b.rename(tempName(sumsName), sumsName)
	case Stale:
		err = b.remove(sumsName)
	}
	if err != nil {
		return b.stopped(sumsName, err)
	}
	if err := b.remove(journalName); err != nil {
		return b.stopped(journalName, err)
	}
	return nil
}

// stopped tells what the system refused once the build had begun.
func (b *build) stopped(path string, err error) *problem.Problem {
	p := failed(b.file(path), true, err)
	p.Hint += " to finish the build"
	return &p
}

// prepare does all that may fail for lack of space or permission, before
// anything that a reader may see changes.
func (b *build) prepare() *problem.Problem {
	fail := func(path string, err error) *problem.Problem {
		p := failed(b.file(path), true, err)
		return &p
	}
	if b.root == nil {
		if err := b.makeProduct(); err != nil {
			return fail(".", err)
		}
		b.opened = true
	}
	if b.plan.old.interrupted {
		if path, err := b.sweep(); err != nil {
			return fail(path, err)
		}
	}
	if err := b.writeJournal(); err != nil {
		return fail(journalName, err)
	}
	if path, err := b.stageAll(); err != nil {
		return fail(path, err)
	}
	return nil
}

// stageAll stages every file, SHA256SUMS included, and syncs the journal
// meanwhile: side by side, syncs cost little more than one. It returns the path
// that failed.
func (b *build) stageAll() (string, error) {
	for i := range b.plan.items {
		it := &b.plan.items[i]
		if !it.put() || it.on != nil {
			continue
		}
		made, err := b.mkdir(it.path)
		b.made = append(b.made, made...)
		if err != nil {
			return it.path, err
		}
	}

	// SHA256SUMS and the journal take the last two places.
	const sideBySide = 16
	n := len(b.plan.items)
	failures := make([]error, n+2)
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for i := range failures {
		g.Go(func() error {
			switch {
			case i == n:
				if s := b.plan.sumsState; s == Missing || s == Changed {
					failures[i] = b.stage(sumsName, b.plan.sums, b.plan.old.sumsInfo)
				}
			case i > n:
				failures[i] = b.syncJournal()
			case b.plan.items[i].put():
				it := &b.plan.items[i]
				failures[i] = b.stage(it.path, it.export.Content, it.on)
			}
			return failures[i]
		})
	}
	if g.Wait() == nil {
		return "", nil
	}
	// The first by path, so that the same failure is told the same way.
	i := slices.IndexFunc(failures, func(err error) bool { return err != nil })
	switch {
	case i == n:
		return sumsName, failures[i]
	case i > n:
		return journalName, failures[i]
	}
	return b.plan.items[i].path, failures[i]
}

// undo removes what prepare made. While anything of it is left, so is the
// journal, by which the next build sweeps it up.
func (b *build) undo() {
	if b.root != nil {
		left := false
		drop := func(target string) {
			err := b.remove(tempName(target))
			_, others := errors.AsType[kindError](err) // stood there before
			left = left || err != nil && !others
		}
		for i := range b.plan.items {
			if it := &b.plan.items[i]; it.put() {
				drop(it.path)
			}
		}
		drop(sumsName)
		for _, dir := range slices.Backward(b.made) {
			left = left || b.at("rmdir "+dir) != nil || b.root.Remove(dir) != nil
		}
		if left || b.dropJournal() != nil {
			return
		}
	}
	if b.opened && b.at("rmdir "+b.product) == nil {
		_ = b.out.Remove(b.product)
	}
}
