package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"portpress/internal/problem"
	"portpress/internal/verify/keyset"
	"portpress/internal/verify/quickyaml"
)

// checkYAML demands valid YAML, unique keys in every mapping, and that
// readers of YAML 1.1 (PyYAML, and so Ansible) and of YAML 1.2 understand
// the same. Any number of documents may follow each other.
func checkYAML(r *report) {
	if !quickyaml.Sure(r.file.Content) {
		fullYAML(r)
	}
}

// fullYAML judges what the quick reader isn't sure of.
func fullYAML(r *report) {
	if yamlDirectives(r) {
		return // parsers refuse versions that they don't know
	}
	reportOddBreaks(r)
	loader, err := yaml.NewLoader(bytes.NewReader(r.file.Content))
	if err != nil {
		yamlSyntax(r, err)
		return
	}
	w := &yamlWalk{report: r, tabs: bytes.IndexByte(r.file.Content, '\t') >= 0}
	for {
		var document yaml.Node
		err := loader.Load(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			yamlSyntax(r, err)
			return
		}
		w.node(&document)
	}
	w.trailingSpace()
	if w.tabs {
		yamlTabs(r, w.opaque)
	}
}

// yamlSyntax records what the parser can't get past.
func yamlSyntax(r *report, err error) {
	load, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		r.malformed(0, fmt.Sprintf("not valid YAML: %v", err), "")
		return
	}
	mark := load.Mark
	if mark.Line == 0 {
		mark = load.ContextMark
	}
	text, hint := "not valid YAML: "+load.Message, yamlHint(load.Message)
	if load.ContextMsg != "" {
		text += " " + load.ContextMsg
	}
	if start := load.ContextMark; start.Line > 0 && start.Line != mark.Line {
		if strings.Contains(load.Message, "end of stream") || strings.Contains(load.ContextMsg, "flow") {
			// What is not closed is where the user must look.
			text += fmt.Sprintf(", which goes on to line %d", mark.Line)
			mark = start
		} else {
			text += fmt.Sprintf(" that begins on line %d", start.Line)
		}
	}
	offset := r.offsetOf(mark.Line, mark.Column)
	if offset < len(r.file.Content) && r.file.Content[offset] == '\t' {
		hint = "a tab here is not allowed: use spaces"
	}
	r.malformed(offset, text, hint)
}

// yamlHint guesses what in a template leads to the parser's message.
func yamlHint(message string) string {
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return "a value that holds ': ' must go through the yaml function"
	case strings.Contains(message, "cannot start any token"),
		strings.Contains(message, "anchor"), strings.Contains(message, "alias"), strings.Contains(message, "tag"):
		return "a value that begins with one of @ ` % * & ! { [ must go through the yaml function"
	case strings.Contains(message, "end of stream"), strings.Contains(message, "',' or"):
		return "a quote or a bracket is not closed: a value that begins with one must go through the yaml function"
	case strings.Contains(message, "expected"), strings.Contains(message, "simple key"):
		return "check the indentation: a range that trims too much or too little white space shifts it"
	}
	return "a value that holds ': ' or ' #', or begins with an indicator, must go through the yaml function"
}

// yamlWalk goes through the node trees of one export.
type yamlWalk struct {
	report *report
	keys   keyset.Set
	last   *yaml.Node // the last scalar so far
	tabs   bool       // somewhere in the export
	opaque []opaqueScalar
}

// node checks a node and all below it. Aliases are not followed: what they
// stand for is checked where it is anchored, and an anchor may hold itself.
func (w *yamlWalk) node(n *yaml.Node) {
	w.anchor(n)
	w.span(n)
	switch n.Kind {
	case yaml.ScalarNode:
		w.last = n
		w.scalar(n)
	case yaml.MappingNode:
		w.tag(n)
		w.keys.Open()
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.key(n.Content[i])
			w.node(n.Content[i])
			w.node(n.Content[i+1])
		}
		w.keys.Close()
	case yaml.SequenceNode:
		w.tag(n)
		fallthrough
	default:
		for _, child := range n.Content {
			w.node(child)
		}
	}
}

// key checks that a mapping has its key once, and that the key is a scalar.
func (w *yamlWalk) key(n *yaml.Node) {
	scalar := n
	if n.Kind == yaml.AliasNode {
		scalar = n.Alias
	}
	if scalar.Kind != yaml.ScalarNode {
		w.report.add(finding{
			offset: w.report.offsetOf(n.Line, n.Column),
			code:   problem.YAMLAmbiguous,
			text:   "a sequence or a mapping as a key is an error to PyYAML",
			hint:   "use a string for the key; a value that begins with { or [ must go through the yaml function",
		})
		return
	}
	f := finding{
		offset: w.report.offsetOf(n.Line, n.Column),
		width:  len([]rune(scalar.Value)),
		code:   problem.Malformed,
		hint:   "readers keep the last or stop: press each key once",
	}
	value, number := yamlIdentity(scalar)
	if before, seen := w.keys.Add([]byte(value), n.Line); seen {
		f.text = fmt.Sprintf("the key %s is given twice in one mapping, first on line %d", shown(scalar.Value), before)
		w.report.add(f)
		return
	}
	if number == "" {
		return
	}
	if before, seen := w.keys.Add([]byte(number), n.Line); seen {
		f.code = problem.YAMLAmbiguous
		f.text = fmt.Sprintf("the key %s is the same to Python as the one on line %d, where true is 1 and 1.0 too",
			shown(scalar.Value), before)
		f.hint = "quote both keys"
		w.report.add(f)
	}
}

// yamlIdentity returns what a scalar is the same key by: 1 and "1" are two
// keys, true and True are one. For what Python compares as a number, that
// number comes second.
func yamlIdentity(n *yaml.Node) (value, number string) {
	if n.Tag == "!!str" || !isPlain(n) {
		return "text " + n.Value, ""
	}
	r := readAs12(n.Value)
	switch {
	case r.kind == "int" || r.kind == "float":
		number = "number " + r.value
	case r.kind == "bool" && r.value == "true":
		number = "number 1"
	case r.kind == "bool":
		number = "number 0"
	}
	return r.kind + " " + r.value, number
}

// isPlain reports whether a scalar has no quotes, and is no block scalar.
func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// scalar checks that everyone reads the same from a scalar.
func (w *yamlWalk) scalar(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle != 0 || n.Tag == "!" {
		w.tag(n)
		return
	}
	if !isPlain(n) {
		return
	}
	text := ambiguity(n.Value, n.Tag)
	if text == "" {
		return
	}
	w.report.add(finding{
		offset: w.report.offsetOf(n.Line, n.Column),
		width:  len([]rune(n.Value)),
		code:   problem.YAMLAmbiguous,
		text:   text,
		hint:   ambiguityHint(n.Value),
	})
}

// ambiguityHint says how to write what a plain scalar was meant to be.
func ambiguityHint(value string) string {
	if value == "<<" {
		return "write the merged keys out, or quote it if it is meant as text"
	}
	return "quote it, or give it to the yaml function; a number is written in plain decimal digits"
}
