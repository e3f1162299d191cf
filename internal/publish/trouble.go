package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"portpress/internal/problem"
)

// failed tells what the system refused.
func failed(file string, writing bool, err error) problem.Problem {
	p := problem.Problem{
		Severity: problem.Error, Code: problem.ReadFailed, File: file,
		Text: "can't be read: " + reason(err), Hint: hintFor(err, "make it readable"),
	}
	if writing {
		p.Code = problem.WriteFailed
		p.Text = "can't be written: " + reason(err)
		p.Hint = hintFor(err, "remove the cause")
	}
	return p
}

// stays warns of an empty folder that the system won't have removed.
func stays(dir string, err error) problem.Problem {
	return problem.Problem{
		Severity: problem.Warning, Code: problem.WriteFailed, File: dir,
		Text: "is empty and can't be removed: " + reason(err), Hint: "remove it once nothing holds it",
	}
}

// leadsNowhere tells of a link that stands for the folder to be written to.
func leadsNowhere(link string) problem.Problem {
	return problem.Problem{
		Severity: problem.Error, Code: problem.NotAFile, File: link,
		Text: "is a symbolic link that leads nowhere, where a folder is needed",
		Hint: "make the folder that it leads to, or remove the link",
	}
}

// badRecord tells that a file of portpress's own can't be what it wrote.
func badRecord(file string) problem.Problem {
	return problem.Problem{
		Severity: problem.Error, Code: problem.BadSums, File: file,
		Text: fmt.Sprintf("is larger than %d MiB, which no list of exports is", maxRecord>>20),
		Hint: restoreSums,
	}
}

// reason strips the names that the os package puts before an error: they are
// the temporary ones, or relative to a folder that the user did not name.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		return linkErr.Err.Error()
	}
	return err.Error()
}

func hintFor(err error, otherwise string) string {
	const again = " and run portpress again"
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space" + again
	case errors.Is(err, syscall.EROFS):
		return "make the filesystem writable, or choose another folder with --out," + again
	case errors.Is(err, fs.ErrPermission):
		return "grant yourself the permission, or choose another folder with --out," + again
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "give the template a shorter name" + again
	default:
		return otherwise + again
	}
}

// inTheWay tells that something other than a plain file (or than a folder)
// stands where one is needed. Such things are never followed or replaced, not
// even by force.
func inTheWay(file string, mode fs.FileMode, folderNeeded bool) problem.Problem {
	need := "where a plain file is needed"
	if folderNeeded {
		need = "where a folder is needed"
	}
	return problem.Problem{
		Severity: problem.Error, Code: problem.NotAFile, File: file,
		Text: "is " + kind(mode) + " " + need,
		Hint: "move it away and run portpress again",
	}
}

// kind names what stands on disk.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return "something special"
	}
}
