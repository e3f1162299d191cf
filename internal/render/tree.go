package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
)

// suffix marks the files that are templates; every other file is copied.
const suffix = ".tmpl"

// maxSource bounds one file of a template tree, so that a stray disk image
// in a user's folder is refused rather than read.
const maxSource = 64 << 20

// maxTemplate is the largest template. The engine's parser calls itself for
// each {{ if }} in another, and running out of stack can't be caught: one of 30
// MB did. Real ones have some kilobytes.
const maxTemplate = 1 << 20

// kind says what becomes of a file of the tree.
type kind uint8

const (
	pressed kind = iota // a template: pressed into exports
	partial             // named partials: presses nothing itself
	copied              // anything else: copied as it is
)

// file is one file of the tree, after later sources overlaid earlier ones.
type file struct {
	kind   kind
	path   string // in its tree, slash-separated
	name   string // as messages show it: the source's name and the path
	target string // the export path, placeholders unexpanded; empty for a partial
	text   []byte
}

// readTree reads every source and lets later ones overlay earlier ones. The
// key is the path without ".tmpl", so that a user's plain file can take the
// place of a shipped template. The result is sorted by that key.
func readTree(sources []Source) ([]*file, problem.List) {
	var problems problem.List
	merged := map[string]*file{}
	for _, s := range sources {
		own := map[string]*file{}
		found := readSource(s, own)
		problems = append(problems, found...)
		maps.Copy(merged, own)
	}
	files := make([]*file, 0, len(merged))
	for _, f := range merged {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *file) int {
		return strings.Compare(strings.TrimSuffix(a.path, suffix), strings.TrimSuffix(b.path, suffix))
	})
	return files, problems
}

// readSource reads one tree into own, by overlay key.
func readSource(s Source, own map[string]*file) problem.List {
	var problems problem.List
	fail := func(name string, code problem.Code, text, hint string) {
		problems = append(problems, problem.Problem{
			Severity: problem.Error, Code: code, File: name, Text: text, Hint: hint,
		})
	}
	// The callback never returns an error but SkipDir: whatever goes wrong with
	// one file is reported, and the walk goes on.
	_ = fs.WalkDir(s.FS, ".", func(p string, d fs.DirEntry, err error) error {
		name := path.Join(s.Name, p)
		switch {
		case err != nil:
			fail(name, problem.ReadFailed, readReason(err), "")
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case p == ".":
			return nil
		case droppings(d.Name()) || p == "embed.go":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		text, code, reason, hint := readFile(s.FS, p)
		if reason != "" {
			fail(name, code, reason, hint)
			return nil
		}
		f := classify(p, name, text)
		if f.kind != copied {
			if len(f.text) > maxTemplate {
				fail(name, problem.FileTooBig, fmt.Sprintf("%d bytes are too many for a template", len(f.text)), "")
				return nil
			}
			f.text = bytes.TrimPrefix(f.text, []byte("\ufeff")) // editors add it; no export wants it
			if at := problem.NotUTF8At(f.text); at >= 0 {
				line := 1 + bytes.Count(f.text[:at], []byte("\n"))
				problems = append(problems, problem.Problem{
					Severity: problem.Error, Code: problem.NotUTF8, File: name, Line: line,
					Column: 1 + utf8.RuneCount(f.text[bytes.LastIndexByte(f.text[:at], '\n')+1:at]),
					Text:   fmt.Sprintf("the byte %#02x is not UTF-8", f.text[at]),
					Hint:   "save the template as UTF-8",
				})
				return nil
			}
		}
		key := strings.TrimSuffix(p, suffix)
		if other := own[key]; other != nil {
			fail(name, problem.ExportCollision, fmt.Sprintf("%s presses the same export", other.name), "keep one of the two")
			return nil
		}
		own[key] = f
		return nil
	})
	return problems
}

// readFile reads one regular file. Links to files are followed, links to
// folders are not: they could lead in circles.
func readFile(fsys fs.FS, p string) (text []byte, code problem.Code, reason, hint string) {
	info, err := fs.Stat(fsys, p)
	switch {
	case err != nil:
		return nil, problem.ReadFailed, readReason(err), ""
	case info.IsDir():
		return nil, problem.ReadFailed, "a link to a folder is not followed", "copy the folder, or link its files one by one"
	case !info.Mode().IsRegular():
		return nil, problem.NotAFile, "not a regular file", "a template tree holds files and folders only"
	case info.Size() > maxSource:
		return nil, problem.FileTooBig, fmt.Sprintf("%d bytes are too many for a file of a template tree", info.Size()),
			fmt.Sprintf("at most %d", maxSource)
	}
	text, err = fs.ReadFile(fsys, p)
	if err != nil {
		return nil, problem.ReadFailed, readReason(err), ""
	}
	return text, "", "", ""
}

// classify decides by name what becomes of a file.
func classify(p, name string, text []byte) *file {
	f := &file{path: p, name: name, text: text, kind: copied, target: p}
	if target, ok := strings.CutSuffix(p, suffix); ok {
		f.kind, f.target = pressed, target
	}
	for segment := range strings.SplitSeq(p, "/") {
		if strings.HasPrefix(segment, "_") {
			f.kind, f.target = partial, ""
		}
	}
	return f
}

// droppings reports whether a name is what editors, file managers and version
// control leave behind.
func droppings(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(name, ".swp") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// readReason leaves out the operation and the path, which the problem's
// position already gives.
func readReason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	return "can't be read: " + err.Error()
}
