package dataset

import (
	"slices"
	"strings"

	"portpress/internal/problem"
)

// About is what there is to know of a key without knowing what has it.
type About struct {
	Name  string
	Type  Type
	Must  bool   // whether an entry needs it; for rows with exceptions that Means tells of
	Few   bool   // of rows: whether only some say it, so that it stands in Details
	None  bool   // whether its list may be empty
	Means string // in Markdown, a cell of the table in docs/dataset.md
}

// Key is a key of a section whose entries are Ts. All that is done with keys
// goes by the tables of these in keytable.go: reading, what is unknown, what a
// layer may change, writing a combination, comparing, and documents.
type Key[T any] struct {
	About

	// Value gives what an entry says, or what holds where it says nothing: a
	// string, bool or int, a list of strings, ints or ranges, or labels.
	Value func(*T) any

	// Ordered tells that the order of a list of texts means something.
	Ordered bool

	read  func(r *reader, e *entry, x *T)             // takes it from an entry that says it, or must
	layer func(r *reader, below *entry, above values) // judges a layer that says it; nil lets every one
	both  both                                        // what becomes of it when two products say it
	kept  bool                                        // whether a combination has it where the entry doesn't say it
}

// both is what Combine does with a key when two products say it of one thing.
type both int

const (
	mustAgree   both = iota // or a layer says which
	firstCounts             // with a warning, unless a layer says which
	joinTexts               // one text with both
	joinLists               // what either says
)

// Section is a table of a dataset, or a kind of tables.
type Section struct {
	Name string // as documents write it, such as "product" or "ports.ID"
	Keys []About

	// Any is, where it has a name, the type of the keys that are ids.
	Any Type

	// Plain is, where it has a name, what a layer may put in the place of a table.
	Plain Type

	Must  bool       // whether a dataset needs it, with an entry at least
	Spare Spare      // what makes it needless all the same
	Needs [][]string // keys of which an entry needs one, some of them as a table; the first of each list is the one that is missed
	Layer bool       // whether only layers have it: the sections again, for one product
}

// Spare says that a section isn't needed where a key of every entry of another
// says a word. With no word it always is.
type Spare struct{ Root, Key, Word string }

// InTable marks a key of Needs that counts only where it is a table.
const InTable = "{}"

// Root is the first name of the section's keys.
func (s *Section) Root() string {
	root, _, _ := strings.Cut(s.Name, ".")
	return root
}

// keySet tells which keys of its section an entry says, by their index.
type keySet uint64

func (s keySet) has(i int) bool { return s&(1<<i) != 0 }

// section is a section with what it takes to read and write its entries.
type section[T any] struct {
	about Section // the same for those who don't care what its entries are
	keys  []Key[T]
	said  func(*T) *keySet // where an entry keeps what it says
	at    map[string]int   // the keys' indices
	names []string
	few   keySet
}

func newSection[T any](name string, said func(*T) *keySet, keys ...Key[T]) *section[T] {
	s := &section[T]{about: Section{Name: name}, keys: keys, said: said, at: map[string]int{}}
	for i := range keys {
		s.about.Keys = append(s.about.Keys, keys[i].About)
		s.at[keys[i].Name] = i
		s.names = append(s.names, keys[i].Name)
		if keys[i].Few {
			s.few |= 1 << i
		}
	}
	return s
}

// saying reports the keys of an entry that mean nothing, and returns the
// others.
func (s *section[T]) saying(r *reporter, e *entry) keySet {
	said := s.sayingIn(r, e, e.base)
	for _, v := range e.over {
		said |= s.sayingIn(r, e, v)
	}
	return said
}

func (s *section[T]) sayingIn(r *reporter, e *entry, v values) (said keySet) {
	for key := range v.table {
		if i, known := s.at[key]; known {
			said |= 1 << i
			continue
		}
		hint := problem.DidYouMean(key, s.names)
		if hint == "" {
			hint = "known keys: " + strings.Join(s.names, ", ")
		}
		r.reportKey(problem.UnknownKey, v.file, e.path(key), "unknown key "+quoted(key), hint)
	}
	return said
}

