package format

import (
	"regexp"
	"strings"
	"unicode"

	"portpress/internal/fit"
	"portpress/internal/problem"
)

// RST writes a value so that a reader of reStructuredText sees exactly its
// text, at the start of a paragraph and inside one. Lists are joined with
// commas; line breaks become spaces, since a paragraph has none, and a text of
// more than 4,000 characters ends in ….
func RST(v any) (string, error) {
	s, err := shown(v)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		return appendRST(b, fit.Characters(strings.Join(shownLines(s), " "), maxRST), true), nil
	})
}

// maxRST is how many characters of a text a line has. docutils refuses a file
// with a line of more than 10,000, and escaping may double it.
const maxRST = 4_000

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
				b = appendRSTLines(append(b, ' '), lines[0], true, "\n       ")
			default:
				for j, line := range lines {
					if j > 0 {
						b = append(b, "\n      "...)
					}
					b = appendRSTLines(append(b, " | "...), line, false, "\n         ")
				}
			}
		}
		return b, nil
	})
}

// appendRSTLines goes on in another line where one would get too long: the
// names of a thousand hosts, in a cell. A word that is itself too long ends in ….
func appendRSTLines(b []byte, s string, blockStart bool, next string) []byte {
	for line := ""; ; blockStart = true {
		if line, s = rstLine(s); s == "" {
			return appendRST(b, line, blockStart)
		}
		b = append(appendRST(b, line, blockStart), next...)
	}
}

// rstLine takes as many words from a text as a line holds, at least one.
func rstLine(s string) (line, rest string) {
	if len(s) <= maxRST {
		return s, ""
	}
	end := strings.LastIndexByte(s[:maxRST], ' ')
	if end <= 0 {
		end = strings.IndexByte(s, ' ')
	}
	if end <= 0 {
		return fit.Characters(s, maxRST), ""
	}
	return fit.Characters(s[:end], maxRST), s[end+1:]
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
	case strings.Trim(s, `\`) == "": // four would be a line between sections; a blank that is escaped shows nothing
		b = append(b, `\ `...)
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
		case ':': // two at the end announce a block as it stands, and docutils makes a link of javascript:x
			if i > from && i+1 == len(s) && s[i-1] == ':' || i+1 < len(s) && s[i+1:] != ":" && s[i+1] != ' ' && !rstLinked(s[:i]) {
				b = append(b, '\\')
			}
		}
		b = append(b, s[i])
	}
	return b
}

// rstLink is the end of an address that may be a link, or of what is none in
// any case, up to a colon.
var rstLink = regexp.MustCompile(`(?i)(?:^|[^a-z0-9+.-])(?:[0-9.+-]*|https?|mailto)$|https?://[-\w.!~*'()[\];/:@&=+$,%#?]*$`)

func rstLinked(s string) bool { return rstLink.MatchString(s) }

func alphanumeric(c byte) bool { return letter(c) || c >= '0' && c <= '9' }
