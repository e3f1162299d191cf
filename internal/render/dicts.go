package render

import (
	"maps"
	"slices"

	"portpress/internal/format"
	"portpress/internal/problem"
)

// dict makes a mapping for use inside a template, such as the dot of another.
func dict(pairs ...any) (map[string]any, error) {
	if err := format.CheckPairs(pairs); err != nil {
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
	if format.Holds(value, d) {
		return nil, problem.Hintf("set it in a new dict", "the dict would hold itself")
	}
	d[key] = value
	return d, nil
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
