package publish

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
	"portpress/internal/problem"
)

var errFault = errors.New("injected fault")

// faults counts the changes on disk and fails the nth (from 0), or with dead
// the nth and all after it, as if the process had been killed before it.
type faults struct {
	nth  int
	dead bool

	mu    sync.Mutex
	count int
	at    string // the step that failed first
}

func (f *faults) step(step string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.count
	f.count++
	if n == f.nth || f.dead && n > f.nth {
		if f.at == "" {
			f.at = step
		}
		return errFault
	}
	return nil
}

// third shares something with the first and the second tree, and puts a file
// where the second has nothing, one of them in a folder of its own.
var third = tree{"ports.csv": "a,d\n", "ansible/old/gone.yml": "z\n", "same.md": "same again\n", "deep/er/x": "1"}

// everyStep runs the test with a fault at every step of a build until one is
// too late to be met.
func everyStep(t *testing.T, dead bool, test func(t *testing.T, f *faults) (met bool)) {
	for n := 0; ; n++ {
		if n > 500 {
			t.Fatal("the build has no end")
		}
		f := &faults{nth: n, dead: dead}
		met := true
		t.Run(fmt.Sprintf("step %d", n), func(t *testing.T) { met = test(t, f) })
		if !met {
			if n < 10 {
				t.Fatalf("only %d steps: the build does nothing", n)
			}
			return
		}
	}
}

// checkWhole fails the test unless every file that is not portpress's own is as
// one of the trees has it, or absent where one of them lacks it.
func checkWhole(t *testing.T, out string, trees ...tree) {
	t.Helper()
	got := readTree(t, filepath.Join(out, "mke"))
	all := tree{}
	for _, one := range trees {
		all = all.with(one)
	}
	for path := range all {
		content, there := got[path]
		whole := false
		for _, one := range trees {
			want, wanted := one[path]
			whole = whole || there == wanted && content == want
		}
		if !whole {
			t.Errorf("%s is neither old nor new: %q", path, content)
		}
	}
	for path := range got {
		_, known := all[path]
		if !known && path != sumsName && !strings.HasSuffix(path, "/") && !strings.HasPrefix(filepath.Base(path), privatePrefix) {
			t.Errorf("%s is none of ours", path)
		}
	}
}

// A build killed at any step leaves every file whole, and the next finishes the
// job although the inputs have changed again.
func TestKilledAtEveryStep(t *testing.T) {
	for _, begin := range []struct {
		name   string
		before tree // nil: no build yet
	}{{"first build", nil}, {"second build", first}} {
		t.Run(begin.name, func(t *testing.T) {
			everyStep(t, true, func(t *testing.T, f *faults) bool {
				out := filepath.Join(ramDir(t), "dist")
				if begin.before != nil {
					mustWrite(t, out, begin.before, Options{})
				}
				_, found := faulty(out, pressed(second), Options{}, f.step)
				checkWhole(t, out, begin.before, second)
				if f.at == "" {
					exact(t, out, second, second)
					return false
				}
				if len(found) == 0 {
					t.Errorf("nothing was told of the fault at %q", f.at)
				}

				_, _, found = compareOne(out, pressed(third), Options{})
				for _, p := range found {
					if !strings.HasPrefix(string(p.Code), "drift-") {
						t.Errorf("Compare after a fault at %q: %+v", f.at, p)
					}
				}
				mustWrite(t, out, third, Options{})
				exact(t, out, third, third)
				sha256sum(t, out)
				return true
			})
		})
	}
}

// Killed, and the build that was to finish the job killed too.
func TestKilledTwice(t *testing.T) {
	total := 0
	for n := 0; ; n += 2 {
		one := &faults{nth: n, dead: true}
		for m := 0; ; m++ {
			out := filepath.Join(ramDir(t), "dist")
			mustWrite(t, out, first, Options{})
			one = &faults{nth: n, dead: true}
			faulty(out, pressed(second), Options{}, one.step)
			two := &faults{nth: m, dead: true}
			faulty(out, pressed(third), Options{}, two.step)
			checkWhole(t, out, first, second, third)

			last := second.with(tree{"ports.csv": "last\n"})
			mustWrite(t, out, last, Options{})
			exact(t, out, last, last)
			total++
			if t.Failed() {
				t.Fatalf("first killed at %q, then at %q", one.at, two.at)
			}
			if two.at == "" || m > 500 {
				break
			}
		}
		if one.at == "" || n > 500 {
			break
		}
	}
	if total < 50 {
		t.Errorf("only %d pairs were tried", total)
	}
}

