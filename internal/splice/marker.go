package splice

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

const (
	sign      = "portpress:" // what a marker begins with, behind the comment's opening
	signBegin = sign + "begin"
	signEnd   = sign + "end"
)

// Ask is what a begin marker asks for: a name, and keys with values.
type Ask struct {
	Name   string
	NameAt source.Span
	Args   []Arg
}

// Arg is a key=value of a marker.
type Arg struct {
	Key, Value     string
	KeyAt, ValueAt source.Span
}

// mark is a marker as it stands in a document.
type mark struct {
	Ask
	begins    bool
	at        source.Span // the comment
	comment   comment
	prefix    string // what lines below it begin with, to be at the same place
	newline   string
	lineStart int
	next      int // where the next line starts
}

// marks finds the markers of a document, but for those that are shown as code.
func (d *Document) marks() ([]mark, problem.List) {
	var found problem.List
	var out []mark
	literal := []source.Span(nil)
	looked := false
	for from := 0; ; {
		i := bytes.Index(d.text[from:], []byte(sign))
		if i < 0 {
			return out, found
		}
		i += from
		start := 1 + bytes.LastIndexByte(d.text[:i], '\n')
		next := len(d.text)
		if n := bytes.IndexByte(d.text[i:], '\n'); n >= 0 {
			next = i + n + 1
		}
		from = next
		m, p := d.mark(start, next)
		if m == nil && p == nil {
			continue
		}
		if !looked && d.format.literal != nil {
			literal = d.format.literal(d.text)
		}
		looked = true
		if within(literal, i) {
			continue
		}
		if p != nil {
			found = append(found, *p)
		}
		if m != nil {
			out = append(out, *m)
		}
	}
}

