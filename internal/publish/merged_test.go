package publish

import (
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// TestLineEnds changes line ends as git does, in what is pressed still, in what
// is pressed otherwise or no more, in the list, and in what was never listed:
// none of it is anybody's work. A word that was changed is.
func TestLineEnds(t *testing.T) {
	windows := func(s string) string { return strings.ReplaceAll(lf(s), "\n", "\r\n") }
	before := tree{"same": "a\nb\n", "rfc.csv": "a,b\r\n", "changed": "x: 1\n", "gone": "y\n", "mixed": "a\n\"b\r\nc\"\n"}
	after := tree{"same": "a\nb\n", "rfc.csv": "a,b\r\n", "changed": "x: 2\n", "mixed": "a\n\"b\r\nc\"\n", "new": "n\n"}
	for name, ends := range map[string]func(string) string{"LF": lf, "CRLF": windows} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			mustWrite(t, out, before, Options{})
			dir := filepath.Join(out, "mke")
			checkout := tree{"new": ends(after["new"])}
			for path, content := range before {
				checkout[path] = ends(content)
			}
			checkout[sumsName] = ends(string(sumsOf(before)))
			put(t, dir, checkout)

			_, diffs, found := compareOne(out, pressed(before), Options{})
			for _, p := range found {
				if p.Code != problem.LineEnds || p.Severity != problem.Error {
					t.Errorf("check: %+v", p)
				}
			}
			if len(found) == 0 || len(diffs) > 0 {
				t.Errorf("check: %d problems, diffs %v", len(found), diffs)
			}

			put(t, dir, tree{"same": ends("a\nB\n")})
			if _, found := writeOne(out, pressed(after), Options{}); found.Count(problem.Error) != 1 || found[0].Code != problem.Edited {
				t.Errorf("an edited file: %s", lines(out, found))
			}
			put(t, dir, tree{"same": ends("a\nb\n")})
			report, found := writeOne(out, pressed(after), Options{})
			for _, p := range found {
				if p.Code != problem.LineEnds || p.Severity != problem.Warning {
					t.Errorf("build: %+v", p)
				}
			}
			if s := states(report); s["gone"] != Removed || s["changed"] != Changed {
				t.Errorf("states: %v", s)
			}
			exact(t, out, after, after)
			sha256sum(t, out)
		})
	}
}

func lf(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// TestMerged has two branches change the same exports. What git makes of them
// is pressed anew without force, if each line is one that portpress wrote.
func TestMerged(t *testing.T) {
	base := tree{"conflict": "1\n2\n3\n", "clean": "1\n2\n3\n", "stale": "s\n", "same": "=\n"}
	ours := tree{"conflict": "1\n2a\n3a\n", "clean": "1a\n2\n3\n", "same": "=\n"}
	theirs := tree{"conflict": "1\n2b\n3\n", "clean": "1\n2\n3b\n", "stale": "sb\n", "same": "=\n"}
	both := tree{"conflict": "1\n2ab\n3a\n", "clean": "1a\n2\n3b\n# two changes\n", "same": "=\n"}
	merged := tree{"conflict": "1\n<<<<<<< HEAD\n2a\n3a\n||||||| base\n2\n3\n=======\n2b\n3\n>>>>>>> b\n", "clean": "1a\n2\n3b\n", "stale": "sb\n"}
	lists := map[string]string{
		"conflict": "<<<<<<< HEAD\n" + string(sumsOf(ours)) + "||||||| base\n" + string(sumsOf(base)) + "=======\n" + string(sumsOf(theirs)) + ">>>>>>> b\n",
		"union":    string(sumsOf(ours)) + string(sumsOf(theirs)),
	}
	versions := func(file string) [][]byte {
		name := filepath.Base(file)
		return [][]byte{[]byte(ours[name]), []byte(theirs[name]), []byte("by hand\n")} // the last is one that no list has
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			mustWrite(t, out, ours, Options{})
			dir := filepath.Join(out, "mke")
			put(t, dir, merged)
			put(t, dir, tree{sumsName: list})

			_, _, found := compareOne(out, pressed(both), Options{Versions: versions})
			if len(found) == 0 || found.Count(problem.Error) != len(found) || found[0].Text != "holds both sides of a merge" {
				t.Errorf("check: %s", lines(out, found))
			}
			// Lines that nobody knows, one that a commit has that portpress didn't
			// write, and no version control at all.
			for _, hand := range []string{"1a\nmine\n3b\n", "1a\nby hand\n"} {
				put(t, dir, tree{"clean": hand})
				_, found := writeOne(out, pressed(both), Options{Versions: versions})
				if len(found) != 1 || found[0].Code != problem.Edited || !strings.HasSuffix(found[0].File, "clean") {
					t.Errorf("by hand: %s", lines(out, found))
				}
			}
			put(t, dir, merged)
			if _, found := writeOne(out, pressed(both), Options{}); found.Count(problem.Error) != 2 {
				t.Errorf("without version control: %s", lines(out, found))
			}
			// What isn't picked keeps what the list says of it, on both sides.
			only := Options{Versions: versions, Only: func(path string) bool { return path == "clean" }}
			if _, found := writeOne(out, pressed(both), only); len(found) > 0 {
				t.Errorf("in part: %s", lines(out, found))
			}
			if _, found := writeOne(out, pressed(both), Options{Versions: versions}); len(found) > 0 {
				t.Errorf("build: %s", lines(out, found))
			}
			exact(t, out, both, both)
			sha256sum(t, out)
		})
	}
}
