package source

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"portpress/internal/problem"
	"portpress/internal/report"
)

// printed is what a user sees of the problems.
func printed(t *testing.T, list problem.List) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Problems(&b, list, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// text makes a file as Open does.
func text(t testing.TB, content string) *File {
	t.Helper()
	f, problems := FromReader(strings.NewReader(content), "x.toml")
	if problems != nil {
		t.Fatalf("reading %q: %v", content, problems)
	}
	return f
}

// vanishing is a folder whose files are there when looked at, and gone when
// opened.
type vanishing struct{ fstest.MapFS }

func (v vanishing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (v vanishing) Stat(name string) (fs.FileInfo, error) { return v.MapFS.Stat(name) }

// sized is a file system with one file that claims a size.
type sized struct {
	size int64
	mode fs.FileMode
	open func() // called when the file is opened
}

func (s sized) Name() string               { return "x.toml" }
func (s sized) Size() int64                { return s.size }
func (s sized) Mode() fs.FileMode          { return s.mode }
func (s sized) ModTime() time.Time         { return time.Time{} }
func (s sized) IsDir() bool                { return s.mode.IsDir() }
func (s sized) Sys() any                   { return nil }
func (s sized) Info() (fs.FileInfo, error) { return s, nil }

func (s sized) Stat(string) (fs.FileInfo, error) { return s, nil }

func (s sized) Open(string) (fs.File, error) {
	s.open()
	return nil, errors.New("must not be opened")
}

func TestOpen(t *testing.T) {
	never := func() { t.Error("the file was opened") }
	for _, tc := range []struct {
		name string
		fsys fs.FS
		want string
	}{
		{
			name: "missing", fsys: fstest.MapFS{},
			want: "dir/x.toml: error: can't be read: file does not exist [read-failed]\n    hint: check the name\n",
		},
		{
			name: "vanished", fsys: vanishing{fstest.MapFS{"x.toml": {}}},
			want: "dir/x.toml: error: can't be read: file does not exist [read-failed]\n    hint: check the name\n",
		},
		{
			name: "folder", fsys: fstest.MapFS{"x.toml/y": {}},
			want: "dir/x.toml: error: is a folder, not a TOML file [read-failed]\n    hint: name a file in it\n",
		},
		{
			name: "device", fsys: sized{mode: fs.ModeDevice, open: never},
			want: "dir/x.toml: error: is not a regular file [read-failed]\n    hint: to read from a pipe, give - and pipe it to standard input\n",
		},
		{
			name: "pipe", fsys: sized{mode: fs.ModeNamedPipe, open: never},
			want: "dir/x.toml: error: is not a regular file [read-failed]\n    hint: to read from a pipe, give - and pipe it to standard input\n",
		},
		{
			name: "too big", fsys: sized{size: MaxBytes + 1, open: never},
			want: "dir/x.toml: error: is larger than 32 MiB [file-too-big]\n    hint: split the table into several datasets\n",
		},
		{
			name: "forbidden", fsys: forbidding{},
			want: "dir/x.toml: error: can't be read: permission denied [read-failed]\n    hint: check the name and its permissions\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, problems := Open(tc.fsys, "x.toml", "dir/x.toml")
			if f != nil {
				t.Error("got a file")
			}
			if got := printed(t, problems); got != tc.want {
				t.Errorf("got:\n%swant:\n%s", got, tc.want)
			}
		})
	}
}

type forbidding struct{}

func (forbidding) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestOpenReads(t *testing.T) {
	f, problems := Open(fstest.MapFS{"x.toml": {Data: []byte("a = 1\r\n")}}, "x.toml", "x.toml")
	if problems != nil || f.Text != "a = 1\n" || f.Name != "x.toml" {
		t.Errorf("got %+v, %v", f, problems)
	}
}

// endless gives as many bytes as anybody reads, and counts them.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	e.read += len(p)
	return len(p), nil
}

// A list of numbers takes a hundred times its size in memory.
func TestTooManyValues(t *testing.T) {
	list := func(n int) string { return "x = [" + strings.Repeat("1,", n) + "]" }
	if _, problems := FromReader(strings.NewReader(list(maxMarks-2)), "x.toml"); len(problems) > 0 {
		t.Error(problems)
	}
	for name, text := range map[string]string{"tables": strings.Repeat("[x]\n", maxMarks/tableMark+1), "names": "x" + strings.Repeat(".x", maxMarks+1) + " = 1"} {
		if _, problems := FromReader(strings.NewReader(text), "x.toml"); len(problems) != 1 {
			t.Errorf("%s: %d problems", name, len(problems))
		}
	}
	_, problems := FromReader(strings.NewReader(list(maxMarks)), "x.toml")
	if len(problems) != 1 || problems[0].Code != problem.FileTooBig || problems[0].Text != "has more than 2000000 keys and elements of lists, where a table counts as 3" {
		t.Error(problems)
	}
}

