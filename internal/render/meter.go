package render

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"portpress/internal/format"
	"portpress/internal/problem"
)

// What the functions of one export may be given and make, in bytes, elements
// of lists beside them. It is all that a template can keep, too.
const (
	maxWork     = 128 << 20
	workPerRow  = 10_000 // as much more for each row, flow and rule
	elementMade = 8      // what an element of a list counts that a function makes, and 1 that it is given
)

// weights are how many times as long as others some functions take for a byte.
var weights = map[string]int64{
	"regexFind": 16, "regexFindAll": 16, "regexMatch": 16, "regexReplaceAll": 16, "regexReplaceAllLiteral": 16, "regexSplit": 16, "regexQuoteMeta": 4,
	"camelcase": 16, "kebabcase": 16, "snakecase": 16, "swapcase": 16, "title": 8, "untitle": 4, "nospace": 4, "wrap": 8, "wrapWith": 8,
	"sha1sum": 4, "sha256sum": 4, "sha512sum": 4, "semver": 4, "semverCompare": 4,
}

// compared is how many times as long as for a byte it takes to hold two values
// to each other.
const compared = 32

// meter counts what the functions of one export take and make.
type meter struct{ used, limit int64 }

// charge counts n bytes, or fails when they are too many.
func (m *meter) charge(n int64) error {
	if m.used += n; m.used > m.limit || n < 0 {
		return problem.Hintf(neverEnds, "the functions of the export are given and make more than %d bytes", m.limit)
	}
	return nil
}

// measured gives functions that a meter counts. Each also refuses to make a
// text or a list that has outgrown what an export can use, so that no chain of
// them grows without end.
func measured(funcs template.FuncMap, m *meter) template.FuncMap {
	out := make(template.FuncMap, len(funcs))
	for name, fn := range funcs {
		if out[name] = fn; name != boundName && name != emitName { // which look at what others made
			out[name] = measure(name, fn, m)
		}
	}
	return out
}

func measure(name string, fn any, m *meter) any {
	weight := cmp.Or(weights[name], 1)
	switch fn := fn.(type) { // the common ones, without reflection
	case func(string) string:
		return func(s string) (string, error) {
			if err := m.charge(weight * int64(len(s))); err != nil {
				return "", err
			}
			return m.made(fn(s), nil)
		}
	case func(string) (string, error):
		return func(s string) (string, error) {
			if err := m.charge(weight * int64(len(s))); err != nil {
				return "", err
			}
			return m.made(fn(s))
		}
	case func(any) (string, error):
		return func(v any) (string, error) {
			if err := m.charge(weight * sizeOf(v)); err != nil {
				return "", err
			}
			return m.made(fn(v))
		}
	case func(...any) (string, error):
		return func(args ...any) (string, error) {
			n := int64(0)
			for _, v := range args {
				n += sizeOf(v)
			}
			if err := m.charge(weight * n); err != nil {
				return "", err
			}
			return m.made(fn(args...))
		}
	}
	return reflected(name, fn, weight, m)
}

// made counts a text that a function made.
func (m *meter) made(s string, err error) (string, error) {
	if err == nil {
		err = cmp.Or(sized(len(s)), m.charge(int64(len(s))))
	}
	return s, err
}

// reflected is measure for a function of any type.
func reflected(name string, fn any, weight int64, m *meter) any {
	v := reflect.ValueOf(fn)
	t := v.Type()
	in := make([]reflect.Type, t.NumIn())
	for i := range in {
		in[i] = t.In(i)
	}
	// One more result, if it has none for an error.
	out := []reflect.Type{t.Out(0), reflect.TypeFor[error]()}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		fails := func(err error) []reflect.Value {
			return []reflect.Value{reflect.Zero(out[0]), reflect.ValueOf(&err).Elem()}
		}
		n := int64(0)
		for _, a := range args {
			n += sizeOfValue(a)
		}
		if name == "without" { // it looks for each element among what is left out
			n += compared * sizeOfValue(args[0]) * int64(args[1].Len())
		}
		if err := m.charge(weight * n); err != nil {
			return fails(err)
		}
		var results []reflect.Value
		if t.IsVariadic() {
			results = v.CallSlice(args)
		} else {
			results = v.Call(args)
		}
		if len(results) == 2 && !results[1].IsNil() {
			return results
		}
		made := results[0]
		if made.Kind() == reflect.Interface {
			made = made.Elem()
		}
		var err error
		n = sizeOfValue(made)
		switch made.Kind() {
		case reflect.String:
			err = sized(made.Len())
		case reflect.Slice:
			n += (elementMade - 1) * int64(made.Len())
			if made.Len() > maxList {
				err = tooLong()
			}
		}
		if err = cmp.Or(err, m.charge(n)); err != nil {
			return fails(err)
		}
		return []reflect.Value{results[0], reflect.Zero(out[1])}
	}).Interface()
}

