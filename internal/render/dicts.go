package render

import (
	"maps"
	"reflect"
	"slices"
)

// dict makes a mapping for use inside a template, such as the dot of another.
func dict(pairs ...any) (map[string]any, error) {
	if err := checkPairs(pairs); err != nil {
		return nil, err
	}
	d := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		d[pairs[i].(string)] = pairs[i+1]
	}
	return d, nil
}

// set changes a dict and gives it back. A dict must not come to hold itself:
// whoever prints or compares it would never end.
func set(d map[string]any, key string, value any) (map[string]any, error) {
	if holds(value, reflect.ValueOf(d).Pointer(), 0) {
		return nil, hinted("set it in a new dict", "the dict would hold itself")
	}
	d[key] = value
	return d, nil
}

// holds reports whether a value is, or has in it, the dict at an address.
func holds(v any, dict uintptr, depth int) bool {
	if depth > maxDepth {
		return true
	}
	switch v := v.(type) {
	case map[string]any:
		if reflect.ValueOf(v).Pointer() == dict {
			return true
		}
		for _, e := range v {
			if holds(e, dict, depth+1) {
				return true
			}
		}
	case []any:
		for _, e := range v {
			if holds(e, dict, depth+1) {
				return true
			}
		}
	case []map[string]any:
		for _, e := range v {
			if holds(e, dict, depth+1) {
				return true
			}
		}
	case *Object:
		return v != nil && holds(v.pairs, dict, depth+1)
	}
	return false
}

// keys gives the keys of a dict, sorted.
func keys(d map[string]any) []string { return slices.Sorted(maps.Keys(d)) }

// values gives the values of a dict in the order of its keys.
func values(d map[string]any) []any {
	list := make([]any, 0, len(d))
	for _, k := range keys(d) {
		list = append(list, d[k])
	}
	return list
}
