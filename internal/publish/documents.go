package publish

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"portpress/internal/problem"
)

// Document is a file that belongs to its author, and of which a build changes
// a part.
type Document struct {
	Name string // as the user named it
	Old  []byte // what the build read
	New  []byte // what it makes of that
}

// changes reports whether there is anything to write.
func (d *Document) changes() bool { return !bytes.Equal(d.Old, d.New) }

// State tells how a document stands to what a build makes of it.
func (d *Document) State() FileState {
	state := Unchanged
	if d.changes() {
		state = Changed
	}
	return FileState{Path: filepath.ToSlash(d.Name), State: state, Bytes: len(d.New), SHA256: digest(sha256.Sum256(d.New)).String()}
}

// Diff leads from the document as it was read to what a build makes of it.
func (d *Document) Diff() Diff {
	return Diff{Path: filepath.ToSlash(d.Name), Old: notNil(d.Old), New: notNil(d.New), name: d.Name}
}

// documents carries out the change of documents.
type documents struct {
	list  []staged
	fault func(step string) error
}

// staged is a document on its way.
type staged struct {
	*Document
	path string // where the file is, links followed
	temp string // beside it
	info fs.FileInfo
}

func (w *documents) at(step string) error {
	if w.fault == nil {
		return nil
	}
	return w.fault(step)
}

// look finds where the documents are. Of several names for one file one
// counts: they were read and changed alike.
func (w *documents) look(docs []Document) problem.List {
	var found problem.List
	seen := map[string]bool{}
	for i := range docs {
		d := &docs[i]
		if !d.changes() {
			continue
		}
		path, err := filepath.EvalSymlinks(d.Name)
		var info fs.FileInfo
		if err == nil {
			info, err = os.Stat(path)
		}
		switch {
		case err != nil:
			found = append(found, failed(d.Name, false, err))
		case !info.Mode().IsRegular():
			found = append(found, inTheWay(d.Name, info.Mode(), false))
		case !seen[path]:
			seen[path] = true
			w.list = append(w.list, staged{d, path, besideName(path), info})
		}
	}
	return found
}

// besideName is the name that a document is staged under.
func besideName(path string) string {
	return filepath.Join(filepath.Dir(path), filepath.FromSlash(tempName(filepath.Base(path))))
}

// prepare writes every document beside the one that it is to replace, and looks
// whether that is still what was read.
func (w *documents) prepare() problem.List {
	for i := range w.list {
		if err := w.list[i].held(); err != nil {
			return problem.List{failed(w.list[i].Name, true, err)}
		}
	}
	if found := w.stage(); len(found) > 0 {
		return found
	}
	return w.unedited()
}

func (w *documents) stage() problem.List {
	failures := make([]error, len(w.list))
	var g errgroup.Group
	g.SetLimit(16) // side by side, syncs cost little more than one
	for i := range w.list {
		g.Go(func() error {
			failures[i] = w.stageOne(&w.list[i])
			return failures[i]
		})
	}
	if g.Wait() == nil {
		return nil
	}
	i := slices.IndexFunc(failures, func(err error) bool { return err != nil })
	return problem.List{failed(w.list[i].Name, true, failures[i])}
}

func (w *documents) stageOne(s *staged) (err error) {
	if err := w.at("create " + s.temp); err != nil {
		return err
	}
	if info, err := os.Lstat(s.temp); err == nil { // what a killed run left
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s %w", s.temp, kindError(info.Mode()))
		}
		if err := os.Remove(s.temp); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(s.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, s.info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := w.at("write " + s.temp); err != nil {
		return err
	}
	if _, err := f.Write(s.New); err != nil {
		return err
	}
	// The umask may have taken bits, and another user's file should stay his.
	if err := f.Chmod(s.info.Mode().Perm()); err != nil {
		return err
	}
	if err := keepOwner(f, s.info); err != nil {
		return err
	}
	if err := w.at("sync " + s.temp); err != nil {
		return err
	}
	return f.Sync()
}

// held tells why the document could not be replaced. One with further names is
// overwritten.
func (s *staged) held() error {
	if names(s.info) > 1 {
		return nil
	}
	dir, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return nil // who may not look into a folder may still write there
	}
	defer dir.Close() //nolint:errcheck // nothing was written
	return held(dir, filepath.Base(s.path))
}

// unedited finds documents that somebody changed since they were read.
func (w *documents) unedited() problem.List {
	var found problem.List
	for i := range w.list {
		if p := w.list[i].edited(); p != nil {
			found = append(found, *p)
		}
	}
	return found
}

func (s *staged) edited() *problem.Problem {
	now, err := os.ReadFile(s.path)
	if err != nil {
		p := failed(s.Name, false, err)
		return &p
	}
	if bytes.Equal(now, s.Old) {
		return nil
	}
	return &problem.Problem{
		Severity: problem.Error, Code: problem.Edited, File: s.Name,
		Text: "was edited while portpress ran", Hint: "nothing of it was overwritten: run portpress again",
	}
}

// place puts every document in its place. What goes wrong with one keeps the
// others from nothing: the exports are out already, and the next run does what
// is left.
func (w *documents) place() problem.List {
	var found problem.List
	for i := range w.list {
		s := &w.list[i]
		if p := s.edited(); p != nil {
			found = append(found, *p)
			_ = os.Remove(s.temp)
			continue
		}
		err := w.at("rename " + s.path)
		if err == nil && names(s.info) > 1 {
			err = s.overwrite()
		} else if err == nil {
			err = os.Rename(s.temp, s.path)
		}
		if err != nil {
			found = append(found, failed(s.Name, true, err))
			_ = os.Remove(s.temp)
		}
	}
	return found
}

// overwrite changes a file in its place, since a rename would part it from its
// other names. The staged copy goes last: should the write be cut short, the
// whole is beside it.
func (s *staged) overwrite() error {
	f, err := os.OpenFile(s.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(s.New, 0)
	if err == nil {
		err = f.Truncate(int64(len(s.New)))
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Remove(s.temp)
}

// undo removes what was staged.
func (w *documents) undo() {
	for i := range w.list {
		if w.at("remove "+w.list[i].temp) == nil {
			_ = os.Remove(w.list[i].temp) // what is left the next run removes
		}
	}
}
