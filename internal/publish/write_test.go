package publish

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// first is what most tests begin with; second differs from it in every way.
var (
	first  = tree{"ports.csv": "a,b\n", "ansible/group_vars/managers.yml": "x: 1\n", "ansible/old/gone.yml": "y\n", "same.md": "same\n", "empty": ""}
	second = tree{"ports.csv": "a,c\n", "ansible/group_vars/managers.yml": "x: 22\n", "same.md": "same\n", "empty": "", "new/page.html": "<p>\n"}
)

func TestWriteStates(t *testing.T) {
	out := filepath.Join(t.TempDir(), "deep", "dist")
	report := mustWrite(t, out, first, Options{})
	exact(t, out, first, first)
	sha256sum(t, out)
	if report.Folder != filepath.Join(out, "mke") || report.Product != "mke" || !report.Changed {
		t.Errorf("report: %+v", report)
	}
	want := map[string]State{"ports.csv": New, "ansible/group_vars/managers.yml": New, "ansible/old/gone.yml": New, "same.md": New, "empty": New, sumsName: New}
	if diff := cmp.Diff(want, states(report)); diff != "" {
		t.Error(diff)
	}

	report = mustWrite(t, out, second, Options{})
	exact(t, out, second, second)
	sha256sum(t, out)
	want = map[string]State{
		"ports.csv": Changed, "ansible/group_vars/managers.yml": Changed, "ansible/old/gone.yml": Removed,
		"same.md": Unchanged, "empty": Unchanged, "new/page.html": New, sumsName: Changed,
	}
	if diff := cmp.Diff(want, states(report)); diff != "" {
		t.Error(diff)
	}
	for _, f := range report.Files {
		content := second[f.Path]
		switch f.Path {
		case "ansible/old/gone.yml":
			content = first[f.Path]
		case sumsName:
			content = string(sumsOf(second))
		}
		if f.Bytes != len(content) || !strings.HasPrefix(string(sumsOf(tree{"x": content})), f.SHA256+"  ") {
			t.Errorf("%+v does not describe %q", f, content)
		}
	}

	// Nothing pressed: nothing listed, and the list itself is one file more
	// that portpress owned.
	report = mustWrite(t, out, nil, Options{})
	exact(t, out, nil, nil)
	if s := states(report); s[sumsName] != Removed || s["ports.csv"] != Removed {
		t.Errorf("states %v", s)
	}
}