// A part pressed after a kill must not orphan what the kill left elsewhere.
func TestKilledThenOnly(t *testing.T) {
	everyStep(t, true, func(t *testing.T, f *faults) bool {
		out := filepath.Join(ramDir(t), "dist")
		mustWrite(t, out, first, Options{})
		faulty(out, pressed(second), Options{}, f.step)
		mustWrite(t, out, third, Options{Only: func(path string) bool { return path == "ports.csv" }})
		for path := range readTree(t, out) {
			if strings.Contains(path, privatePrefix) {
				t.Errorf("after a fault at %q: %s is left over", f.at, path)
			}
		}
		mustWrite(t, out, third, Options{})
		exact(t, out, third, third)
		return f.at != ""
	})
}

// A change that fails before the first rename leaves everything as it was, and
// one that fails later leaves a job for the next build, told as such.
func TestFailsAtEveryStep(t *testing.T) {
	for _, before := range []tree{nil, first} {
		everyStep(t, false, func(t *testing.T, f *faults) bool {
			dir := ramDir(t)
			out := filepath.Join(dir, "new", "dist")
			if before != nil {
				mustWrite(t, out, before, Options{})
			}
			old := readTree(t, dir)
			report, found := faulty(out, pressed(second), Options{}, f.step)
			if f.at == "" {
				exact(t, out, second, second)
				return false
			}
			checkWhole(t, out, before, second)
			switch {
			case strings.HasPrefix(f.at, "rmdir "):
				// A folder that can't be removed is no failure, but is told.
				dir := filepath.Join(out, "mke", strings.TrimPrefix(f.at, "rmdir "))
				want := problem.List{stays(dir, errFault)}
				if diff := cmp.Diff(want, found); diff != "" {
					t.Errorf("fault at %q: %s", f.at, diff)
				}
			case len(found) == 0:
				t.Errorf("nothing was told of the fault at %q", f.at)
			case len(found) > 1 || found[0].Code != problem.WriteFailed || !strings.HasPrefix(found[0].File, out) ||
				strings.Contains(found[0].File, "tmp-") || found[0].Text != "can't be written: injected fault":
				t.Errorf("fault at %q: %+v", f.at, found)
			case !report.Changed:
				if diff := cmp.Diff(old, readTree(t, dir)); diff != "" {
					t.Errorf("fault at %q changed something (-want +got):\n%s", f.at, diff)
				}
			case !strings.Contains(found[0].Hint, "to finish the build"):
				t.Errorf("fault at %q: hint %q", f.at, found[0].Hint)
			}
			step, _, _ := strings.Cut(f.at, " ")
			if early := slices.Contains([]string{"mkdir", "create", "write"}, step); early && report.Changed {
				t.Errorf("fault at %q: something had changed already", f.at)
			}
			mustWrite(t, out, third, Options{})
			return true
		})
	}
}

// both are two products' sets.
func both(mke, etcd tree) []export.Set {
	two := []export.Set{pressed(mke), pressed(etcd)}
	two[1].Product = "etcd"
	return two
}

// Of several products all are prepared before the first file of any is renamed:
// whatever fails until then leaves nothing changed, and whatever fails later, or
// kills the build, leaves a job for the next one.
func TestSeveralAtEveryStep(t *testing.T) {
	for _, begin := range []struct{ mke, etcd tree }{{nil, nil}, {first, third}, {first, nil}} {
		for _, dead := range []bool{false, true} {
			everyStep(t, dead, func(t *testing.T, f *faults) bool {
				dir := ramDir(t)
				out := filepath.Join(dir, "dist")
				if begin.mke != nil {
					sets := both(begin.mke, begin.etcd)
					if begin.etcd == nil {
						sets = sets[:1]
					}
					if _, found := Write(out, sets, Options{}); len(found) > 0 {
						t.Fatal(lines(out, found))
					}
				}
				old := readTree(t, dir)
				renamed := false
				reports, found := write(out, both(second, first), Options{}, func(step string) error {
					verb, _, _ := strings.Cut(step, " ")
					early := slices.Contains([]string{"mkdir", "create", "write", "sync"}, verb)
					if early && renamed {
						t.Errorf("%q comes after a rename", step)
					}
					renamed = renamed || verb == "rename"
					return f.step(step)
				})
				changed := reports[0].Changed || reports[1].Changed
				if f.at != "" && len(found) == 0 {
					t.Errorf("nothing was told of the fault at %q", f.at)
				}
				if diff := cmp.Diff(old, readTree(t, dir)); !dead && changed == (diff == "") {
					t.Errorf("fault at %q: changed is %v\n%s", f.at, changed, diff)
				}
				last := both(third, second)
				if _, found := Write(out, last, Options{}); len(found) > 0 {
					t.Fatalf("after a fault at %q: %s", f.at, lines(out, found))
				}
				exact(t, out, third, third)
				if diff := cmp.Diff(len(last[1].Files)+1, len(files(readTree(t, filepath.Join(out, "etcd"))))); diff != "" {
					t.Errorf("after a fault at %q, etcd: %s", f.at, diff)
				}
				return f.at != ""
			})
		}
	}
}

