package verify

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"portpress/internal/problem"
)

// maxNesting is deeper than any real document, and shallow enough for a
// parser that calls itself for each bracket.
const maxNesting = 1000

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
