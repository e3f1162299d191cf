package render

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

// maxDepth bounds nested lists and mappings, so that a list which holds
// itself is an error rather than the end of the process.
const maxDepth = 64

// Object is a mapping that keeps the order of its keys, for nesting in JSON
// and YAML. Pairs holds key, value, key, value.
type Object struct {
	pairs []any
}

// object makes an Object.
func object(pairs ...any) (*Object, error) {
	if err := checkPairs(pairs); err != nil {
		return nil, err
	}
	return &Object{pairs}, nil
}

// checkPairs holds what is common to all functions that take K V…: every key
// is a text, has a value and stands once.
func checkPairs(pairs []any) error {
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return hinted("write KEY VALUE KEY VALUE …", "argument %d is a key and must be text, not %s", i+1, kindTitle(pairs[i]))
		}
		if i+1 == len(pairs) {
			return hinted("write KEY VALUE KEY VALUE …", "the key %q has no value", key)
		}
		for j := 0; j < i; j += 2 {
			if pairs[j] == key {
				return hinted("take one of them out", "the key %q stands twice", key)
			}
		}
	}
	return nil
}

// plain reduces a template's value to nil, bool, int64, uint64, float64,
// string, []string, []any, map[string]any or *Object, which are what the
// formats write. Types of the dataset that have an id give it.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string, int64, uint64, float64, []string, []any, map[string]any:
		return v, nil
	case *Object:
		if v != nil {
			return v, nil
		}
	case int:
		return int64(v), nil
	case dataset.Range:
		return v.String(), nil
	case []dataset.Range:
		return texts(v, dataset.Range.String), nil
	case *dataset.Host:
		if v != nil {
			return v.ID, nil
		}
	case *dataset.Scope:
		if v != nil {
			return v.ID, nil
		}
	case *dataset.Peer:
		if v != nil {
			return v.ID, nil
		}
	case *dataset.Option:
		if v != nil {
			return v.ID, nil
		}
	case *dataset.Interface:
		if v != nil {
			return v.ID, nil
		}
	case *dataset.Protocol:
		if v != nil {
			return v.ID, nil
		}
	case dataset.Hosts:
		return v.IDs(), nil
	case dataset.Scopes:
		return v.IDs(), nil
	case []*dataset.Peer:
		return texts(v, func(p *dataset.Peer) string { return p.ID }), nil
	case []*dataset.Option:
		return texts(v, func(o *dataset.Option) string { return o.ID }), nil
	case []*dataset.Interface:
		return texts(v, func(i *dataset.Interface) string { return i.ID }), nil
	case []*dataset.Protocol:
		return texts(v, func(p *dataset.Protocol) string { return p.ID }), nil
	case netip.Prefix:
		return v.String(), nil
	case []netip.Prefix:
		return texts(v, netip.Prefix.String), nil
	}
	return plainByKind(v)
}

// plainByKind handles what plain does not know by name: Stringers, named
// types, and lists and dicts of anything.
func plainByKind(v any) (any, error) {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return nil, hinted(nilHint(v), "there is no %s here", typeWord(r.Type()))
		}
	}
	if s, ok := v.(fmt.Stringer); ok {
		return s.String(), nil
	}
	if r.Kind() == reflect.Pointer && r.Elem().Kind() != reflect.Struct {
		return plain(r.Elem().Interface())
	}
	switch r.Kind() {
	case reflect.String:
		return r.String(), nil
	case reflect.Bool:
		return r.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return r.Uint(), nil
	case reflect.Float32, reflect.Float64:
		return r.Float(), nil
	case reflect.Slice, reflect.Array:
		list := make([]any, r.Len())
		for i := range list {
			list[i] = r.Index(i).Interface()
		}
		return list, nil
	case reflect.Map:
		if r.Type().Key().Kind() == reflect.String {
			dict := make(map[string]any, r.Len())
			for k, v := range r.Seq2() {
				dict[k.String()] = v.Interface()
			}
			return dict, nil
		}
	}
	return nil, hinted("name one of its fields", "%s can't be written as it is", kindTitle(v))
}

// nilHint says why a value of a nil pointer's type may be missing.
func nilHint(v any) string {
	switch v.(type) {
	case *dataset.Host:
		return "the data's .Host is set only if the template's path holds {host}"
	case *dataset.Scope:
		return "the data's .Scope is set only if the template's path holds {scope}"
	}
	return "ask for it with {{ if }} first"
}

// appendIDs appends the ids of the lists that rows mostly have, so that a
// caller can keep them off the heap.
func appendIDs(ids []string, v any) ([]string, bool) {
	switch v := v.(type) {
	case dataset.Hosts:
		for _, h := range v {
			ids = append(ids, h.ID)
		}
	case dataset.Scopes:
		for _, s := range v {
			ids = append(ids, s.ID)
		}
	case []*dataset.Protocol:
		for _, p := range v {
			ids = append(ids, p.ID)
		}
	case []*dataset.Option:
		for _, o := range v {
			ids = append(ids, o.ID)
		}
	default:
		return ids, false
	}
	return ids, true
}

// fewIDs is how many ids of a list stay off the heap.
const fewIDs = 8

func texts[T any](list []T, text func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = text(v)
	}
	return out
}

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
		return "", false, hinted("join it, or range over it", "a list can't stand here")
	case map[string]any, *Object:
		return "", false, hinted("name one of its keys", "a dict can't stand here")
	}
	p, err := plain(v)
	if err != nil {
		return "", false, err
	}
	return scalar(p)
}

// words gives the texts of a value: those of a list's elements, or its own.
func words(v any) ([]string, error) {
	switch v := v.(type) {
	case []string:
		return v, nil
	case string:
		return []string{v}, nil
	}
	p, err := plain(v)
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

// emit is what prints a value that no function made text of: see guard.
func emit(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	if v == nil {
		return "", hinted("ask for it with {{ if }} first", "there is no value to print")
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

// kindTitle says what a value is, in a template author's words.
func kindTitle(v any) string {
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
