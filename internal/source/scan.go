package source

import "strings"

// scanner steps over TOML text. It knows just enough of the grammar to tell
// where things begin and end; whether the text is valid is the parser's word.
// Every method returns false where the text doesn't have the form that it
// looks for, and never moves past the end. What the parser accepts, every
// method accepts too.
type scanner struct {
	text  string
	at    int
	depth int  // how many lists and inline tables are open
	deep  bool // whether something was nested more than maxDepth deep
	skim  bool // whether nobody keeps the keys, so that one list does for all
	parts []part
}

// maxDepth is how many names a dotted key may have, and how deep lists and
// inline tables may nest; a dataset needs three. The parser's time grows with
// the square of the names, and its stack with the nesting, until the program
// dies of it.
const maxDepth = 8

// part is one name of a dotted key.
type part struct {
	name string
	span Span
}

// blanks skips spaces and tabs.
func (s *scanner) blanks() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t') {
		s.at++
	}
}

// filler skips blanks, line breaks and comments.
func (s *scanner) filler() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		case '#':
			s.line()
		default:
			return
		}
	}
}

// line skips to the end of the line, without its break.
func (s *scanner) line() {
	if i := strings.IndexByte(s.text[s.at:], '\n'); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.text)
	}
}

// lineEnds reports whether nothing but a comment follows on the line.
func (s *scanner) lineEnds() bool {
	s.blanks()
	return s.at == len(s.text) || s.text[s.at] == '\n' || s.text[s.at] == '#'
}

// take steps over the literal if it comes next.
func (s *scanner) take(literal string) bool {
	if !strings.HasPrefix(s.text[s.at:], literal) {
		return false
	}
	s.at += len(literal)
	return true
}

// key reads a dotted key: bare and quoted names with dots between.
func (s *scanner) key() (parts []part, ok bool) {
	if s.skim {
		parts = s.parts[:0]
		defer func() { s.parts = parts }()
	}
	for {
		s.blanks()
		start := s.at
		if s.at == len(s.text) {
			return parts, false
		}
		if len(parts) == maxDepth {
			s.deep = true
			return parts, false
		}
		var name string
		switch s.text[s.at] {
		case '"':
			if !s.quoted('"') {
				return parts, false
			}
			name = unquote(s.text[start:s.at])
		case '\'':
			if !s.quoted('\'') {
				return parts, false
			}
			name = s.text[start+1 : s.at-1]
		default:
			for s.at < len(s.text) && isBare(s.text[s.at]) {
				s.at++
			}
			name = s.text[start:s.at]
			if name == "" {
				return parts, false
			}
		}
		parts = append(parts, part{name, Span{start, s.at}})
		s.blanks()
		if !s.take(".") {
			return parts, true
		}
	}
}

// unquote gives the name that a string in double quotes stands for.
func unquote(raw string) string {
	inside := raw[1 : len(raw)-1]
	if strings.IndexByte(inside, '\\') < 0 {
		return inside
	}
	// Rare enough to leave the escapes to the parser.
	if part, err := parse(raw + " = 0"); err == nil && len(part.Keys) == 1 {
		return part.Keys[0][0]
	}
	return inside
}

// isBare reports whether c may stand in a bare key. Bytes above ASCII are let
// through: the parser says whether they may.
func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c >= 0x80
}

// quoted skips a string on one line.
func (s *scanner) quoted(quote byte) bool {
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == quote:
			s.at++
			return true
		case c == '\n':
			return false
		case c == '\\' && quote == '"' && !strings.HasPrefix(s.text[s.at+1:], "\n"):
			s.at++
		}
	}
	s.at = len(s.text)
	return false
}

// multiline skips a string in three quotes; up to two more may belong to it.
func (s *scanner) multiline(quote byte) bool {
	start := s.at
	mark := strings.Repeat(string(quote), 3)
	for s.at += 3; s.at < len(s.text); s.at++ {
		if quote == '"' && s.text[s.at] == '\\' {
			s.at++
			continue
		}
		if s.take(mark) {
			for range 2 {
				if s.at < len(s.text) && s.text[s.at] == quote {
					s.at++
				}
			}
			return true
		}
	}
	s.at = start // where to look: the end is anybody's guess
	return false
}

// value skips any value. It calls element for each element of a list, and
// member for each key of an inline table, either of which may be nil and ends
// the walk by returning false.
func (s *scanner) value(element func(at Span) bool, member func(key []part, at Span) bool) bool {
	if s.at == len(s.text) {
		return false
	}
	switch c := s.text[s.at]; c {
	case '"', '\'':
		if strings.HasPrefix(s.text[s.at:], strings.Repeat(string(c), 3)) {
			return s.multiline(c)
		}
		return s.quoted(c)
	case '[', '{':
		if s.depth == maxDepth {
			s.deep = true
			return false
		}
		s.depth++
		s.at++
		ok := c == '[' && s.list(element) || c == '{' && s.members(member)
		s.depth--
		return ok
	}
	start := s.at
	for s.at < len(s.text) && (isBare(s.text[s.at]) || strings.IndexByte("+.:", s.text[s.at]) >= 0 || s.beforeTime(start)) {
		s.at++
	}
	return s.at > start
}

// beforeTime reports whether s stands at the blank between a date, which
// begins at start, and a time.
func (s *scanner) beforeTime(start int) bool {
	rest := s.text[s.at:]
	return s.at-start == len("1979-05-27") && s.text[start+4] == '-' && len(rest) > 1 && rest[0] == ' ' && '0' <= rest[1] && rest[1] <= '9'
}

// list skips a list from behind its bracket on.
func (s *scanner) list(element func(at Span) bool) bool {
	for {
		if s.filler(); s.take("]") {
			return true
		}
		start := s.at
		if !s.value(nil, nil) || element != nil && !element(Span{start, s.at}) {
			return false
		}
		if s.filler(); !s.take(",") {
			return s.take("]")
		}
	}
}

// members skips an inline table from behind its brace on.
func (s *scanner) members(member func(key []part, at Span) bool) bool {
	for {
		if s.filler(); s.take("}") {
			return true
		}
		key, value, ok := s.pair()
		if !ok || member != nil && !member(key, value) {
			return false
		}
		if s.filler(); !s.take(",") {
			return s.take("}")
		}
	}
}

// pair reads `key = value` and leaves s after the value.
func (s *scanner) pair() (key []part, value Span, ok bool) {
	key, ok = s.key()
	if !ok || !s.take("=") {
		return key, value, false
	}
	s.blanks()
	start := s.at
	ok = s.value(nil, nil)
	return key, Span{start, s.at}, ok
}
