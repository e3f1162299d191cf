// Package splice keeps blocks inside documents that people write by hand:
// what stands between two markers is replaced, and every other byte stays.
//
// A marker is a comment that stands alone on its line, in the syntax of the
// document's format:
//
//	<!-- portpress:begin mke-ports.md -->
//	…
//	<!-- portpress:end -->
//
// Read finds the blocks and what each asks for; Document.Splice puts contents
// into them. What the asked-for content is, is not this package's affair.
package splice

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// Document is the text of a file with blocks in it.
type Document struct {
	Name   string // as the user named it
	Blocks []*Block

	text   []byte // with its byte order mark, if it has one
	format format
}

// Block is a place in a document between two markers.
type Block struct {
	Ask

	inside     source.Span // from behind the begin marker's line break to the end marker's line
	begin, end source.Span // the markers, without white space around them
	prefix     string      // what stands before the content's lines
	newline    string      // how the begin marker's line ends
	comment    comment     // what the begin marker is
}

const bom = "\ufeff"

// Read finds the blocks of a document. A document with problems has none.
func Read(name string, text []byte) (*Document, problem.List) {
	d := &Document{Name: name, text: text, format: formatOf(name)}
	if !bytes.Contains(text, []byte(sign)) {
		return d, nil
	}
	if !utf8.Valid(text) {
		return d, problem.List{{
			Severity: problem.Error, Code: problem.NotUTF8, File: name,
			Text: "has markers, and is not UTF-8 text", Hint: "save the document as UTF-8",
		}}
	}
	marks, found := d.marks()
	blocks, unpaired := d.pair(marks)
	found = append(found, unpaired...)
	found.Sort()
	if len(found) == 0 {
		d.Blocks = blocks
	}
	return d, found
}

// pair makes blocks of markers.
func (d *Document) pair(marks []mark) ([]*Block, problem.List) {
	var found problem.List
	var blocks []*Block
	var open *mark
	nested := 0 // begins that were reported, and whose ends go without saying
	for i := range marks {
		m := &marks[i]
		switch {
		case m.begins && open != nil:
			p := d.at(m.at, problem.NestedMarker, fmt.Sprintf("begins inside the block of line %d", d.line(open.at)))
			p.Hint = "end that block first, with " + d.format.write(m.comment, signEnd)
			found = append(found, p)
			nested++
		case m.begins:
			open = m
		case nested > 0:
			nested--
		case open == nil:
			p := d.at(m.at, problem.UnpairedMarker, "ends a block that never began")
			p.Hint = "remove the marker, or begin the block with " + d.format.write(m.comment, signBegin+" NAME")
			found = append(found, p)
		default:
			if m.Name != "" && m.Name != open.Name {
				p := d.at(m.NameAt, problem.UnpairedMarker, fmt.Sprintf("ends %s, but the block of line %d is %s", m.Name, d.line(open.at), open.Name))
				p.Hint = "an end needs no name: write " + d.format.write(m.comment, signEnd)
				found = append(found, p)
			}
			blocks = append(blocks, &Block{
				Ask: open.Ask, begin: open.at, end: m.at, prefix: open.prefix, newline: open.newline, comment: open.comment,
				inside: source.Span{Start: open.next, End: m.lineStart},
			})
			open = nil
		}
	}
	if open != nil {
		p := d.at(open.at, problem.UnpairedMarker, "begins a block that never ends")
		p.Hint = "write below it " + d.format.write(open.comment, signEnd)
		found = append(found, p)
	}
	return blocks, found
}

// Splice returns the document with a content in each block, in the order of
// the blocks. A nil content leaves its block as it stands. The same contents
// again change nothing.
//
// A content that the document's own format would take for something else, one
// that holds a marker or leaves a code fence open, is a problem.
func (d *Document) Splice(contents [][]byte) ([]byte, problem.List) {
	out := d.spliced(contents)
	if bytes.Equal(out, d.text) {
		return d.text, nil
	}
	if why := d.misread(out); why != "" {
		// The first that does so alone is to blame, or else the last.
		blame := -1
		for i := range contents {
			alone := make([][]byte, len(contents))
			if alone[i] = contents[i]; contents[i] == nil {
				continue
			}
			if blame = i; d.misread(d.spliced(alone)) != "" {
				break
			}
		}
		p := d.Blocks[blame].Problem(d, problem.BadMarker, "what it asks for can't stand in this document: "+why)
		p.Hint = "press it without what reads as a marker or leaves code open, or keep it in a file of its own"
		return nil, problem.List{p}
	}
	return out, nil
}

