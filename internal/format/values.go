// Package format writes values as the formats of exports want them: quoted,
// as a cell or a row, an object, a list, a comment. Its functions take whatever
// a template holds, types of the dataset included, and give text or an error
// that says what to do next; what a format can't carry is never written.
//
// Each format has a file of its own. Values reduce to few kinds in Plain.
package format

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// maxDepth bounds nested lists and mappings, so that a list which holds
// itself is an error rather than the end of the process.
const maxDepth = 64

// Object is a mapping that keeps the order of its keys, for nesting in JSON
// and YAML. Pairs holds key, value, key, value.
type Object struct {
	pairs []any
}

// NewObject makes an Object.
func NewObject(pairs ...any) (*Object, error) {
	if err := CheckPairs(pairs); err != nil {
		return nil, err
	}
	return &Object{pairs}, nil
}

// ObjectWith makes an Object that has more: those of the pairs whose values
// aren't empty. So a member that few have stands with those few only.
func ObjectWith(object *Object, pairs ...any) (*Object, error) {
	if object == nil {
		return nil, problem.Hintf("write objectWith (object KEY VALUE …) KEY VALUE …", "there is no object to add to")
	}
	all := slices.Clone(object.pairs)
	if err := CheckPairs(pairs); err != nil {
		return nil, err
	}
	for i := 0; i < len(pairs); i += 2 {
		value, err := Plain(pairs[i+1])
		if err != nil {
			return nil, err
		}
		if !empty(value) {
			all = append(all, pairs[i], value)
		}
	}
	return NewObject(all...)
}

// empty reports whether a plain value says nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *Object:
		return len(v.pairs) == 0
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return r.Len() == 0
	}
	return r.IsZero()
}

// CheckPairs holds what is common to all functions that take K V…: every key
// is a text, has a value and stands once.
func CheckPairs(pairs []any) error {
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return problem.Hintf("write KEY VALUE KEY VALUE …", "argument %d is a key and must be text, not %s", i+1, Kind(pairs[i]))
		}
		if i+1 == len(pairs) {
			return problem.Hintf("write KEY VALUE KEY VALUE …", "the key %q has no value", key)
		}
		for j := 0; j < i; j += 2 {
			if pairs[j] == key {
				return problem.Hintf("take one of them out", "the key %q stands twice", key)
			}
		}
	}
	return nil
}

// Holds reports whether a value is, or has in it, a dict.
func Holds(v any, dict map[string]any) bool {
	return holds(v, reflect.ValueOf(dict).Pointer(), 0)
}

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

// Plain reduces a template's value to nil, bool, int64, uint64, float64,
// string, []string, []any, map[string]any or *Object, which are what the
// formats write. Types of the dataset that have an id give it.
func Plain(v any) (any, error) {
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
		return dataset.Texts(v, dataset.Range.String), nil
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
		return dataset.Texts(v, func(p *dataset.Peer) string { return p.ID }), nil
	case []*dataset.Option:
		return dataset.Texts(v, func(o *dataset.Option) string { return o.ID }), nil
	case []*dataset.Interface:
		return dataset.Texts(v, func(i *dataset.Interface) string { return i.ID }), nil
	case []*dataset.Protocol:
		return dataset.Texts(v, func(p *dataset.Protocol) string { return p.ID }), nil
	case netip.Prefix:
		return v.String(), nil
	case []netip.Prefix:
		return dataset.Texts(v, netip.Prefix.String), nil
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
			return nil, problem.Hintf(nilHint(v), "there is no %s here", typeWord(r.Type()))
		}
	}
	if s, ok := v.(fmt.Stringer); ok {
		return s.String(), nil
	}
	if r.Kind() == reflect.Pointer && r.Elem().Kind() != reflect.Struct {
		return Plain(r.Elem().Interface())
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
	return nil, problem.Hintf("name one of its fields", "%s can't be written as it is", Kind(v))
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

// idOf gives the id of what rows and flows mostly name, or reports false: it
// saves Plain, which keeps the text on the heap.
func idOf(v any) (string, bool) {
	switch v := v.(type) {
	case *dataset.Host:
		if v != nil {
			return v.ID, true
		}
	case *dataset.Scope:
		if v != nil {
			return v.ID, true
		}
	case *dataset.Peer:
		if v != nil {
			return v.ID, true
		}
	case *dataset.Protocol:
		if v != nil {
			return v.ID, true
		}
	}
	return "", false
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
	case []*dataset.Peer:
		for _, p := range v {
			ids = append(ids, p.ID)
		}
	case []dataset.Range:
		for _, r := range v {
			ids = append(ids, r.String())
		}
	default:
		return ids, false
	}
	return ids, true
}

// fewIDs is how many ids of a list stay off the heap.
const fewIDs = 8
