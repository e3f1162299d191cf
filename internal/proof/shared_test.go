package proof

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/publish"
)

// common keeps datasets that many tests read, and the folders of their exports,
// so that each is pressed, verified and written once in a run of the tests.
var common sharing

type sharing struct {
	mu      sync.Mutex
	loaded  map[string]*dataset.Dataset
	folders map[*dataset.Dataset]*folder
	top     string
}

// folder is where a dataset's exports were written.
type folder struct {
	once sync.Once
	dir  string
	set  export.Set
}

// load loads a dataset unless it was loaded by that name.
func (s *sharing) load(name string, load func() *dataset.Dataset) *dataset.Dataset {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded == nil {
		s.loaded, s.folders = map[string]*dataset.Dataset{}, map[*dataset.Dataset]*folder{}
	}
	if s.loaded[name] == nil {
		ds := load()
		s.loaded[name], s.folders[ds] = ds, &folder{}
	}
	return s.loaded[name]
}

// written gives the folder of a dataset that is shared, and writes it first.
func (s *sharing) written(t *testing.T, ds *dataset.Dataset) (dir string, is bool) {
	t.Helper()
	s.mu.Lock()
	f := s.folders[ds]
	s.mu.Unlock()
	if f == nil {
		return "", false
	}
	f.once.Do(func() {
		s.mu.Lock()
		var err error
		if s.top == "" {
			s.top, err = os.MkdirTemp("", "portpress-proof-")
		}
		top := s.top
		s.mu.Unlock()
		if err == nil {
			top, err = os.MkdirTemp(top, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		f.set = press(t, ds)
		f.dir = writeBelow(t, top, f.set)
	})
	if f.dir == "" {
		t.Fatalf("another test could not write the exports of %s", ds.Product.ID)
	}
	return f.dir, true
}

// run runs the tests and takes the folders away. A test that changed one, so
// that others judged what it made, fails the run.
func (s *sharing) run(m *testing.M) int {
	status := m.Run()
	for _, f := range s.folders {
		if err := f.unchanged(); err != nil {
			fmt.Fprintln(os.Stderr, "a test changed what many share:", err)
			status = 1
		}
	}
	if s.top != "" {
		_ = os.RemoveAll(s.top)
	}
	return status
}

// unchanged compares what lies in a folder with what was pressed.
func (f *folder) unchanged() error {
	if f.dir == "" {
		return nil
	}
	_, diffs, problems := publish.Compare(filepath.Dir(f.dir), []export.Set{f.set}, publish.Options{})
	if len(diffs)+len(problems) > 0 {
		return fmt.Errorf("%s: %v %v", f.dir, diffs, problems)
	}
	files := 0
	err := filepath.WalkDir(f.dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	})
	if err == nil && files != len(f.set.Files)+1 { // SHA256SUMS
		err = fmt.Errorf("%d files in %s, of %d exports", files, f.dir, len(f.set.Files))
	}
	return err
}

// TestSharedFoldersAreWatched shows that a test that changes a shared folder is
// found.
func TestSharedFoldersAreWatched(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"nothing":   func(string) error { return nil },
		"a change":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "mke-ports.md"), nil, 0o600) },
		"a removal": func(dir string) error { return os.Remove(filepath.Join(dir, "mke-ports.md")) },
		"one more":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "more.md"), nil, 0o600) },
	} {
		set := press(t, load(t, "mke"))
		f := folder{dir: writeBelow(t, t.TempDir(), set), set: set}
		if err := harm(f.dir); err != nil {
			t.Fatal(err)
		}
		if err := f.unchanged(); (err != nil) != (name != "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
