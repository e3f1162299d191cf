package source

// Place says where a path of keys stands.
type Place struct {
	Key   Span // the last name of the path, or the header that opens its table
	Value Span // the value; for a table with a header, the same as Key
}

// Locate finds a path of keys (strings) and list positions (ints), such as
// "ports", "bgp", "protocols", 1. Where the path isn't in the text, the place
// is that of the longest part of it that is, and ok is false.
func (f *File) Locate(path ...any) (place Place, ok bool) {
	ix := f.tables()
	best := -1
	for _, r := range f.under(path) {
		t := &ix.tables[r.table]
		parts := t.path()
		depth := 0
		for depth < len(parts) && depth < len(path) && path[depth] == any(parts[depth].name) {
			depth++
		}
		if depth < len(parts) {
			// [hosts.managers] also shows where hosts is.
			if depth == len(path) && best < depth {
				best, place = depth, Place{Key: t.header, Value: t.header}
			}
			continue
		}
		if depth > best && t.name != "" {
			best, place = depth, Place{Key: t.header, Value: t.header}
		}
		look := func(key []part, value Span) bool {
			if n := depth + matching(key, path[depth:]); n > depth && n > best {
				best, place = n, Place{Key: key[n-depth-1].span, Value: value}
				if n-depth == len(key) {
					best = f.within(&place, path, n)
				}
			}
			return best < len(path)
		}
		switch {
		case r.pair >= 0:
			look(ix.pairs[r.pair].key, ix.pairs[r.pair].value)
		case len(parts) >= 2 || len(path) < 2: // the keys of others come one by one
			t.pairs(f.Text, look)
		}
	}
	if best < 0 && len(path) > 1 {
		if section, ok := path[0].(string); ok {
			place = ix.sections[section]
		}
	}
	return place, best == len(path)
}

// matching counts the names of key that are the first of path; a key that
// goes another way after the first common names counts up to there.
func matching(key []part, path []any) int {
	n := 0
	for n < len(key) && n < len(path) && path[n] == any(key[n].name) {
		n++
	}
	return n
}

// within follows the rest of path, from depth on, into the list or inline
// table at place.Value, and returns how deep it came.
func (f *File) within(place *Place, path []any, depth int) int {
	for depth < len(path) {
		inside := f.contents(place.Value)
		found := false
		switch want := path[depth].(type) {
		case int:
			if want < 0 || want >= len(inside.list) || inside.byName != nil {
				return depth
			}
			at := inside.list[want].value
			*place, found = Place{Key: at, Value: at}, true
			depth++
		case string:
			longest := 0
			next := *place
			for _, i := range inside.byName[want] {
				m := inside.list[i]
				if n := matching(m.key, path[depth:]); n > longest {
					longest, found = n, n == len(m.key)
					next = Place{Key: m.key[n-1].span, Value: m.value}
				}
			}
			*place = next
			depth += longest
		}
		if !found {
			return depth
		}
	}
	return depth
}

// content is an element of a list, or with a key a member of an inline table.
type content struct {
	key   []part
	value Span
}

// contents is what a list or inline table holds.
type contents struct {
	list   []content
	byName map[string][]int // the members by the first name of their keys; nil for a list
}

// keepContents is the length from which what a list or inline table holds is
// kept: in a long one many problems may stand.
const keepContents = 1024

// contents lists what the list or inline table at the span holds; nothing for
// any other value.
func (f *File) contents(at Span) contents {
	f.mu.Lock()
	defer f.mu.Unlock()
	if kept, ok := f.kept[at.Start]; ok {
		return kept
	}
	var inside contents
	s := scanner{text: f.Text[:at.End], at: at.Start}
	s.value(func(at Span) bool {
		inside.list = append(inside.list, content{value: at})
		return true
	}, func(key []part, at Span) bool {
		if inside.byName == nil {
			inside.byName = map[string][]int{}
		}
		inside.byName[key[0].name] = append(inside.byName[key[0].name], len(inside.list))
		inside.list = append(inside.list, content{key: key, value: at})
		return true
	})
	if at.End-at.Start >= keepContents {
		if f.kept == nil {
			f.kept = make(map[int]contents)
		}
		f.kept[at.Start] = inside
	}
	return inside
}
