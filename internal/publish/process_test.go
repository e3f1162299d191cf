//go:build unix

package publish

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"portpress/internal/export"
	"portpress/internal/testtool"
)

// childEnv makes the test binary build in a loop: its value is the folder, and
// how many sets to take turns with, from which on.
const childEnv = "PORTPRESS_TEST_CHILD"

func TestMain(m *testing.M) {
	if task := os.Getenv(childEnv); task != "" {
		child(task)
		return
	}
	os.Exit(m.Run())
}

// child builds numbered sets for ever, or (with a count) so many times.
func child(task string) {
	var (
		out           string
		from, step, n int
	)
	if _, err := fmt.Sscanf(task, "%d %d %d %s", &from, &step, &n, &out); err != nil {
		panic(err)
	}
	for i := 0; n == 0 || i < n; i++ {
		if _, found := writeOne(out, numbered(from+i*step), Options{}); len(found) > 0 {
			fmt.Fprintln(os.Stderr, found)
			os.Exit(1)
		}
		if i == 0 {
			fmt.Println("begun")
		}
	}
}

func start(t *testing.T, out string, from, step, n int) *exec.Cmd {
	t.Helper()
	if err := testtool.Guard(); err != nil { // a child that builds for ever must not outlive this
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d %d %s", childEnv, from, step, n, out))
	cmd.Stderr = os.Stderr
	if n == 0 {
		begun, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := begun.Read(make([]byte, 1)); err != nil {
			t.Fatal("the child died at once: ", err)
		}
		return cmd
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// numbered returns a set whose files all name its number, some under paths that
// change with it.
func numbered(number int) export.Set {
	mark := strconv.Itoa(number)
	files := tree{"same": "always the same", "d" + strconv.Itoa(number%3) + "/x": mark + "\n", "e" + strconv.Itoa(number%2): mark + "\n"}
	for i := range 8 {
		// Of several sizes, one of them many pages, each beginning and ending with the number.
		files[fmt.Sprintf("f/%d.csv", i)] = mark + "\n" + strings.Repeat("filler\n", number%7+i*i*i*20) + mark + "\n"
	}
	return pressed(files)
}

// numberOf returns the number of the set that a file comes from.
func numberOf(t *testing.T, path, content string) int {
	t.Helper()
	first, _, _ := strings.Cut(content, "\n")
	number, err := strconv.Atoi(first)
	if err == nil {
		for _, f := range numbered(number).Files {
			if f.Path == path && string(f.Content) == content {
				return number
			}
		}
	}
	t.Fatalf("%s is not whole: %.40q… of %d bytes", path, content, len(content))
	return 0
}

// A build killed by the system at any moment leaves every file whole, and the
// next build, of something else again, finds nothing edited.
func TestKilledBySignal(t *testing.T) {
	out := filepath.Join(ramDir(t), "dist")
	kills, interrupted := 120, 0
	for round := range kills {
		cmd := start(t, out, 1000*round, 1, 0)
		time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // says that it was killed

		for path, content := range readTree(t, filepath.Join(out, "mke")) {
			switch name := filepath.Base(path); {
			case name == draftName:
				interrupted++
			case strings.HasPrefix(name, privatePrefix), strings.HasSuffix(path, "/"), path == sumsName, path == "same":
			default:
				numberOf(t, path, content)
			}
		}
		if round%3 == 0 {
			continue // the next child finishes the job
		}
		last := tree{"only": strconv.Itoa(round)}
		if round%3 == 2 {
			last = tree{"d0/x": "1", "f/1.csv": "2", "g/h/i": "3"}
		}
		mustWrite(t, out, last, Options{})
		exact(t, out, last, last)
	}
	if interrupted == 0 {
		t.Errorf("%d kills and not one hit a build", kills)
	}
	t.Logf("%d of %d kills hit a build under way", interrupted, kills)
}

// Two processes that build different sets at once: at every moment that no
// build is under way, the folder holds one set entirely.
func TestTwoBuildsAtOnce(t *testing.T) {
	for round := range 10 {
		out := filepath.Join(ramDir(t), "new", "dist")
		one, two := start(t, out, 10, 2, 20), start(t, out, 11, 2, 20)
		waits := 0
		for range 10 {
			// A shared lock shows a moment between two builds.
			_, _, found := compareOne(out, numbered(10), Options{Waiting: func() { waits++ }})
			for _, p := range found {
				if !strings.HasPrefix(string(p.Code), "drift-") || strings.HasSuffix(p.File, draftName) {
					t.Errorf("round %d: Compare saw %+v", round, p)
				}
			}
		}
		if waits > 10 {
			t.Errorf("waiting was told %d times of 10", waits)
		}
		for _, cmd := range []*exec.Cmd{one, two} {
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
		}
		got := readTree(t, filepath.Join(out, "mke"))
		number := numberOf(t, "f/0.csv", got["f/0.csv"])
		if number != 10+2*19 && number != 11+2*19 {
			t.Errorf("round %d: set %d is neither build's last", round, number)
		}
		want := tree{}
		for _, f := range numbered(number).Files {
			want[f.Path] = string(f.Content)
		}
		exact(t, out, want, want)
		sha256sum(t, out)
	}
}

// While another holds the lock, a build says once that it waits, and then plans
// afresh.
func TestWaiting(t *testing.T) {
	out := t.TempDir()
	mustWrite(t, out, first, Options{})
	other, found := openStore(out, true, nil, nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	waiting, done := make(chan struct{}, 10), make(chan string)
	go func() {
		_, found := writeOne(out, pressed(second), Options{Waiting: func() { waiting <- struct{}{} }})
		done <- lines(out, found)
	}()
	<-waiting
	// What the other build leaves is what this one must start from.
	put(t, filepath.Join(out, "mke"), third)
	put(t, filepath.Join(out, "mke"), tree{sumsName: string(sumsOf(first.with(third)))})
	select {
	case <-done:
		t.Fatal("did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	other.close(false)
	if got := <-done; got != "" {
		t.Error(got)
	}
	if len(waiting) > 0 {
		t.Error("waiting was told twice")
	}
	exact(t, out, second, second)

	// Those who only look don't wait for each other.
	one, _ := openStore(out, false, nil, nil)
	defer one.close(false)
	compareOne(out, pressed(second), Options{Waiting: func() { t.Error("a Compare waits for a Compare") }})
}

// A refused build removes the folder that it made, perhaps while another waits
// for its lock.
func TestWaitingForAFolderThatGoes(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a", "dist")
	other, found := openStore(out, true, nil, nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	waiting, done := make(chan struct{}, 1), make(chan string)
	go func() {
		_, found := writeOne(out, pressed(first), Options{Waiting: func() { waiting <- struct{}{} }})
		done <- lines(out, found)
	}()
	<-waiting
	other.close(true)
	if got := <-done; got != "" {
		t.Error(got)
	}
	exact(t, out, first, first)
}

// Nor may a build that has waited write to a folder that was moved meanwhile.
func TestWaitingForAFolderThatMoves(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "dist")
	mustWrite(t, out, first, Options{})
	other, found := openStore(out, true, nil, nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	waiting, done := make(chan struct{}, 1), make(chan string)
	go func() {
		_, found := writeOne(out, pressed(second), Options{Waiting: func() { waiting <- struct{}{} }})
		done <- lines(out, found)
	}()
	<-waiting
	if err := os.Rename(out, filepath.Join(dir, "moved")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	other.close(false)
	if got := <-done; got != "" {
		t.Error(got)
	}
	exact(t, out, second, second)
	exact(t, filepath.Join(dir, "moved"), first, first)
}
