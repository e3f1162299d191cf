package publish

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/unix"
)

// held tells why a file can't be replaced or removed though its folder can be
// written to: it is a mount point, or may not be changed (chattr +i or +a), or its
// folder may not, or may only grow. Renames come last in a build, and one that
// fails leaves it half done; what is asked here fails it before. Where the system
// doesn't tell, nothing is held.
func held(dir *os.File, name string) error {
	if attributes, err := attributes(dir, name); err == nil {
		switch {
		case attributes&unix.STATX_ATTR_MOUNT_ROOT != 0:
			return syscall.EBUSY
		case attributes&(unix.STATX_ATTR_IMMUTABLE|unix.STATX_ATTR_APPEND) != 0:
			return syscall.EPERM
		}
	}
	folder := path.Dir(name)
	if attributes, err := attributes(dir, folder); err == nil && attributes&(unix.STATX_ATTR_IMMUTABLE|unix.STATX_ATTR_APPEND) != 0 {
		return syscall.EPERM
	}
	err := unix.Faccessat(int(dir.Fd()), folder, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return err
	}
	return nil
}

func attributes(dir *os.File, name string) (uint64, error) {
	var is unix.Statx_t
	if err := unix.Statx(int(dir.Fd()), name, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_TYPE, &is); err != nil {
		return 0, &fs.PathError{Op: "statx", Path: name, Err: err}
	}
	return is.Attributes & is.Attributes_mask, nil
}
