package publish

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func unified(diffs []Diff) string {
	var b strings.Builder
	for _, d := range diffs {
		b.Write(d.Unified())
	}
	return b.String()
}

func TestCompareNothingThere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	report, diffs, found := compareOne("dist", pressed(tree{"a.csv": "x\ny\n", "b": ""}), Options{})
	const want = "error drift-missing mke/a.csv: is missing; run `portpress build`\n" +
		"error drift-missing mke/b: is missing; run `portpress build`\n"
	if diff := cmp.Diff(want, lines("dist", found)); diff != "" {
		t.Error(diff)
	}
	const wantDiff = `diff /dev/null b/dist/mke/a.csv
--- /dev/null
+++ b/dist/mke/a.csv
@@ -0,0 +1,2 @@
+x
+y
`
	if !strings.HasPrefix(unified(diffs), wantDiff) {
		t.Error(cmp.Diff(wantDiff, unified(diffs)))
	}
	if !report.Changed || states(report)["a.csv"] != Missing || states(report)[sumsName] != Missing {
		t.Errorf("%+v", report)
	}
	if got := readTree(t, dir); len(got) > 0 {
		t.Errorf("Compare made %v", got)
	}
}

func TestCompareUpToDate(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	report, diffs, found := compareOne(out, pressed(first), Options{})
	if report.Changed || len(diffs) > 0 || len(found) > 0 {
		t.Errorf("%+v %v %v", report, diffs, found)
	}
	for _, f := range report.Files {
		if f.State != Unchanged {
			t.Errorf("%+v", f)
		}
	}
}

func TestCompareDrift(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	put(t, filepath.Join(out, "mke"), tree{"same.md": "edited\n", "new/page.html": "mine\n"})
	before := readTree(t, out)
	report, diffs, found := compareOne(out, pressed(second), Options{Force: true})
	const want = "error foreign-file mke/new/page.html: was not written by portpress, and templates/new/page.html.tmpl presses another " +
		"content to this path; move it away, or overwrite it with `portpress build --force`\n" +
		"error drift-changed mke/ansible/group_vars/managers.yml: is out of date; run `portpress build`\n" +
		"error drift-stale mke/ansible/old/gone.yml: is pressed no more; run `portpress build`\n" +
		"error drift-changed mke/ports.csv: is out of date; run `portpress build`\n" +
		"error edited mke/same.md: was edited since portpress wrote it; move the edit into the dataset or templates/same.md.tmpl, " +
		"or overwrite it with `portpress build --force`\n"
	got := lines(out, found)
	for line := range strings.Lines(want) {
		if !strings.Contains(got, line) {
			t.Errorf("lacks %s", line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got:\n%s", got)
	}
	wantStates := map[string]State{
		"ansible/group_vars/managers.yml": Changed, "ansible/old/gone.yml": Stale, "empty": Unchanged, "new/page.html": Foreign,
		"ports.csv": Changed, "same.md": Edited, sumsName: Changed,
	}
	if diff := cmp.Diff(wantStates, states(report)); diff != "" || !report.Changed {
		t.Error(report.Changed, diff)
	}
	if diff := cmp.Diff(before, readTree(t, out)); diff != "" {
		t.Errorf("Compare changed something: %s", diff)
	}

	// The diffs are what they claim: applied, they make what a build makes.
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip(err)
	}
	put(t, out, tree{"patch": unified(diffs)})
	apply := exec.Command(git, "apply", "--unsafe-paths", "-p"+depth(out), filepath.Join(out, "patch"))
	apply.Dir = out
	if output, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, output, unified(diffs))
	}
	exact(t, out, second, second)
	if _, diffs, found := compareOne(out, pressed(second), Options{}); len(found) > 0 || len(diffs) > 0 {
		t.Errorf("after applying the diffs: %s%s", lines(out, found), unified(diffs))
	}
}

// depth is how many elements git apply must strip from a/OUT/mke.
func depth(out string) string {
	return strconv.Itoa(strings.Count(filepath.ToSlash(out), "/") + 1)
}

