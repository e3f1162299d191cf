package strike

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// call is a system call on a file: which one, on what, and how many of that
// kind came before it. Threads take turns as they like, so it is not counted
// over all.
type call struct {
	name string
	path string // of renameat, the new name
	nth  int
}

func (c call) String() string { return fmt.Sprintf("%s %s (%d)", c.name, c.path, c.nth+1) }

// kinds are the system calls that are watched, and where their path is: in the
// first argument, an open file, or (at) in the second, below an open folder.
// renameat has two of these.
var kinds = map[uint64]struct {
	name string
	at   int // which argument is a folder that a path follows; -1: the first is a file
}{
	syscall.SYS_OPENAT:     {"openat", 0},
	syscall.SYS_NEWFSTATAT: {"newfstatat", 0},
	syscall.SYS_MKDIRAT:    {"mkdirat", 0},
	syscall.SYS_UNLINKAT:   {"unlinkat", 0},
	syscall.SYS_RENAMEAT:   {"renameat", 2},
	syscall.SYS_READ:       {"read", -1},
	syscall.SYS_PREAD64:    {"pread64", -1},
	syscall.SYS_WRITE:      {"write", -1},
	syscall.SYS_FSTAT:      {"fstat", -1},
	syscall.SYS_FSYNC:      {"fsync", -1},
	syscall.SYS_FCHMOD:     {"fchmod", -1},
	syscall.SYS_FLOCK:      {"flock", -1},
	syscall.SYS_LSEEK:      {"lseek", -1},
	syscall.SYS_GETDENTS64: {"getdents64", -1},
	syscall.SYS_CLOSE:      {"close", -1},
}

// trace runs a program to its end, tells of every watched system call on a file
// below dir, and lets strike choose an error for it (0: none). The program does
// then not make the call and gets the error. Linux's ptrace(2) does it; the
// tracer has to stay on one thread.
func trace(cmd *exec.Cmd, dir string, strike func(call) syscall.Errno) (status int, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	main := cmd.Process.Pid
	var ws syscall.WaitStatus
	if _, err := syscall.Wait4(main, &ws, syscall.WALL, nil); err != nil || !ws.Stopped() {
		return 0, fmt.Errorf("waiting for the program to begin: %v %w", ws, err)
	}
	const (
		sysGood  = 0x1
		clone    = 0x8
		exitKill = 0x100000
	)
	if err := syscall.PtraceSetOptions(main, sysGood|clone|exitKill); err != nil {
		return 0, err
	}
	if err := syscall.PtraceSyscall(main, 0); err != nil {
		return 0, err
	}

	inside := map[int]syscall.Errno{} // threads in a system call, and the error that it is to give
	seen := map[call]int{}
	for {
		tid, err := syscall.Wait4(-1, &ws, syscall.WALL|syscall.WNOTHREAD, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("waiting for the program: %w", err)
		}
		if ws.Exited() || ws.Signaled() {
			delete(inside, tid)
			if tid != main {
				continue
			}
			_ = cmd.Wait() // the pipes; the process itself has been waited for
			if ws.Signaled() {
				return 0, fmt.Errorf("ended by %s", ws.Signal())
			}
			return ws.ExitStatus(), nil
		}
		pass := 0
		switch sig := ws.StopSignal(); sig {
		case syscall.SIGTRAP | 0x80:
			if errno, leaving := inside[tid]; leaving {
				delete(inside, tid)
				if errno != 0 {
					err = answer(tid, errno)
				}
			} else {
				inside[tid], err = entering(tid, dir, seen, strike)
			}
		case syscall.SIGTRAP, syscall.SIGSTOP: // a new thread, and its first stop
		default:
			pass = int(sig)
		}
		if err == nil {
			err = syscall.PtraceSyscall(tid, pass)
		}
		if err != nil && !errors.Is(err, syscall.ESRCH) { // it was killed with the process
			return 0, err
		}
	}
}

// entering looks at a system call that is about to be made. One that is struck
// is replaced by one that doesn't exist.
func entering(tid int, dir string, seen map[call]int, strike func(call) syscall.Errno) (syscall.Errno, error) {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); err != nil {
		return 0, err
	}
	kind, watched := kinds[regs.Orig_rax]
	if !watched {
		return 0, nil
	}
	path := opened(tid, int32(regs.Rdi))
	switch kind.at {
	case 0:
		path = below(path, text(tid, uintptr(regs.Rsi)))
	case 2:
		path = below(opened(tid, int32(regs.Rdx)), text(tid, uintptr(regs.R10)))
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return 0, nil
	}
	c := call{name: kind.name, path: rel}
	c.nth = seen[c]
	seen[call{name: kind.name, path: rel}]++
	errno := strike(c)
	if errno != 0 {
		regs.Orig_rax = ^uint64(0)
		err = syscall.PtraceSetRegs(tid, &regs)
	}
	return errno, err
}

// answer makes a system call that is about to return give an error.
func answer(tid int, errno syscall.Errno) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	regs.Rax = -uint64(errno)
	return syscall.PtraceSetRegs(tid, &regs)
}

// opened is the path of an open file, or of the current folder.
func opened(tid int, fd int32) string {
	link := "/proc/" + strconv.Itoa(tid) + "/cwd"
	const currentFolder = -100 // AT_FDCWD
	if fd != currentFolder {
		link = "/proc/" + strconv.Itoa(tid) + "/fd/" + strconv.Itoa(int(fd))
	}
	path, err := os.Readlink(link)
	if err != nil {
		return ""
	}
	return path
}

func below(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// text reads a string out of a program's memory.
func text(tid int, at uintptr) string {
	var b []byte
	word := make([]byte, 8)
	for len(b) < 4096 {
		n, err := syscall.PtracePeekData(tid, at+uintptr(len(b)), word)
		if end := bytes.IndexByte(word[:n], 0); end >= 0 {
			return string(append(b, word[:end]...))
		}
		if err != nil {
			return ""
		}
		b = append(b, word[:n]...)
	}
	return string(b)
}
