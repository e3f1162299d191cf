// Package source reads TOML files, and tells where each table, key and list
// element of the text stands.
//
// BurntSushi/toml gives the values. It keeps no places and accepts some files
// that TOML forbids, so go-toml's parser, which gives one key at a time with its
// place in the text, judges a file first; what a grammar can't hold, such as who
// may add to a table, stands here.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"portpress/internal/problem"
)

// MaxBytes is the largest file that is read: 32 MiB, some 120,000 rows.
const MaxBytes = 32 << 20

// maxMarks is how many of the characters that begin a value a file may have: a
// list of numbers takes a hundred times its size in memory. A table takes as
// much as several, and counts as such.
const (
	maxMarks  = 2_000_000
	tableMark = 3
)

// File is the text of one TOML file.
type File struct {
	Name string // as the user named it
	Text string // UTF-8 with LF line breaks, without a byte order mark

	mu    sync.Mutex // guards what is made on first use
	lines []int      // where each line starts
	spots *spot      // where everything stands

	view *view // of a file that is a part of another
}

// Open reads the regular file at path. In messages it is called name.
func Open(fsys fs.FS, path, name string) (*File, problem.List) {
	// Looked at before it is opened: opening a named pipe would wait for ever.
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return nil, unreadable(name, err)
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, unreadableText(name, "is a folder, not a TOML file", "name a file in it")
	case !mode.IsRegular():
		return nil, unreadableText(name, "is not a regular file", "to read from a pipe, give - and pipe it to standard input")
	case info.Size() > MaxBytes:
		return nil, tooBig(name)
	}
	f, err := fsys.Open(path)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return read(f, name, info.Size())
}

// FromReader reads a file's text from r. In messages it is called name.
func FromReader(r io.Reader, name string) (*File, problem.List) { return read(r, name, 0) }

// read reads a text of about size bytes.
func read(r io.Reader, name string, size int64) (*File, problem.List) {
	var b strings.Builder
	b.Grow(int(size))
	n, err := io.Copy(&b, io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if n > MaxBytes {
		return nil, tooBig(name)
	}
	// Line breaks are made alike, so that a file means the same whatever system
	// it was saved on; lines and columns stay what they were.
	text := strings.TrimPrefix(b.String(), "\ufeff")
	if strings.Contains(text, "\r\n") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	if marks(text) > maxMarks {
		return nil, problem.List{{
			Severity: problem.Error, Code: problem.FileTooBig, File: name,
			Text: fmt.Sprintf("has more than %d keys and elements of lists, where a table counts as %d", maxMarks, tableMark),
			Hint: "split the table into several datasets",
		}}
	}
	f := &File{Name: name, Text: text}
	if at := problem.NotUTF8At([]byte(f.Text)); at >= 0 {
		return nil, problem.List{f.notUTF8(at)}
	}
	return f, nil
}

// marks counts the characters before a value and those that part a name from the
// next, in texts and comments too.
func marks(text string) int {
	n := 0
	for i := range len(text) {
		switch text[i] {
		case '=', ',', '{', '.':
			n++
		case '[':
			if n++; i == 0 || text[i-1] == '\n' {
				n += tableMark - 1
			}
		}
	}
	return n
}

// notUTF8 points at a byte that isn't UTF-8.
func (f *File) notUTF8(offset int) problem.Problem {
	hint := "save the file as UTF-8"
	if strings.HasPrefix(f.Text, "\xff\xfe") || strings.HasPrefix(f.Text, "\xfe\xff") {
		hint = "it looks like UTF-16: save it as UTF-8"
	}
	p := f.At(Span{offset, offset + 1})
	p.Severity, p.Code, p.Hint = problem.Error, problem.NotUTF8, hint
	p.Text = fmt.Sprintf("byte 0x%02x is not UTF-8 text", f.Text[offset])
	p.Excerpt = strings.ToValidUTF8(p.Excerpt, "\ufffd")
	return p
}

func unreadable(name string, err error) problem.List {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err // its path repeats what stands in front
	}
	hint := "check the name and its permissions"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "check the name"
	}
	return unreadableText(name, "can't be read: "+err.Error(), hint)
}

func unreadableText(name, text, hint string) problem.List {
	return problem.List{{Severity: problem.Error, Code: problem.ReadFailed, File: name, Text: text, Hint: hint}}
}

func tooBig(name string) problem.List {
	return problem.List{{
		Severity: problem.Error, Code: problem.FileTooBig, File: name,
		Text: fmt.Sprintf("is larger than %d MiB", MaxBytes>>20),
		Hint: "split the table into several datasets",
	}}
}

// Span is a run of bytes in a file's text.
type Span struct{ Start, End int }

// At returns a problem that stands at the span, for the caller to fill in.
func (f *File) At(s Span) problem.Problem {
	s.Start = min(max(s.Start, 0), len(f.Text))
	lines := f.lineStarts()
	number := sort.SearchInts(lines, s.Start+1)
	lineStart := lines[number-1]
	line := f.Text[lineStart:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	column := min(s.Start-lineStart, len(line))
	end := min(max(s.End-lineStart, column), len(line))
	return problem.Problem{
		File:    f.Name,
		Line:    number,
		Column:  utf8.RuneCountInString(line[:column]) + 1,
		Width:   utf8.RuneCountInString(line[column:end]),
		Excerpt: line,
	}
}

// Line is the number of the line that an offset stands in.
func (f *File) Line(offset int) int {
	return sort.SearchInts(f.lineStarts(), min(max(offset, 0), len(f.Text))+1)
}

func (f *File) lineStarts() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lines == nil {
		f.lines = make([]int, 1, strings.Count(f.Text, "\n")+1)
		for i := range len(f.Text) {
			if f.Text[i] == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	}
	return f.lines
}
