package quickyaml

import "bytes"

// spaces returns the offset of the first byte from p on that is no space.
func (q *quickReader) spaces(p int) int {
	for p < len(q.text) && q.text[p] == ' ' {
		p++
	}
	return p
}

// nextLine returns the offset after the line break that follows p.
func (q *quickReader) nextLine(p int) int {
	if n := bytes.IndexByte(q.text[p:], '\n'); n >= 0 {
		return p + n + 1
	}
	return len(q.text)
}

// blank reports whether a space, a line break or the end is at p.
func (q *quickReader) blank(p int) bool {
	return p >= len(q.text) || q.text[p] == ' ' || q.text[p] == '\n'
}

// dash reports whether an item of a block sequence begins at p.
func (q *quickReader) dash(p int) bool {
	return p < len(q.text) && q.text[p] == '-' && q.blank(p+1)
}

// comment reports whether a comment begins at p, where the byte before is
// known to be a space.
func (q *quickReader) comment(p int) bool { return p < len(q.text) && q.text[p] == '#' }

// rest reads what may follow a complete value at p, which is nothing, or a
// comment after a space, and returns where the next line begins.
func (q *quickReader) rest(p int) int {
	next := q.spaces(p)
	switch {
	case next == len(q.text):
		return next
	case q.text[next] == '\n':
		return next + 1
	case q.text[next] == '#' && next > p:
		return q.nextLine(next)
	}
	return notSure
}

// quoted returns the offset of the quote that closes the scalar at p, and
// whether its text differs from what stands between the quotes. Only the
// escapes that JSON has too are known.
func (q *quickReader) quoted(p int) (end int, escaped bool) {
	text, quote := q.text, q.text[p]
	for i := p + 1; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\n' || c == '\t':
			return notSure, false
		case c == quote:
			if quote == '"' || i+1 == len(text) || text[i+1] != '\'' {
				return i, escaped
			}
			escaped = true
			i++
		case c == '\\' && quote == '"':
			escaped = true
			n := escapeLength(text[i+1:])
			if n == 0 {
				return notSure, false
			}
			i += n
		}
	}
	return notSure, false
}

// escapeLength returns the length of an escape sequence after its backslash,
// 0 for one that isn't JSON's or names half of a surrogate pair, which YAML
// does not join.
func escapeLength(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	switch text[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(text) < 5 {
			return 0
		}
		for _, c := range text[1:5] {
			if !isHex(c) {
				return 0
			}
		}
		if high := text[1] | 0x20; high == 'd' && text[2] >= '8' {
			return 0
		}
		return 5
	}
	return 0
}

// plain returns where the plain scalar at p stops: at the colon that makes it
// a key, at the space before a comment, or at the line's end. It says nothing
// of what the scalar means: see CertainPlain.
func (q *quickReader) plain(p int) int {
	text := q.text
	for i := p; i < len(text); i++ {
		switch text[i] {
		case '\n':
			return i
		case '\t':
			return notSure
		case ':':
			if q.blank(i + 1) {
				if i == p {
					return notSure
				}
				return i
			}
		case '#':
			if i > p && text[i-1] == ' ' {
				return i - 1
			}
		}
	}
	return len(text)
}

// flow reads a flow sequence or mapping that begins and ends on one line, and
// returns the offset after its closing bracket.
func (q *quickReader) flow(p, depth int) int {
	if depth > 8 {
		return notSure
	}
	mapping, closing := q.text[p] == '{', byte(']')
	if mapping {
		closing = '}'
		q.keys.Open()
		defer q.keys.Close()
	}
	p = q.spaces(p + 1)
	if p < len(q.text) && q.text[p] == closing {
		return p + 1
	}
	for {
		if mapping {
			if p = q.flowKey(p); p == notSure {
				return notSure
			}
		}
		if p = q.flowItem(p, depth); p == notSure {
			return notSure
		}
		p = q.spaces(p)
		switch {
		case p == len(q.text):
			return notSure
		case q.text[p] == closing:
			return p + 1
		case q.text[p] != ',':
			return notSure
		}
		p = q.spaces(p + 1)
	}
}

// flowKey reads the key at p, its colon and the space after that, and returns
// where the value begins.
func (q *quickReader) flowKey(p int) int {
	end := q.flowScalar(p)
	if end == notSure || end+1 >= len(q.text) || q.text[end] != ':' || q.text[end+1] != ' ' {
		return notSure
	}
	key := q.text[p:end]
	if key[0] == '"' || key[0] == '\'' {
		if key = key[1 : len(key)-1]; bytes.IndexByte(key, '\\') >= 0 || bytes.Contains(key, []byte("''")) {
			return notSure
		}
	} else if !certainKey(key) {
		return notSure
	}
	if _, seen := q.keys.Add(key, p); seen || len(key) > maxQuickKey {
		return notSure
	}
	return q.spaces(end + 1)
}