// files leaves out the folders.
func files(all tree) tree {
	maps.DeleteFunc(all, func(path, _ string) bool { return strings.HasSuffix(path, "/") })
	return all
}

// What keeps one product from being written keeps all from it, also by force.
func TestSeveralWithAnObstacle(t *testing.T) {
	for _, force := range []bool{false, true} {
		out := filepath.Join(t.TempDir(), "dist")
		if _, found := Write(out, both(first, first), Options{}); len(found) > 0 {
			t.Fatal(lines(out, found))
		}
		put(t, filepath.Join(out, "etcd"), tree{"new/page.html/x": "a folder in the way"})
		old := readTree(t, out)
		reports, found := Write(out, both(second, second), Options{Force: force})
		const want = "error not-a-file etcd/new/page.html: is a folder where a plain file is needed; move it away and run portpress again\n"
		if got := lines(out, found); got != want {
			t.Errorf("force %v: got %s", force, got)
		}
		if diff := cmp.Diff(old, readTree(t, out)); diff != "" || reports[0].Changed || reports[1].Changed {
			t.Errorf("force %v: something was written: %s", force, diff)
		}
	}
}

// A build that takes up what a killed one left, and fails at any step of that:
// where it says that nothing has changed, nothing has that a reader may see, and
// the next build finishes the job.
func TestKilledThenFailsAtEveryStep(t *testing.T) {
	total, refused := 0, 0
	for n := 0; ; n += 3 {
		one := &faults{nth: n, dead: true}
		for m := 0; ; m++ {
			out := filepath.Join(ramDir(t), "dist")
			mustWrite(t, out, first, Options{})
			one = &faults{nth: n, dead: true}
			faulty(out, pressed(second), Options{}, one.step)
			old := readTree(t, out)
			two := &faults{nth: m}
			report, found := faulty(out, pressed(third), Options{}, two.step)
			if two.at != "" && len(found) == 0 {
				t.Errorf("nothing was told of the fault at %q", two.at)
			}
			checkWhole(t, out, first, second, third)
			if now := readTree(t, out); found.Count(problem.Error) > 0 && !report.Changed {
				refused++
				if diff := cmp.Diff(visible(old), visible(now)); diff != "" {
					t.Errorf("something has changed: %s", diff)
				}
			}

			last := second.with(tree{"ports.csv": "last\n"})
			mustWrite(t, out, last, Options{})
			got := readTree(t, filepath.Join(out, "mke"))
			maps.DeleteFunc(got, func(path, _ string) bool { return strings.HasPrefix(two.at, "rmdir ") && strings.HasSuffix(path, "/") })
			for path, content := range last {
				if got[path] != content {
					t.Errorf("%s is %q at last", path, got[path])
				}
			}
			if want := len(last) + 1; len(files(got)) != want {
				t.Errorf("%d files are left, want %d: %v", len(files(got)), want, got)
			}
			total++
			if t.Failed() {
				t.Fatalf("first killed at %q, then failed at %q", one.at, two.at)
			}
			if two.at == "" || m > 500 {
				break
			}
		}
		if one.at == "" || n > 500 {
			break
		}
	}
	if total < 50 || refused < total/4 {
		t.Errorf("only %d pairs were tried, and %d changed nothing", total, refused)
	}
}

// visible leaves out what only a build looks at, and the folders.
func visible(all tree) tree {
	seen := maps.Clone(all)
	maps.DeleteFunc(seen, func(path, _ string) bool {
		return strings.Contains(path, privatePrefix) || strings.HasSuffix(path, "/")
	})
	return seen
}
