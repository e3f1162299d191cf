package source

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxDepth is how many names a dotted key may have, and how deep lists and
// inline tables may nest; a dataset needs three. Whoever walks what was read
// calls itself for each level.
const maxDepth = 8

// reader steps through the headers and the key = value lines of a text.
type reader struct {
	text   []byte
	parser unstable.Parser
	base   int  // where in the text the parser began
	end    int  // of the last expression
	deep   Span // what locate first met that was nested too deep
}

// invalid begins the text of what the rules of TOML forbid.
const invalid = "not valid TOML: "

// fault is what is wrong with a text, and where.
type fault struct {
	at   Span
	text string
	hint string

	again []name // what is defined twice, instead of a text
}

// each calls yield for every expression of the text from start on, until it
// returns false. It returns what stopped the parser, nil at the end of the
// text.
func (r *reader) each(start int, yield func(n *unstable.Node) bool) *fault {
	r.base, r.end = start, start
	r.parser.Reset(r.text[start:])
	for r.parser.NextExpression() {
		n := r.parser.Expression()
		goOn := yield(n)
		if n.Kind == unstable.KeyValue {
			r.end = r.span(n.Raw).End
		} else {
			r.end = r.header(n).End
		}
		if !goOn {
			return nil
		}
	}
	err := r.parser.Error()
	if err == nil {
		return nil
	}
	parse, ok := errors.AsType[*unstable.ParserError](err)
	if !ok {
		return &fault{at: Span{r.end, r.end}, text: invalid + err.Error()}
	}
	return r.explain(parse)
}

func (r *reader) span(at unstable.Range) Span {
	start := r.base + int(at.Offset)
	return Span{start, start + int(at.Length)}
}

// header is where the brackets of a [header] stand. The parser notes the
// place of its names alone.
func (r *reader) header(n *unstable.Node) Span {
	at := Span{Start: -1}
	for name := n.Child(); name != nil; name = name.Next() {
		if name.Kind == unstable.Key {
			span := r.span(name.Raw)
			if at.Start < 0 {
				at.Start = span.Start
			}
			at.End = span.End
		}
	}
	brackets := 1
	if n.Kind == unstable.ArrayTable {
		brackets = 2
	}
	at.Start = bytes.LastIndexByte(r.text[:at.Start], '[') + 1 - brackets
	at.End += bytes.IndexByte(r.text[at.End:], ']') + brackets
	return at
}

// filler skips blanks, line breaks, commas and comments: what stands between
// the elements of a list.
func (r *reader) filler(at int) int {
	for at < len(r.text) {
		switch r.text[at] {
		case ' ', '\t', '\r', '\n', ',':
			at++
		case '#':
			at = r.lineEnd(at)
		default:
			return at
		}
	}
	return at
}

// lineEnd is where the line at an offset ends.
func (r *reader) lineEnd(at int) int {
	if i := bytes.IndexByte(r.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(r.text)
}

// next is where the expression begins that follows the last one.
func (r *reader) next() int { return r.filler(r.end) }

// names are those of a dotted key, with their places.
func (r *reader) names(n *unstable.Node) (names []name, deep *fault) {
	for it := n.Key(); it.Next(); {
		part := it.Node()
		if part.Kind != unstable.Key {
			break // a comment
		}
		at := r.span(part.Raw)
		if len(names) == maxDepth {
			return nil, tooDeep(at)
		}
		names = append(names, name{string(part.Data), at})
	}
	return names, nil
}

// name is one part of a dotted key.
type name struct {
	text string
	span Span
}

func tooDeep(at Span) *fault {
	return &fault{at: at, text: fmt.Sprintf("nested more than %d deep", maxDepth), hint: "no key of a dataset needs that"}
}

// character is how the parser writes one that it didn't expect.
var character = regexp.MustCompile(`U\+[0-9A-F]{4,6}( '.')?`)

// explain says in our words, and at our places, what the parser refused.
func (r *reader) explain(err *unstable.ParserError) *fault {
	start := cap(r.text) - cap(err.Highlight)
	at := Span{start, min(start+len(err.Highlight), r.lineEnd(start))}
	f := &fault{at: at, text: strings.Replace(err.Message, "new line", "line break", 1)}
	if !utf8.RuneStart(r.text[min(at.End, len(r.text)-1)]) { // half a character
		_, size := utf8.DecodeRune(r.text[start:])
		at.End = start + size
	}
	found := string(r.text[start:at.End])
	switch {
	case strings.Contains(err.Message, "nested more than"):
		return tooDeep(at)
	case strings.Contains(err.Message, "terminated"), strings.Contains(err.Message, "incomplete") && !strings.Contains(err.Message, "seconds"):
		// Noticed at the end of the file: where it begins says more.
		begin := r.valueStart()
		f.at = Span{begin, begin + 1}
		if strings.HasPrefix(string(r.text[begin:]), `"""`) || strings.HasPrefix(string(r.text[begin:]), `'''`) {
			f.at.End = begin + 3
		}
	case start < len(r.text) && isControl(r.text[start]) && !strings.Contains(err.Message, "\n"):
		f.text, f.hint = fmt.Sprintf("TOML allows no control character here, such as 0x%02x", r.text[start]), "remove it"
		if r.text[start] == 0 {
			f.hint = "it looks like UTF-16: save it as UTF-8"
		}
	case strings.Contains(err.Message, "start of value"), strings.Contains(err.Message, "expected keyword"):
		f.hint = "text stands in quotes, a list in [ ]"
		word := bare.FindString(string(r.text[start:r.lineEnd(start)]))
		f.at.End = start + len(word)
		if word == "" {
			f.text = "expected a value, but the line ends"
			f.at.End = start
		} else {
			f.text = fmt.Sprintf("expected a value, but got %q", word)
		}
	case strings.Contains(err.Message, "expected ','"):
		f.hint = "a comma stands between two"
	case found == "" && character.MatchString(err.Message): // a line break
		f.text = character.ReplaceAllString(err.Message, "the line's end")
	default:
		f.text = character.ReplaceAllStringFunc(f.text, func(string) string { return fmt.Sprintf("%q", found) })
	}
	f.text = invalid + f.text
	return f
}

// bare is what somebody meant as a word, or the character that isn't one.
var bare = regexp.MustCompile(`^([^\s,\[\]{}#"'=]+|\S)`)

func isControl(c byte) bool { return c < ' ' && c != '\t' && c != '\n' || c == 0x7f }

// valueStart is where the value of the expression begins that the parser
// could not read: behind the first = that ends a key.
func (r *reader) valueStart() int {
	start := r.next()
	line := r.text[start:r.lineEnd(start)]
	for i, c := range line {
		if c != '=' {
			continue
		}
		var p unstable.Parser
		p.Reset(append(bytes.Clone(line[:i]), "=0"...))
		if p.NextExpression() {
			return start + i + 1 + len(line[i+1:]) - len(bytes.TrimLeft(line[i+1:], " \t"))
		}
	}
	return start
}