// A build that changes nothing must not wake make, rsync or a backup.
func TestWriteUnchangedTouchesNothing(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	long := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	age := func() {
		for _, name := range append(paths(first), sumsName, ".", "ansible") {
			if err := os.Chtimes(filepath.Join(out, "mke", name), long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	touched := func() (all []string) {
		for _, name := range append(paths(first), sumsName, ".", "ansible") {
			info, err := os.Lstat(filepath.Join(out, "mke", name))
			if err != nil {
				t.Fatal(err)
			}
			if !info.ModTime().Equal(long) {
				all = append(all, name)
			}
		}
		return all
	}

	age()
	report, found := faulty(out, pressed(first), Options{}, func(step string) error {
		t.Errorf("an unchanged build did %q", step)
		return nil
	})
	if report.Changed || len(found) > 0 || len(touched()) > 0 {
		t.Errorf("changed %v, problems %v, touched %v", report.Changed, found, touched())
	}

	mustWrite(t, out, first.with(tree{"same.md": "other\n"}), Options{})
	if diff := cmp.Diff([]string{"same.md", sumsName, "."}, touched()); diff != "" {
		t.Errorf("touched (-want +got):\n%s", diff)
	}
}

func paths(files tree) []string {
	var all []string
	for _, f := range pressed(files).Files {
		all = append(all, f.Path)
	}
	return all
}

func TestWriteRefuses(t *testing.T) {
	tests := []struct {
		name   string
		spoil  func(t *testing.T, dir string)
		want   string
		forced string // the problems when forced
		state  map[string]State
	}{
		{
			name:  "edited",
			spoil: func(t *testing.T, dir string) { put(t, dir, tree{"ports.csv": "mine\n"}) },
			want: "error edited mke/ports.csv: was edited since portpress wrote it; move the edit into the dataset or " +
				"templates/ports.csv.tmpl, or overwrite it with `portpress build --force`\n",
			state: map[string]State{"ports.csv": Edited, "new/page.html": Missing, "ansible/old/gone.yml": Stale},
		},
		{
			name:  "foreign, and another edited of the same size",
			spoil: func(t *testing.T, dir string) { put(t, dir, tree{"new/page.html": "mine", "ports.csv": "z,z\n"}) },
			want: "error foreign-file mke/new/page.html: was not written by portpress, and templates/new/page.html.tmpl presses " +
				"another content to this path; move it away, or overwrite it with `portpress build --force`\n" +
				"error edited mke/ports.csv: was edited since portpress wrote it; move the edit into the dataset or " +
				"templates/ports.csv.tmpl, or overwrite it with `portpress build --force`\n",
			state: map[string]State{"new/page.html": Foreign, "ports.csv": Edited},
		},
		{
			name:  "no list",
			spoil: func(t *testing.T, dir string) { remove(t, dir, sumsName); remove(t, dir, "ansible/old") },
			want: "error foreign-file mke/ansible/group_vars/managers.yml: was not written by portpress, and " +
				"templates/ansible/group_vars/managers.yml.tmpl presses another content to this path; move it away, or overwrite it with `portpress build --force`\n" +
				"error foreign-file mke/ports.csv: was not written by portpress, and templates/ports.csv.tmpl presses another " +
				"content to this path; move it away, or overwrite it with `portpress build --force`\n",
			state: map[string]State{"ports.csv": Foreign, "same.md": Unchanged, sumsName: Missing},
		},
		{
			name: "malformed list",
			spoil: func(t *testing.T, dir string) {
				data, err := os.ReadFile(filepath.Join(dir, sumsName))
				if err != nil {
					t.Fatal(err)
				}
				put(t, dir, tree{sumsName: "garbage\n" + string(data)})
			},
			want: "error bad-sums mke/SHA256SUMS: this line does not begin with the 64 digits of a SHA-256; restore the file from " +
				"version control, or run `portpress build --force` to renew it\n",
			state: map[string]State{"ports.csv": Changed, sumsName: Changed},
		},
		{
			name: "folder in the way",
			spoil: func(t *testing.T, dir string) {
				remove(t, dir, "ports.csv")
				put(t, dir, tree{"ports.csv/inner": "x"})
			},
			want:   "error not-a-file mke/ports.csv: is a folder where a plain file is needed; move it away and run portpress again\n",
			forced: "error not-a-file mke/ports.csv: is a folder where a plain file is needed; move it away and run portpress again\n",
		},
		{
			name:   "file for a folder",
			spoil:  func(t *testing.T, dir string) { put(t, dir, tree{"new": "x"}) },
			want:   "error not-a-file mke/new: is a file where a folder is needed; move it away and run portpress again\n",
			forced: "error not-a-file mke/new: is a file where a folder is needed; move it away and run portpress again\n",
		},
		{
			name: "list is a folder",
			spoil: func(t *testing.T, dir string) {
				remove(t, dir, sumsName)
				put(t, dir, tree{sumsName + "/x": ""})
			},
			forced: "error not-a-file mke/SHA256SUMS: is a folder where a plain file is needed; move it away and run portpress again\n",
		},
	}
	tests[len(tests)-1].want = tests[len(tests)-1].forced
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := t.TempDir()
			mustWrite(t, out, first, Options{})
			test.spoil(t, filepath.Join(out, "mke"))
			before := readTree(t, out)

			report, found := writeOne(out, pressed(second), Options{})
			if diff := cmp.Diff(test.want, lines(out, found)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, readTree(t, out)); diff != "" || report.Changed {
				t.Errorf("a refused build changed something (-want +got):\n%s", diff)
			}
			for path, want := range test.state {
				if got := states(report)[path]; got != want {
					t.Errorf("%s is %q, want %q", path, got, want)
				}
			}

			_, found = writeOne(out, pressed(second), Options{Force: true})
			if diff := cmp.Diff(test.forced, lines(out, found)); diff != "" {
				t.Errorf("problems when forced (-want +got):\n%s", diff)
			}
			if test.forced == "" {
				exact(t, out, second, second)
			} else if diff := cmp.Diff(before, readTree(t, out)); diff != "" {
				t.Errorf("a refused build changed something (-want +got):\n%s", diff)
			}
		})
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// A stale file that someone edited is theirs now.
func TestWriteKeepsEditedStaleFile(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	mine := tree{"ansible/old/gone.yml": "mine\n", "ansible/old/notes": "never listed\n"}
	put(t, filepath.Join(out, "mke"), mine)

	report, found := writeOne(out, pressed(second), Options{})
	want := "warning edited mke/ansible/old/gone.yml: is pressed no more, but was edited since portpress wrote it, so it stays and " +
		"is listed no more; remove it, or keep it as your own\n"
	if diff := cmp.Diff(want, lines(out, found)); diff != "" {
		t.Error(diff)
	}
	if got := states(report)["ansible/old/gone.yml"]; got != Edited {
		t.Errorf("state %q", got)
	}
	exact(t, out, second.with(mine), second)
	mustWrite(t, out, second, Options{Force: true}) // no longer listed, so no longer ours
	exact(t, out, second.with(mine), second)
}

func TestWriteForceRemovesEditedStaleFile(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	put(t, filepath.Join(out, "mke"), tree{"ansible/old/gone.yml": "mine\n", "ansible/old/notes": "never listed\n"})
	report := mustWrite(t, out, second, Options{Force: true})
	if got := states(report)["ansible/old/gone.yml"]; got != Removed {
		t.Errorf("state %q", got)
	}
	exact(t, out, second.with(tree{"ansible/old/notes": "never listed\n"}), second)
}

// Someone who copied the right content there by hand need not be told off.
func TestWriteAdoptsEqualContent(t *testing.T) {
	out := t.TempDir()
	put(t, filepath.Join(out, "mke"), first)
	report := mustWrite(t, out, first, Options{})
	exact(t, out, first, first)
	if s := states(report); s["ports.csv"] != Unchanged || s[sumsName] != New {
		t.Errorf("states %v", s)
	}
}

func TestWriteListedButMissing(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	remove(t, filepath.Join(out, "mke"), "ansible") // pressed again, and one pressed no more
	if err := os.MkdirAll(filepath.Join(out, "mke", "ansible", "old"), 0o777); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, out, second, Options{})
	exact(t, out, second, second)
}

func TestWriteOnly(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	put(t, filepath.Join(out, "mke"), tree{"same.md": "edited, but not picked\n"})
	only := Options{Only: func(path string) bool { return path == "ports.csv" || strings.HasPrefix(path, "new/") }}
	third := second.with(tree{"same.md": "changed\n"})

	report := mustWrite(t, out, third, only)
	want := map[string]State{"ports.csv": Changed, "new/page.html": New, sumsName: Changed}
	if diff := cmp.Diff(want, states(report)); diff != "" {
		t.Error(diff)
	}
	picked := tree{"ports.csv": second["ports.csv"], "new/page.html": second["new/page.html"]}
	exact(t, out, first.with(picked).with(tree{"same.md": "edited, but not picked\n"}), first.with(picked))

	// Stale removal stays among the picked paths.
	mustWrite(t, out, tree{"ports.csv": "a,c\n"}, only)
	left := first.with(tree{"ports.csv": "a,c\n"})
	exact(t, out, left.with(tree{"same.md": "edited, but not picked\n"}), left)
}

// A list that leads outside removes nothing there, forced or not.
func TestWriteListLeadsOutside(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "dist")
	mustWrite(t, out, first, Options{})
	put(t, dir, tree{"victim": "victim"})
	line := strings.TrimSuffix(string(sumsOf(tree{"x": "victim"})), "x\n")
	for _, path := range []string{"../../victim", filepath.Join(dir, "victim"), "ansible/../../../victim", "./ports.csv", "../mke/ports.csv"} {
		put(t, filepath.Join(out, "mke"), tree{sumsName: string(sumsOf(first)) + line + path + "\n"})
		_, found := writeOne(out, pressed(second), Options{})
		if len(found) != 1 || found[0].Code != problem.BadSums || found[0].Line != len(first)+1 || found[0].Column != 67 {
			t.Errorf("%s: problems %+v", path, found)
		}
		mustWrite(t, out, first, Options{Force: true})
		if got := readTree(t, dir)["victim"]; got != "victim" {
			t.Fatalf("%s: the victim is %q", path, got)
		}
	}
}