func TestCompareList(t *testing.T) {
	tests := map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
		diff  string
	}{
		"missing": {
			func(t *testing.T, dir string) { remove(t, dir, sumsName) },
			"error drift-missing mke/SHA256SUMS: is missing; run `portpress build`\n", "+++ b/",
		},
		"wrong": {
			func(t *testing.T, dir string) {
				put(t, dir, tree{sumsName: string(sumsOf(first.with(tree{"ports.csv": "other"})))})
			},
			"error drift-changed mke/SHA256SUMS: is out of date; run `portpress build`\n", "@@ -1,5 +1,5 @@",
		},
		"interrupted": {
			func(t *testing.T, dir string) { put(t, dir, tree{draftName: ""}) },
			"error drift-stale mke/.portpress-SHA256SUMS: shows that a build was interrupted; run `portpress build` again to finish it\n", "",
		},
		"edited stale file": {
			func(t *testing.T, dir string) {
				put(t, dir, tree{"old": "mine", sumsName: string(sumsOf(first.with(tree{"old": "ours"})))})
			},
			"error drift-changed mke/SHA256SUMS: is out of date; run `portpress build`\n" +
				"warning edited mke/old: is pressed no more, but was edited since portpress wrote it, so it stays and is listed no more; " +
				"remove it, or keep it as your own\n", "@@ -1,6 +1,5 @@",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			mustWrite(t, out, first, Options{})
			test.spoil(t, filepath.Join(out, "mke"))
			report, diffs, found := compareOne(out, pressed(first), Options{})
			if diff := cmp.Diff(test.want, lines(out, found)); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(unified(diffs), "mine") {
				t.Error("a diff of a file that a build leaves alone")
			}
			if got := unified(diffs); !report.Changed || !strings.Contains(got, test.diff) || (test.diff == "") != (got == "") {
				t.Errorf("changed %v, diff:\n%s", report.Changed, got)
			}
		})
	}
}

func TestCompareOnly(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	only := Options{Only: func(path string) bool { return path == "same.md" || path == "empty" }}
	if report, diffs, found := compareOne(out, pressed(second), only); report.Changed || len(diffs) > 0 || len(found) > 0 {
		t.Errorf("%+v %v %v", report, diffs, found)
	}
}

func TestUnified(t *testing.T) {
	long := strings.Repeat("line\n", 10)
	tests := map[string]struct{ old, new, want string }{
		"no newline at the end": {
			"a\nb", "a\nc\n",
			"diff a/dist/x b/dist/x\n--- a/dist/x\n+++ b/dist/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n",
		},
		"three lines of context": {
			"first\n" + long + "old\n" + long, "first\n" + long + "new\n" + long,
			"diff a/dist/x b/dist/x\n--- a/dist/x\n+++ b/dist/x\n@@ -9,7 +9,7 @@\n line\n line\n line\n-old\n+new\n line\n line\n line\n",
		},
		"binary": {"a\x00", "b", "Binary files a/dist/x and b/dist/x differ\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := Diff{Old: []byte(test.old), New: []byte(test.new), name: "dist/x"}
			if diff := cmp.Diff(test.want, string(d.Unified())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The names are read by Ansible and by scripts.
func TestReportJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	report := mustWrite(t, "dist", tree{"empty": ""}, Options{})
	got, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"product":"mke","folder":"dist/mke","changed":true,"files":[` +
		`{"path":"SHA256SUMS","state":"new","bytes":72,"sha256":"` + sumOf(sumsOf(tree{"empty": ""})) + `"},` +
		`{"path":"empty","state":"new","bytes":0,"sha256":"` + hexA + `"}]}`
	if diff := cmp.Diff(want, filepath.ToSlash(string(got))); diff != "" {
		t.Error(diff)
	}
}

func sumOf(content []byte) string {
	return string(bytes.Fields(sumsOf(tree{"x": string(content)}))[0])
}

// A file of any size is no reason to run out of memory: a record that large is
// none, and a difference that large is told and not shown.
func TestFilesOfAnySize(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	grow := func(name string, size int64) {
		t.Helper()
		file := filepath.Join(out, "mke", name)
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, size); err != nil { // with a hole, which takes no space
			t.Fatal(err)
		}
	}
	grow("ports.csv", maxRecord+1)
	_, diffs, _ := compareOne(out, pressed(second), Options{})
	var shown strings.Builder
	for _, d := range diffs {
		shown.Write(d.Unified())
	}
	if want := "ports.csv differ\n"; !strings.Contains(shown.String(), want) || shown.Len() > 10_000 {
		t.Errorf("%d bytes of difference, among them %q: %v", shown.Len(), want, strings.Contains(shown.String(), want))
	}
	if _, found := writeOne(out, pressed(second), Options{Force: true}); len(found) > 0 {
		t.Error(lines(out, found))
	}

	for _, name := range []string{sumsName, draftName} {
		grow(name, 3<<30)
		want := "error bad-sums mke/" + name + ": is larger than 64 MiB, which no list of exports is; " + restoreSums + "\n"
		if _, found := writeOne(out, pressed(second), Options{}); !strings.Contains(lines(out, found), want) {
			t.Errorf("Write lacks %s%s", want, lines(out, found))
		}
		if _, _, found := compareOne(out, pressed(second), Options{}); !strings.Contains(lines(out, found), want) {
			t.Errorf("Compare lacks %s%s", want, lines(out, found))
		}
		if _, found := writeOne(out, pressed(second), Options{Force: true}); len(found) > 0 {
			t.Errorf("by force: %s", lines(out, found))
		}
		exact(t, out, second, second)
	}
}