// sizeOf is how many bytes a value counts as. A dict is looked into, not read.
func sizeOf(v any) int64 {
	if s, isText := v.(string); isText {
		return int64(len(s))
	}
	return sizeOfValue(reflect.ValueOf(v))
}

func sizeOfValue(v reflect.Value) int64 {
	switch v.Kind() {
	case reflect.Interface:
		return sizeOfValue(v.Elem())
	case reflect.String:
		return int64(v.Len())
	case reflect.Slice, reflect.Array:
		n := int64(v.Len())
		if list, isTexts := reflect.TypeAssert[[]string](v); isTexts {
			for _, s := range list {
				n += int64(len(s))
			}
			return n
		}
		if k := v.Type().Elem().Kind(); k == reflect.Interface || k == reflect.String {
			for i := range v.Len() {
				e := v.Index(i)
				if k == reflect.Interface {
					e = e.Elem()
				}
				if e.Kind() == reflect.String {
					n += int64(e.Len())
				}
			}
		}
		return n
	}
	return 8
}

// What follows are functions of sprig that could make more than memory holds
// before anybody counts it.

// regexReplaceAll replaces what matches; $1 in what stands instead is a part of it.
func regexReplaceAll(expression, s, by string) (string, error) {
	re, err := replacing(expression, s, by, 1+strings.Count(by, "$"))
	if err != nil {
		return "", err
	}
	return re.ReplaceAllString(s, by), nil
}

// regexReplaceAllLiteral replaces what matches by a text as it is.
func regexReplaceAllLiteral(expression, s, by string) (string, error) {
	re, err := replacing(expression, s, by, 1)
	if err != nil {
		return "", err
	}
	return re.ReplaceAllLiteralString(s, by), nil
}

// replacing refuses what could come to more than a text holds: each match
// gives what replaces it, in which all that matched may stand some times.
func replacing(expression, s, by string, times int) (*regexp.Regexp, error) {
	re, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	matches := 0
	if len(by) > 0 {
		re.ReplaceAllStringFunc(s, func(string) string { matches++; return "" })
	}
	if len(s) > maxText || len(s)*times > maxText && times > 1 && matches > 0 || matches > 0 && matches > (maxText-min(len(s), maxText))/len(by) {
		return nil, sized(maxText + 1)
	}
	return re, nil
}

// regexFindAll gives n matches, or all for a negative n.
func regexFindAll(expression, s string, n int) ([]string, error) {
	re, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	found := re.FindAllString(s, atMostAList(n))
	if len(found) > maxList {
		return nil, tooLong()
	}
	return found, nil
}

// regexSplit gives the parts between matches: n, or all for a negative n.
func regexSplit(expression, s string, n int) ([]string, error) {
	re, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	parts := re.Split(s, atMostAList(n))
	if len(parts) > maxList {
		return nil, tooLong()
	}
	return parts, nil
}

// atMostAList is one more than a list holds for all.
func atMostAList(n int) int {
	if n < 0 || n > maxList+1 {
		return maxList + 1
	}
	return n
}

// splitList takes a text apart at a mark.
func splitList(mark, s string) ([]string, error) {
	if strings.Count(s, mark) >= maxList {
		return nil, tooLong()
	}
	return strings.Split(s, mark), nil
}

// wrapWith is sprig's, within bounds: of two lines after each other one is at
// least half full.
func wrapWith(sprigs func(int, string, string) string) func(int, string, string) (string, error) {
	return func(width int, mark, s string) (string, error) {
		lines := 2*len(s)/max(width, 1) + 2
		if len(mark) > 0 && lines > maxText/len(mark) {
			return "", sized(maxText + 1)
		}
		return sprigs(width, mark, s), nil
	}
}

// maxCompared is how many elements that aren't texts, numbers or truth values
// uniq takes: each is held to each other one.
const maxCompared = 1_000

// uniq keeps the first of what is equal in a list.
func uniq(list any) ([]any, error) {
	v := reflect.ValueOf(list)
	if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
		return nil, problem.Hintf("give it a list", "%s is no list", format.Kind(list))
	}
	out := make([]any, 0, v.Len())
	seen := map[any]bool{}
	var others []any
	for i := range v.Len() {
		e := v.Index(i).Interface()
		switch e.(type) {
		case string, int, int64, uint64, float64, bool, nil:
			if seen[e] {
				continue
			}
			seen[e] = true
		default:
			if slices.ContainsFunc(others, func(o any) bool { return reflect.DeepEqual(o, e) }) {
				continue
			}
			if others = append(others, e); len(others) > maxCompared {
				return nil, problem.Hintf("make a list of their ids", "the list has more than %d elements that are neither texts nor numbers", maxCompared)
			}
		}
		out = append(out, e)
	}
	return out, nil
}
