package source

import "github.com/pelletier/go-toml/v2/unstable"

// Place says where a path of keys stands.
type Place struct {
	Key   Span // the last name of the path, or the header that opens its table
	Value Span // the value; for a table with a header, the same as Key
}

// Locate finds a path of keys (strings) and list positions (ints), such as
// "ports", "bgp", "protocols", 1. Where the path isn't in the text, the place
// is that of the longest part of it that is, and ok is false.
func (f *File) Locate(path ...any) (place Place, ok bool) {
	if f.view != nil {
		return f.view.locate(path)
	}
	at := f.places()
	for _, want := range path {
		var next *spot
		switch want := want.(type) {
		case string:
			next = at.keys[want]
		case int:
			if want >= 0 && want < len(at.list) {
				next = at.list[want]
			}
		}
		if next == nil {
			return at.Place, false
		}
		at = next
	}
	return at.Place, true
}

// spot is the place of a value and of all that it holds.
type spot struct {
	Place
	own  bool // whether it is the header's own table, not only on its way
	keys map[string]*spot
	list []*spot
}

// under returns the spot of a name, which is new if nothing was there.
func (s *spot) under(name string, at Place) (kid *spot, isNew bool) {
	if kid = s.keys[name]; kid != nil {
		return kid, false
	}
	if s.keys == nil {
		s.keys = map[string]*spot{}
	}
	kid = &spot{Place: at}
	s.keys[name] = kid
	return kid, true
}

// places finds where everything stands, at the first problem that asks: also
// in a text with mistakes, as far as it can be read. Of what is said twice the
// first counts.
func (f *File) places() *spot {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.spots == nil {
		f.spots = &spot{}
		r := &reader{text: []byte(f.Text)}
		current := f.spots
		r.recover(func(n *unstable.Node) {
			if n.Kind == unstable.KeyValue {
				r.locate(current, n, 0)
			} else {
				current = r.enter(f.spots, n)
			}
		}, func(int, *fault) {})
	}
	return f.spots
}

// enter notes the place of a header.
func (r *reader) enter(root *spot, n *unstable.Node) *spot {
	span := r.header(n)
	at := root
	path, _ := r.names(n)
	for i, part := range path {
		kid, _ := at.under(part.text, Place{span, span})
		if i == len(path)-1 && n.Kind == unstable.Table && !kid.own && kid.Key == kid.Value {
			kid.own, kid.Place = true, Place{span, span}
		}
		at = kid
	}
	return at
}

// locate notes the places of a key and of its value. Nested is how many lists
// and inline tables are open.
func (r *reader) locate(at *spot, n *unstable.Node, nested int) {
	names, _ := r.names(n)
	if len(names) == 0 {
		return // too many
	}
	end := r.span(n.Raw).End
	last := names[len(names)-1].span
	start := last.End // the = comes next, then the value
	for r.text[start] != '=' {
		start++
	}
	for start++; r.text[start] == ' ' || r.text[start] == '\t'; {
		start++
	}
	for i, part := range names {
		kid, isNew := at.under(part.text, Place{Key: part.span, Value: Span{start, end}})
		if i == len(names)-1 && isNew {
			r.inside(kid, n.Value(), start, nested)
		}
		at = kid
	}
}

// inside notes the places of what a value holds that begins at an offset, and
// returns where it ends. Of a list the parser notes neither end.
func (r *reader) inside(s *spot, n *unstable.Node, start, nested int) (end int) {
	if nested == maxDepth && (n.Kind == unstable.Array || n.Kind == unstable.InlineTable) && r.deep == (Span{}) {
		r.deep = Span{start, start + 1}
	}
	switch n.Kind {
	case unstable.Array:
		at := start + 1
		for element := n.Child(); element != nil; element = element.Next() {
			kid := &spot{}
			at = r.filler(at)
			begin := at
			at = r.inside(kid, element, at, nested+1)
			kid.Key, kid.Value = Span{begin, at}, Span{begin, at}
			s.list = append(s.list, kid)
		}
		return r.filler(at) + 1
	case unstable.InlineTable:
		at := start + 1
		for member := n.Child(); member != nil; member = member.Next() {
			r.locate(s, member, nested+1)
			at = r.span(member.Raw).End
		}
		return r.filler(at) + 1
	default:
		return r.span(n.Raw).End
	}
}

// deepest is where the value of an expression is first nested too deep.
func (r *reader) deepest(n *unstable.Node) Span {
	r.deep = Span{}
	r.locate(&spot{}, n, 0)
	return r.deep
}