// read takes all that an entry says. What the keys mean together is for the
// caller to judge.
func (s *section[T]) read(r *reader, e *entry, x *T) {
	said := s.saying(&r.reporter, e)
	*s.said(x) = said
	s.readKeys(r, e, x, said)
}

func (s *section[T]) readKeys(r *reader, e *entry, x *T, said keySet) {
	for i := range s.keys {
		if said.has(i) || s.keys[i].Must {
			s.keys[i].read(r, e, x)
		}
	}
}

// judge holds what layers say of an entry against what they may.
func (s *section[T]) judge(r *reader, e *entry) {
	below := entry{section: e.section, id: e.id, base: e.base}
	for _, above := range e.over {
		for i := range s.keys {
			k := &s.keys[i]
			if _, says := above.table[k.Name]; says && k.layer != nil {
				k.layer(r, &below, above)
			}
		}
		below.over = append(below.over, above)
	}
}

// reader is what reading a key needs: what is known, and where to put what is
// wrong.
type reader struct {
	reporter
	ds    *Dataset
	names *names
}

// text is a key that takes a text. One that an entry needs, or that few rows
// say, must not be blank.
func text[T any](about About, at func(*T) *string) Key[T] {
	if about.Must || about.Few {
		about.Type = orElse(about.Type, typeSomeText)
	}
	about.Type = orElse(about.Type, typeText)
	return Key[T]{
		About: about,
		Value: func(x *T) any { return *at(x) },
		read: func(r *reader, e *entry, x *T) {
			*at(x) = r.text(e, about.Name, about.Must || about.Few)
		},
	}
}

// texts is a key that takes one text or a list of them.
func texts[T any](about About, at func(*T) *[]string) Key[T] {
	about.Type = orElse(about.Type, typeTexts)
	return Key[T]{
		About: about,
		Value: func(x *T) any { return *at(x) },
		read:  func(r *reader, e *entry, x *T) { *at(x) = r.texts(e, about.Name) },
		both:  joinLists,
	}
}

// ordered makes a key of texts one whose order counts.
func ordered[T any](k Key[T]) Key[T] {
	k.Ordered = true
	return k
}

// joined makes a key of text one of which a combination has both.
func joined[T any](k Key[T]) Key[T] {
	k.both = joinTexts
	return k
}

// name is a key that takes the name of an entry.
func name[T any](means string, at func(*T) *string) Key[T] {
	k := text(About{Name: "name", Must: true, Means: means}, at)
	k.both = firstCounts
	return k
}

// ranges is a key that takes a port, a range or a list of these.
func ranges[T any](about About, at func(*T) *[]Range) Key[T] {
	about.Type = orElse(about.Type, typePorts)
	return Key[T]{
		About: about,
		Value: func(x *T) any { return *at(x) },
		read:  func(r *reader, e *entry, x *T) { *at(x) = r.ranges(e, about.Name) },
	}
}

// ids is a key that names entries of another section.
func ids[T, R any](about About, word string, code problem.Code, by func(*names) map[string]*R, at func(*T) *[]*R, id func(*R) string) Key[T] {
	return Key[T]{
		About: about,
		Value: func(x *T) any { return Texts(*at(x), id) },
		read: func(r *reader, e *entry, x *T) {
			*at(x) = references(&r.reporter, e, about.Name, code, word, by(r.names), about.Must || about.Few)
		},
	}
}

func orElse(t, other Type) Type {
	if t.Name == "" {
		return other
	}
	return t
}

// roots are the names at the top of a file.
func roots() []string {
	var out []string
	for _, s := range Sections() {
		if s.Name == "" {
			for _, k := range s.Keys {
				out = append(out, k.Name)
			}
			continue
		}
		if root := s.Root(); !slices.Contains(out, root) {
			out = append(out, root)
		}
	}
	return out
}
