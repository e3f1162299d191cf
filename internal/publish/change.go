package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// The methods here make every change in the product's folder, and sync it.

// stage writes a whole file to the temporary name beside its target and syncs
// it. With old, the new file gets the permissions of the one it will replace.
func (pl *place) stage(target string, content []byte, old fs.FileInfo) (err error) {
	temp, perm := tempName(target), fs.FileMode(0o666)
	if old != nil {
		perm = old.Mode().Perm()
	}
	f, err := pl.create(temp, perm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pl.at("write " + temp); err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if old != nil {
		// The umask may have taken bits from those that the file had.
		if err := f.Chmod(perm); err != nil {
			return err
		}
	}
	if err := pl.at("sync " + temp); err != nil {
		return err
	}
	return f.Sync()
}

// create makes a file that must not exist. A temporary file that does is a
// leftover: its name is kept for portpress, and the lock is held.
func (pl *place) create(temp string, perm fs.FileMode) (*os.File, error) {
	if err := pl.at("create " + temp); err != nil {
		return nil, err
	}
	const flag = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := pl.root.OpenFile(temp, flag, perm)
	if errors.Is(err, fs.ErrExist) {
		if err := pl.remove(temp); err != nil {
			return nil, err
		}
		f, err = pl.root.OpenFile(temp, flag, perm)
	}
	return f, err
}

func (pl *place) rename(from, to string) error {
	if err := pl.at("rename " + to); err != nil {
		return err
	}
	return pl.root.Rename(from, to)
}

// remove removes a plain file; it need not exist.
func (pl *place) remove(name string) error {
	info, err := pl.lstat(name)
	if info == nil || err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s %w", name, kindError(info.Mode()))
	}
	if err := pl.at("remove " + name); err != nil {
		return err
	}
	return pl.root.Remove(name)
}

// mkdir makes the folder that is to hold a path, and those above it, and
// returns the ones that were not there, the outermost first.
func (pl *place) mkdir(name string) ([]string, error) {
	dir := path.Dir(name)
	if info, err := pl.lstat(dir); info != nil || err != nil {
		return nil, err
	}
	made, err := pl.mkdir(dir)
	if err != nil {
		return made, err
	}
	if err := pl.at("mkdir " + dir); err != nil {
		return made, err
	}
	if err := pl.root.Mkdir(dir, 0o777); err != nil {
		return made, err
	}
	return append(made, dir), nil
}

// rmdir removes the folders above a path that are empty, as far up as the
// product's folder. One that can't be removed is no failure: nothing in it is
// wrong.
func (pl *place) rmdir(name string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := pl.lstat(dir)
		if err != nil || info != nil && !info.IsDir() {
			return
		}
		if info == nil {
			continue
		}
		if pl.at("rmdir "+dir) != nil || pl.root.Remove(dir) != nil {
			return
		}
	}
}
