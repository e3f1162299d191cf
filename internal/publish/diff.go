package publish

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"portpress/internal/problem"
)

// Diff is how one file on disk differs from what a build would write.
type Diff struct {
	Path string // as in FileState
	Old  []byte // what is on disk; nil when nothing is
	New  []byte // what a build would write; nil when it would remove the file

	name  string // as the user named it
	large bool   // too large to be shown
}

// Unified returns the difference in the unified format of diff -u, which patch
// and git apply read. Contents that are no text only get a line saying that
// they differ.
func (d Diff) Unified() []byte {
	name := strings.TrimPrefix(filepath.ToSlash(d.name), "/")
	for strings.HasPrefix(name, "../") { // seen from below: git apply takes names from the top
		name = name[len("../"):]
	}
	oldName, newName := quoted("a/"+name), quoted("b/"+name)
	if d.Old == nil {
		oldName = "/dev/null"
	}
	if d.New == nil {
		newName = "/dev/null"
	}
	if d.large {
		return fmt.Appendf(nil, "Files %s and %s differ\n", oldName, newName)
	}
	if bytes.IndexByte(d.Old, 0) >= 0 || bytes.IndexByte(d.New, 0) >= 0 {
		return fmt.Appendf(nil, "Binary files %s and %s differ\n", oldName, newName)
	}
	return diff.Diff(oldName, d.Old, newName, d.New)
}

// Place gives the file as the user named it, and the line and column, in
// characters, of the first difference in what is on disk. A file that isn't there,
// or that goes as a whole, differs from its beginning.
func (d Diff) Place() (file string, line, column int) {
	if d.Old == nil || d.New == nil || d.large {
		return d.name, 1, 1
	}
	at := 0
	for at < min(len(d.Old), len(d.New)) && d.Old[at] == d.New[at] {
		at++
	}
	if at == len(d.Old) && at > 0 && d.Old[at-1] == '\n' { // what is missing follows its last line
		at--
	}
	before := d.Old[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return d.name, bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// quoted writes a name as git does in a difference: in quotes where it holds
// what would end the line, or a quote.
func quoted(name string) string {
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }
	if !strings.ContainsFunc(name, odd) {
		return name
	}
	b := []byte{'"'}
	for _, c := range []byte(name) {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case odd(rune(c)):
			b = fmt.Appendf(b, `\%03o`, c)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}

// diffs collects both sides of every difference, SHA256SUMS included. One in
// line ends alone would show every line twice, and nobody the difference.
func (p *plan) diffs(sh *shelf) ([]Diff, problem.List) {
	var (
		diffs []Diff
		found problem.List
	)
	for i := range p.items {
		it := &p.items[i]
		if it.obstacle != nil || it.ends || it.state == Unchanged || it.export == nil && it.state != Stale {
			continue
		}
		d := Diff{Path: it.path, name: sh.file(it.path)}
		if it.export != nil {
			d.New = notNil(it.export.Content)
		}
		if it.on != nil {
			data, _, err := sh.read(it.path)
			d.large = errors.Is(err, errTooBig)
			if err != nil && !d.large {
				found = append(found, sh.unreadable(it.path, err))
				continue
			}
			d.Old = notNil(data)
		}
		diffs = append(diffs, d)
	}
	if p.sumsState != Unchanged && !p.sumsEnds() {
		d := Diff{Path: p.record, name: sh.file(p.record), New: p.sums, large: p.old.sumsInfo != nil && p.old.sumsInfo.Size() > maxRecord}
		if p.old.sumsInfo != nil {
			d.Old = notNil(p.old.sums)
		}
		diffs = append(diffs, d)
	}
	return diffs, found
}

// notNil keeps an empty file apart from none.
func notNil(content []byte) []byte {
	if content == nil {
		return []byte{}
	}
	return content
}
