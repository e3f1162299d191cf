package source

import (
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
	end    int    // where the next table begins
	sound  bool   // whether the scanner could step over all of it
	bad    Span   // where not: from the line's first key to where it stopped
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
	tables []table
	plain  bool // no arrays of tables, and every table sound
	once   sync.Once
	byName map[string][]int // tables by their first two names
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
	s := scanner{text: text}
	for {
		s.filler()
		if s.at == len(text) {
			break
		}
		start := s.at
		if text[start] == '[' {
			current.end = start
			ix.tables = append(ix.tables, table{sound: true})
			current = &ix.tables[len(ix.tables)-1]
			if !s.header(current) {
				current.fail(start, s.at)
				s.at = start
				s.line()
			}
			ix.plain = ix.plain && !strings.HasPrefix(text[start:], "[[")
		} else if _, _, ok := s.pair(); !ok {
			current.fail(start, s.at)
			s.at = start
			s.line()
		} else if s.blanks(); s.at < len(text) && !strings.ContainsRune("#\r\n", rune(text[s.at])) {
			current.fail(start, s.at)
			s.line()
		}
		ix.plain = ix.plain && current.sound
	}
	current.end = len(text)
	return ix
}

// fail notes the first place that the scanner couldn't step over.
func (t *table) fail(start, stopped int) {
	if t.sound {
		t.sound, t.bad = false, Span{start, stopped}
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
	for s.at < len(s.text) && (isBare(s.text[s.at]) || s.text[s.at] == '.') {
		s.at++
	}
	if s.at == nameStart || !strings.HasPrefix(s.text[s.at:], closed) {
		s.at = nameStart
		if _, ok := s.key(); !ok {
			return false
		}
	}
	t.name, t.nameAt = s.text[nameStart:s.at], nameStart
	ok := s.take(closed)
	t.header = Span{start, s.at}
	return ok
}

// under returns the tables whose header may hold or extend path: those that
// share its first two names, and those of one name or none.
func (ix *index) under(path []any) []int {
	if len(path) < 2 { // every table below a section shows where that is
		all := make([]int, len(ix.tables))
		for i := range all {
			all[i] = i
		}
		return all
	}
	ix.once.Do(func() {
		ix.byName = make(map[string][]int, len(ix.tables))
		for i := range ix.tables {
			parts := ix.tables[i].path()
			names := make([]any, len(parts))
			for j, p := range parts {
				names[j] = p.name
			}
			key := bucket(names)
			ix.byName[key] = append(ix.byName[key], i)
		}
	})
	found := slices.Clone(ix.byName[bucket(path)])
	found = append(found, ix.byName[bucket(path[:1])]...)
	found = append(found, ix.byName[""]...)
	slices.Sort(found)
	return found
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
