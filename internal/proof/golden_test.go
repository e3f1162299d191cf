package proof

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/publish"
)

// TestDistIsTrue holds the committed exports to what build would write. After
// a change that is meant, make golden renews them.
func TestDistIsTrue(t *testing.T) {
	dist, err := filepath.Abs("../../dist")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range shipped(t) {
		_, diffs, problems := publish.Compare(dist, []export.Set{press(t, load(t, id))}, publish.Options{})
		for _, d := range diffs {
			t.Errorf("%s", d.Unified())
		}
		if len(problems) > 0 {
			t.Errorf("run make golden\n%s", printed(t, problems))
		}
	}
}

// TestPressedTwiceIsTheSame presses the dataset several times: maps and
// workers must not show in the bytes.
func TestPressedTwiceIsTheSame(t *testing.T) {
	first := press(t, load(t, "mke", site))
	for range 5 {
		again := press(t, load(t, "mke", site))
		if len(again.Files) != len(first.Files) {
			t.Fatalf("%d exports, then %d", len(first.Files), len(again.Files))
		}
		for i := range first.Files {
			if !bytes.Equal(first.Files[i].Content, again.Files[i].Content) {
				t.Errorf("%s is not the same twice", first.Files[i].Path)
			}
		}
	}
}

// writeSet puts a dataset's exports below a new folder, for real programs to
// read, and returns the product's folder. One that many tests read is written
// once: see sharing.
func writeSet(t *testing.T, ds *dataset.Dataset, trees ...fs.FS) string {
	t.Helper()
	if len(trees) == 0 {
		if dir, is := common.written(t, ds); is {
			return dir
		}
	}
	return writeBelow(t, t.TempDir(), press(t, ds, trees...))
}

// writeBelow writes exports below a folder, and returns the product's.
func writeBelow(t *testing.T, dir string, set export.Set) string {
	t.Helper()
	if _, problems := publish.Write(dir, []export.Set{set}, publish.Options{}); len(problems) > 0 {
		t.Fatal(printed(t, problems))
	}
	if _, err := os.Stat(filepath.Join(dir, set.Product, "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, set.Product)
}
