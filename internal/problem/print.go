package problem

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// widths measures characters. Those of ambiguous width count as narrow,
// whatever the locale: the same problems print the same everywhere.
var widths = &runewidth.Condition{}

// excerptWidth is how many characters of a long source line are shown.
const excerptWidth = 100

// Print writes each finding with its source line, a caret under the place, and
// the hint:
//
//	data/mke.toml:42:8: error: port 70000 is outside 1–65535 [port-range]
//	    port = 70000
//	           ^^^^^
//	    hint: …
//
// With colour it marks the severity and the place.
func Print(w io.Writer, list List, colour bool) error {
	var b strings.Builder
	for i := range list {
		list[i].print(&b, paint{colour})
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Problem) print(b *strings.Builder, c paint) {
	if place := p.Place(); place != "" {
		b.WriteString(c.bold(visible(place)) + ": ")
	}
	severity := c.red
	if p.Severity == Warning {
		severity = c.yellow
	}
	fmt.Fprintf(b, "%s %s [%s]\n", severity(p.Severity.String()+":"), visible(p.Text), p.Code)
	if p.Excerpt != "" && p.Column > 0 {
		line, before, width := p.window()
		fmt.Fprintf(b, "    %s\n", visible(line))
		fmt.Fprintf(b, "    %s%s\n", blank(visible(before)), severity(strings.Repeat("^", width)))
	}
	if p.Hint != "" {
		fmt.Fprintf(b, "    hint: %s\n", visible(p.Hint))
	}
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

// window cuts a long line to the part around the column. It returns the line,
// what stands before the caret, and how many columns the carets take.
func (p *Problem) window() (line, before string, carets int) {
	text := []rune(p.Excerpt)
	at := min(p.Column-1, len(text))
	end := min(at+max(p.Width, 1), len(text))
	first, last := 0, len(text)
	if len(text) > excerptWidth {
		first = max(0, min(at-excerptWidth/3, len(text)-excerptWidth))
		last = min(len(text), first+excerptWidth)
		end = min(end, last)
	}
	lead, tail := "", ""
	if first > 0 {
		lead = "…"
	}
	if last < len(text) {
		tail = "…"
	}
	before = lead + string(text[first:at])
	carets = max(1, widths.StringWidth(visible(string(text[at:end]))))
	return lead + string(text[first:last]) + tail, before, carets
}

// visible replaces what a terminal would act on rather than show.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == ' ':
			return r
		case r < ' ':
			return '\u2400' + r // the picture of the control character
		case r == 0x7f:
			return '\u2421'
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// blank is white space as wide as s; tabs stay, since their width is the
// terminal's affair.
func blank(s string) string {
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

// paint colours words for a terminal, or leaves them.
type paint struct{ on bool }

func (c paint) bold(s string) string   { return c.code("1", s) }
func (c paint) red(s string) string    { return c.code("1;31", s) }
func (c paint) yellow(s string) string { return c.code("1;33", s) }

func (c paint) code(code, s string) string {
	if !c.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
