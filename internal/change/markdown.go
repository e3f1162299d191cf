package change

import (
	"io"
	"strings"

	"portpress/internal/fit"
)

// Markdown writes a change as a section for release notes, with a table for
// each of its parts.
func (c *Change) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("## Network ports")
	if c.Of != "" {
		b.WriteString(": " + fit.Cell(c.Of))
	}
	b.WriteString("\n")
	more, less, others := c.parts()
	n := names(c.protocols)
	table(&b, "Opens more", more, func(e *Entry) []string {
		return append(n.sentences(e, e.More, true), plain(e)...)
	})
	table(&b, "Opens less", less, func(e *Entry) []string {
		if len(e.More) > 0 { // told already
			return n.sentences(e, e.Less, false)
		}
		return append(n.sentences(e, e.Less, false), plain(e)...)
	})
	table(&b, "Other changes", others, plain)
	if !c.Any() {
		b.WriteString("\nNo changes.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// table writes the entries of a part under a heading, if there are any. A cell
// with several lines has line breaks of HTML, since a table has no other.
func table(b *strings.Builder, heading string, entries []*Entry, lines func(*Entry) []string) {
	if len(entries) == 0 {
		return
	}
	b.WriteString("\n### " + heading + "\n\n| entry | what changed |\n| --- | --- |\n")
	for _, e := range entries {
		b.WriteString("| " + fit.Cell(e.title()) + " | " + strings.Join(lines(e), "<br/>") + " |\n")
	}
}

// sentences are what opens more or less, in bold.
func (n names) sentences(e *Entry, list []Opening, more bool) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = "**" + fit.Cell(n.sentence(e.Section, &list[i], more)) + "**"
	}
	return out
}

// plain is what there is to say beside openings.
func plain(e *Entry) []string {
	var out []string
	if what := e.what(); what != "" {
		out = append(out, fit.Cell(what))
	}
	for i := range e.Fields {
		out = append(out, fit.Cell(e.Fields[i].text()))
	}
	if len(out) == 0 && e.State == Renamed {
		out = append(out, "the id") // rather than an empty cell
	}
	return out
}
