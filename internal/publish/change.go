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
// it.
func (sh *shelf) stage(target string, content []byte, old fs.FileInfo) (err error) {
	temp := tempName(target)
	f, err := sh.write(temp, content, old)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := sh.at("sync " + temp); err != nil {
		return err
	}
	return f.Sync()
}

// write makes a file with this content, and leaves it open. With old, it gets
// the permissions of the one that it will replace.
func (sh *shelf) write(name string, content []byte, old fs.FileInfo) (*os.File, error) {
	perm := fs.FileMode(0o666)
	if old != nil {
		perm = old.Mode().Perm()
	}
	f, err := sh.create(name, perm)
	if err != nil {
		return nil, err
	}
	if err = sh.at("write " + name); err == nil {
		_, err = f.Write(content)
	}
	if err == nil && old != nil {
		err = f.Chmod(perm) // the umask may have taken bits from those that the file had
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// create makes a file that must not exist. A temporary file that does is a
// leftover: its name is kept for portpress, and the lock is held.
func (sh *shelf) create(temp string, perm fs.FileMode) (*os.File, error) {
	if err := sh.at("create " + temp); err != nil {
		return nil, err
	}
	const flag = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := sh.root.OpenFile(temp, flag, perm)
	if errors.Is(err, fs.ErrExist) {
		if err := sh.remove(temp); err != nil {
			return nil, err
		}
		f, err = sh.root.OpenFile(temp, flag, perm)
	}
	return f, err
}

func (sh *shelf) rename(from, to string) error {
	if err := sh.at("rename " + to); err != nil {
		return err
	}
	return sh.root.Rename(from, to)
}

// remove removes a plain file; it need not exist.
func (sh *shelf) remove(name string) error {
	info, err := sh.lstat(name)
	if info == nil || err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s %w", name, kindError(info.Mode()))
	}
	if err := sh.at("remove " + name); err != nil {
		return err
	}
	return sh.root.Remove(name)
}

// mkdir makes the folder that is to hold a path, and those above it, and
// returns the ones that were not there, the outermost first.
func (sh *shelf) mkdir(name string) ([]string, error) {
	dir := path.Dir(name)
	if info, err := sh.lstat(dir); info != nil || err != nil {
		return nil, err
	}
	made, err := sh.mkdir(dir)
	if err != nil {
		return made, err
	}
	if err := sh.at("mkdir " + dir); err != nil {
		return made, err
	}
	if err := sh.root.Mkdir(dir, 0o777); err != nil {
		return made, err
	}
	return append(made, dir), nil
}

// rmdir removes the folders above a path that are empty, as far up as the
// product's folder. One that the system keeps is no failure, since nothing in
// it is wrong, but it is told.
func (b *build) rmdir(name string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := b.lstat(dir)
		if err == nil && (info == nil || !info.IsDir()) {
			if info == nil {
				continue
			}
			return
		}
		if err == nil {
			err = b.at("rmdir " + dir)
		}
		if err == nil {
			err = b.root.Remove(dir)
		}
		if err != nil {
			if !harmless(err) {
				b.warned = append(b.warned, stays(b.file(dir), err))
			}
			return
		}
	}
}

// harmless reports whether a folder is still there because something is in it,
// or isn't there any more.
func harmless(err error) bool { return errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) }
