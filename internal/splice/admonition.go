package splice

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
)

// MkDocs and other readers of Python-Markdown have blocks whose content is
// indented by four columns: admonitions, details, and tabs. CommonMark takes
// the content for code.

// admonition begins such a block.
var admonition = regexp.MustCompile(`^(!!!|\?\?\?\+?|===[+!]?) +["\w]`)

// admonitionIndent is how far the content stands in.
const admonitionIndent = 4

// outdented is a document in which the contents of such blocks stand as far out
// as the blocks do, and where its lines were.
type outdented struct {
	text []byte
	at   []int // where each line starts in the text
	was  []int // where it started in the document
	cut  []int // how many bytes were taken out of it
	kept []int // how many bytes stand before those
}

// outdent takes the indentation away. It reports whether there was any.
func outdent(doc []byte) (*outdented, bool) {
	if !bytes.Contains(doc, []byte("!!! ")) && !bytes.Contains(doc, []byte("??")) && !bytes.Contains(doc, []byte("===")) {
		return nil, false
	}
	out := &outdented{}
	base, depth, found := 0, 0, false // where the outermost block stands, and how many are open
	fence := ""
	start := 0
	for line := range bytes.Lines(doc) {
		text := strings.TrimRight(string(line), " \t\r\n")
		body := strings.TrimLeft(text, " \t")
		if body != "" && fence == "" {
			for depth > 0 && inner(text, base, depth) < 0 {
				depth--
			}
		}
		cut := 0
		if depth > 0 {
			cut = max(0, inner(text, base, depth))
		}
		out.at, out.was, out.cut, out.kept = append(out.at, len(out.text)), append(out.was, start), append(out.cut, cut), append(out.kept, base)
		if cut > 0 {
			found = true
			out.text = append(append(out.text, line[:base]...), line[base+cut:]...)
		} else {
			out.text = append(out.text, line...)
		}
		start += len(line)
		switch mark := fenceMark(body); {
		case fence != "":
			if strings.HasPrefix(mark, fence) && mark == body {
				fence = ""
			}
		case mark != "":
			fence = mark
		case admonition.MatchString(body):
			if depth == 0 {
				base = len(text) - len(body)
			}
			depth++
		}
	}
	return out, found
}

// inner is how many bytes of a line's indentation belong to so many open blocks;
// less than 0 where it is indented less.
func inner(text string, base, depth int) int {
	n := base
	if len(text) < base || strings.Trim(text[:base], " \t") != "" {
		return -1
	}
	for range depth {
		switch {
		case strings.HasPrefix(text[n:], "\t"):
			n++
		case strings.HasPrefix(text[n:], strings.Repeat(" ", admonitionIndent)):
			n += admonitionIndent
		default:
			return -1
		}
	}
	return n - base
}

// fenceMark is what begins fenced code: three or more of a kind.
func fenceMark(body string) string {
	if !strings.HasPrefix(body, "```") && !strings.HasPrefix(body, "~~~") {
		return ""
	}
	return body[:len(body)-len(strings.TrimLeft(body, body[:1]))]
}

// before gives the place in the document of one in the text.
func (o *outdented) before(place int) int {
	line := sort.SearchInts(o.at, place+1) - 1
	if line < 0 {
		return place
	}
	place -= o.at[line]
	if place > o.kept[line] {
		place += o.cut[line]
	}
	return o.was[line] + place
}
