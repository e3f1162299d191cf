package publish

import "testing"

// A difference stands where a reader of what is on disk sees it first.
func TestDiffPlace(t *testing.T) {
	for _, c := range []struct {
		name         string
		old, new     []byte
		line, column int
	}{
		{"the first character", []byte("a\nb\n"), []byte("x\nb\n"), 1, 1},
		{"a later line", []byte("a\nbc\n"), []byte("a\nbd\n"), 2, 2},
		{"behind characters of several bytes", []byte("a\nüéc\n"), []byte("a\nüéd\n"), 2, 3},
		{"lines are missing at the end", []byte("a\nb\n"), []byte("a\nb\nc\n"), 2, 2},
		{"lines are too many at the end", []byte("a\nb\nc\n"), []byte("a\nb\n"), 3, 1},
		{"a line break is missing", []byte("a"), []byte("a\n"), 1, 2},
		{"an empty file", []byte{}, []byte("a\n"), 1, 1},
		{"no file", nil, []byte("a\n"), 1, 1},
		{"a file too many", []byte("a\n"), nil, 1, 1},
	} {
		d := Diff{Old: c.old, New: c.new, name: "x"}
		if name, line, column := d.Place(); name != "x" || line != c.line || column != c.column {
			t.Errorf("%s: %s:%d:%d, want %d:%d", c.name, name, line, column, c.line, c.column)
		}
	}
}
