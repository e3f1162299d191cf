package format

import (
	"strings"

	"portpress/internal/problem"
)

// Anchor is the name that links find a row of a table by. As the first value
// of a row it is no cell.
type Anchor struct{ id string }

// NewAnchor makes an anchor of ids, joined with hyphens: of characters that
// addresses, HTML and AsciiDoc all take as they are.
func NewAnchor(parts ...any) (Anchor, error) {
	list := make([]string, len(parts))
	for i, v := range parts {
		s, _, err := scalar(v)
		if err != nil {
			return Anchor{}, err
		}
		list[i] = s
	}
	id := strings.Join(list, "-")
	if id == "" || !letter(id[0]) {
		return Anchor{}, problem.Hintf("begin with a product's id", "an anchor begins with a letter, not as %q does", id)
	}
	for i := range len(id) {
		if c := id[i]; !letter(c) && (c < '0' || c > '9') && c != '-' && c != '_' {
			return Anchor{}, problem.Hintf("make it of ids", "an anchor has no place for %q", id[i:])
		}
	}
	return Anchor{id}, nil
}

// anchored takes the anchor off the values of a row, and wants at least one
// cell to be left.
func anchored(values []any) (id string, cells []any, err error) {
	values = spread(values)
	if len(values) > 0 {
		if a, ok := values[0].(Anchor); ok {
			id, values = a.id, values[1:]
		}
	}
	if len(values) == 0 {
		err = problem.Hintf("give it a value for each column", "a row without cells")
	}
	return id, values, err
}

// shown gives the text of a value as documents show it, where a list is joined
// with commas.
func shown(v any) (string, error) {
	list, err := Words(v)
	if err != nil {
		return "", err
	}
	s := strings.Join(list, ", ")
	return s, checkText(s)
}

// shownLines gives the lines of a text as a reader sees them: white space
// between two words is one space, none stands at a line's ends, and no line is
// empty.
func shownLines(s string) []string {
	var lines []string
	for line := range strings.FieldsFuncSeq(s, breaksLine) {
		if line = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' }), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// breaksLine tells what readers of documents take for a line's end: Python's
// splitlines knows more of them than others.
func breaksLine(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
