package format

import (
	"regexp"
	"strings"
	"unicode"

	"portpress/internal/problem"
)

// RST writes a value so that a reader of reStructuredText sees exactly its
// text, at the start of a paragraph and inside one. Lists are joined with
// commas; line breaks become spaces, since a paragraph has none.
func RST(v any) (string, error) {
	s, err := shown(v)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		return appendRST(b, strings.Join(shownLines(s), " "), true), nil
	})
}

// RSTHeading writes a heading and the line below it, made of a mark such as =.
func RSTHeading(mark string, v any) (string, error) {
	if len(mark) != 1 || !strings.Contains(rstMarks, mark) {
		return "", problem.Hintf(`write = for the title, - for what stands below it`, "%q underlines no heading", mark)
	}
	title, err := RST(v)
	if err != nil {
		return "", err
	}
	if title == "" {
		return "", problem.Hintf("give it a text", "a heading without text")
	}
	width := 0
	for _, r := range title {
		width++
		if r >= 0x1100 && !unicode.Is(unicode.Mn, r) {
			width++ // may be a wide one; a longer line does no harm
		}
	}
	return title + "\n" + strings.Repeat(mark, max(width, 4)), nil
}

// rstMarks are the characters that underline headings.
const rstMarks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// RSTHeader writes the beginning of a list-table, head included.
func RSTHeader(cells ...any) (string, error) {
	row, err := RSTRow(cells...)
	return ".. list-table::\n   :header-rows: 1\n\n" + row, err
}

// RSTRow writes one row of a list-table. The line breaks of a cell are kept.
func RSTRow(values ...any) (string, error) {
	cells := spread(values)
	if len(cells) == 0 {
		return "", problem.Hintf("give it a value for each column", "a row without cells")
	}
	return build(func(b []byte) ([]byte, error) {
		for i, v := range cells {
			s, err := shown(v)
			if err != nil {
				return b, err
			}
			if i == 0 {
				b = append(b, "   * -"...)
			} else {
				b = append(b, "\n     -"...)
			}
			switch lines := shownLines(s); len(lines) {
			case 0:
			case 1:
				b = appendRST(append(b, ' '), lines[0], true)
			default:
				for j, line := range lines {
					if j > 0 {
						b = append(b, "\n      "...)
					}
					b = appendRST(append(b, " | "...), line, false)
				}
			}
		}
		return b, nil
	})
}

// rstEnumerator is a first word that makes an item of a numbered list.
var rstEnumerator = regexp.MustCompile(`^([0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)]( |$)`)

// appendRST escapes what docutils would take for markup: see the
// reStructuredText Markup Specification. A backslash shows the character after
// it, whatever that is.
func appendRST(b []byte, s string, blockStart bool) []byte {
	from := 0
	switch {
	case s == "" || !blockStart:
	case rstEnumerator.MatchString(s):
		at := strings.IndexAny(s, ".)")
		b = append(append(b, s[:at]...), '\\', s[at])
		from = at + 1
	case s[0] < 0x80 && !letter(s[0]) && (s[0] < '0' || s[0] > '9'), strings.HasPrefix(s, "•"), strings.HasPrefix(s, "‣"), strings.HasPrefix(s, "⁃"):
		b = append(b, '\\', s[0])
		from = 1
	}
	for i := from; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\', '*', '`', '|':
			b = append(b, '\\')
		case '_': // between letters and digits it ends no reference
			if i == 0 || i+1 == len(s) || !alphanumeric(s[i-1]) || !alphanumeric(s[i+1]) {
				b = append(b, '\\')
			}
		case ':': // two at the end announce a block as it stands
			if i > from && i+1 == len(s) && s[i-1] == ':' {
				b = append(b, '\\')
			}
		}
		b = append(b, s[i])
	}
	return b
}

func alphanumeric(c byte) bool { return letter(c) || c >= '0' && c <= '9' }
