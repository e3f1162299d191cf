package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// how a table came about decides who may add to it: the rules of TOML that a
// grammar can't hold.
type how uint8

const (
	passed  how = iota // named by a header below it: may still get its own
	headed             // has its own header
	dotted             // made by a dotted key: only dotted keys add to it
	element            // the last of a list of tables
)

// table is one that headers or keys may still reach.
type table struct {
	how   how
	names map[string]*table // what it holds: nil for what nothing may add to
	ids   []string          // the keys of a table at the top, in the order of the text
}

func newTable(h how) *table { return &table{how: h, names: map[string]*table{}} }

// builder holds what a reader steps through to the rules of tables, and notes
// the order of keys. The values themselves are decoded elsewhere.
type builder struct {
	*reader
	root    *table
	current *table // the one under the last header
	path    []name // of that header
	order   map[string][]string
	ids     []string          // the keys of the inline table that was read last
	words   map[string]string // names seen: most keys stand in every row
	headers []int             // where those begin
	lists   bool              // whether some are of lists of tables
}

func newBuilder(r *reader) *builder {
	root := newTable(headed)
	return &builder{reader: r, root: root, current: root, order: map[string][]string{}, words: map[string]string{}}
}

// ordered gives the keys of each table at the top.
func (b *builder) ordered() map[string][]string {
	for section, t := range b.root.names {
		if t != nil {
			b.order[section] = t.ids
		}
	}
	return b.order
}

// add takes in one expression.
func (b *builder) add(n *unstable.Node) *fault {
	switch n.Kind {
	case unstable.KeyValue:
		bad := b.set(b.current, n, b.path, 0)
		if bad != nil && bad.at == (Span{}) {
			bad.at = b.deepest(n)
		}
		return bad
	default:
		return b.open(n)
	}
}

// open goes to the table of a header.
func (b *builder) open(n *unstable.Node) *fault {
	path, bad := b.names(n)
	if bad != nil {
		return bad
	}
	b.headers = append(b.headers, b.header(n).Start)
	b.lists = b.lists || n.Kind == unstable.ArrayTable
	at := b.root
	for i, part := range path {
		key := b.word(part.text)
		last := i == len(path)-1
		sub, taken := at.names[key]
		switch {
		case sub == nil && taken:
			return defined(path[:i+1], part.span)
		case last && n.Kind == unstable.ArrayTable:
			if sub != nil && sub.how != element {
				return defined(path, part.span)
			}
			sub = newTable(element)
			at.put(key, sub, i)
		case sub == nil:
			sub = newTable(passed)
			at.put(key, sub, i)
		case last && sub.how != passed:
			f := defined(path, part.span)
			f.at = b.header(n)
			return f
		}
		if last && sub.how == passed {
			sub.how = headed
		}
		at = sub
	}
	b.current, b.path = at, path
	return nil
}

// set takes a key and its value into a table of that path. Nested is how many
// lists and inline tables are open.
func (b *builder) set(at *table, n *unstable.Node, path []name, nested int) *fault {
	key, bad := b.names(n)
	if bad != nil {
		return bad
	}
	for i, part := range key[:len(key)-1] {
		text := b.word(part.text)
		sub, taken := at.names[text]
		if taken && (sub == nil || sub.how != dotted) {
			return defined(join(path, key[:i+1]), part.span)
		}
		if sub == nil {
			sub = newTable(dotted)
			at.put(text, sub, len(path)+i)
		}
		at = sub
	}
	last := key[len(key)-1]
	text := b.word(last.text)
	if _, taken := at.names[text]; taken {
		return defined(join(path, key), last.span)
	}
	b.ids = nil
	if bad := b.value(n.Value(), path, key, nested); bad != nil {
		return bad
	}
	at.put(text, nil, len(path)+len(key)-1)
	if len(path)+len(key) == 1 {
		b.order[text] = b.ids
	}
	return nil
}

// put adds a name, with the table that it is if others may add to it.
func (t *table) put(key string, sub *table, depth int) {
	if _, again := t.names[key]; !again && depth == 1 {
		t.ids = append(t.ids, key)
	}
	t.names[key] = sub
}

// value judges the value of a key in a table of that path.
func (b *builder) value(n *unstable.Node, path, key []name, nested int) *fault {
	switch n.Kind {
	case unstable.String, unstable.Bool:
		return nil
	case unstable.Array:
		if nested == maxDepth {
			return tooDeep(Span{}) // a list notes no place; whoever calls knows where to look
		}
		for element := n.Child(); element != nil; element = element.Next() {
			if bad := b.value(element, path, key, nested+1); bad != nil {
				return bad
			}
		}
		return nil
	case unstable.InlineTable:
		if nested == maxDepth {
			return tooDeep(b.span(n.Raw))
		}
		inside, path := newTable(headed), join(path, key)
		for member := n.Child(); member != nil; member = member.Next() {
			if bad := b.set(inside, member, path, nested+1); bad != nil {
				return bad
			}
		}
		b.ids = inside.ids
		return nil
	}
	if err := oddScalar(n); err != nil {
		return &fault{at: b.span(n.Raw), text: invalid + err.Error()}
	}
	return nil
}

// oddScalar says what is wrong with a number, a date or a time, of which the
// parser judges the form alone. Plain numbers are right.
func oddScalar(n *unstable.Node) error {
	if n.Kind == unstable.Integer && len(n.Data) < 19 && n.Data[0] >= '1' && n.Data[0] <= '9' {
		return nil
	}
	var document map[string]any
	if err := toml.Unmarshal(append([]byte("x = "), n.Data...), &document); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	return nil
}

// word gives the name that is kept of all that are alike.
func (b *builder) word(s string) string {
	if known, ok := b.words[s]; ok {
		return known
	}
	b.words[s] = s
	return s
}

func join(path, key []name) []name { return append(slices.Clip(path), key...) }

// defined is the fault of saying something twice.
func defined(path []name, at Span) *fault { return &fault{at: at, again: path} }
