package publish

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"portpress/internal/export"
)

// placedIn is a folder with a product's exports below dist and two that are
// kept elsewhere, all of one text.
func placedIn(dir, text string) []Folder {
	files := func(paths ...string) (list []export.File) {
		for _, p := range paths {
			list = append(list, export.File{Path: p, Content: []byte(text)})
		}
		return list
	}
	return []Folder{
		{Out: filepath.Join(dir, "dist"), Sets: []export.Set{{Product: "mke", Files: files("a.csv")}}},
		{Out: dir, Sets: []export.Set{{Product: Everywhere, Record: "dist/mke/.portpress-placed", Files: files("docs/b.md", "inventory/group_vars/c.yml")}}},
	}
}

// Exports that are kept elsewhere are owned by a list of their own: written,
// renewed, left when edited, and removed when they are pressed no more, with
// the folders that are then empty.
func TestPlacedElsewhere(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, dir, tree{"docs/mine.md": "mine"})
	write := func(folders []Folder) {
		t.Helper()
		if _, found := WriteAll(folders, Documents{}, Options{}); len(found) > 0 {
			t.Fatal(found)
		}
		if _, diffs, found := CompareAll(folders, Options{}); len(found)+len(diffs) > 0 {
			t.Errorf("after a build: %v", found)
		}
	}
	write(placedIn(dir, "one"))
	write(placedIn(dir, "two"))
	got := readTree(t, dir)
	if got["docs/b.md"] != "two" || got["inventory/group_vars/c.yml"] != "two" || got["dist/mke/a.csv"] != "two" || got["docs/mine.md"] != "mine" {
		t.Errorf("the folder holds %v", got)
	}

	put(t, dir, tree{"docs/b.md": "edited"})
	if _, found := WriteAll(placedIn(dir, "three"), Documents{}, Options{}); len(found) != 1 {
		t.Errorf("an edited file: %v", found)
	}
	if got := readTree(t, dir); got["dist/mke/a.csv"] != "two" {
		t.Errorf("the folder holds %v", got)
	}
	put(t, dir, tree{"docs/b.md": "two"})

	none := placedIn(dir, "two")
	none[1].Sets[0].Files = nil
	write(none)
	got = readTree(t, dir)
	for _, gone := range []string{"docs/b.md", "inventory/group_vars", "inventory", "dist/mke/.portpress-placed"} {
		if _, there := got[gone]; there {
			t.Errorf("%s is left", gone)
		}
	}
	if got["docs/mine.md"] != "mine" {
		t.Error("a file that was never ours is gone")
	}
}

// Whatever step of a build fails, no file is torn, and the next build finishes
// the job and leaves nothing beside what it should.
func TestPlacedFailsWhole(t *testing.T) {
	want := func() map[string]string {
		dir := t.TempDir()
		if _, found := WriteAll(placedIn(dir, "two"), Documents{}, Options{}); len(found) > 0 {
			t.Fatal(found)
		}
		return readTree(t, dir)
	}()
	for _, first := range []bool{true, false} {
		for n := 0; ; n++ {
			dir := t.TempDir()
			if !first {
				if _, found := WriteAll(placedIn(dir, "one"), Documents{}, Options{}); len(found) > 0 {
					t.Fatal(found)
				}
			}
			steps := 0
			_, found := writeAll(placedIn(dir, "two"), Documents{}, Options{}, func(string) error {
				if steps++; steps > n {
					return errors.New("no space")
				}
				return nil
			})
			if len(found) == 0 {
				break // no step is left to fail
			}
			for path, text := range readTree(t, dir) {
				if ext := filepath.Ext(path); (ext == ".md" || ext == ".yml" || ext == ".csv") && text != "one" && text != "two" {
					t.Errorf("step %d leaves %s with %q", n, path, text)
				}
			}
			if _, found := WriteAll(placedIn(dir, "two"), Documents{}, Options{}); len(found) > 0 {
				t.Errorf("after step %d failed: %v", n, found)
			}
			got := readTree(t, dir)
			if len(got) != len(want) {
				t.Errorf("after step %d failed, the next build leaves %v", n, got)
			}
		}
	}
}
