package verify

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// The limits of what one export's findings may say.
const (
	// maxFindings keeps a broken range over a thousand rows from burying
	// the findings of the other exports.
	maxFindings = 20
	// maxExcerpt is the longest line, in characters, that a finding carries
	// whole. Printing cuts it to the part around the place; this limit is
	// for JSON on one line, which may be the whole export.
	maxExcerpt = 1000
	// maxNear is how much of a longer line is quoted at a place beyond
	// that, and of a name or a value in a message.
	maxNear = 60
)

// finding is one thing wrong with an export, before its place is worked out.
type finding struct {
	offset int // in bytes from the start of the content
	width  int // characters to underline; 0 means one
	code   problem.Code
	text   string
	hint   string
}

// report gathers the findings on one export.
type report struct {
	file export.File
	list problem.List
	more int     // findings beyond maxFindings
	rest finding // the first of those

	lineStarts []int // see offsetOf
}

// add records a finding. Past the limit it only counts.
func (r *report) add(f finding) {
	if len(r.list) >= maxFindings {
		if r.more == 0 {
			r.rest = f
		}
		r.more++
		return
	}
	r.list = append(r.list, r.problem(f))
}

// malformed records the most usual kind of finding.
func (r *report) malformed(offset int, text, hint string) {
	r.add(finding{offset: offset, code: problem.Malformed, text: text, hint: hint})
}

// done returns the findings from the top of the file down, and after them a
// line that counts those left out.
func (r *report) done() problem.List {
	r.list.Sort()
	if r.more == 0 {
		return r.list
	}
	rest := r.problem(r.rest)
	last := r.list[len(r.list)-1]
	rest.Text = fmt.Sprintf("and %d more in this export%s", r.more, r.pressedBy())
	rest.Hint, rest.Width = "", 0
	// Later sorting must leave it the last, whatever order the readers
	// found things in.
	if rest.Line < last.Line {
		rest.Line, rest.Column, rest.Excerpt = last.Line, last.Column, last.Excerpt
	}
	return append(r.list, rest)
}

// problem turns a finding into what the user sees. Line and Column are always
// those of the file. The excerpt of a line longer than maxExcerpt ends in
// "…"; when the place lies beyond that, there is no excerpt, so that no caret
// can stand under the wrong character, and the text quotes the place instead.
func (r *report) problem(f finding) problem.Problem {
	content := r.file.Content
	offset := min(max(f.offset, 0), len(content))
	start := bytes.LastIndexByte(content[:offset], '\n') + 1
	end := len(content)
	if n := bytes.IndexByte(content[start:], '\n'); n >= 0 {
		end = start + n
	}
	line := bytes.TrimSuffix(content[start:end], []byte{'\r'})
	offset = runeStart(content, min(offset, start+len(line))) // the line's end has no columns
	column := utf8.RuneCount(content[start:offset]) + 1
	p := problem.Problem{
		Severity: problem.Error,
		Code:     f.code,
		File:     r.file.Path,
		Line:     bytes.Count(content[:start], []byte{'\n'}) + 1,
		Column:   column,
		Text:     f.text,
		Hint:     f.hint,
		Width:    f.width,
	}
	switch {
	case utf8.RuneCount(line) <= maxExcerpt:
		p.Excerpt = strings.ToValidUTF8(string(line), "\uFFFD")
	case column < maxExcerpt:
		p.Excerpt = firstRunes(line, maxExcerpt-1) + "…"
		p.Width = min(p.Width, maxExcerpt-column)
	default:
		p.Text += fmt.Sprintf(", near %q", firstRunes(content[offset:end], maxNear))
	}
	p.Text += r.pressedBy()
	return p
}

// pressedBy names the template, which is the file that the user must mend.
func (r *report) pressedBy() string {
	if r.file.Template == "" {
		return ""
	}
	return " (pressed by " + r.file.Template + ")"
}

// runeStart returns where the character begins that the byte at offset is part
// of: parsers that count bytes may stop amid one.
func runeStart(content []byte, offset int) int {
	for back := 1; back < utf8.UTFMax && back <= offset; back++ {
		if _, size := utf8.DecodeRune(content[offset-back:]); size > back {
			return offset - back
		}
	}
	return offset
}

// offsetOf returns the place of a line and a column, both from 1 and the
// column in characters, as parsers count them.
func (r *report) offsetOf(line, column int) int {
	content := r.file.Content
	if r.lineStarts == nil {
		r.lineStarts = append(r.lineStarts, 0)
		for i, b := range content {
			if b == '\n' {
				r.lineStarts = append(r.lineStarts, i+1)
			}
		}
	}
	if line > len(r.lineStarts) {
		return len(content)
	}
	offset := r.lineStarts[max(line, 1)-1]
	for ; column > 1 && offset < len(content) && content[offset] != '\n'; column-- {
		_, size := utf8.DecodeRune(content[offset:])
		offset += size
	}
	return offset
}

// firstRunes returns at most the first n characters of b as valid text.
func firstRunes(b []byte, n int) string {
	i := 0
	for ; n > 0 && i < len(b); n-- {
		_, size := utf8.DecodeRune(b[i:])
		i += size
	}
	return strings.ToValidUTF8(string(b[:i]), "\uFFFD")
}

// shown quotes a piece of an export for a message, cut to a readable length.
func shown[T string | []byte](s T) string {
	short := firstRunes([]byte(s), maxNear)
	if len(short) < len(s) {
		short += "…"
	}
	return fmt.Sprintf("%q", short)
}
