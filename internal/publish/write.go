package publish

import (
	"errors"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// Write makes the products' folders below out hold the sets, all or nothing,
// also of several. Files that hold what was pressed are left untouched.
//
// It refuses, with every problem at once and nothing changed, when a file was
// edited since portpress wrote it, when a file that it never wrote stands at
// an export's path, or when something that is not a plain file does. When the
// system fails it (write-failed, read-failed) before the first file is renamed
// into place, again nothing has changed; later, every file is whole, and the
// next Write finishes the job. Warnings name stale files that were edited
// since, which stay and are listed no more, and empty folders that the system
// keeps.
func Write(out string, sets []export.Set, o Options) ([]Report, problem.List) {
	return WriteAll([]Folder{{Out: out, Sets: sets}}, Documents{}, o)
}

// write is Write with a hook for tests, which is asked before every change on
// disk and may fail it.
func write(out string, sets []export.Set, o Options, fault func(step string) error) ([]Report, problem.List) {
	return writeAll([]Folder{{Out: out, Sets: sets}}, Documents{}, o, fault)
}

// begin returns the reports of folders that nothing is known of yet, and what
// is wrong with the names of the sets.
func begin(out string, sets []export.Set) ([]Report, problem.List) {
	var found problem.List
	reports := make([]Report, len(sets))
	for i, set := range sets {
		reports[i] = Report{Product: set.Product, Folder: filepath.Join(out, set.Product), Files: []FileState{}}
		found = append(found, checkNames(set)...)
	}
	return reports, found
}

// carryOut prepares every build that has something to do, and the documents,
// before it commits the first. One that fails takes back all that no reader has
// seen yet.
func carryOut(builds []*build, docs *documents) problem.List {
	builds = slices.DeleteFunc(slices.Clone(builds), func(b *build) bool { return !b.plan.pending() })
	for i, b := range builds {
		if stopped := b.prepare(); stopped != nil {
			undo(builds[:i+1])
			return problem.List{*stopped}
		}
	}
	if found := docs.prepare(); len(found) > 0 {
		docs.undo()
		undo(builds)
		return found
	}
	for i, b := range builds {
		path, err := b.commit()
		if err == nil {
			b.warned = append(b.warned, b.plan.lineEnds(b.shelf, problem.Warning)...)
			b.plan.done()
			continue
		}
		stopped := failed(b.file(path), true, err)
		if i > 0 || b.committed {
			stopped.Hint += " to finish the build"
		}
		docs.undo()
		undo(builds[i:])
		return problem.List{stopped}
	}
	return docs.place()
}

// undo takes back what builds prepared that have committed nothing.
func undo(builds []*build) {
	for _, b := range builds {
		if !b.committed {
			b.undo()
		}
	}
}

// build carries out a plan.
type build struct {
	*shelf
	plan          *plan
	made          []string     // folders, the outermost first
	madeForRecord []string     // likewise, and the draft is in them
	opened        bool         // the product's folder was made
	begun         bool         // something that a reader may see was changed
	warned        problem.List // what the system keeps, though it should go

	recovered bool // what a build that was cut short left is taken up
	committed bool // the first of the plan's own changes was made
}

// commit makes the changes that a reader sees, in an order that lets a kill at
// any moment be mended by the next build: the draft is on disk before the first
// rename, and becomes SHA256SUMS with the last. It returns the path that failed.
func (b *build) commit() (string, error) {
	for i := range b.plan.items {
		it := &b.plan.items[i]
		var err error
		switch {
		case it.put():
			err = b.rename(tempName(it.path), it.path)
		case b.plan.drop(it):
			err = b.remove(it.path)
		default:
			continue
		}
		if err != nil {
			return it.path, err
		}
		b.begun, b.committed = true, true
		if !it.put() {
			b.rmdir(it.path)
		}
	}
	for _, path := range b.plan.gone {
		b.rmdir(path)
	}
	return b.finish()
}

// finish makes the draft SHA256SUMS, or does away with it where nothing is
// listed or nothing new.
func (b *build) finish() (string, error) {
	switch b.plan.sumsState {
	case Missing, Changed:
		if err := b.rename(b.draft(), b.record); err != nil {
			return b.record, err
		}
		b.begun, b.committed = true, true
		return "", nil
	case Stale:
		if err := b.remove(b.record); err != nil {
			return b.record, err
		}
		b.begun, b.committed = true, true
	}
	if err := b.remove(b.draft()); err != nil {
		return b.draft(), err
	}
	b.rmdir(b.record)
	return "", nil
}

// prepare does all that may fail for lack of space or permission, before
// anything that a reader may see changes.
func (b *build) prepare() *problem.Problem {
	fail := func(path string, err error) *problem.Problem {
		p := failed(b.file(path), true, err)
		return &p
	}
	if b.root == nil {
		made, err := b.make()
		if err != nil {
			return fail(".", err)
		}
		b.opened = made
	}
	if path, err := b.held(); err != nil {
		return fail(path, err)
	}
	if b.plan.old.interrupted {
		if path, err := b.recover(); err != nil {
			return fail(path, err)
		}
		b.recovered = true
	}
	made, err := b.mkdir(b.record)
	b.madeForRecord = made
	if err != nil {
		return fail(b.record, err)
	}
	if err := b.writeDraft(); err != nil {
		return fail(b.draft(), err)
	}
	if path, err := b.stageAll(); err != nil {
		return fail(path, err)
	}
	return nil
}

// held finds a file that the commit could not put in its place or remove. Who may
// not look into the folder is told so elsewhere.
func (b *build) held() (string, error) {
	dir, err := b.root.Open(".")
	if err != nil {
		return "", nil
	}
	defer dir.Close() //nolint:errcheck // nothing was written
	paths := []string{b.record}
	for i := range b.plan.items {
		if it := &b.plan.items[i]; it.put() || b.plan.drop(it) {
			paths = append(paths, it.path)
		}
	}
	for _, path := range paths {
		if err := held(dir, path); err != nil {
			return path, err
		}
	}
	return "", nil
}

// stageAll stages every file and syncs the draft meanwhile: side by side, syncs
// cost little more than one. It returns the path that failed.
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

	// The draft takes the last place.
	const sideBySide = 16
	n := len(b.plan.items)
	failures := make([]error, n+1)
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for i := range failures {
		g.Go(func() error {
			if i == n {
				failures[i] = b.syncDraft()
			} else if it := &b.plan.items[i]; it.put() {
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
	if i == n {
		return b.draft(), failures[i]
	}
	return b.plan.items[i].path, failures[i]
}

// undo removes what prepare made. While anything of it is left, so is the
// draft, by which the next build sweeps it up.
func (b *build) undo() {
	if b.root != nil {
		left := false
		for i := range b.plan.items {
			if it := &b.plan.items[i]; it.put() {
				err := b.remove(tempName(it.path))
				_, others := errors.AsType[kindError](err) // stood there before
				left = left || err != nil && !others
			}
		}
		for _, dir := range slices.Backward(b.made) {
			left = left || b.at("rmdir "+dir) != nil || b.root.Remove(dir) != nil
		}
		// That of a build that was cut short stays where recover didn't get to it.
		if left || b.plan.old.interrupted && !b.recovered || b.remove(b.draft()) != nil {
			return
		}
		for _, dir := range slices.Backward(b.madeForRecord) {
			if b.at("rmdir "+dir) != nil || b.root.Remove(dir) != nil {
				return
			}
		}
	}
	if b.opened && b.at("rmdir "+b.product) == nil {
		_ = b.out.Remove(b.product)
	}
}
