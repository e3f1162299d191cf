package verify

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"

	"portpress/internal/problem"
)

// maxNesting is deeper than any real document, and shallow enough for a
// parser that calls itself for each bracket.
const maxNesting = 1000

// maxNames is how many names a dotted key or a header may have: more than any
// real one, and few enough for a decoder that takes time by their square.
const maxNames = 100

// checkTOML demands a valid TOML 1.0 document; the parser refuses repeated
// keys by itself.
func checkTOML(r *report) {
	const hint = "every string must go through the json function, whose quotes TOML shares; each key and table may be given once"
	if offset, deep := tooDeep(r.file.Content); deep {
		// Not left to the parser: running out of stack can't be caught.
		r.malformed(offset, fmt.Sprintf("more than %d brackets are open here", maxNesting),
			"a bracket or a quote is not closed")
		return
	}
	if offset, long := longKey(r.file.Content); long {
		r.malformed(offset, fmt.Sprintf("a key of more than %d names", maxNames), "a key is named by a few, such as ports.web.port")
		return
	}
	var document map[string]any
	_, err := toml.Decode(string(r.file.Content), &document)
	if err == nil {
		return
	}
	parse, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		r.malformed(0, fmt.Sprintf("not valid TOML: %v", err), hint)
		return
	}
	r.add(finding{
		offset: min(parse.Position.Start, len(r.file.Content)),
		width:  parse.Position.Len,
		code:   problem.Malformed,
		text:   "not valid TOML: " + strings.TrimSuffix(strings.Replace(parse.Message, "Key ", "key ", 1), "."),
		hint:   hint,
	})
}

// tooDeep finds where more than maxNesting brackets are open. It counts those
// in strings too, which errs on the safe side by an absurd text only.
func tooDeep(content []byte) (offset int, deep bool) {
	open := 0
	for i, b := range content {
		switch b {
		case '[', '{':
			open++
		case ']', '}':
			open--
		}
		if open > maxNesting {
			return i, true
		}
	}
	return 0, false
}

// longKey finds a key or a header of more than maxNames names, inside inline
// tables too. What the parser can't read is left to the decoder to tell.
func longKey(content []byte) (offset int, long bool) {
	var p unstable.Parser
	p.Reset(content)
	for p.NextExpression() {
		if offset, long = longKeyIn(p.Expression()); long {
			return offset, true
		}
	}
	return 0, false
}

func longKeyIn(n *unstable.Node) (offset int, long bool) {
	switch n.Kind {
	case unstable.KeyValue, unstable.Table, unstable.ArrayTable:
		names := 0
		for it := n.Key(); it.Next(); {
			if names++; names > maxNames {
				return int(it.Node().Raw.Offset), true
			}
		}
		if n.Kind == unstable.KeyValue {
			return longKeyIn(n.Value())
		}
	case unstable.Array, unstable.InlineTable:
		for it := n.Children(); it.Next(); {
			if offset, long = longKeyIn(it.Node()); long {
				return offset, true
			}
		}
	}
	return 0, false
}
