//go:build unix

package publish

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/problem"
)

// What is no plain file is never read, followed or replaced, forced or not.
func TestObstacles(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, dir, outside string)
		want  string
	}{
		{
			"link to a file inside",
			func(t *testing.T, dir, _ string) { link(t, "same.md", filepath.Join(dir, "ports.csv")) },
			"error not-a-file mke/ports.csv: is a symbolic link where a plain file is needed",
		},
		{
			"link to a file outside",
			func(t *testing.T, dir, outside string) {
				link(t, filepath.Join(outside, "file"), filepath.Join(dir, "ports.csv"))
			},
			"error not-a-file mke/ports.csv: is a symbolic link where a plain file is needed",
		},
		{
			"link to nothing",
			func(t *testing.T, dir, _ string) { link(t, "nowhere", filepath.Join(dir, "ports.csv")) },
			"error not-a-file mke/ports.csv: is a symbolic link where a plain file is needed",
		},
		{
			"link to a folder inside",
			func(t *testing.T, dir, _ string) { link(t, "ansible", filepath.Join(dir, "new")) },
			"error not-a-file mke/new: is a symbolic link where a folder is needed",
		},
		{
			"link to a folder outside",
			func(t *testing.T, dir, outside string) { link(t, outside, filepath.Join(dir, "new")) },
			"error not-a-file mke/new: is a symbolic link where a folder is needed",
		},
		{
			"named pipe",
			func(t *testing.T, dir, _ string) { fifo(t, filepath.Join(dir, "ports.csv")) },
			"error not-a-file mke/ports.csv: is a named pipe where a plain file is needed",
		},
		{
			"named pipe for a folder",
			func(t *testing.T, dir, _ string) { fifo(t, filepath.Join(dir, "new")) },
			"error not-a-file mke/new: is a named pipe where a folder is needed",
		},
		{
			"named pipe for the list",
			func(t *testing.T, dir, _ string) { fifo(t, filepath.Join(dir, sumsName)) },
			"error not-a-file mke/SHA256SUMS: is a named pipe where a plain file is needed",
		},
		{
			"named pipe for the draft",
			func(t *testing.T, dir, _ string) { fifo(t, filepath.Join(dir, draftName)) },
			"error not-a-file mke/.portpress-SHA256SUMS: is a named pipe where a plain file is needed",
		},
		{
			"socket",
			func(t *testing.T, dir, _ string) {
				t.Chdir(dir) // the names of sockets are short
				remove(t, dir, "ports.csv")
				l, err := net.Listen("unix", "ports.csv")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := l.Close(); err != nil {
						t.Error(err)
					}
				})
			},
			"error not-a-file mke/ports.csv: is a socket where a plain file is needed",
		},
		{
			"product is a link inside",
			func(t *testing.T, dir, _ string) {
				if err := os.Rename(dir, dir+"2"); err != nil {
					t.Fatal(err)
				}
				link(t, "mke2", dir)
			},
			"error not-a-file mke: is a symbolic link where a folder is needed",
		},
		{
			"product is a link outside",
			func(t *testing.T, dir, outside string) { link(t, outside, dir) },
			"error not-a-file mke: is a symbolic link where a folder is needed",
		},
		{
			"product is a named pipe",
			func(t *testing.T, dir, _ string) { fifo(t, dir) },
			"error not-a-file mke: is a named pipe where a folder is needed",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			out, outside := filepath.Join(dir, "dist"), filepath.Join(dir, "outside")
			put(t, outside, tree{"file": "outside", "page.html": "outside"})
			mustWrite(t, out, first, Options{})
			test.spoil(t, filepath.Join(out, "mke"), outside)
			before := readTree(t, dir)

			want := test.want + "; move it away and run portpress again\n"
			for _, force := range []bool{false, true} {
				found := within(t, func() problem.List {
					_, found := writeOne(out, pressed(second), Options{Force: force})
					return found
				})
				if diff := cmp.Diff(want, lines(out, found)); diff != "" {
					t.Errorf("Write with force %v (-want +got):\n%s", force, diff)
				}
			}
			found := within(t, func() problem.List {
				_, _, found := compareOne(out, pressed(second), Options{})
				return found
			})
			if got := lines(out, found); !strings.Contains(got, want) {
				t.Errorf("Compare lacks %q:\n%s", want, got)
			}
			if diff := cmp.Diff(before, readTree(t, dir)); diff != "" {
				t.Errorf("something changed (-want +got):\n%s", diff)
			}
		})
	}
}

// within fails the test when f hangs, as it would on opening a named pipe.
func within(t *testing.T, f func() problem.List) (found problem.List) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		found = f()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("hangs")
	}
	return found
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

func fifo(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
}

