package testtool

import (
	"crypto/rand"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// markName is set in the environment of every program that a guarded test run
// starts, and of all that those start.
const markName = "PORTPRESS_TEST_RUN"

// Guard sees to it that the programs that tests start die with them, however
// the test run ends: by its time limit, which runs no cleanup, or killed. Need
// calls it; tests that start programs by other means do so themselves.
//
// A shell waits for the end of a pipe that only this process can write to, and
// then kills whatever carries the mark. Neither a process group nor
// PR_SET_PDEATHSIG would do: a playbook's workers leave the one, and the other
// reaches the first program only.
func Guard() error {
	_, err := guard()
	return err
}

// guard gives the pipe that the shell waits at. What it gave stays with it, and
// so the pipe stays open until the process ends: the collector closes a file
// that nothing refers to, and then the shell would kill the programs of a test
// run that goes on.
var guard = sync.OnceValues(func() (lifeline io.Closer, err error) {
	if os.Getenv(markName) != "" {
		return nil, nil // a test run in a test run: the outer one's guard takes all
	}
	mark := rand.Text()
	cmd := exec.Command("/bin/sh", "-c", `
		trap '' HUP INT TERM
		cat >/dev/null
		# Again, for what was about to start another.
		for again in 1 2 3; do
			for environ in $(grep -alF "$0" /proc/[0-9]*/environ 2>/dev/null); do
				pid=${environ#/proc/}
				kill -KILL "${pid%/environ}" 2>/dev/null
			done
		done`, markName+"="+mark)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if lifeline, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return lifeline, os.Setenv(markName, mark)
})
