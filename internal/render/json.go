package render

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// jsonValue writes a value as JSON on one line (RFC 8259). Unlike
// encoding/json it leaves <, > and & as they are.
func jsonValue(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendJSON(b, v, 0) })
}

// jsonObject writes KEY VALUE… as a JSON object in the order given.
func jsonObject(pairs ...any) (string, error) {
	if err := checkPairs(pairs); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return appendJSONPairs(b, pairs, 0) })
}

func appendJSON(b []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return b, errTooDeep()
	}
	switch v := v.(type) {
	case string:
		return appendJSONString(b, v)
	case *string:
		return appendJSONString(b, *v)
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case uint64:
		return strconv.AppendUint(b, v, 10), nil
	case float64:
		return appendJSONFloat(b, v)
	case []string:
		return appendJSONList(b, v, depth)
	case []any:
		return appendJSONList(b, v, depth)
	case map[string]any:
		return appendJSONPairs(b, sortedPairs(v), depth)
	case *Object:
		if v != nil {
			return appendJSONPairs(b, v.pairs, depth)
		}
	}
	var few [fewIDs]string
	if ids, ok := appendIDs(few[:0], v); ok {
		return appendJSONList(b, ids, depth)
	}
	p, err := plain(v)
	if err != nil {
		return b, err
	}
	return appendJSON(b, p, depth)
}

func appendJSONList[T any](b []byte, list []T, depth int) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, v := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		if s, ok := any(&v).(*string); ok { // no copy on the heap
			b, err = appendJSONString(b, *s)
		} else {
			b, err = appendJSON(b, v, depth+1)
		}
		if err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// appendJSONPairs expects pairs that checkPairs has passed.
func appendJSONPairs(b []byte, pairs []any, depth int) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b = append(b, ", "...)
		}
		if b, err = appendJSONString(b, pairs[i].(string)); err != nil {
			return b, err
		}
		b = append(b, ": "...)
		if b, err = appendJSON(b, pairs[i+1], depth+1); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func appendJSONString(b []byte, s string) ([]byte, error) {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return b, errNotUTF8(s)
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		b = appendEscape(b, c)
		i++
		from = i
	}
	b = append(b, s[from:]...)
	return append(b, '"'), nil
}

// appendEscape writes a quote, a backslash or a control character in the form
// that JSON and YAML's double-quoted style share.
func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

func appendJSONFloat(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return b, hinted("JSON has finite numbers only", "%v is no number", f)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64), nil
}

// sortedPairs orders a dict by key, since Go's maps have no order.
func sortedPairs(dict map[string]any) []any {
	pairs := make([]any, 0, 2*len(dict))
	for _, k := range slices.Sorted(maps.Keys(dict)) {
		pairs = append(pairs, k, dict[k])
	}
	return pairs
}
