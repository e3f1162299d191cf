//go:build unix

package publish

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// lock takes the lock of an opened folder, shared or exclusive, and calls
// waiting before it waits for another process. The lock sits on the folder
// itself, so no lock file is left behind, and it ends with the process that
// holds it, however that ends.
func lock(folder *os.Root, exclusive bool, waiting func()) (io.Closer, error) {
	f, err := folder.Open(".")
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_SH
	if exclusive {
		how = syscall.LOCK_EX
	}
	err = flock(f, how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		waiting()
		err = flock(f, how)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
