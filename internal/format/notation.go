package format

import "strconv"

// notation is a way of writing values with brackets and braces on one line:
// JSON, or YAML's flow style. The two differ in text and fractions only.
type notation struct {
	text  func(b []byte, s string) ([]byte, error)
	float func(b []byte, f float64) ([]byte, error)
}

var (
	jsonNotation = &notation{appendJSONString, appendJSONFloat}
	yamlNotation = &notation{appendYAMLString, appendYAMLFloat}
)

// value writes any value of a template on one line.
func (n *notation) value(b []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return b, errTooDeep()
	}
	switch v := v.(type) {
	case string:
		return n.text(b, v)
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
		return n.float(b, v)
	case []string:
		return appendFlowList(n, b, v, depth)
	case []any:
		return appendFlowList(n, b, v, depth)
	case map[string]any:
		return n.pairs(b, sortedPairs(v), depth)
	case *Object:
		if v != nil {
			return n.pairs(b, v.pairs, depth)
		}
	}
	if id, ok := idOf(v); ok {
		return n.text(b, id)
	}
	var few [fewIDs]string
	if ids, ok := appendIDs(few[:0], v); ok {
		return appendFlowList(n, b, ids, depth)
	}
	p, err := Plain(v)
	if err != nil {
		return b, err
	}
	return n.value(b, p, depth)
}

func appendFlowList[T any](n *notation, b []byte, list []T, depth int) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, v := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		if s, ok := any(&v).(*string); ok { // no copy on the heap
			b, err = n.text(b, *s)
		} else {
			b, err = n.value(b, v, depth+1)
		}
		if err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// pairs expects what checkPairs has passed.
func (n *notation) pairs(b []byte, pairs []any, depth int) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b = append(b, ", "...)
		}
		if b, err = n.text(b, pairs[i].(string)); err != nil {
			return b, err
		}
		b = append(b, ": "...)
		if b, err = n.value(b, pairs[i+1], depth+1); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}