// spliced is the text with the contents in it.
func (d *Document) spliced(contents [][]byte) []byte {
	var out bytes.Buffer
	out.Grow(len(d.text) + len(d.text)/4)
	from := 0
	for i, b := range d.Blocks {
		if contents[i] == nil {
			continue
		}
		out.Write(d.text[from:b.inside.Start])
		d.write(&out, b, contents[i])
		from = b.inside.End
	}
	out.Write(d.text[from:])
	return out.Bytes()
}

// misread says why a spliced text doesn't have the same blocks as before; ""
// if it has.
func (d *Document) misread(text []byte) string {
	again, found := Read(d.Name, text)
	switch {
	case len(found) > 0: // its line is one of the spliced text, which nobody sees
		return found[0].Text
	case len(again.Blocks) != len(d.Blocks):
		return "it holds a marker"
	}
	return ""
}

// write writes a block's content with the document's line breaks and the
// marker's indentation.
func (d *Document) write(out *bytes.Buffer, b *Block, content []byte) {
	content = bytes.TrimPrefix(content, []byte(bom))
	content = bytes.TrimRight(content, "\r\n")
	for len(content) > 0 && (content[0] == '\n' || content[0] == '\r') {
		content = content[1:]
	}
	blank := strings.TrimRight(b.prefix, " \t") + b.newline
	padded := d.format.padded && len(content) > 0
	if padded {
		out.WriteString(blank)
	}
	for line := range bytes.Lines(content) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			out.WriteString(blank)
			continue
		}
		out.WriteString(b.prefix)
		out.Write(line)
		out.WriteString(b.newline)
	}
	if padded {
		out.WriteString(blank)
	}
}

// Commented writes a text as comments like the block's marker, so that it can
// stand among code. Where the marker is one of a document, the text stays. It
// reports whether no line ends the comment.
func (b *Block) Commented(text []byte) ([]byte, bool) {
	c := b.comment
	if c == sgml || c == mdx || c == dots {
		return text, true
	}
	if c.close != "" && bytes.Contains(text, []byte(c.close)) {
		return text, false
	}
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		words := []string{c.open, strings.TrimRight(string(line), "\r\n"), c.close}
		out.WriteString(strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ") + "\n")
	}
	return out.Bytes(), true
}

// text is the begin marker as it is written.
func (b *Block) text(d *Document) string { return string(d.text[b.begin.Start:b.begin.End]) }

// Problem is an error at the block's begin marker.
func (b *Block) Problem(d *Document, code problem.Code, text string) problem.Problem {
	return d.at(b.begin, code, text)
}

// ProblemAt is an error at one of the words of the block's begin marker.
func (b *Block) ProblemAt(d *Document, at source.Span, code problem.Code, text string) problem.Problem {
	return d.at(at, code, text)
}

// Table says which format a table has that is written for this document:
// markdown, rst, adoc, html; empty where none is known.
func (d *Document) Table() string { return d.format.table }

// at is an error at a place of the text.
func (d *Document) at(at source.Span, code problem.Code, text string) problem.Problem {
	// Columns are counted without the byte order mark, as editors do.
	shift := 0
	if bytes.HasPrefix(d.text, []byte(bom)) {
		shift = len(bom)
	}
	file := source.File{Name: d.Name, Text: string(d.text[shift:])}
	p := file.At(source.Span{Start: at.Start - shift, End: at.End - shift})
	p.Severity, p.Code, p.Text = problem.Error, code, text
	p.Excerpt = strings.TrimRight(p.Excerpt, "\r")
	return p
}

func (d *Document) line(at source.Span) int {
	return 1 + bytes.Count(d.text[:at.Start], []byte("\n"))
}
