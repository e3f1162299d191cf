package publish

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// store is the folder that holds the products' folders, opened and locked.
// Everything below is reached through os.Root, so no name and no link leads
// outside.
type store struct {
	name    string   // as the user named it
	out     *os.Root // nil when it doesn't exist, which Compare accepts
	lock    io.Closer
	created []string // folders made on the way to out, the outermost first
	shelves []*shelf
	fault   func(step string) error
}

// shelf is one product's folder in the store.
type shelf struct {
	*store
	product string
	record  string   // the path of SHA256SUMS, or of what stands for it
	root    *os.Root // nil while the folder doesn't exist
}

// openStore opens and locks the folder. Write, which passes exclusive, also
// makes it; Compare takes what there is. The caller closes the store.
func openStore(out string, exclusive bool, waiting func(), fault func(string) error) (*store, problem.List) {
	st := &store{name: out, fault: fault}
	once := sync.OnceFunc(func() {
		if waiting != nil {
			waiting()
		}
	})
	for {
		info, err := os.Stat(out)
		switch link := ""; {
		case errors.Is(err, fs.ErrNotExist):
			if link, err = dangling(out); link != "" {
				return nil, problem.List{leadsNowhere(link)}
			}
			if err == nil && !exclusive {
				return st, nil
			}
			if err == nil {
				err = st.makeOut()
			}
		case err == nil && !info.IsDir():
			return nil, problem.List{inTheWay(out, info.Mode(), true)}
		}
		if err != nil {
			return nil, append(problem.List{failed(out, exclusive, err)}, st.close(true)...)
		}

		current, err := st.openOut(exclusive, once)
		if err != nil {
			return nil, append(problem.List{failed(out, exclusive, err)}, st.close(true)...)
		}
		if current {
			return st, nil
		}
	}
}

// dangling finds the link on the way to a folder that isn't there for the
// reason that the link leads nowhere.
func dangling(path string) (string, error) {
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		info, err := os.Lstat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(dir) != dir:
			continue
		case err != nil:
			return "", err
		case info.Mode()&fs.ModeSymlink == 0:
			return "", nil
		}
		if _, err = os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return dir, nil
		}
		return "", err
	}
}

// openOut opens and locks the folder and reports whether it is still the one
// of that name: a refused build removes the folder that it made, perhaps while
// this one was waiting for its lock.
func (st *store) openOut(exclusive bool, waiting func()) (current bool, err error) {
	held, locked, err := lock(st.name, exclusive, waiting)
	if err != nil {
		return false, ignoreAbsence(err)
	}
	root, err := os.OpenRoot(st.name)
	if err != nil {
		return false, errors.Join(ignoreAbsence(err), held.Close())
	}
	opened, err := root.Stat(".")
	if err == nil {
		var named fs.FileInfo
		named, err = os.Stat(st.name)
		if err == nil && os.SameFile(opened, named) && os.SameFile(locked, named) {
			st.out, st.lock = root, held
			return true, nil
		}
	}
	return false, errors.Join(ignoreAbsence(err), held.Close(), root.Close())
}

// ignoreAbsence leaves out that a folder has gone, which makes a build begin
// again.
func ignoreAbsence(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// makeOut makes the folder and those above it, and keeps their names.
func (st *store) makeOut() error {
	var missing []string
	for dir := filepath.Clean(st.name); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		if err := st.at("mkdir " + dir); err != nil {
			return err
		}
		err := os.Mkdir(dir, 0o777)
		if errors.Is(err, fs.ErrExist) {
			continue // another build was quicker
		}
		if err != nil {
			return err
		}
		st.created = append(st.created, dir)
	}
	return nil
}

// shelf opens a product's folder if there is one.
func (st *store) shelf(set export.Set) (*shelf, problem.List) {
	product := set.Product
	sh := &shelf{store: st, product: product, record: cmp.Or(set.Record, sumsName)}
	if st.out == nil {
		return sh, nil
	}
	info, err := st.out.Lstat(product)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sh, nil
	case err == nil && !info.IsDir():
		return nil, problem.List{inTheWay(sh.file("."), info.Mode(), true)}
	case err == nil:
		sh.root, err = st.out.OpenRoot(product)
	}
	if err != nil {
		return nil, problem.List{failed(sh.file("."), false, err)}
	}
	st.shelves = append(st.shelves, sh)
	return sh, nil
}

// make makes and opens the product's folder. The list of what is placed
// elsewhere may have needed it a moment ago.
func (sh *shelf) make() (made bool, err error) {
	if err := sh.at("mkdir " + sh.product); err != nil {
		return false, err
	}
	err = sh.out.Mkdir(sh.product, 0o777)
	made = err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	root, err := sh.out.OpenRoot(sh.product)
	if err != nil && made {
		return false, errors.Join(err, sh.out.Remove(sh.product))
	} else if err != nil {
		return false, err
	}
	sh.root = root
	sh.shelves = append(sh.shelves, sh)
	return made, nil
}

// file names a path of the product's folder as the user would.
func (sh *shelf) file(path string) string {
	return filepath.Join(sh.name, sh.product, filepath.FromSlash(path))
}

// at passes through the fault hook of the tests; every change on disk asks it
// first.
func (st *store) at(step string) error {
	if st.fault == nil {
		return nil
	}
	return st.fault(step)
}

// close unlocks the store, and with undo removes the folders that were made on
// the way to it. It warns of those that the system keeps.
func (st *store) close(undo bool) problem.List {
	var found problem.List
	if undo {
		for _, dir := range slices.Backward(st.created) {
			err := st.at("rmdir " + dir)
			if err == nil {
				err = os.Remove(dir)
			}
			if err != nil {
				// One that has been filled meanwhile stays, as it should.
				if !harmless(err) {
					found = append(found, stays(dir, err))
				}
				break
			}
		}
	}
	// Nothing was written through these, so closing them can lose nothing.
	for _, sh := range st.shelves {
		_ = sh.root.Close()
	}
	if st.out != nil {
		_ = st.lock.Close()
		_ = st.out.Close()
	}
	return found
}
