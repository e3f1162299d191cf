package proof

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"portpress/internal/publish"
)

// TestDistIsTrue holds the committed exports to what build would write. After
// a change that is meant, make golden renews them.
func TestDistIsTrue(t *testing.T) {
	dist, err := filepath.Abs("../../dist")
	if err != nil {
		t.Fatal(err)
	}
	set := press(t, load(t, "mke"))
	_, diffs, problems := publish.Compare(dist, set, publish.Options{})
	for _, d := range diffs {
		t.Errorf("%s", d.Unified())
	}
	if len(problems) > 0 {
		t.Errorf("run make golden\n%s", printed(t, problems))
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

// writeSet puts a set's exports below a new folder, for real programs to read.
func writeSet(t *testing.T, layers ...string) string {
	t.Helper()
	dir := t.TempDir()
	set := press(t, load(t, "mke", layers...))
	if _, problems := publish.Write(dir, set, publish.Options{}); len(problems) > 0 {
		t.Fatal(printed(t, problems))
	}
	if _, err := os.Stat(filepath.Join(dir, "mke", "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "mke")
}
