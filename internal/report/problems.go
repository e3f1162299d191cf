package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
	"portpress/internal/screen"
)

// excerptWidth is how many characters of a long source line are shown.
const excerptWidth = 100

// Problems writes each finding with its source line, a caret under the place, and
// the hint:
//
//	data/mke.toml:42:8: error: port 70000 is outside 1–65535 [port-range]
//	    port = 70000
//	           ^^^^^
//	    hint: …
//
// What several findings in a row that show no line have as their hint is told
// once, behind the last. With colour it marks the severity and the place.
func Problems(w io.Writer, list problem.List, colour bool) error {
	var b strings.Builder
	writeProblems(&b, list, colour)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeProblems(b *strings.Builder, list problem.List, colour bool) {
	for i := range list {
		p := list[i]
		if i+1 < len(list) && p.Excerpt == "" && list[i+1].Excerpt == "" && p.Hint == list[i+1].Hint {
			p.Hint = ""
		}
		printProblem(b, &p, screen.Paint{On: colour})
	}
}

func printProblem(b *strings.Builder, p *problem.Problem, paint screen.Paint) {
	if place := p.Place(); place != "" {
		b.WriteString(paint.Bold(screen.Text(place)) + ": ")
	}
	severity := paint.Error
	if p.Severity == problem.Warning {
		severity = paint.Warn
	}
	fmt.Fprintf(b, "%s %s [%s]\n", severity(p.Severity.String()+":"), screen.Text(p.Text), p.Code)
	if p.Excerpt != "" && p.Column > 0 {
		line, before, carets := window(p)
		fmt.Fprintf(b, "    %s\n", screen.Line(line))
		fmt.Fprintf(b, "    %s%s\n", screen.Blank(screen.Line(before)), severity(strings.Repeat("^", carets)))
	}
	if p.Hint != "" {
		fmt.Fprintf(b, "    hint: %s\n", screen.Text(p.Hint))
	}
}

// window cuts a long line to the part around the column. It returns the line,
// what stands before the carets, and how many columns they take. A line may be
// as long as the file and have a problem at every word, so only the part that
// is shown is looked at closely.
func window(p *problem.Problem) (line, before string, carets int) {
	const lead = excerptWidth / 3
	at := skip(p.Excerpt, 0, p.Column-1)
	first := back(p.Excerpt, at, lead)
	last := skip(p.Excerpt, first, excerptWidth)
	if last == len(p.Excerpt) {
		first = back(p.Excerpt, last, excerptWidth)
	}
	end := min(skip(p.Excerpt, at, max(p.Width, 1)), last)
	carets = max(1, screen.Width(screen.Line(p.Excerpt[at:end])))
	line, before = p.Excerpt[first:last], p.Excerpt[first:at]
	if first > 0 {
		line, before = "…"+line, "…"+before
	}
	if last < len(p.Excerpt) {
		line += "…"
	}
	return line, before, carets
}

// skip is the offset n characters behind another one, or the end.
func skip(s string, offset, n int) int {
	for ; n > 0 && offset < len(s); n-- {
		size := 1
		if s[offset] >= utf8.RuneSelf {
			_, size = utf8.DecodeRuneInString(s[offset:])
		}
		offset += size
	}
	return offset
}

// back is the offset n characters before another one, or 0.
func back(s string, offset, n int) int {
	for ; n > 0 && offset > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:offset])
		offset -= size
	}
	return offset
}
