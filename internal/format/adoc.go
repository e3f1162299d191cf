package format

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// Adoc writes a value so that a reader of AsciiDoc sees exactly its text, at the
// start of a line and inside one. Lists are joined with commas; a line break is
// kept by " +".
func Adoc(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendAdocLines(b, v) })
}

// AdocHeader writes the beginning of a table, head included. A line |=== ends
// it.
func AdocHeader(values ...any) (string, error) {
	_, cells, err := anchored(values)
	if err != nil {
		return "", err
	}
	row, err := AdocRow(cells...)
	return fmt.Sprintf("[%%header,cols=%d*]\n|===\n%s\n", len(cells), row), err
}

// AdocRow writes one row of a table, a line for each cell: what stands before
// a bar on the same line could be taken for its width or style.
func AdocRow(values ...any) (string, error) {
	id, cells, err := anchored(values)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		for i, v := range cells {
			if i > 0 {
				b = append(b, '\n')
			}
			b = append(b, '|')
			from := len(b)
			b = append(b, ' ')
			if i == 0 && id != "" {
				b = append(append(append(b, "[["...), id...), "]]"...)
			}
			text := len(b)
			if b, err = appendAdocLines(b, v); err != nil {
				return b, err
			}
			if text == from+1 && len(b) == text {
				b = b[:from] // nothing: no space at the line's end
			}
		}
		return b, nil
	})
}

func appendAdocLines(b []byte, v any) ([]byte, error) {
	s, err := shown(v)
	if err != nil {
		return b, err
	}
	for i, line := range shownLines(s) {
		if i > 0 {
			b = append(b, " +\n"...)
		}
		b = appendAdoc(b, line)
	}
	return b, nil
}

// adocStart is a first word that makes an item of a numbered list, or an
// admonition.
var adocStart = regexp.MustCompile(`^(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)([.)])(?: |$)|^(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)(:)`)

// appendAdoc writes a line with references for whatever Asciidoctor could take
// for markup. It puts these references back last of all, after it has looked
// for quotes, attributes and replacements; a backslash it takes for an escape in
// some places, and for itself in others.
func appendAdoc(b []byte, line string) []byte {
	start := adocStart.FindStringSubmatchIndex(line)
	mark := -1 // what the first word is marked by
	for i := 2; i < len(start); i += 2 {
		mark = max(mark, start[i])
	}
	for at := 0; at < len(line); {
		end := at + 1
		for end < len(line) && line[end] != ' ' {
			end++
		}
		b = appendAdocWord(b, line, at, end, mark)
		at = end
	}
	return b
}

// appendAdocWord writes line[at:end], in which no space but the first is. An
// address of which Asciidoctor would make a link must hold no reference: it
// would end the link within.
func appendAdocWord(b []byte, line string, at, end, mark int) []byte {
	escaped := false
	for i := at; i < end; i++ {
		escaped = escaped || i == mark || adocMark(line, i)
	}
	for i := at; i < end; i++ {
		switch {
		case strings.HasPrefix(line[i:], "•"): // an item of a list
			b = append(b, "&#8226;"...)
			i += len("•") - 1
		case i == mark, adocMark(line, i), escaped && strings.HasPrefix(line[i:], "://"),
			line[i] == ';' && len(b) > 0 && b[len(b)-1] == ';': // two end a term that is described, and a reference ends in one
			b = append(b, "&#"...)
			b = append(strconv.AppendInt(b, int64(line[i]), 10), ';')
		default:
			b = append(b, line[i])
		}
	}
	return b
}

// adocMark reports whether the character at i could be part of any markup.
func adocMark(line string, i int) bool {
	next := func(c byte) bool {
		return i > 0 && line[i-1] == c || i+1 < len(line) && line[i+1] == c
	}
	switch c := line[i]; c {
	case '|', '\\', '*', '`', '#', '^', '~', '+', '{', '[', ']', '<', '>', '\'':
		return true
	case '_', '=':
		return i == 0 || i+1 == len(line) || !alphanumeric(line[i-1]) || !alphanumeric(line[i+1])
	case '-', '.', ':', ';', '$', '(', ')':
		if next(c) {
			return true
		}
		if c == '(' { // (C), (R) and (TM)
			_, in, _ := strings.Cut(line[i:], "(")
			word, _, closed := strings.Cut(in, ")")
			return closed && len(word) <= 2 || i == 0
		}
		return i == 0
	case '&':
		return i+1 < len(line) && (line[i+1] == '#' || letter(line[i+1]))
	default: // at the start of a line anything may make a block
		return i == 0 && c < 0x80 && !letter(c) && (c < '0' || c > '9')
	}
}

// AdocHeading writes a heading; level 1 is the document's title.
func AdocHeading(level int, v any) (string, error) {
	if level < 1 || level > 6 {
		return "", problem.Hintf("1 is the document's title", "headings have the levels 1 to 6, not %d", level)
	}
	s, err := shown(v)
	if err != nil {
		return "", err
	}
	if s = strings.Join(shownLines(s), " "); s == "" {
		return "", problem.Hintf("give it a text", "a heading without text")
	}
	return strings.Repeat("=", level) + " " + string(appendAdoc(nil, s)), nil
}
