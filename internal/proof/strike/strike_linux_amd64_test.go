// Package strike holds a build to what it says when the system fails it.
package strike

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// strikes are the errors that a system call can give, by the manual pages of
// section 2. Left out are those that are no failure but an answer (that
// nothing is there, that a folder has something in it) and those that speak of a
// mistake in the program.
var strikes = map[string][]syscall.Errno{
	"openat": {
		syscall.EACCES, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS,
		syscall.EPERM, syscall.EINTR, syscall.ELOOP, syscall.EOVERFLOW,
	},
	"newfstatat": {syscall.EACCES, syscall.EIO, syscall.ELOOP, syscall.ENOMEM, syscall.EOVERFLOW, syscall.ENAMETOOLONG},
	"mkdirat":    {syscall.EACCES, syscall.EIO, syscall.EDQUOT, syscall.EMLINK, syscall.ENOMEM, syscall.ENOSPC, syscall.EPERM, syscall.EROFS},
	"unlinkat":   {syscall.EACCES, syscall.EIO, syscall.EBUSY, syscall.ENOMEM, syscall.EPERM, syscall.EROFS},
	"renameat": {
		syscall.EACCES, syscall.EIO, syscall.EBUSY, syscall.EDQUOT, syscall.EMLINK, syscall.ENOMEM, syscall.ENOSPC, syscall.EPERM, syscall.EROFS, syscall.EXDEV,
	},
	"read":       {syscall.EIO, syscall.EINTR},
	"pread64":    {syscall.EIO, syscall.EINTR},
	"write":      {syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EINTR, syscall.EPERM},
	"fstat":      {syscall.EIO, syscall.ENOMEM, syscall.EOVERFLOW},
	"fsync":      {syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EINTR, syscall.EROFS},
	"fchmod":     {syscall.EIO, syscall.EPERM, syscall.EROFS},
	"flock":      {syscall.ENOLCK, syscall.EINTR, syscall.EIO},
	"lseek":      {syscall.EIO},
	"getdents64": {syscall.EIO, syscall.ENOMEM},
	"close":      {syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EINTR},
}

// The exit statuses that docs/cli.md promises.
const (
	fine     = 0
	unusable = 2
)

const dataset = `format = 1
product = { id = "acme", name = "x" }
hosts.nodes.name = "x"
ports.web = { port = 80, protocols = "tcp", hosts = "nodes", from = "any", purpose = "x" }
`

// struckBuild is a build of two products, one of which is there already, with a
// file that changes, one that comes, one that goes with its folder and one that
// stays.
type struckBuild struct {
	dir    string
	before map[string]string // below dist
	after  map[string]string
}

var struckArgs = []string{"build", "acme.toml", "bolt.toml", "--no-default-templates", "--templates", "tree", "--report", "json"}

func newStruckBuild(t *testing.T, dir string) *struckBuild {
	t.Helper()
	s := &struckBuild{dir: dir}
	for name, content := range map[string]string{
		"acme.toml":               dataset,
		"bolt.toml":               strings.Replace(dataset, `"acme"`, `"bolt"`, 1),
		"tree/changes.md.tmpl":    "{{ .Product.ID }}, old\n",
		"tree/stays.md.tmpl":      "{{ .Product.ID }}\n",
		"tree/gone/file.md.tmpl":  "goes\n",
		"tree/below/kept.md.tmpl": "kept\n",
	} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	s.run(t, slices.DeleteFunc(slices.Clone(struckArgs), func(a string) bool { return a == "bolt.toml" }))
	s.before = s.read(t)
	tree := filepath.Join(dir, "tree")
	if err := errors.Join(os.WriteFile(filepath.Join(tree, "changes.md.tmpl"), []byte("{{ .Product.ID }}, new\n"), 0o666),
		os.RemoveAll(filepath.Join(tree, "gone")), os.MkdirAll(filepath.Join(tree, "comes"), 0o777),
		os.WriteFile(filepath.Join(tree, "comes", "file.md.tmpl"), []byte("comes\n"), 0o666)); err != nil {
		t.Fatal(err)
	}
	s.run(t, struckArgs)
	s.after = s.read(t)
	return s
}

// run builds without a strike.
func (s *struckBuild) run(t *testing.T, args []string) {
	t.Helper()
	cmd := s.command(args)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// command runs portpress with as few threads as may be.
func (s *struckBuild) command(args []string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(filepath.Dir(s.dir), "portpress"), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "NO_COLOR=1")
	return cmd
}

