package report

import (
	"strings"

	"portpress/internal/screen"
)

// gap is the space between two columns, and narrowest the least width that
// the last one is wrapped to before the table may grow past the terminal.
const (
	gap       = 2
	narrowest = 20
)

// Table writes rows of equal length, the first being the heading, as aligned
// columns: one row a line, whatever its cells hold. The last column is wrapped
// where the table would be wider than the terminal.
func (o *Output) Table(rows [][]string) error {
	return o.Write(columns(rows, o.Width, screen.Paint{On: o.ColourOut}.Bold))
}

// columns is Table for a width; with a width of 0 nothing is wrapped.
func columns(rows [][]string, width int, heading func(string) string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i] = screen.Text(row[i])
			widths[i] = max(widths[i], screen.Width(row[i]))
		}
	}
	last := len(widths) - 1
	indent := 0
	for _, w := range widths[:last] {
		indent += w + gap
	}
	room := widths[last]
	if width > 0 {
		room = min(room, max(narrowest, width-indent))
	}
	var b strings.Builder
	for n, row := range rows {
		var line strings.Builder
		for i, cell := range row[:last] {
			line.WriteString(cell + strings.Repeat(" ", widths[i]+gap-screen.Width(cell)))
		}
		for i, part := range wrap(row[last], room) {
			if i > 0 {
				line.WriteString("\n" + strings.Repeat(" ", indent))
			}
			line.WriteString(part)
		}
		text := line.String()
		if n == 0 {
			text = heading(text)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// wrap breaks text at spaces into lines of at most width columns. A longer
// word keeps a line to itself.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case screen.Width(line)+1+screen.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
