package publish

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"portpress/internal/problem"
)

// place is the folder that holds the products' folders, opened and locked, and
// one product's folder in it. Everything below is reached through os.Root, so
// no name and no link leads outside.
type place struct {
	name    string // as the user named it
	product string
	out     *os.Root // nil when it doesn't exist, which Compare accepts
	root    *os.Root // the product's folder; nil while it doesn't exist
	lock    io.Closer
	created []string // folders made on the way to out, the outermost first
	fault   func(step string) error
}

// openPlace opens and locks the folder. Write, which passes exclusive, also
// makes it; Compare takes what there is. The caller closes the place.
func openPlace(out, product string, exclusive bool, waiting func(), fault func(string) error) (*place, problem.List) {
	pl := &place{name: out, product: product, fault: fault}
	once := sync.OnceFunc(func() {
		if waiting != nil {
			waiting()
		}
	})
	for {
		info, err := os.Stat(out)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !exclusive:
			return pl, nil
		case errors.Is(err, fs.ErrNotExist):
			err = pl.makeOut()
		case err == nil && !info.IsDir():
			return nil, problem.List{inTheWay(out, info.Mode(), true)}
		}
		if err != nil {
			return nil, problem.List{failed(out, exclusive, err)}
		}

		var current bool
		if current, err = pl.openOut(exclusive, once); err != nil {
			return nil, problem.List{failed(out, exclusive, err)}
		}
		if current {
			break
		}
	}
	if found := pl.openProduct(); len(found) > 0 {
		pl.close(true)
		return nil, found
	}
	return pl, nil
}

// openOut opens and locks the folder and reports whether it is still the one
// of that name: a refused build removes the folder that it made, perhaps while
// this one was waiting for its lock.
func (pl *place) openOut(exclusive bool, waiting func()) (current bool, err error) {
	root, err := os.OpenRoot(pl.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	held, err := lock(root, exclusive, waiting)
	if err != nil {
		return false, errors.Join(err, root.Close())
	}
	opened, err := root.Stat(".")
	if err == nil {
		var named fs.FileInfo
		if named, err = os.Stat(pl.name); err == nil && os.SameFile(opened, named) {
			pl.out, pl.lock = root, held
			return true, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return false, errors.Join(err, held.Close(), root.Close())
}

// makeOut makes the folder and those above it, and keeps their names.
func (pl *place) makeOut() error {
	if err := pl.at("mkdir " + pl.name); err != nil {
		return err
	}
	var missing []string
	for dir := filepath.Clean(pl.name); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, dir)
	}
	slices.Reverse(missing)
	pl.created = missing
	return os.MkdirAll(pl.name, 0o777)
}

// openProduct opens the product's folder if there is one.
func (pl *place) openProduct() problem.List {
	info, err := pl.out.Lstat(pl.product)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.IsDir():
		return problem.List{inTheWay(pl.file("."), info.Mode(), true)}
	case err == nil:
		pl.root, err = pl.out.OpenRoot(pl.product)
	}
	if err != nil {
		return problem.List{failed(pl.file("."), false, err)}
	}
	return nil
}

// makeProduct makes and opens the product's folder.
func (pl *place) makeProduct() error {
	if err := pl.at("mkdir " + pl.product); err != nil {
		return err
	}
	if err := pl.out.Mkdir(pl.product, 0o777); err != nil {
		return err
	}
	var err error
	pl.root, err = pl.out.OpenRoot(pl.product)
	return err
}

// file names a path of the product's folder as the user would.
func (pl *place) file(path string) string {
	return filepath.Join(pl.name, pl.product, filepath.FromSlash(path))
}

// at passes through the fault hook of the tests; every change on disk asks it
// first.
func (pl *place) at(step string) error {
	if pl.fault == nil {
		return nil
	}
	return pl.fault(step)
}

// close unlocks the place, and with undo removes the folders that were made on
// the way to it.
func (pl *place) close(undo bool) {
	if undo {
		for _, dir := range slices.Backward(pl.created) {
			// One that has been filled meanwhile stays, as it should.
			if pl.at("rmdir "+dir) != nil || os.Remove(dir) != nil {
				break
			}
		}
	}
	// Nothing was written through these, so closing them can lose nothing.
	if pl.root != nil {
		_ = pl.root.Close()
	}
	if pl.out != nil {
		_ = pl.lock.Close()
		_ = pl.out.Close()
	}
}
