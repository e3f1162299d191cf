package source

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// table is one [header] of a file with the lines below it. The first table of
// an index has no header: it holds the keys before the first one.
type table struct {
	header Span   // from bracket to bracket; empty for the first table
	nameAt int    // where the name begins
	name   string // the dotted key as written between the brackets
	named  bool   // whether the brackets close behind the name
	end    int    // where the next table begins
	sound  bool   // whether the scanner could step over all of it
	bad    Span   // where not: from the line's first key to where it stopped
	deep   bool   // whether it stopped because of the nesting
}

// path returns the names of the header.
func (t *table) path() []part {
	if t.name == "" {
		return nil
	}
	s := scanner{text: t.name}
	parts, _ := s.key()
	offset := t.nameAt
	for i := range parts {
		parts[i].span.Start += offset
		parts[i].span.End += offset
	}
	return parts
}

// row returns id for a header [section.id] of two bare names.
func (t *table) row(section string) (id string, ok bool) {
	id, ok = strings.CutPrefix(t.name, section)
	if !ok || len(id) < 2 || id[0] != '.' {
		return "", false
	}
	id = id[1:]
	for i := range len(id) {
		if !isBare(id[i]) {
			return "", false
		}
	}
	return id, true
}

// index is every table of a file, in the order of the text.
type index struct {
	tables   []table
	plain    bool // no arrays of tables, and every table sound
	once     sync.Once
	byName   map[string][]ref // what the text defines, by its first two names
	pairs    []content
	sections map[string]Place // where the first of these names first stands
}

func (f *File) tables() *index {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil {
		f.index = newIndex(f.Text)
	}
	return f.index
}

// newIndex finds the tables of a text. Where a line can't be understood the
// scanner goes on at the next line, so one mistake doesn't hide the tables
// that follow.
func newIndex(text string) *index {
	ix := &index{plain: true, tables: make([]table, 1, 1+strings.Count(text, "\n["))}
	current := &ix.tables[0]
	current.sound = true
	s := scanner{text: text, skim: true}
	for {
		s.filler()
		if s.at == len(text) {
			break
		}
		start := s.at
		ok := false
		if text[start] == '[' {
			current.end = start
			ix.tables = append(ix.tables, table{sound: true})
			current = &ix.tables[len(ix.tables)-1]
			ok = s.header(current)
			ix.plain = ix.plain && !strings.HasPrefix(text[start:], "[[")
		} else {
			_, _, ok = s.pair()
		}
		switch {
		case !ok:
			current.fail(start, s.at, s.deep)
			s.at, s.deep = start, false
			s.line()
		case !s.lineEnds():
			current.fail(start, s.at, false)
			s.line()
		}
		ix.plain = ix.plain && current.sound
	}
	current.end = len(text)
	return ix
}

// fail notes the first place that the scanner couldn't step over. The parser
// never gets behind it.
func (t *table) fail(start, stopped int, deep bool) {
	if t.sound {
		t.sound, t.deep, t.bad = false, deep, Span{start, stopped}
	}
}

// header reads [name] or [[name]].
func (s *scanner) header(t *table) bool {
	start := s.at
	open, closed := "[", "]"
	if strings.HasPrefix(s.text[s.at:], "[[") {
		open, closed = "[[", "]]"
	}
	s.at += len(open)
	nameStart := s.at
	// A header of bare names is by far the commonest: no need to take it apart.
	dots := 0
	for s.at < len(s.text) && (isBare(s.text[s.at]) || s.text[s.at] == '.') {
		if s.text[s.at] == '.' {
			dots++
		}
		s.at++
	}
	if dots >= maxDepth || s.at == nameStart || !strings.HasPrefix(s.text[s.at:], closed) {
		s.at = nameStart
		s.key() // as far as it goes: even half a name tells the section
	}
	t.name, t.nameAt = s.text[nameStart:s.at], nameStart
	t.named = !s.deep && s.take(closed)
	t.header = Span{start, s.at}
	return t.named
}

// ref is a whole table, or one key of a table that holds several rows.
type ref struct {
	table int
	pair  int // of index.pairs; -1 for a whole table
}

// under returns what may hold or extend path. The tables of a section are
// found by the id in their headers, and the keys of a table that holds several
// rows by theirs: a search through all would make the time for many problems
// grow with the square of the rows.
func (f *File) under(path []any) []ref {
	ix := f.tables()
	if len(path) < 2 { // every table below a section shows where that is
		all := make([]ref, len(ix.tables))
		for i := range all {
			all[i] = ref{i, -1}
		}
		return all
	}
	ix.once.Do(func() { ix.collect(f.Text) })
	found := slices.Clone(ix.byName[bucket(path)])
	found = append(found, ix.byName[bucket(path[:1])]...)
	found = append(found, ix.byName[""]...)
	slices.SortFunc(found, func(a, b ref) int { return cmp.Or(a.table-b.table, a.pair-b.pair) })
	return slices.Compact(found)
}

// collect fills byName.
func (ix *index) collect(text string) {
	ix.byName = make(map[string][]ref, len(ix.tables))
	ix.sections = map[string]Place{}
	add := func(r ref, path []part, place Place) {
		names := make([]any, len(path))
		for i, p := range path {
			names[i] = p.name
		}
		key := bucket(names)
		ix.byName[key] = append(ix.byName[key], r)
		if _, again := ix.sections[first(path)]; !again {
			ix.sections[first(path)] = place
		}
	}
	for i := range ix.tables {
		t := &ix.tables[i]
		header := t.path()
		add(ref{i, -1}, header, Place{Key: t.header, Value: t.header})
		if len(header) < 2 {
			t.pairs(text, func(key []part, value Span) bool {
				ix.pairs = append(ix.pairs, content{key, value})
				add(ref{i, len(ix.pairs) - 1}, append(slices.Clip(header), key...), Place{Key: key[0].span, Value: value})
				return true
			})
		}
	}
}

func first(path []part) string {
	if len(path) == 0 {
		return ""
	}
	return path[0].name
}

// pairs calls yield for each key and value of the table.
func (t *table) pairs(text string, yield func(key []part, value Span) bool) {
	s := scanner{text: text[:t.end], at: t.header.End}
	for {
		if s.filler(); s.at == len(s.text) {
			return
		}
		start := s.at
		key, value, ok := s.pair()
		if !ok {
			s.at = start
			s.line()
		} else if !yield(key, value) {
			return
		}
	}
}

// bucket joins the first two names of a path.
func bucket(path []any) string {
	var b strings.Builder
	for _, p := range path[:min(2, len(path))] {
		if name, ok := p.(string); ok {
			b.WriteString(name)
			b.WriteByte(0)
		}
	}
	return b.String()
}
