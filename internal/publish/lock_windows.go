package publish

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lockName is the file that carries the lock, since Windows can't lock a
// folder. It stays in place: removing it would race with the next build. It
// lies above the products' folders, which may be shipped as they are.
const lockName = privatePrefix + "lock"

// lock takes the lock of an opened folder, shared or exclusive, and calls
// waiting before it waits for another process. A shared lock is for those who
// may not write, so without a lock file, that is before any build, it is void.
func lock(folder *os.Root, exclusive bool, waiting func()) (io.Closer, error) {
	flag, how := os.O_RDONLY, uint32(0)
	if exclusive {
		flag, how = os.O_RDWR|os.O_CREATE, windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	f, err := folder.OpenFile(lockName, flag, 0o666)
	if !exclusive && errors.Is(err, fs.ErrNotExist) {
		return io.NopCloser(nil), nil
	}
	if err != nil {
		return nil, err
	}
	err = lockFile(f, how|windows.LOCKFILE_FAIL_IMMEDIATELY)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		waiting()
		err = lockFile(f, how)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// lockFile locks the whole of a file; closing it unlocks.
func lockFile(f *os.File, how uint32) error {
	const all = ^uint32(0)
	return windows.LockFileEx(windows.Handle(f.Fd()), how, 0, all, all, new(windows.Overlapped))
}
