//go:build linux

package testtool

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dyingEnv makes the test binary a test run that starts programs and hangs.
const dyingEnv = "PORTPRESS_TEST_DYING"

func TestMain(m *testing.M) {
	if os.Getenv(dyingEnv) == "" {
		os.Exit(m.Run())
	}
	if err := Guard(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	// One that leaves the process group, below one that doesn't.
	cmd := exec.Command("/bin/sh", "-c", `setsid sh -c 'echo $$; exec sleep 600' & echo $$; wait`)
	cmd.Stdout = os.Stdout
	if err := cmd.Run(); err != nil {
		fmt.Println(err)
	}
}

// As long as the test run lives, so do its programs, also when the collector
// has taken all that nothing refers to.
func TestProgramsLiveWithTheTestRun(t *testing.T) {
	if err := Guard(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", "sleep 1.5")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // what a finalizer frees goes at the next round
		runtime.GC()
		time.Sleep(100 * time.Millisecond)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("a program of a test run that goes on: %v", err)
	}
}

// A test run that is killed takes with it what its programs started, also what
// has left their process group.
func TestProgramsDieWithTheTestRun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), dyingEnv+"=1", markName+"=") // as a run of its own
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	lines := bufio.NewScanner(out)
	for len(pids) < 2 && lines.Scan() {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatalf("it says %q", lines.Text())
		}
		pids = append(pids, pid)
	}
	running := func(pid int) bool {
		status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return false
		}
		_, state, _ := strings.Cut(string(status), ") ")
		return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
	}
	for _, pid := range pids {
		if !running(pid) {
			t.Errorf("program %d is not even there", pid)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		for begin := time.Now(); running(pid); time.Sleep(10 * time.Millisecond) {
			if time.Since(begin) > 30*time.Second {
				t.Fatalf("program %d is still running", pid)
			}
		}
	}
	_ = cmd.Wait() // says that it was killed
}
