package policy

import (
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/fit"
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
	text := f.Label()
	if c.oneLine {
		text = fit.Line(text)
	} else {
		text = fit.Spaced(text)
	}
	if c.max > 0 {
		text = fit.Bytes(text, c.max)
	}
	if c.replace != nil {
		text = c.replace.Replace(text)
	}
	return c.apart(text)
}

// remarked puts a remark behind something, if there is one.
func remarked(remark string) string {
	if remark == "" {
		return ""
	}
	return " (" + remark + ")"
}

// title gives the comment above a section.
func (c commentForm) title(s *dataset.Scope, p *dataset.Peer) string {
	return c.apart(fit.Comment(s.Name) + ", from " + p.ID)
}

// apart leaves one of several hyphens that stand together.
func (c commentForm) apart(text string) string {
	for c.hyphens && strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "-")
	}
	return text
}
