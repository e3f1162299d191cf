package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// md writes a value so that a reader of GitHub Flavored Markdown sees exactly
// its text, in running text and in a table's cell. Lists are joined with
// commas; line breaks become <br>.
func md(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendMDValue(b, v, true) })
}

// mdRow writes one row of a table: "| a | b |".
func mdRow(cells ...any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendMDRow(b, cells) })
}

// mdHeader writes a table's head: the row of titles and the line below it.
func mdHeader(cells ...any) (string, error) {
	return build(func(b []byte) ([]byte, error) {
		b, err := appendMDRow(b, cells)
		if err != nil {
			return b, err
		}
		b = append(b, "\n|"...)
		for range cells {
			b = append(b, " --- |"...)
		}
		return b, nil
	})
}

func appendMDRow(b []byte, cells []any) ([]byte, error) {
	if len(cells) == 0 {
		return b, hinted("give it a value for each column", "a row without cells")
	}
	b = append(b, '|')
	var err error
	for _, v := range cells {
		b = append(b, ' ')
		from := len(b)
		if b, err = appendMDValue(b, v, false); err != nil {
			return b, err
		}
		if len(b) > from {
			b = append(b, ' ')
		}
		b = append(b, '|')
	}
	return b, nil
}

func appendMDValue(b []byte, v any, lineStart bool) ([]byte, error) {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case *string:
		s = *v
	default:
		var few [fewIDs]string
		if ids, ok := appendIDs(few[:0], v); ok {
			s = strings.Join(ids, ", ")
			break
		}
		list, err := words(v)
		if err != nil {
			return b, err
		}
		s = strings.Join(list, ", ")
	}
	if mdSafe(s) {
		return append(b, s...), nil
	}
	if err := checkText(s); err != nil {
		return b, err
	}
	return appendMD(b, s, lineStart), nil
}

// mdSafe is the quick way out for text without any character that Markdown
// gives a meaning.
func mdSafe(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case letter(c), c >= '0' && c <= '9' && i > 0, c == ' ', c == ',', c == '(', c == ')', c == '/', c == ':', c == '\'', c == '"', c == ';', c == '?', c == '%':
		case c == '-' && i > 0, c == '.' && i > 0 && (s[i-1] < '0' || s[i-1] > '9'):
		default:
			return i == len(s)
		}
	}
	return true
}

// appendMD escapes what would otherwise not be seen as it stands: see section
// 6 of the GFM specification for inlines, section 4 and 5 for line starts.
func appendMD(b []byte, s string, lineStart bool) []byte {
	if lineStart {
		if at := mdBlockMark(s); at >= 0 {
			b = append(append(b, s[:at]...), '\\')
			b = append(b, s[at])
			return appendMDInline(b, s, at+1)
		}
	}
	return appendMDInline(b, s, 0)
}

func appendMDInline(b []byte, s string, from int) []byte {
	for i := from; i < len(s); i++ {
		c := s[i]
		switch c {
		case '\\', '`', '[', ']', '|', '$':
			b = append(b, '\\', c)
		case '*', '~', '_':
			if mdActive(s, i) {
				b = append(b, '\\')
			}
			b = append(b, c)
		case '<':
			if i+1 == len(s) || letter(s[i+1]) || strings.IndexByte("/!?", s[i+1]) >= 0 {
				b = append(b, "&lt;"...)
			} else {
				b = append(b, c)
			}
		case '&':
			if mdEntity(s[i+1:]) {
				b = append(b, "&amp;"...)
			} else {
				b = append(b, c)
			}
		case ':':
			if mdAutolink(s, i) {
				b = append(b, '\\')
			}
			b = append(b, c)
		case '.':
			if mdWWW(s, i) {
				b = append(b, '\\')
			}
			b = append(b, c)
		case '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				continue
			}
			b = append(b, "<br>"...)
		case '\n':
			b = append(b, "<br>"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// mdActive reports whether a *, ~ or _ could begin or end emphasis. One with
// space on both sides can't, nor can _ between letters or digits. At the ends
// of the value the template's own text may follow, so it counts as active.
func mdActive(s string, i int) bool {
	c := s[i]
	from, to := i, i+1
	for from > 0 && s[from-1] == c {
		from--
	}
	for to < len(s) && s[to] == c {
		to++
	}
	if from == 0 || to == len(s) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	if unicode.IsSpace(before) && unicode.IsSpace(after) {
		return false
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return c != '_' || !word(before) || !word(after)
}

// mdEntity reports whether the text after a & makes an entity of it.
func mdEntity(rest string) bool {
	for i := range len(rest) {
		switch c := rest[i]; {
		case letter(c), c >= '0' && c <= '9', c == '#' && i == 0:
		default:
			return c == ';' && i > 0
		}
	}
	return rest != ""
}

// mdAutolink reports whether the colon begins the "://" of an address that
// GitHub would make a link, and that holds what we escape: inside a link an
// escape would be seen.
func mdAutolink(s string, i int) bool {
	return strings.HasPrefix(s[i:], "://") && mdEscapesIn(s[i:])
}

// mdWWW is mdAutolink for the full stop of "www.".
func mdWWW(s string, i int) bool {
	return i >= 3 && strings.EqualFold(s[i-3:i], "www") && mdEscapesIn(s[i:])
}

func mdEscapesIn(s string) bool {
	if end := strings.IndexAny(s, " \t\r\n"); end >= 0 {
		s = s[:end]
	}
	return strings.ContainsAny(s, "\\`[]|$*~_<&")
}

// mdBlockMark gives the offset of the character at the start of a line that
// would make it a heading, quote, list, rule or fence; -1 if there is none.
func mdBlockMark(s string) int {
	trimmed := strings.TrimLeft(s, " ")
	at := len(s) - len(trimmed)
	if trimmed == "" {
		return -1
	}
	ends := func(rest string) bool {
		return rest == "" || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r'
	}
	switch c := trimmed[0]; {
	case c == '>' || c == '=':
		return at
	case c == '#':
		if ends(strings.TrimLeft(trimmed, "#")) {
			return at
		}
	case c == '-' || c == '+':
		if ends(trimmed[1:]) || ends(strings.TrimLeft(trimmed, "- ")) {
			return at
		}
	case c >= '0' && c <= '9':
		digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
		if rest := trimmed[digits:]; rest != "" && (rest[0] == '.' || rest[0] == ')') && ends(rest[1:]) {
			return at + digits
		}
	}
	return -1
}
