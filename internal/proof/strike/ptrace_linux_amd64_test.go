package strike

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
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

// tracedName, in the environment, makes this test binary the program that it
// names, after it has told the kernel which system calls to stop at. Most that
// Go's runtime makes are others, and each stop costs two changes of process.
const tracedName = "PORTPRESS_STRIKE_TRACED"

// watchedName, in the environment, is the name of the calls to stop at.
const watchedName = "PORTPRESS_STRIKE_WATCHED"

// It must happen on the process's first thread, which runs what initializes
// packages: execve(2) on another would leave the tracer with a thread less.
var _ = becomeTraced()

func becomeTraced() string {
	program := os.Getenv(tracedName)
	if program == "" {
		return program
	}
	err := stopAt(os.Getenv(watchedName))
	if err == nil {
		err = syscall.Exec(program, os.Args, slices.DeleteFunc(os.Environ(), func(v string) bool {
			return strings.HasPrefix(v, tracedName+"=") || strings.HasPrefix(v, watchedName+"=")
		}))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(100)
	return program
}

// stopAt has the kernel stop this thread, and what it will run, at the system
// calls that are watched: those of one name, or of all kinds if it is empty. See
// seccomp(2).
func stopAt(name string) error {
	const (
		noNewPrivileges, setSeccomp, byFilter = 38, 22, 2 // of prctl(2)
		allow, toTracer                       = 0x7fff0000, 0x7ff00000
	)
	numbers := slices.DeleteFunc(slices.Sorted(maps.Keys(kinds)), func(nr uint64) bool { return name != "" && kinds[nr].name != name })
	filter := []syscall.SockFilter{{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS}} // the call's number
	for i, nr := range numbers {
		filter = append(filter, syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: uint32(nr), Jt: uint8(len(numbers) - i)})
	}
	filter = append(filter, syscall.SockFilter{Code: syscall.BPF_RET, K: allow}, syscall.SockFilter{Code: syscall.BPF_RET, K: toTracer})
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivileges, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("no new privileges: %w", errno)
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setSeccomp, byFilter, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return fmt.Errorf("a filter of system calls: %w", errno)
	}
	return nil
}

// trace runs a program to its end, tells of every watched system call on a file
// below dir (of the calls of one name, unless it is empty: each stop takes its
// time), and lets strike choose an error for it (0: none). The program does
// then not make the call and gets the error. Linux's ptrace(2) does it; the
// tracer has to stay on one thread.
func trace(cmd *exec.Cmd, dir, name string, strike func(call) syscall.Errno) (status int, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.Env = append(cmd.Environ(), tracedName+"="+cmd.Path, watchedName+"="+name)
	if cmd.Path, err = os.Executable(); err != nil {
		return 0, err
	}
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
		clone    = 0x8
		seccomp  = 0x80
		exitKill = 0x100000

		seccompEvent = 7
	)
	if err := syscall.PtraceSetOptions(main, clone|seccomp|exitKill); err != nil {
		return 0, err
	}
	if err := syscall.PtraceCont(main, 0); err != nil {
		return 0, err
	}

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
		case syscall.SIGTRAP:
			if ws.TrapCause() == seccompEvent {
				err = entering(tid, dir, seen, strike)
			}
		case syscall.SIGSTOP: // the first stop of a new thread
		default:
			pass = int(sig)
		}
		if err == nil {
			err = syscall.PtraceCont(tid, pass)
		}
		if err != nil && !errors.Is(err, syscall.ESRCH) { // it was killed with the process
			return 0, err
		}
	}
}

// entering looks at a system call that is about to be made. One that is struck
// is replaced by none, and what it returns is the error.
func entering(tid int, dir string, seen map[call]int, strike func(call) syscall.Errno) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	kind, watched := kinds[regs.Orig_rax]
	if !watched {
		return nil
	}
	path := opened(tid, int32(regs.Rdi))
	switch kind.at {
	case 0:
		path = below(path, text(tid, uintptr(regs.Rsi)))
	case 2:
		path = below(opened(tid, int32(regs.Rdx)), text(tid, uintptr(regs.R10)))
	}
	rel, _ := filepath.Rel(dir, path)
	if !filepath.IsLocal(rel) {
		return nil
	}
	c := call{name: kind.name, path: rel}
	c.nth = seen[c]
	seen[call{name: kind.name, path: rel}]++
	errno := strike(c)
	if errno == 0 {
		return nil
	}
	regs.Orig_rax, regs.Rax = ^uint64(0), -uint64(errno)
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
