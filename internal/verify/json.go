package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"portpress/internal/problem"
	"portpress/internal/verify/keyset"
)

// checkJSON demands exactly one value in the grammar of RFC 8259, and names
// that are unique in each object: readers differ on which of two they keep.
func checkJSON(r *report) {
	content := r.file.Content
	if json.Valid(content) {
		jsonDuplicates(r)
		return
	}
	if bytes.HasPrefix(content, []byte(byteOrderMark)) {
		r.malformed(0, "begins with a byte order mark, which JSON does not allow",
			"save the template without one")
		return
	}
	// Valid doesn't say where; only a file that failed is read again.
	var value json.RawMessage
	err := json.Unmarshal(content, &value)
	offset := len(content)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		// The offset counts the bytes read, the offending one included.
		offset = int(syntax.Offset) - 1
		if syntax.Error() == "unexpected end of JSON input" {
			offset = len(content)
		}
	}
	r.malformed(offset, fmt.Sprintf("not valid JSON: %v", err), jsonHint(content, offset))
}

// jsonHint guesses what in a template leads to a syntax error at offset.
func jsonHint(content []byte, offset int) string {
	before := bytes.TrimRight(content[:offset], " \t\r\n")
	switch {
	case json.Valid(before):
		return "an export holds one value: put brackets around them all"
	case len(before) == 0 && offset == len(content):
		return "an empty export must press {} or []"
	case offset == len(content):
		return "a bracket or a quote is not closed"
	case content[offset] == ']' || content[offset] == '}':
		if bytes.HasSuffix(before, []byte{','}) {
			return "trailing comma after the last item of a range?"
		}
	case content[offset] == '"' || content[offset] == '{' || content[offset] == '[':
		return "comma missing between two items of a range?"
	}
	return "every string, name and list must go through the json function"
}

// jsonDuplicates looks for names that an object has twice. The content is
// known to be valid, so one pass that only tells strings from brackets is
// enough, and no value is ever built.
func jsonDuplicates(r *report) {
	content := r.file.Content
	var (
		keys   keyset.Set
		inside []byte // the brackets that are open, outermost first
		isName bool   // the next string is a name
	)
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '{':
			inside, isName = append(inside, '{'), true
			keys.Open()
		case '[':
			inside, isName = append(inside, '['), false
		case '}':
			inside, isName = inside[:len(inside)-1], false
			keys.Close()
		case ']':
			inside, isName = inside[:len(inside)-1], false
		case ',':
			isName = inside[len(inside)-1] == '{'
		case '"':
			end, escaped := jsonString(content, i+1)
			if isName {
				isName = false
				jsonName(r, &keys, i, end, escaped)
			}
			i = end
		}
	}
}

// jsonName notes the name whose quotes stand at start and end.
func jsonName(r *report, keys *keyset.Set, start, end int, escaped bool) {
	content := r.file.Content
	name := content[start+1 : end]
	if escaped {
		// "\u0061" and "a" are one name.
		var plain string
		if json.Unmarshal(content[start:end+1], &plain) == nil {
			name = []byte(plain)
		}
	}
	before, seen := keys.Add(name, start)
	if !seen {
		return
	}
	r.add(finding{
		offset: start,
		width:  end + 1 - start,
		code:   problem.Malformed,
		text:   fmt.Sprintf("the name %s is given twice in one object, first on line %d", shown(name), lineOf(content, before)),
		hint:   "readers differ on which of two they keep: press each name once",
	})
}

// jsonString returns the offset of the quote that ends the string whose first
// character is at start, and whether anything in it is escaped.
func jsonString(content []byte, start int) (end int, escaped bool) {
	for i := start; i < len(content); i++ {
		switch content[i] {
		case '"':
			return i, escaped
		case '\\':
			escaped = true
			i++
		}
	}
	return len(content) - 1, escaped
}

// lineOf returns the number of the line that holds offset.
func lineOf(content []byte, offset int) int {
	return bytes.Count(content[:offset], []byte{'\n'}) + 1
}
