package verify

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"portpress/internal/problem"
)

// yamlDirectives reports %YAML and %TAG lines. They stand before the first
// document, or after a line "..." that ends one.
func yamlDirectives(r *report) (found bool) {
	content, before := r.file.Content, true
	for start := 0; start < len(content); {
		end := len(content)
		if n := bytes.IndexByte(content[start:], '\n'); n >= 0 {
			end = start + n
		}
		line := bytes.TrimPrefix(content[start:end], []byte(byteOrderMark))
		trimmed := bytes.TrimSpace(line)
		switch {
		case before && bytes.HasPrefix(line, []byte{'%'}):
			found = true
			r.add(finding{
				offset: start,
				width:  len([]rune(string(trimmed))),
				code:   problem.YAMLAmbiguous,
				text:   "a directive: readers of another version refuse the file or ignore the line",
				hint:   "leave it out, and write what every version understands",
			})
		case len(trimmed) == 0 || trimmed[0] == '#':
		default:
			before = bytes.HasPrefix(line, []byte("...")) && len(trimmed) == len("...")
		}
		start = end + 1
	}
	return found
}

// tag checks the explicit tag of a node. Of YAML's own tags, those of the
// 1.2 core schema are known to everyone; local ones such as !vault belong to
// the consumer, who asks for them.
func (w *yamlWalk) tag(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle == 0 && n.Tag != "!" {
		return
	}
	text := ""
	switch n.Tag {
	case "!!str", "!!map", "!!seq":
		return
	case "!!int", "!!float", "!!bool", "!!null":
		want, got := strings.TrimPrefix(n.Tag, "!!"), readAs12(n.Value)
		if got != readAs11(n.Value) || got.kind != want {
			text = fmt.Sprintf("not every reader takes %s for a %s", shown(n.Value), n.Tag)
		}
	case "!":
		text = "a tag ! alone: a YAML 1.2 reader takes the value for text, PyYAML for what it looks like"
	default:
		if strings.HasPrefix(n.Tag, "!!") {
			text = fmt.Sprintf("the tag %s is not known to every YAML reader", n.Tag)
		}
	}
	if text != "" {
		w.report.add(finding{
			offset: w.report.offsetOf(n.Line, n.Column),
			code:   problem.YAMLAmbiguous,
			text:   text,
			hint:   "leave the tag out, and quote the value if it is text",
		})
	}
}

// anchor reports names of anchors and aliases that PyYAML can't read.
func (w *yamlWalk) anchor(n *yaml.Node) {
	name := n.Anchor
	if n.Kind == yaml.AliasNode {
		name = n.Value
	}
	for _, c := range []byte(name) {
		if c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			continue
		}
		w.report.add(finding{
			offset: w.report.offsetOf(n.Line, n.Column),
			code:   problem.YAMLAmbiguous,
			text:   fmt.Sprintf("the anchor %s is an error to PyYAML", shown(name)),
			hint:   "name anchors with letters, digits, _ and - only; a value that begins with & or * must go through the yaml function",
		})
		return
	}
}

// opaqueScalar is where a tab or a number sign is the scalar's own.
type opaqueScalar struct {
	start, end int
	block      bool // ends on the line before that of the next node
}

// span notes a scalar that may hold tabs, and gives the block scalar before
// this node its end.
func (w *yamlWalk) span(n *yaml.Node) {
	if !w.tabs || n.Kind == yaml.DocumentNode {
		return
	}
	content := w.report.file.Content
	offset := w.report.offsetOf(n.Line, n.Column)
	if last := len(w.opaque) - 1; last >= 0 && w.opaque[last].block && w.opaque[last].end == len(content) {
		w.opaque[last].end = max(w.opaque[last].start, bytes.LastIndexByte(content[:offset], '\n')+1)
	}
	if n.Kind != yaml.ScalarNode || isPlain(n) {
		return
	}
	o := opaqueScalar{start: offset, end: len(content)}
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		o.start, o.end = quotedSpan(content, offset, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		o.start, o.end = quotedSpan(content, offset, '\'')
	default:
		o.block = true
		if n := bytes.IndexByte(content[offset:], '\n'); n >= 0 {
			o.start += n + 1
		}
	}
	w.opaque = append(w.opaque, o)
}

// quotedSpan returns where the first quoted scalar from offset on begins and
// ends; a tag or an anchor may stand before it.
func quotedSpan(content []byte, offset int, quote byte) (start, end int) {
	n := bytes.IndexByte(content[offset:], quote)
	if n < 0 {
		return offset, offset
	}
	start = offset + n
	for i := start + 1; i < len(content); i++ {
		switch {
		case content[i] == '\\' && quote == '"':
			i++
		case content[i] != quote:
		case quote == '\'' && i+1 < len(content) && content[i+1] == '\'':
			i++
		default:
			return start, i + 1
		}
	}
	return start, len(content)
}

// yamlTabs reports tabs that separate or indent. YAML 1.2 allows some of
// them; to PyYAML every tab outside quotes, block scalars and comments is an
// error. The scalars stand in the order of the text.
func yamlTabs(r *report, opaque []opaqueScalar) {
	content := r.file.Content
	for i := 0; i < len(content); i++ {
		for len(opaque) > 0 && opaque[0].end <= i {
			opaque = opaque[1:]
		}
		if len(opaque) > 0 && opaque[0].start <= i {
			i = opaque[0].end - 1
			continue
		}
		switch content[i] {
		case '#':
			if i > 0 && !bytes.ContainsRune([]byte(" \t\r\n"), rune(content[i-1])) {
				continue // inside a plain scalar
			}
			n := bytes.IndexByte(content[i:], '\n')
			if n < 0 {
				return
			}
			i += n
		case '\t':
			r.add(finding{
				offset: i,
				code:   problem.YAMLAmbiguous,
				text:   "a tab is an error to PyYAML and white space to a YAML 1.2 reader",
				hint:   "use spaces",
			})
		}
	}
}

// trailingSpace reports white space after the last line break when a block
// scalar comes last. yaml/v4 adds a line break to it, PyYAML doesn't.
func (w *yamlWalk) trailingSpace() {
	if w.last == nil || w.last.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return
	}
	content := w.report.file.Content
	start := bytes.LastIndexByte(content, '\n') + 1
	if start == len(content) || len(bytes.TrimLeft(content[start:], " \t")) > 0 {
		return
	}
	// A line indented less, which can only be a comment, ends the scalar.
	header := w.report.offsetOf(w.last.Line, w.last.Column)
	indents := lineIndents(content[header:start])
	if n := len(indents); n > 0 && indents[n-1] < indents[0] {
		return
	}
	w.report.add(finding{
		offset: start,
		code:   problem.YAMLAmbiguous,
		text:   "readers differ on whether the white space that ends the file is a line of the block scalar before it",
		hint:   "end the template with a line break and nothing after it",
	})
}

// lineIndents counts the spaces before each line of text after the first,
// leaving blank ones out.
func lineIndents(text []byte) (indents []int) {
	_, rest, _ := bytes.Cut(text, []byte{'\n'})
	for line := range bytes.Lines(rest) {
		if body := bytes.TrimLeft(line, " "); len(bytes.TrimSpace(body)) > 0 {
			indents = append(indents, len(line)-len(body))
		}
	}
	return indents
}
