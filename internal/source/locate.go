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
	for _, i := range ix.under(path) {
		t := &ix.tables[i]
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
		s := scanner{text: f.Text[:t.end], at: t.header.End}
		for depth < len(path) {
			s.filler()
			if s.at >= len(s.text) {
				break
			}
			start := s.at
			key, value, sound := s.pair()
			if !sound {
				s.at = start
				s.line()
				continue
			}
			if n := depth + matching(key, path[depth:]); n > depth && n > best {
				best, place = n, Place{Key: key[n-depth-1].span, Value: value}
				if n-depth == len(key) {
					best = f.within(&place, path, n)
				}
			}
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
		found := false
		s := scanner{text: f.Text[:place.Value.End], at: place.Value.Start}
		next := *place
		reached := depth
		switch want := path[depth].(type) {
		case int:
			s.value(func(i int, at Span) bool {
				if i == want {
					next, reached, found = Place{Key: at, Value: at}, depth+1, true
				}
				return !found
			}, nil)
		case string:
			s.value(nil, func(key []part, at Span) bool {
				if n := matching(key, path[depth:]); n > 0 && !found {
					next, reached = Place{Key: key[n-1].span, Value: at}, depth+n
					found = n == len(key)
				}
				return !found
			})
		}
		*place = next
		if !found || reached == depth {
			return reached
		}
		depth = reached
	}
	return depth
}