// A power failure may keep a temporary file and lose the draft.
func TestWriteLeftoverWithoutDraft(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	put(t, filepath.Join(out, "mke"), tree{tempName("ports.csv"): "half a", tempName("new/page.html"): "half"})
	mustWrite(t, out, second, Options{})
	exact(t, out, second, second)
}

// What has a name of ours and is no file of ours is told by that name.
func TestWriteFolderWithTemporaryName(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	temp := tempName("ports.csv")
	put(t, filepath.Join(out, "mke"), tree{temp + "/x": "mine"})
	before := readTree(t, out)
	_, found := writeOne(out, pressed(second), Options{Force: true})
	want := "error write-failed mke/ports.csv: can't be written: " + temp + " is a folder; remove the cause and run portpress again\n"
	if diff := cmp.Diff(want, lines(out, found)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, readTree(t, out)); diff != "" {
		t.Error(diff)
	}
}

// A file may shrink or grow while it is read.
func TestHolds(t *testing.T) {
	for content, want := range map[string]bool{"": false, "abc": false, "abcdef": true, "abcdefg": false, "abcxef": false} {
		name := filepath.Join(t.TempDir(), "x")
		put(t, filepath.Dir(name), tree{"x": content})
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := holds(f, []byte("abcdef"), make([]byte, 4))
		if got != want || err != nil {
			t.Errorf("%q: %v %v, want %v", content, got, err, want)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	name := filepath.Join(out, "mke", "ports.csv")
	for _, mode := range []fs.FileMode{0o600, 0o444, 0o755, 0o666} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		mustWrite(t, out, first.with(tree{"ports.csv": mode.String()}), Options{})
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%v became %v", mode, info.Mode().Perm())
		}
	}
}

