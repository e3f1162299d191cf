package publish

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// bufferSize is how much of a file is held in memory to compare or hash it.
const bufferSize = 128 << 10

// lstat looks at a path of the product's folder. Absence, of the path or of a
// folder above it, is a nil FileInfo and no error.
func (sh *shelf) lstat(name string) (fs.FileInfo, error) {
	if sh.root == nil {
		return nil, nil
	}
	info, err := sh.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return info, err
}

// read returns a plain file and its content; the FileInfo is nil when nothing
// is there. Anything but a plain file is a kindError.
func (sh *shelf) read(name string) ([]byte, fs.FileInfo, error) {
	info, err := sh.lstat(name)
	if info == nil || err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, kindError(info.Mode())
	}
	if info.Size() > maxRecord {
		return nil, info, errTooBig
	}
	data, err := sh.root.ReadFile(name)
	return data, info, err
}

// maxRecord is the size of the largest file that is read into memory as a
// whole, to be parsed or shown: 64 MiB, some 500,000 lines of SHA256SUMS.
const maxRecord = 64 << 20

var errTooBig = errors.New("is too large to be read as a whole")

// kindError says that something other than a plain file was found.
type kindError fs.FileMode

func (k kindError) Error() string { return "is " + kind(fs.FileMode(k)) }

// matches reports whether a plain file of the same size holds exactly want.
// When it does not, sum is the digest of what it holds.
func (sh *shelf) matches(name string, size int64, want []byte) (same bool, sum digest, err error) {
	f, err := sh.root.Open(name)
	if err != nil {
		return false, sum, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := make([]byte, min(size+1, bufferSize))
	if size == int64(len(want)) {
		if same, err = holds(f, want, buf); same || err != nil {
			return same, sum, err
		}
		if _, err = f.Seek(0, io.SeekStart); err != nil {
			return false, sum, err
		}
	}
	sum, err = hash(f, buf)
	return false, sum, err
}

// digestOf hashes a plain file.
func (sh *shelf) digestOf(name string) (sum digest, err error) {
	f, err := sh.root.Open(name)
	if err != nil {
		return digest{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return hash(f, make([]byte, bufferSize))
}

// holds reports whether the rest of f is exactly want.
func holds(f *os.File, want, buf []byte) (bool, error) {
	for {
		n, err := f.Read(buf)
		if n > len(want) || !bytes.Equal(buf[:n], want[:n]) {
			return false, nil
		}
		want = want[n:]
		if errors.Is(err, io.EOF) {
			return len(want) == 0, nil
		}
		if err != nil {
			return false, err
		}
	}
}

func hash(f *os.File, buf []byte) (sum digest, err error) {
	h := sha256.New()
	// The struct hides the file's WriteTo, which would bring its own buffer.
	if _, err = io.CopyBuffer(h, struct{ io.Reader }{f}, buf); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	return sum, nil
}

// folders looks at the folders above paths, each once.
type folders struct {
	shelf *shelf
	seen  map[string]folder
}

// folder is what stands at a folder's path.
type folder struct {
	there   bool        // a folder, or an obstacle
	blocked bool        // an obstacle: it, or one above it, is no folder or can't be looked at
	at      string      // where the obstacle is
	mode    fs.FileMode // what the obstacle is
	err     error       // why it can't be looked at
}

// above looks at the folder that holds a path, and at all those above it. Links
// are obstacles even when they lead to a folder inside: a build could then
// write one file through two names.
func (s *folders) above(name string) folder {
	dir := path.Dir(name)
	if dir == "." {
		return folder{there: s.shelf.root != nil}
	}
	if known, ok := s.seen[dir]; ok {
		return known
	}
	found := s.above(dir)
	if found.there && !found.blocked {
		info, err := s.shelf.lstat(dir)
		found = folder{there: info != nil, blocked: err != nil, at: dir, err: err}
		if info != nil && !info.IsDir() {
			found.blocked, found.mode = true, info.Mode()
		}
	}
	s.seen[dir] = found
	return found
}
