package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"portpress/internal/dataset"
)

// commentForm is what a target takes as a comment on a rule.
type commentForm struct {
	max     int               // in bytes, before replacing; 0 for any length
	oneLine bool              // each run of white space is one space
	hyphens bool              // no two stand together, which would end a comment in XML
	replace *strings.Replacer // what would end the comment, or mean something in it
}

// of gives the comment on the rules of a flow: its row, and what it is for.
func (c commentForm) of(f *dataset.Flow) string {
	text := f.Port.ID + ": " + f.Purpose()
	if c.oneLine {
		text = oneLine(text)
	} else {
		text = strings.Map(spaceForControl, text)
	}
	if c.max > 0 && len(text) > c.max {
		end := c.max
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	if c.replace != nil {
		text = c.replace.Replace(text)
	}
	return c.apart(text)
}

// title gives the comment above a section.
func (c commentForm) title(s *dataset.Scope, p *dataset.Peer) string {
	return c.apart(oneLine(s.Name) + ", from " + p.ID)
}

// apart leaves one of several hyphens that stand together.
func (c commentForm) apart(text string) string {
	for c.hyphens && strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "-")
	}
	return text
}

// oneLine makes one space of each run of white space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// spaceForControl makes spaces of what could break a line.
func spaceForControl(r rune) rune {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}
