// Package problem holds what portpress finds wrong: where it stands, what it
// is, and what to do next. Package report prints it.
package problem

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says whether a finding stops a build.
type Severity uint8

// The severities, the mildest first.
const (
	Warning Severity = iota + 1 // stops a build only under --strict
	Error                       // always stops a build
)

// String returns the word that messages and JSON use.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText makes JSON carry the word rather than the number.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Problem is one finding. Text and Hint are lower case without a full stop;
// Text says what is wrong, Hint what to do about it.
type Problem struct {
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	File     string   `json:"file,omitempty"`   // as the user named it
	Line     int      `json:"line,omitempty"`   // from 1; 0 when the finding has no line
	Column   int      `json:"column,omitempty"` // from 1, in characters; 0 when it has no column
	Row      string   `json:"row,omitempty"`    // the row of the table, where a program needs its id
	Text     string   `json:"text"`
	Hint     string   `json:"hint,omitempty"`
	Excerpt  string   `json:"excerpt,omitempty"` // the source line, without its line break
	Width    int      `json:"-"`                 // characters to underline, from Column; 0 means one
	From     string   `json:"from,omitempty"`    // the place of another finding, which tells why this one is there
}

// Place is file:line:column, as far as they are known.
func (p *Problem) Place() string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// List is any number of findings.
type List []Problem

// Count returns how many findings have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity == s {
			n++
		}
	}
	return n
}

// Failed reports whether the findings stop a build: any error, or under
// strict any finding at all.
func (l List) Failed(strict bool) bool {
	return l.Count(Error) > 0 || strict && len(l) > 0
}

// Sort orders findings by file, line, column, then code and text, so that the
// same input always prints the same list.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Text, b.Text),
		)
	})
}
