// Package fit makes a text fit the field that it is to stand in: one line, so
// many bytes or characters, and no character that text files can't hold.
//
// A dataset's texts may be long and may hold line breaks. Readers of exports
// have fields that end at a line break, or after so many bytes, and then take
// the rest for something else: a rule, or a command. So whatever cuts a text, or
// makes one line of it, does so here, and says … where something is missing.
package fit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark stands where a text was cut.
const mark = "…"

// MaxComment is how many characters a text has in a comment's line. The
// shortest lines that a reader takes are those of iptables-restore: it
// reads 10,240 bytes at a time, and the rest of a longer comment as a rule.
const MaxComment = 500

// Line makes one line of a text: each run of white space and control
// characters becomes one space, and none stands at the ends.
func Line(s string) string {
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	return Held(strings.Join(strings.FieldsFunc(s, blank), " "))
}

// Cell keeps Markdown from reading anything into a text inside a table's
// cell: no table, emphasis, code, HTML or entity, nor anything of Liquid's, which
// looks for braces in what is written, or of Vue's, which does in what is shown. Marks that
// only count at the start of a line are harmless there, and an address may become a link.
func Cell(s string) string {
	var b strings.Builder
	var last rune
	for _, c := range Line(s) {
		switch {
		case c == '{' && last == '{':
			b.WriteString("<wbr/>&#123;")
		case c == '{':
			b.WriteString("&#123;")
		case strings.ContainsRune("\\`*_[]<>|&~$@", c):
			b.WriteByte('\\')
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
		last = c
	}
	return b.String()
}

// Comment makes a text fit for a line that a comment has for itself.
func Comment(s string) string { return Characters(Line(s), MaxComment) }

// Spaced makes a space of each character that could break a line, and leaves
// other white space as it is.
func Spaced(s string) string {
	return Held(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}

// Held puts U+FFFD in the place of the code points that Unicode calls no
// characters: XML has no place for some of them, PyYAML calls the same an error,
// in comments too, and systemd drops a setting for any.
func Held(s string) string {
	if strings.IndexFunc(s, isNone) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isNone(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// isNone reports whether a code point is a noncharacter: the last two of each
// plane, and 32 more.
func isNone(r rune) bool { return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef }

// Bytes cuts a text to at most n bytes, between characters.
func Bytes(s string, n int) string { return BytesWith(s, n, mark) }

// BytesWith is Bytes for a reader that takes no …, with another mark.
func BytesWith(s string, n int, mark string) string {
	if len(s) <= n {
		return s
	}
	end := max(n-len(mark), 0)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + mark[:min(n, len(mark))]
}

// Characters cuts a text to at most n characters.
func Characters(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + mark
}
