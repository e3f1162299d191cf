package format

import (
	"reflect"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// scalar gives the text of a value that is no list and no mapping. isText is
// false for numbers and truth values, which some formats write differently.
func scalar(v any) (s string, isText bool, err error) {
	switch v := v.(type) {
	case string:
		return v, true, nil
	case nil:
		return "", true, nil
	case bool:
		return strconv.FormatBool(v), false, nil
	case int:
		return strconv.Itoa(v), false, nil
	case int64:
		return strconv.FormatInt(v, 10), false, nil
	case uint64:
		return strconv.FormatUint(v, 10), false, nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), false, nil
	case []string, []any:
		return "", false, problem.Hintf("join it, or range over it", "a list can't stand here")
	case map[string]any, *Object:
		return "", false, problem.Hintf("name one of its keys", "a dict can't stand here")
	}
	p, err := Plain(v)
	if err != nil {
		return "", false, err
	}
	return scalar(p)
}

// Words gives the texts of a value: those of a list's elements, or its own.
func Words(v any) ([]string, error) {
	switch v := v.(type) {
	case []string:
		return v, nil
	case string:
		return []string{v}, nil
	}
	p, err := Plain(v)
	if err != nil {
		return nil, err
	}
	switch p := p.(type) {
	case string:
		return []string{p}, nil
	case []string:
		return p, nil
	case []any:
		out := make([]string, len(p))
		for i, e := range p {
			if out[i], _, err = scalar(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	s, _, err := scalar(p)
	return []string{s}, err
}

// Text is what prints a value that no function made text of: see guard.
func Text(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	if v == nil {
		return "", problem.Hintf("ask for it with {{ if }} first", "there is no value to print")
	}
	s, _, err := scalar(v)
	return s, err
}

// typeWord names a type as docs/templates.md does, without an article.
func typeWord(t reflect.Type) string {
	_, name, found := strings.Cut(strings.TrimLeft(t.String(), "*[]"), ".")
	if !found {
		return t.String()
	}
	return name
}

// Kind says what a value is, in a template author's words.
func Kind(v any) string {
	if v == nil {
		return "nil"
	}
	switch t := reflect.TypeOf(v); t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "a truth value"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map:
		return "a dict"
	case reflect.Func:
		return "a function"
	default:
		return "a " + typeWord(t)
	}
}
