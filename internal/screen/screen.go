// Package screen makes any text safe to show: what a terminal would act on, or
// what would make a line look like another, is shown as a sign instead.
//
// Texts come from datasets, from files that somebody edited, and from the
// command line. None of them may move the cursor, ring, recolour what stands
// around it, forge a line of a list, or turn a line's direction.
package screen

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Text returns s as a single line.
func Text(s string) string { return mapped(s, "") }

// Line returns s as a single line in which tabs stay, as those of a source
// line do.
func Line(s string) string { return mapped(s, "\t") }

// Lines returns s with its lines and tabs, and makes the lines themselves safe.
// A carriage return stays where a line break follows it: it is how some systems
// end a line, and a patch needs it.
func Lines(s string) string {
	if strings.IndexFunc(s, Acts) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		text, end := line, ""
		for _, e := range []string{"\r\n", "\n"} {
			if t, ok := strings.CutSuffix(line, e); ok {
				text, end = t, e
				break
			}
		}
		b.WriteString(Line(text) + end)
	}
	return b.String()
}

// Log returns lines for a log whose reader obeys some of them, as GitHub's does
// ("::" at the start of a line, "##[" anywhere), Azure's ("##vso[") and
// TeamCity's ("##teamcity["): a space keeps each such word apart.
func Log(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(command.ReplaceAllString(s, "# #$1")) {
		if words := strings.TrimLeftFunc(line, unicode.IsSpace); strings.HasPrefix(words, "::") {
			line = line[:len(line)-len(words)] + ": " + words[1:]
		}
		b.WriteString(line)
	}
	return b.String()
}

var command = regexp.MustCompile(`##([a-z]*\[)`)

// mapped replaces all that a screen would act on, but for what is kept.
func mapped(s, keep string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(keep, r):
			return r
		case r < ' ':
			return '\u2400' + r // the picture of the control character
		case r == 0x7f:
			return '\u2421'
		case Acts(r):
			return unicode.ReplacementChar
		}
		return r
	}, s) // bytes that are no text arrive as the replacement character
}

// Acts reports whether a screen does something with a character other than
// showing it: control characters, line and paragraph separators, and those that
// format text, among them all that turn its direction. Of the last, the two
// joiners stay, which scripts and emoji are spelt with. It says no to a line
// break and to a tab, for whose sake see Text, Line and Lines.
func Acts(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs)
}

// widths measures characters. Those of ambiguous width count as narrow,
// whatever the locale: the same text is laid out the same everywhere.
var widths = &runewidth.Condition{}

// Width is how many columns a text takes.
func Width(s string) int { return widths.StringWidth(s) }

// Blank is white space as wide as s. Tabs stay, since their width is the
// terminal's affair.
func Blank(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteString(strings.Repeat(" ", widths.RuneWidth(r)))
		}
	}
	return b.String()
}

// Paint colours text, or leaves it.
type Paint struct{ On bool }

// Bold is for headings, and for what a line is about.
func (p Paint) Bold(s string) string { return p.code("1", s) }

// Error is for what stops a build, or opens more.
func (p Paint) Error(s string) string { return p.code("1;31", s) }

// Warn is for what stops it under --strict only.
func (p Paint) Warn(s string) string { return p.code("1;33", s) }

// Red is for what goes.
func (p Paint) Red(s string) string { return p.code("31", s) }

// Green is for what comes.
func (p Paint) Green(s string) string { return p.code("32", s) }

// Yellow is for what changes.
func (p Paint) Yellow(s string) string { return p.code("33", s) }

// Cyan is for where in a file a difference stands.
func (p Paint) Cyan(s string) string { return p.code("36", s) }

// code wraps a text in an SGR code (ECMA-48).
func (p Paint) code(code, s string) string {
	if !p.On || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