func TestFromReader(t *testing.T) {
	for _, tc := range []struct {
		name string
		r    io.Reader
		want string // the text, or what is printed
	}{
		{"plain", strings.NewReader("a = 1\n"), "a = 1\n"},
		{"empty", strings.NewReader(""), ""},
		{"line breaks and byte order mark", strings.NewReader("\ufeffa = 1\r\nb = 2\r\n"), "a = 1\nb = 2\n"},
		{"a break of another kind stays", strings.NewReader("a = 1\rb"), "a = 1\rb"},
		{
			"error midway", io.MultiReader(strings.NewReader("a = 1\n"), iotest.ErrReader(errors.New("the disk is on fire"))),
			"x.toml: error: can't be read: the disk is on fire [read-failed]\n    hint: check the name and its permissions\n",
		},
		{
			"endless", &endless{},
			"x.toml: error: is larger than 32 MiB [file-too-big]\n    hint: split the table into several datasets\n",
		},
		{
			"Latin-1", strings.NewReader("format = 1\r\nname = \"é caf\xe9\"\n"),
			"x.toml:2:14: error: byte 0xe9 is not UTF-8 text [not-utf8]\n    name = \"é caf\ufffd\"\n                 ^\n    hint: save the file as UTF-8\n",
		},
		{
			"UTF-16, little end first", strings.NewReader("\xff\xfea\x00=\x001\x00"),
			"x.toml:1:1: error: byte 0xff is not UTF-8 text [not-utf8]\n    \ufffda␀=␀1␀\n    ^\n    hint: it looks like UTF-16: save it as UTF-8\n",
		},
		{
			"UTF-16, big end first", strings.NewReader("\xfe\xff\x00a\x00=\x001"),
			"x.toml:1:1: error: byte 0xfe is not UTF-8 text [not-utf8]\n    \ufffd␀a␀=␀1\n    ^\n    hint: it looks like UTF-16: save it as UTF-8\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, problems := FromReader(tc.r, "x.toml")
			got := printed(t, problems)
			if (f == nil) != (problems != nil) {
				t.Errorf("got file %v and problems %v", f, problems)
			}
			if f != nil {
				got = f.Text
			}
			if got != tc.want {
				t.Errorf("got:\n%q\nwant:\n%q", got, tc.want)
			}
		})
	}
	e := &endless{}
	FromReader(e, "x.toml")
	if e.read > 2*MaxBytes {
		t.Errorf("read %d bytes of an endless file", e.read)
	}
}

func TestAt(t *testing.T) {
	f := text(t, "a = 1\nß = \"grün\"\n\nlast")
	for _, tc := range []struct {
		span                Span
		line, column, width int
		excerpt             string
	}{
		{Span{0, 1}, 1, 1, 1, "a = 1"},
		{Span{4, 5}, 1, 5, 1, "a = 1"},
		{Span{5, 6}, 1, 6, 0, "a = 1"},          // the line break itself
		{Span{11, 18}, 2, 5, 6, "ß = \"grün\""}, // columns are characters, not bytes
		{Span{19, 19}, 3, 1, 0, ""},
		{Span{4, 22}, 1, 5, 1, "a = 1"}, // clipped to the line
		{Span{24, 24}, 4, 5, 0, "last"},
		{Span{99, 120}, 4, 5, 0, "last"}, // behind the end
		{Span{-1, 0}, 1, 1, 0, "a = 1"},  // the parser can be off by one
	} {
		p := f.At(tc.span)
		if p.File != "x.toml" || p.Line != tc.line || p.Column != tc.column || p.Width != tc.width || p.Excerpt != tc.excerpt {
			t.Errorf("At(%v) = %d:%d, %d wide, of %q; want %d:%d, %d wide, of %q",
				tc.span, p.Line, p.Column, p.Width, p.Excerpt, tc.line, tc.column, tc.width, tc.excerpt)
		}
	}
}