// flowItem reads a value in a flow collection.
func (q *quickReader) flowItem(p, depth int) int {
	if p < len(q.text) && (q.text[p] == '[' || q.text[p] == '{') {
		return q.flow(p, depth+1)
	}
	return q.flowScalar(p)
}

// flowScalar reads a scalar in a flow collection and returns the offset after
// it. Colons and number signs in a plain one are left to the full reader:
// inside brackets the two versions of YAML disagree on them.
func (q *quickReader) flowScalar(p int) int {
	if p >= len(q.text) {
		return notSure
	}
	if c := q.text[p]; c == '"' || c == '\'' {
		end, _ := q.quoted(p)
		if end == notSure {
			return notSure
		}
		return end + 1
	}
	end := p
	for end < len(q.text) {
		switch q.text[end] {
		case '\n', '\t', '#', '?', '[', '{':
			return notSure
		case ',', ']', '}', ':':
			for end > p && q.text[end-1] == ' ' {
				end--
			}
			if !CertainPlain(q.text[p:end]) {
				return notSure
			}
			return end
		}
		end++
	}
	return notSure
}

// CertainPlain reports whether a plain scalar is certainly a string, a
// decimal integer that fits 64 bits, true, false or null, in every version
// of YAML. The reasons are in readAs11 and readAs12.
func CertainPlain(s []byte) bool {
	if len(s) == 0 {
		return false
	}
	switch class := plainFirst[s[0]]; class {
	case firstText:
		return true
	case firstLetter:
		return len(s) > len("false") || !wordWithMeaning(s)
	case firstDigit:
		return certainDigits(s)
	case firstDash:
		if len(s) == 1 {
			return false
		}
		if c := s[1]; c == '-' || plainFirst[c] == firstLetter {
			return true
		}
		return s[1] != '0' && decimal(s[1:])
	case firstTilde:
		return len(s) == 1
	}
	return false
}

// certainKey reports whether a plain scalar is certain as a key. Keys are
// compared by their letters, but ~ is the same key as null, and to Python
// true is the same as 1.
func certainKey(s []byte) bool {
	if !CertainPlain(s) || s[0] == '~' {
		return false
	}
	return string(s) != "true" && string(s) != "false"
}

// The classes of a plain scalar's first byte.
const (
	firstUnknown = iota // an indicator, or the start of a number or a marker
	firstText           // begins strings only
	firstLetter         // begins strings, and words such as true and off
	firstDigit
	firstDash
	firstTilde
)

var plainFirst = func() (table [256]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = firstLetter, firstLetter
	}
	for c := '0'; c <= '9'; c++ {
		table[c] = firstDigit
	}
	for _, c := range `_/($\^;` {
		table[c] = firstText
	}
	for c := 0xC2; c <= 0xF4; c++ {
		table[c] = firstText
	}
	table['-'], table['~'] = firstDash, firstTilde
	return table
}()

// wordWithMeaning reports whether a short word is read as more than text by
// anyone, except for the three that all read alike.
func wordWithMeaning(s []byte) bool {
	switch string(s) {
	case "true", "false", "null":
		return false
	}
	switch len(s) {
	case 1:
		return s[0]|0x20 == 'y' || s[0]|0x20 == 'n'
	case 2:
		return bytes.EqualFold(s, []byte("no")) || bytes.EqualFold(s, []byte("on"))
	case 3:
		return bytes.EqualFold(s, []byte("yes")) || bytes.EqualFold(s, []byte("off"))
	case 4:
		return bytes.EqualFold(s, []byte("true")) || bytes.EqualFold(s, []byte("null"))
	case 5:
		return bytes.EqualFold(s, []byte("false"))
	}
	return false
}

// certainDigits judges a plain scalar that begins with a digit: a decimal
// integer, or a string such as 443/tcp, 30000-32767, 10.0.0.0 or 2 hosts.
func certainDigits(s []byte) bool {
	dashes, dots, other := 0, 0, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
		case c == '-':
			dashes++
		case c == '.':
			dots++
		case neverInNumber[c]:
			return true
		default:
			other++
		}
	}
	switch {
	case other > 0:
		return false
	case dashes == 0 && dots == 0:
		return decimal(s) && (s[0] != '0' || len(s) == 1)
	case dots == 0:
		return dashes == 1 // two dashes may make a date
	}
	return dashes == 0 && dots > 1 // one dot makes a number
}

// neverInNumber marks bytes that no number, date or time of any version of
// YAML holds. Letters are in only where no base, exponent or zone uses them.
var neverInNumber = func() (table [256]bool) {
	for _, c := range "/,()%$@=;*&!?<>|'\"\\^ghijklmnpqrsuvwyGHIJKLMNPQRSUVWY" {
		table[c] = true
	}
	return table
}()

// decimal reports whether s is digits only, few enough for 64 bits.
func decimal(s []byte) bool {
	if len(s) == 0 || len(s) > 18 {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
