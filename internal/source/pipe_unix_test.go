//go:build unix

package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A named pipe that nobody writes to would keep a reader for ever.
func TestOpenNamedPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "x.toml"), 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	done := make(chan string, 1)
	go func() {
		_, problems := Open(os.DirFS(dir), "x.toml", "x.toml")
		done <- printed(t, problems)
	}()
	select {
	case got := <-done:
		want := "x.toml: error: is not a regular file [read-failed]\n    hint: to read from a pipe, give - and pipe it to standard input\n"
		if got != want {
			t.Errorf("got:\n%swant:\n%s", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("waits for a writer")
	}
}

func TestOpenDevice(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip(err)
	}
	if _, problems := Open(os.DirFS("/dev"), "zero", "/dev/zero"); len(problems) != 1 || problems[0].Text != "is not a regular file" {
		t.Errorf("got %v", problems)
	}
}
