package format

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown writes a value so that a reader of GitHub Flavored Markdown sees exactly
// its text, in running text and in a table's cell. Lists are joined with
// commas; line breaks become <br/>, which MDX takes too.
func Markdown(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendMDValue(b, v, true) })
}

// MarkdownRow writes one row of a table: "| a | b |".
func MarkdownRow(cells ...any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendMDRow(b, cells) })
}

// MarkdownHeader writes a table's head: the row of titles and the line below it.
func MarkdownHeader(values ...any) (string, error) {
	_, cells, err := anchored(values)
	if err != nil {
		return "", err
	}
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

func appendMDRow(b []byte, values []any) ([]byte, error) {
	id, cells, err := anchored(values)
	if err != nil {
		return b, err
	}
	b = append(b, '|')
	for i, v := range cells {
		b = append(b, ' ')
		from := len(b)
		if i == 0 && id != "" { // Markdown has none of its own; GitHub, MDX and Liquid take that of HTML
			b = append(append(append(b, `<a id="`...), id...), `"></a>`...)
		}
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
	default:
		var few [fewIDs]string
		if ids, ok := appendIDs(few[:0], v); ok {
			s = strings.Join(ids, ", ")
			break
		}
		list, err := Words(v)
		if err != nil {
			return b, err
		}
		s = strings.Join(list, ", ")
	}
	if begins := lineStart && (strings.HasPrefix(s, " ") || mdModule(s)); !begins && mdSafe(s) {
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
	if !lineStart {
		return appendMDInline(b, s, 0)
	}
	from := 0
	switch at := mdBlockMark(s); {
	case mdIndented(s):
		b = append(b, "&#"...)
		b = append(strconv.AppendInt(b, int64(s[0]), 10), ';')
		from = 1
	case at >= 0:
		b = append(append(b, s[:at]...), '\\', s[at])
		from = at + 1
	case mdModule(s):
		b = append(b, "&#"...)
		b = append(strconv.AppendInt(b, int64(s[0]), 10), ';')
		from = 1
	}
	if at := mdClosing(s); at >= from { // one escaped mark is enough
		b = appendMDInline(b, s[:at], from)
		b, from = append(b, '\\', '#'), at+1
	}
	return appendMDInline(b, s, from)
}

// mdModule reports whether MDX would run a paragraph rather than show it.
func mdModule(s string) bool {
	return strings.HasPrefix(s, "import ") || strings.HasPrefix(s, "export ")
}

// mdIndented reports whether a text at the start of a line would be a block
// of code.
func mdIndented(s string) bool {
	for i := range min(len(s), 4) {
		if s[i] == '\t' {
			return true
		}
		if s[i] != ' ' {
			return false
		}
	}
	return len(s) >= 4
}

// mdClosing gives where the run of # stands that would end a heading and not be
// seen; -1 if there is none.
func mdClosing(s string) int {
	text := strings.TrimRight(s, " \t")
	at := len(strings.TrimRight(text, "#"))
	if at == len(text) || at > 0 && text[at-1] != ' ' && text[at-1] != '\t' {
		return -1
	}
	return at
}

func appendMDInline(b []byte, s string, from int) []byte {
	links := mdLinks{s: s}
	for i := from; i < len(s); i++ {
		c := s[i]
		escape := false
		switch c {
		case '\\', '`', '[', ']', '|', '$':
			escape = true
		case '{': // MDX, Liquid and Hugo look at what is written, Vue at what is shown
			b = append(b, '\\', '{')
			if i+1 < len(s) && strings.IndexByte("{%#", s[i+1]) >= 0 {
				b = append(b, "<wbr/>"...)
			}
			continue
		case '*', '~', '_':
			run := mdRun(s, i)
			active := mdActive(s, i, i+run)
			for range run {
				if active {
					b = append(b, '\\')
				}
				b = append(b, c)
			}
			i += run - 1
			continue
		case ':', '.':
			escape = links.breaks(i)
		case '<':
			b = append(b, "&lt;"...)
			continue
		case '&':
			if mdEntity(s[i+1:]) {
				b = append(b, "&amp;"...)
				continue
			}
		case '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				b = append(b, "<br/>"...)
			}
			continue
		case '\n':
			b = append(b, "<br/>"...)
			continue
		}
		if escape {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return b
}

// mdRun gives how often the byte at i stands there in a row.
func mdRun(s string, i int) int {
	return len(s) - i - len(strings.TrimLeft(s[i:], s[i:i+1]))
}

// mdActive reports whether a run of *, ~ or _ could begin or end emphasis. One
// with spaces on both sides can't, nor can _ between letters or digits. At the
// ends of the value the template's own text may follow, and a line break
// becomes a tag, so these count as active.
func mdActive(s string, from, to int) bool {
	if from == 0 || to == len(s) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	space := func(r rune) bool { return r == ' ' || r == '\t' }
	if space(before) && space(after) {
		return false
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return s[from] != '_' || !word(before) || !word(after)
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
	return false
}

// mdLinks finds the addresses in a text that GitHub makes links of by itself.
// Inside such a link an escape would be seen, so one that needs any must not
// become a link.
type mdLinks struct {
	s       string
	known   int // up to here it is known
	escapes int // where the last escape before known stands
}

// breaks reports whether the colon of "://" or the full stop of "www." at i
// must be escaped.
func (l *mdLinks) breaks(i int) bool {
	switch {
	case strings.HasPrefix(l.s[i:], "://"):
	case l.s[i] == '.' && i >= 3 && strings.EqualFold(l.s[i-3:i], "www"):
	default:
		return false
	}
	if l.known <= i {
		l.look(i)
	}
	return l.escapes > i
}

// look goes through the address from i to its end, once for all links that it
// may hold.
func (l *mdLinks) look(i int) {
	for l.known = i; l.known < len(l.s); l.known++ {
		switch l.s[l.known] {
		case ' ', '\t', '\r', '\n':
			return
		case '\\', '`', '[', ']', '|', '$', '<', '&', '{':
			l.escapes = l.known
		case '*', '~', '_':
			run := mdRun(l.s, l.known)
			if mdActive(l.s, l.known, l.known+run) {
				l.escapes = l.known
			}
			l.known += run - 1
		}
	}
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
	case c == '*':
		if ends(trimmed[1:]) {
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
