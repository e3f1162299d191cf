package change

import (
	"cmp"
	"slices"
	"strings"
)

// Note is an entry that somebody changed, and in one line what became of it.
type Note struct {
	Entry *Entry
	Text  string
}

// Notes lists the entries that are written differently, what opens more first.
// Those that only open more or less through another entry are told by that one.
func (c *Change) Notes() []Note {
	n := names(c.protocols)
	var out []Note
	for i := range c.Entries {
		if e := &c.Entries[i]; e.State != Unchanged {
			out = append(out, Note{e, n.note(e)})
		}
	}
	return out
}

// note says what an entry opens more, or else less, and what differs in it.
func (n names) note(e *Entry) string {
	opens := func(list []Opening, more bool) string {
		parts := make([]string, len(list))
		for i := range list {
			parts[i] = n.sentence(e.Section, &list[i], more)
		}
		return strings.Join(parts, "; ")
	}
	text := e.title()
	switch {
	case len(e.More) > 0:
		text += " opens more: " + opens(e.More, true)
	case len(e.Less) > 0:
		text += " opens less: " + opens(e.Less, false)
	case len(e.Fields) > 0:
		text += " is different"
	case e.State == Added:
		text += " is new"
	case e.State == Removed:
		text += " is gone"
	default:
		text += " has a new id"
	}
	var rest []string
	for i := range e.Fields {
		rest = append(rest, e.Fields[i].text())
	}
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	return text
}

// prose are keys that open nothing, whatever they say.
var prose = []string{"name", "purpose", "description", "component", "notes", "note", "condition"}

// Paths are the paths of keys under which the entry may be said in a file of the
// new dataset, the most telling first.
func (e *Entry) Paths() [][]any {
	at := []any{e.Section}
	if e.ID != "" && e.Section != "product" {
		at = append(at, e.ID)
	}
	keys := make([]string, len(e.Fields))
	for i := range e.Fields {
		keys[i] = e.Fields[i].Key
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		late := func(key string) int {
			if slices.Contains(prose, key) {
				return 1
			}
			return 0
		}
		return cmp.Compare(late(a), late(b))
	})
	var out [][]any
	if e.Section != "networks" {
		for _, key := range keys {
			out = append(out, append(slices.Clone(at), key))
		}
	}
	return append(out, at)
}