// reset brings dist back to what it was before the build.
func (s *struckBuild) reset(t *testing.T) {
	t.Helper()
	dist := filepath.Join(s.dir, "dist")
	if err := os.RemoveAll(dist); err != nil {
		t.Fatal(err)
	}
	for path, content := range s.before {
		name := filepath.Join(dist, path)
		err := os.MkdirAll(filepath.Dir(name), 0o777)
		if !strings.HasSuffix(path, "/") {
			err = errors.Join(err, os.WriteFile(name, []byte(content), 0o666))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// read is all that lies in dist; folders end in a slash.
func (s *struckBuild) read(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	dist := filepath.Join(s.dir, "dist")
	err := filepath.WalkDir(dist, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dist {
			return err
		}
		rel, err := filepath.Rel(dist, name)
		if d.IsDir() {
			all[rel+"/"] = ""
			return err
		}
		data, readErr := os.ReadFile(name)
		all[rel] = string(data)
		return errors.Join(err, readErr)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return all
}

// TestStruckSystemCalls strikes every system call that a build makes on a file,
// with every error that it can give, one at a time, and holds to each other what
// the build says and what is on disk: with status 0 all is as it should be, or
// what is left over is told; where nothing is said to have changed nothing has;
// otherwise every file is old or new, and the next build finishes the job.
func TestStruckSystemCalls(t *testing.T) {
	top, err := os.MkdirTemp("/dev/shm", "portpress-")
	if err != nil {
		top = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(top) })
	build := exec.Command("go", "build", "-o", top, "portpress/cmd/portpress")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	const sideBySide = 2
	workers := make([]*struckBuild, sideBySide)
	for i := range workers {
		dir := filepath.Join(top, "w"+strconv.Itoa(i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		workers[i] = newStruckBuild(t, dir)
	}

	// What there is to strike.
	var calls []call
	workers[0].reset(t)
	status, err := trace(workers[0].command(struckArgs), workers[0].dir, "", func(c call) syscall.Errno {
		calls = append(calls, c)
		return 0
	})
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		if ci, _ := strconv.ParseBool(os.Getenv("CI")); ci {
			t.Fatalf("needs ptrace: %v, and CI=true lets no test be skipped", err)
		}
		t.Skipf("needs ptrace: %v", err)
	}
	if err != nil || status != fine {
		t.Fatalf("status %d, %v", status, err)
	}

	type job struct {
		call
		syscall.Errno
	}
	var jobs []job
	for _, c := range calls {
		for _, errno := range strikes[c.name] {
			jobs = append(jobs, job{c, errno})
		}
	}
	begin := time.Now()
	queue := make(chan job)
	var wait sync.WaitGroup
	var mu sync.Mutex
	missed, failed := 0, map[int]int{}
	for _, s := range workers {
		wait.Go(func() {
			// A thread of its own for all that a worker starts: tracing waits for
			// the children of its thread, and must not get another worker's.
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for j := range queue {
				status, hit := s.strike(t, j.call, j.Errno)
				mu.Lock()
				failed[status]++
				if !hit {
					missed++
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	wait.Wait()
	t.Logf("%d system calls, %d strikes in %s, %d missed; exit statuses %v", len(calls), len(jobs), time.Since(begin).Round(time.Second), missed, failed)
	if len(calls) < 100 || failed[unusable] < len(jobs)/2 || missed > len(jobs)/50 {
		t.Error("too few strikes hit")
	}
}

// strike builds with one system call failing, and checks what it left.
func (s *struckBuild) strike(t *testing.T, struck call, errno syscall.Errno) (status int, hit bool) {
	s.reset(t)
	cmd := s.command(struckArgs)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status, err := trace(cmd, s.dir, struck.name, func(c call) syscall.Errno {
		if c != struck {
			return 0
		}
		hit = true
		return errno
	})
	name := fmt.Sprintf("%s: %s", struck, errno)
	bad := func(format string, args ...any) {
		t.Errorf("%s: status %d: %s\n%s%s", name, status, fmt.Sprintf(format, args...), &stdout, &stderr)
	}
	if err != nil {
		bad("%v", err)
		return status, hit
	}
	var result struct { // of --report json
		Changed, Failed bool
		Problems        []struct{ File string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &result); err != nil {
		bad("no report: %v", err)
		return status, hit
	}

	got := s.read(t)
	unchanged := status != fine
	switch {
	case status < fine || status > unusable || strings.Contains(stderr.String(), "goroutine "):
		bad("it broke down")
	case result.Failed != (status != fine):
		bad("failed is %v", result.Failed)
	case status != fine && len(result.Problems) == 0:
		bad("nothing is told")
	case status == fine:
		rest := maps.Clone(got)
		maps.DeleteFunc(rest, func(path, content string) bool { return s.after[path] == content && has(s.after, path) })
		for _, p := range result.Problems {
			delete(rest, strings.TrimPrefix(p.File, "dist/")+"/")
		}
		missing := maps.Clone(s.after)
		maps.DeleteFunc(missing, func(path, _ string) bool { return has(got, path) })
		if len(rest)+len(missing) > 0 || !result.Changed {
			bad("left over %v, missing %v, changed %v", rest, missing, result.Changed)
		}
	case !result.Changed:
		if diff := cmp.Diff(s.before, got); diff != "" {
			bad("something was changed: %s", diff)
		}
	default:
		unchanged = false
		for path, content := range got {
			was, is := has(s.before, path) && s.before[path] == content, has(s.after, path) && s.after[path] == content
			if !was && !is && !strings.Contains(path, ".portpress-") {
				bad("%s is neither old nor new: %q", path, content)
			}
		}
	}

	if unchanged && !t.Failed() {
		return status, hit // the next build is that which was struck
	}
	// The next build, which nothing keeps from finishing the job.
	next := s.command(struckArgs)
	if out, err := next.CombinedOutput(); err != nil {
		bad("the next build: %v\n%s", err, out)
	} else if diff := cmp.Diff(s.after, s.read(t)); diff != "" && !onlyFolders(s.after, s.read(t)) {
		bad("the next build leaves (-want +got):\n%s", diff)
	}
	return status, hit
}

func has(all map[string]string, path string) bool {
	_, there := all[path]
	return there
}

// onlyFolders reports whether the second has nothing more than empty folders,
// which a build once told of and no later one knows.
func onlyFolders(want, got map[string]string) bool {
	for path, content := range got {
		if !has(want, path) && !strings.HasSuffix(path, "/") || has(want, path) && want[path] != content {
			return false
		}
	}
	return len(got) >= len(want)
}