func TestWriteRefusedLeavesNoFolders(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "a", "b")
	for _, set := range []export.Set{
		pressed(nil),
		{Product: "mke", Files: []export.File{{Path: "../x"}}},
		{Product: "..", Files: []export.File{{Path: "x"}}},
	} {
		writeOne(out, set, Options{})
		if got := readTree(t, dir); len(got) > 0 {
			t.Errorf("%+v left %v", set, got)
		}
	}
}

func TestWriteOutIsAFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, tree{"dist": "x", "other/mke": "y"})
	for _, out := range []string{"dist", "other"} {
		_, found := writeOne(filepath.Join(dir, out), pressed(first), Options{Force: true})
		if len(found) != 1 || found[0].Code != problem.NotAFile || !strings.Contains(found[0].Text, "is a file where a folder is needed") {
			t.Errorf("%s: %+v", out, found)
		}
	}
	_, found := writeOne(filepath.Join(dir, "dist", "below"), pressed(first), Options{})
	if len(found) != 1 || found[0].Code != problem.WriteFailed {
		t.Errorf("below a file: %+v", found)
	}
}

// On systems that ignore case, an export that changes only the case of its
// name is the same file, which must not be removed as stale afterwards. A hard
// link stands in for such a system.
func TestWriteCaseOfName(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, tree{"Ports.csv": "old\n"}, Options{})
	if err := os.Link(filepath.Join(out, "mke", "Ports.csv"), filepath.Join(out, "mke", "ports.csv")); err != nil {
		t.Skip("no hard links here:", err)
	}
	report := mustWrite(t, out, tree{"ports.csv": "new\n"}, Options{})
	if diff := cmp.Diff(map[string]State{"ports.csv": Changed, sumsName: Changed}, states(report)); diff != "" {
		t.Error(diff)
	}
	if got := readTree(t, filepath.Join(out, "mke"))["ports.csv"]; got != "new\n" {
		t.Errorf("ports.csv holds %q", got)
	}
}
