//go:build linux

package publish

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// tmpfs mounts a small filesystem in memory, which needs root; CI runs as root
// and must not pass over what needs it.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, options); err != nil {
		if os.Getuid() == 0 && os.Getenv("CI") == "true" {
			t.Fatal("CI runs as root and can't mount a tmpfs: ", err)
		}
		t.Skip("needs root to mount a tmpfs: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Every amount of free space from none to enough, so that the disk is full at
// each file in turn, the draft of SHA256SUMS among them: a build either
// succeeds or changes nothing.
func TestFullDisk(t *testing.T) {
	for _, limit := range []string{"nr_blocks", "nr_inodes"} {
		t.Run(limit, func(t *testing.T) {
			dir := tmpfs(t, limit+"=1000")
			out := filepath.Join(dir, "dist")
			old := first.with(tree{"big.csv": strings.Repeat("old line\n", 2000)})
			wanted := second.with(tree{"big.csv": strings.Repeat("new line\n", 3000)})
			last := first.with(tree{"new/after": "x"})
			mustWrite(t, out, old, Options{})
			before := readTree(t, dir)

			full, fits := 0, false
			for free := 0; !fits; free++ {
				if free > 40 {
					t.Fatal("no amount of space is enough")
				}
				squeeze(t, dir, limit, free)
				report, found := writeOne(out, pressed(wanted), Options{})
				if fits = len(found) == 0; fits {
					exact(t, out, wanted, wanted)
					continue
				}
				full++
				if len(found) > 1 || found[0].Code != problem.WriteFailed || report.Changed ||
					!strings.HasPrefix(found[0].File, filepath.Join(out, "mke")) || strings.Contains(found[0].File, "tmp-") ||
					found[0].Text != "can't be written: no space left on device" ||
					found[0].Hint != "free some space and run portpress again" {
					t.Errorf("with %d free: %+v", free, found)
				}
				if diff := cmp.Diff(before, readTree(t, dir)); diff != "" {
					t.Fatalf("with %d free a failed build changed something (-want +got):\n%s", free, diff)
				}
			}
			if full < 5 {
				t.Errorf("the disk was full only %d times", full)
			}
			squeeze(t, dir, limit, 500)
			mustWrite(t, out, last, Options{})
			exact(t, out, last, last)
		})
	}
}

// squeeze leaves so many free blocks, or inodes, in a tmpfs.
func squeeze(t *testing.T, dir, limit string, free int) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	used := int(s.Blocks - s.Bfree)
	if limit == "nr_inodes" {
		used = int(s.Files - s.Ffree)
	}
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("%s=%d", limit, used+free)); err != nil {
		t.Fatal(err)
	}
}

// Even root can't write to a filesystem that is mounted read-only.
func TestReadOnlyMount(t *testing.T) {
	dir := tmpfs(t, "")
	out := filepath.Join(dir, "dist")
	mustWrite(t, out, first, Options{})
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	before := readTree(t, dir)
	for name, where := range map[string]string{"existing": out, "new folder": filepath.Join(dir, "a", "b")} {
		report, found := writeOne(where, pressed(second), Options{})
		if len(found) != 1 || found[0].Code != problem.WriteFailed || report.Changed || !strings.HasPrefix(found[0].File, where) ||
			found[0].Text != "can't be written: read-only file system" ||
			found[0].Hint != "make the filesystem writable, or choose another folder with --out, and run portpress again" {
			t.Errorf("%s: %+v", name, found)
		}
	}
	if diff := cmp.Diff(before, readTree(t, dir)); diff != "" {
		t.Error(diff)
	}
	if _, found := writeOne(out, pressed(first), Options{}); len(found) > 0 {
		t.Errorf("nothing to write: %+v", found)
	}
	if _, _, found := compareOne(out, pressed(first), Options{}); len(found) > 0 {
		t.Errorf("nothing drifted: %+v", found)
	}
}

