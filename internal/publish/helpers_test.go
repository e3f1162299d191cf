package publish

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/testtool"
)

// draftName is the name that a draft of SHA256SUMS has.
const draftName = privatePrefix + sumsName

// tree is the plain files of a folder: path to content.
type tree map[string]string

// pressed returns a set of product "mke" with these files.
func pressed(files tree) export.Set {
	set := export.Set{Product: "mke"}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		set.Files = append(set.Files, export.File{
			Path: path, Content: []byte(files[path]), Template: "templates/" + path + ".tmpl",
		})
	}
	return set
}

// with returns the tree with these files added or replaced.
func (t tree) with(more tree) tree {
	all := maps.Clone(t)
	maps.Copy(all, more)
	return all
}

// readTree returns all that lies below dir, folders (whose names end in a
// slash) and links included. A folder that isn't there gives nil.
func readTree(t *testing.T, dir string) tree {
	t.Helper()
	all := tree{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			all[rel+"/"] = ""
		case d.Type().IsRegular():
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			all[rel] = string(data)
		default:
			all[rel] = d.Type().String()
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// put writes files below dir, with their folders.
func put(t *testing.T, dir string, files tree) {
	t.Helper()
	for path, content := range files {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// exact fails the test unless dist/mke holds exactly these files, their folders
// and a SHA256SUMS of those in the second tree.
func exact(t *testing.T, out string, files, listed tree) {
	t.Helper()
	want := tree{}
	for path, content := range files {
		want[path] = content
		for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
			want[dir+"/"] = ""
		}
	}
	if len(listed) > 0 {
		want[sumsName] = string(sumsOf(listed))
	}
	if diff := cmp.Diff(want, readTree(t, filepath.Join(out, "mke"))); diff != "" {
		t.Fatalf("the product's folder is wrong (-want +got):\n%s", diff)
	}
}

func sumsOf(files tree) []byte {
	sums := record{}
	for path, content := range files {
		sums.add(path, sha256.Sum256([]byte(content)))
	}
	return formatSums(sums)
}

// sha256sum has coreutils check the list, as a user would.
func sha256sum(t *testing.T, out string) {
	t.Helper()
	t.Run("sha256sum", func(t *testing.T) {
		cmd := exec.Command(testtool.Need(t, "sha256sum")[0], "--check", "--strict", "--quiet", sumsName)
		cmd.Dir = filepath.Join(out, "mke")
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
	})
}

// writeOne is Write for one product.
func writeOne(out string, set export.Set, o Options) (Report, problem.List) {
	return faulty(out, set, o, nil)
}

// faulty is writeOne with the hook.
func faulty(out string, set export.Set, o Options, fault func(string) error) (Report, problem.List) {
	reports, found := write(out, []export.Set{set}, o, fault)
	return reports[0], found
}

// compareOne is Compare for one product.
func compareOne(out string, set export.Set, o Options) (Report, []Diff, problem.List) {
	reports, diffs, found := Compare(out, []export.Set{set}, o)
	return reports[0], diffs, found
}

// mustWrite publishes a tree and fails the test on any problem.
func mustWrite(t *testing.T, out string, files tree, o Options) Report {
	t.Helper()
	report, found := writeOne(out, pressed(files), o)
	if len(found) > 0 {
		t.Fatalf("Write: %s", lines(out, found))
	}
	return report
}

// lines renders problems for comparison, one a line, with out taken away.
func lines(out string, found problem.List) string {
	var b strings.Builder
	for _, p := range found {
		file := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(p.File, out)), "/")
		b.WriteString(p.Severity.String() + " " + string(p.Code) + " " + file + ": " + p.Text + "; " + p.Hint + "\n")
	}
	return strings.ReplaceAll(b.String(), out, "OUT")
}

// states renders a report for comparison.
func states(r Report) map[string]State {
	all := map[string]State{}
	for _, f := range r.Files {
		all[f.Path] = f.State
	}
	return all
}

// ramDir is t.TempDir, in memory where the system has such a place: syncs to a
// real disk would make the tests that build hundreds of times slow.
func ramDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "portpress-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