// A stale path may have become a link, or lie behind one: neither the link nor
// what it leads to is removed.
func TestStaleBehindLink(t *testing.T) {
	for _, spot := range []string{"ansible/old", "ansible/old/gone.yml"} {
		for _, force := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s forced %v", spot, force), func(t *testing.T) {
				dir := t.TempDir()
				out, outside := filepath.Join(dir, "dist"), filepath.Join(dir, "outside")
				put(t, outside, tree{"gone.yml": first["ansible/old/gone.yml"]})
				mustWrite(t, out, first, Options{})
				target := outside
				if spot == "ansible/old/gone.yml" {
					target = filepath.Join(outside, "gone.yml")
				}
				link(t, target, filepath.Join(out, "mke", spot))
				_, found := writeOne(out, pressed(second), Options{Force: force})
				if len(found) != 1 || found[0].Severity != problem.Warning || found[0].Code != problem.Edited {
					t.Errorf("%+v", found)
				}
				got := readTree(t, dir)
				if got["outside/gone.yml"] != first["ansible/old/gone.yml"] || got["dist/mke/"+spot] != fs.ModeSymlink.String() {
					t.Errorf("%v", got)
				}
				if got["dist/mke/"+sumsName] != string(sumsOf(second)) {
					t.Error("the list is not renewed")
				}
			})
		}
	}
}

// An interrupted build's folder may have become a link meanwhile: sweeping up
// after the build must not take the link for an empty folder.
func TestSweepBehindLink(t *testing.T) {
	dir := t.TempDir()
	out, outside := filepath.Join(dir, "dist"), filepath.Join(dir, "outside")
	mustWrite(t, out, first, Options{})
	put(t, filepath.Join(out, "mke"), tree{draftName: string(sumsOf(tree{"was/x": "x"}))})
	put(t, outside, tree{filepath.Base(tempName("was/x")): "not ours"})
	link(t, outside, filepath.Join(out, "mke", "was"))
	mustWrite(t, out, first, Options{})
	got := readTree(t, dir)
	if got["dist/mke/was"] != fs.ModeSymlink.String() || len(readTree(t, outside)) != 1 || got["dist/mke/"+draftName] != "" {
		t.Errorf("%v", got)
	}
}

// New files and folders get what the umask leaves.
func TestUmask(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	out := filepath.Join(t.TempDir(), "dist")
	mustWrite(t, out, tree{"a/b": "x"}, Options{})
	for name, want := range map[string]fs.FileMode{
		".": 0o750 | fs.ModeDir, "mke": 0o750 | fs.ModeDir, "mke/a": 0o750 | fs.ModeDir, "mke/a/b": 0o640, "mke/" + sumsName: 0o640,
	} {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s is %v, want %v", name, info.Mode(), want)
		}
	}
}

// The name of an export may be as long as the system allows; the temporary
// name beside it must not be longer.
func TestLongestName(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, tree{strings.Repeat("n", 255): "x"}, Options{})
	_, found := writeOne(out, pressed(tree{strings.Repeat("n", 256): "x"}), Options{})
	if len(found) != 1 || !strings.Contains(found[0].Hint, "shorter name") {
		t.Errorf("%+v", found)
	}
}

// The permission bits say no to everyone but root, whom they don't bind: the
// read-only mount in linux_test.go is for root.
func TestNoPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root is not bound by permission bits; TestReadOnlyMount is for root")
	}
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	dir := filepath.Join(out, "mke")
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Error(err)
		}
	})
	report, found := writeOne(out, pressed(second), Options{})
	if len(found) != 1 || found[0].Code != problem.WriteFailed || !strings.Contains(found[0].Hint, "permission") || report.Changed {
		t.Errorf("%+v", found)
	}
	if _, found := writeOne(out, pressed(first), Options{}); len(found) > 0 {
		t.Errorf("nothing to do: %+v", found)
	}
	if err := os.Chmod(filepath.Join(dir, "ports.csv"), 0); err != nil {
		t.Fatal(err)
	}
	if _, _, found := compareOne(out, pressed(first), Options{}); len(found) != 1 || found[0].Code != problem.ReadFailed {
		t.Errorf("%+v", found)
	}
}

// A file that is larger than any buffer, and differs in its last byte only.
func TestLargeFiles(t *testing.T) {
	out := t.TempDir()
	for _, size := range []int{bufferSize - 1, bufferSize, bufferSize + 1, 5*bufferSize + 3} {
		content := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
		mustWrite(t, out, tree{"big": string(content)}, Options{})
		if report := mustWrite(t, out, tree{"big": string(content)}, Options{}); report.Changed {
			t.Errorf("%d bytes: changed by the same content", size)
		}
		content[size-1] = '!'
		if report := mustWrite(t, out, tree{"big": string(content)}, Options{}); !report.Changed {
			t.Errorf("%d bytes: a change in the last byte went unseen", size)
		}
		exact(t, out, tree{"big": string(content)}, tree{"big": string(content)})
	}
}

// What replaces a file has the mode that the file had, whatever the umask; so
// has SHA256SUMS, which is another file until the last rename.
func TestModesAreKept(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	modes := map[string]fs.FileMode{"ports.csv": 0o606, "same.md": 0o444, sumsName: 0o622}
	for name, mode := range modes {
		if err := os.Chmod(filepath.Join(out, "mke", name), mode); err != nil {
			t.Fatal(err)
		}
	}
	mustWrite(t, out, second.with(tree{"same.md": "other\n"}), Options{})
	for name, mode := range modes {
		info, err := os.Stat(filepath.Join(out, "mke", name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != mode {
			t.Errorf("%s is %v, was %v", name, info.Mode(), mode)
		}
	}
}