func TestDevice(t *testing.T) {
	out := tmpfs(t, "")
	mustWrite(t, out, first, Options{})
	remove(t, filepath.Join(out, "mke"), "ports.csv")
	const zero = 1<<8 | 5
	if err := syscall.Mknod(filepath.Join(out, "mke", "ports.csv"), syscall.S_IFCHR|0o666, zero); err != nil {
		t.Skip("needs root to make a device: ", err)
	}
	_, found := writeOne(out, pressed(first), Options{Force: true})
	if len(found) != 1 || found[0].Code != problem.NotAFile || found[0].Text != "is a device where a plain file is needed" {
		t.Errorf("%+v", found)
	}
}

// What chattr sets by i and a, of <linux/fs.h>.
const (
	immutable = 0x10
	growing   = 0x20
)

// What could not be renamed or removed is found before anything is: a mount
// point, a file that may not be changed, a folder that may only grow.
func TestHeldFiles(t *testing.T) {
	for name, hold := range map[string]func(t *testing.T, dir, file string){
		"mount point": func(t *testing.T, _, file string) {
			if err := syscall.Mount(file, file, "", syscall.MS_BIND, ""); err != nil {
				t.Skip("needs root to mount: ", err)
			}
			t.Cleanup(func() { _ = syscall.Unmount(file, 0) })
		},
		"file that may not be changed":   func(t *testing.T, _, file string) { mark(t, file, immutable) },
		"file that may only grow":        func(t *testing.T, _, file string) { mark(t, file, growing) },
		"folder that may only grow":      func(t *testing.T, dir, _ string) { mark(t, dir, growing) },
		"folder that may not be changed": func(t *testing.T, dir, _ string) { mark(t, dir, immutable) },
	} {
		for path, wanted := range map[string]tree{"ports.csv": second, "ansible/old/gone.yml": second} {
			t.Run(name+" "+path, func(t *testing.T) {
				out := filepath.Join(t.TempDir(), "dist")
				mustWrite(t, out, first.with(third), Options{})
				doc := filepath.Join(filepath.Dir(out), "doc.md")
				if err := os.WriteFile(doc, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(out, "mke", path)
				hold(t, filepath.Dir(file), file)
				before := readTree(t, out)
				other := pressed(first)
				other.Product = "aaa"
				reports, found := WriteAll([]Folder{{Out: out, Sets: []export.Set{other, pressed(wanted)}}},
					Documents{List: []Document{{Name: doc, Old: []byte("old"), New: []byte("new")}}, Folder: filepath.Dir(out)}, Options{})
				if len(found) != 1 || found[0].Code != problem.WriteFailed || strings.Contains(found[0].Hint, "to finish") {
					t.Errorf("it says %+v", found)
				}
				for _, r := range reports {
					if r.Changed {
						t.Errorf("%s has changed", r.Folder)
					}
				}
				if diff := cmp.Diff(before, readTree(t, out)); diff != "" {
					t.Error(diff)
				}
				if text, err := os.ReadFile(doc); err != nil || string(text) != "old" {
					t.Errorf("the document is %q, %v", text, err)
				}
			})
		}
	}
}

// A document is held likewise.
func TestHeldDocument(t *testing.T) {
	dir := t.TempDir()
	doc, out := filepath.Join(dir, "doc.md"), filepath.Join(dir, "dist")
	if err := os.WriteFile(doc, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	mark(t, doc, immutable)
	reports, found := WriteAll([]Folder{{Out: out, Sets: []export.Set{pressed(first)}}},
		Documents{List: []Document{{Name: doc, Old: []byte("old"), New: []byte("new")}}, Folder: dir}, Options{})
	if len(found) != 1 || found[0].File != doc || found[0].Code != problem.WriteFailed || reports[0].Changed {
		t.Errorf("it says %+v of %+v", found, reports)
	}
	if _, err := os.Stat(filepath.Join(out, "mke")); err == nil {
		t.Error("exports were written")
	}
}

// mark sets an attribute, as chattr does, until the test ends.
func mark(t *testing.T, name string, attribute int) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	set := func(attribute int) error {
		return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, attribute)
	}
	if err := set(attribute); err != nil {
		_ = f.Close()
		t.Skip("needs root, and a filesystem that has attributes: ", err)
	}
	t.Cleanup(func() { _ = set(0); _ = f.Close() })
}