// within reports whether one of the spans, which are sorted, holds a place.
func within(spans []source.Span, at int) bool {
	low, high := 0, len(spans)
	for low < high {
		if mid := (low + high) / 2; spans[mid].End <= at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(spans) && spans[low].Start <= at
}

// mark reads a line as a marker. It returns neither for a line that is none,
// and both for one that is meant as a marker: its partner isn't at fault.
func (d *Document) mark(start, next int) (*mark, *problem.Problem) {
	line := string(d.text[start:next])
	text := strings.TrimRight(line, "\r\n")
	m := &mark{lineStart: start, next: next, newline: line[len(text):]}
	if m.newline == "" {
		m.newline = d.newline()
	}
	if start == 0 {
		cut := strings.TrimPrefix(text, bom)
		start += len(text) - len(cut)
		text = cut
	}
	text = strings.TrimRight(text, " \t")
	lead := d.format.lead(text)
	m.prefix = indent(text[:lead])
	text, start = text[lead:], start+lead

	for _, c := range d.format.comments {
		inner, opens := strings.CutPrefix(text, c.open)
		if !opens {
			continue
		}
		words := strings.TrimLeft(inner, " \t")
		if !strings.HasPrefix(words, sign) || c == dots && words == inner {
			continue
		}
		at := start + len(text) - len(words)
		m.comment, m.at = c, source.Span{Start: start, End: start + len(text)}
		if c.close != "" {
			closed := strings.Index(words, c.close)
			if closed < 0 || closed+len(c.close) < len(words) {
				p := d.at(m.at, problem.BadMarker, "a marker stands alone on its line")
				p.Hint = "close the comment with " + c.close + ", and let no text follow"
				m.begins = strings.HasPrefix(words, signBegin)
				return m, &p
			}
			words = words[:closed]
		}
		return d.words(m, words, at)
	}
	return nil, nil
}

// words reads what a marker says. It returns neither for a comment that only
// begins like one, such as "portpress: see docs".
func (d *Document) words(m *mark, words string, at int) (*mark, *problem.Problem) {
	word, _, _ := strings.Cut(strings.TrimRight(words, " \t"), " ")
	word, _, _ = strings.Cut(word, "\t")
	switch word {
	case sign:
		return nil, nil
	case signBegin:
		m.begins = true
	case signEnd:
	default:
		p := d.at(source.Span{Start: at, End: at + len(word)}, problem.BadMarker, "no marker is called "+word)
		near := problem.DidYouMean(word, []string{signBegin, signEnd})
		p.Hint = cmp.Or(near, "write "+signBegin+" or "+signEnd)
		if near == "" {
			return nil, &p
		}
		m.begins = strings.Contains(near, signBegin)
		return m, &p
	}
	p := d.ask(m, words[len(word):], at+len(word))
	switch {
	case p != nil:
	case m.begins && m.Name == "":
		bad := d.at(m.at, problem.BadMarker, "the marker doesn't say what stands in the block")
		bad.Hint = "name an export, such as " + signBegin + " mke-ports.md, or ask for a table: " + signBegin + " table columns=port,purpose"
		p = &bad
	case !m.begins && len(m.Args) > 0:
		bad := d.at(m.Args[0].KeyAt, problem.BadMarker, "the end of a block asks for nothing")
		bad.Hint = "move the keys to the marker that begins it"
		p = &bad
	}
	return m, p
}

// ask reads the words behind begin or end: a name, and key=value.
func (d *Document) ask(m *mark, words string, at int) *problem.Problem {
	bad := func(from, to int, text, hint string) *problem.Problem {
		p := d.at(source.Span{Start: at + from, End: at + to}, problem.BadMarker, text)
		p.Hint = hint
		return &p
	}
	for i := 0; ; {
		for i < len(words) && (words[i] == ' ' || words[i] == '\t') {
			i++
		}
		if i == len(words) {
			return nil
		}
		from, quoted := i, false
		equals, quote := -1, -1
		for ; i < len(words) && (quoted || words[i] != ' ' && words[i] != '\t'); i++ {
			switch {
			case words[i] == '"':
				quoted = !quoted
				if quoted {
					quote = i
				}
			case words[i] == '=' && equals < 0 && !quoted:
				equals = i
			}
		}
		switch {
		case quoted:
			return bad(quote, len(words), `the quotes aren't closed`, `end the value with "`)
		case equals < 0 && m.Name != "":
			return bad(from, i, fmt.Sprintf("%s is one word too many", strings.TrimSpace(words[from:i])), "behind the name stands key=value, a value with spaces in quotes")
		case equals < 0:
			m.Name = strings.ReplaceAll(words[from:i], `"`, "")
			m.NameAt = source.Span{Start: at + from, End: at + i}
			continue
		case equals == from:
			return bad(from, i, "a value without a key", "write key=value, without spaces around =")
		case equals == i-1:
			return bad(from, i, "a key without a value", "write key=value, without spaces around =")
		}
		a := Arg{
			Key: words[from:equals], Value: strings.ReplaceAll(words[equals+1:i], `"`, ""),
			KeyAt: source.Span{Start: at + from, End: at + equals}, ValueAt: source.Span{Start: at + equals + 1, End: at + i},
		}
		for _, other := range m.Args {
			if other.Key == a.Key {
				return bad(from, equals, a.Key+" stands twice", "leave one of the two out")
			}
		}
		m.Args = append(m.Args, a)
	}
}

// newline is how lines end in this document; it is asked where the marker's
// own line doesn't tell, at the end of the text.
func (d *Document) newline() string {
	if i := bytes.IndexByte(d.text, '\n'); i > 0 && d.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// lead counts what may stand before a marker: white space, and where the
// format nests blocks, the marks of quotes and one of a list item.
func (f format) lead(text string) int {
	i := 0
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || f.nests && text[i] == '>') {
		i++
	}
	if !f.nests {
		return i
	}
	item := i
	switch {
	case item < len(text) && strings.IndexByte("-*+", text[item]) >= 0:
		item++
	default:
		for item < len(text) && '0' <= text[item] && text[item] <= '9' {
			item++
		}
		if item == i || item == len(text) || text[item] != '.' && text[item] != ')' {
			return i
		}
		item++
	}
	end := item
	for end < len(text) && (text[end] == ' ' || text[end] == '\t') {
		end++
	}
	if end == item {
		return i
	}
	return end
}

// indent makes of a marker's lead that of the lines below it: a list item is
// indented as far as its mark reaches.
func indent(lead string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '>' {
			return r
		}
		return ' '
	}, lead)
}
