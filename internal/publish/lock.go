package publish

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"
)

// lockName is what carries the lock: the folder itself, so that no lock file is
// left behind. Windows can't lock a folder. The file there stays in place, since
// removing it would race with the next build; it lies above the products'
// folders, which may be shipped as they are.
func lockName() string {
	if runtime.GOOS == "windows" {
		return privatePrefix + "lock"
	}
	return "."
}

// lock takes the lock of a folder, shared or exclusive, and calls waiting
// before it waits for another process. It ends with the process that holds it,
// however that ends. A shared lock is for those who may not write, so without a
// lock file, that is before any build, it is void.
//
// The folder is found by its name: the caller sees whether it is still the one
// of that name, which locked gives.
func lock(folder string, exclusive bool, waiting func()) (held io.Closer, locked fs.FileInfo, err error) {
	name, flag := filepath.Join(folder, lockName()), os.O_RDONLY
	if lockName() != "." {
		// It is not reached through os.Root, and must not lead elsewhere.
		if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
			return nil, nil, kindError(info.Mode())
		}
		if exclusive {
			flag = os.O_RDWR | os.O_CREATE
		}
	}
	l := flock.New(name, flock.SetFlag(flag), flock.SetPermissions(0o666))
	try, wait := l.TryRLock, l.RLock
	if exclusive {
		try, wait = l.TryLock, l.Lock
	}
	taken, err := try()
	if err == nil && !taken {
		waiting()
		err = wait()
	}
	if errors.Is(err, fs.ErrNotExist) && !exclusive {
		locked, err := os.Stat(folder)
		return io.NopCloser(nil), locked, err
	}
	if err == nil {
		if locked, err = l.Stat(); lockName() != "." {
			locked, err = os.Stat(folder)
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, locked, nil
}
