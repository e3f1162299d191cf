//go:build unix

package publish

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one that it will replace, where
// they differ and the system lets us: who isn't root can't, and then the file
// is his who runs portpress, as an editor would leave it.
func keepOwner(f *os.File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	is, a := now.Sys().(*syscall.Stat_t)
	was, b := old.Sys().(*syscall.Stat_t)
	if a && b && (is.Uid != was.Uid || is.Gid != was.Gid) {
		_ = f.Chown(int(was.Uid), int(was.Gid))
	}
	return nil
}

// names tells how many names a file has.
func names(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink)
	}
	return 1
}
