package source

import (
	"fmt"
	"slices"
	"strconv"
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
	how    how
	values map[string]any
	tables map[string]*table // those among the values that are not closed
	ids    []string          // the keys of a table at the top, in the order of the text
}

func newTable(h how) *table { return &table{how: h, values: map[string]any{}} }

// builder makes a tree of what a reader steps through.
type builder struct {
	*reader
	root    *table
	current *table // the one under the last header
	path    []name // of that header
	order   map[string][]string
	ids     []string          // the keys of the inline table that was read last
	words   map[string]string // names seen: most keys stand in every row
}

func newBuilder(r *reader) *builder {
	root := newTable(headed)
	return &builder{reader: r, root: root, current: root, order: map[string][]string{}, words: map[string]string{}}
}

// part is what was built.
func (b *builder) part() Part {
	for section, t := range b.root.tables {
		b.order[section] = t.ids
	}
	return Part{Tree: b.root.values, Order: b.order}
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
	at := b.root
	for i, part := range path {
		key := b.word(part.text)
		last := i == len(path)-1
		sub := at.tables[key]
		_, taken := at.values[key]
		switch {
		case sub == nil && taken:
			return defined(path[:i+1], part.span)
		case last && n.Kind == unstable.ArrayTable:
			if sub != nil && sub.how != element {
				return defined(path, part.span)
			}
			list, _ := at.values[key].([]any)
			sub = newTable(element)
			at.put(key, append(list, sub.values), sub, i)
		case sub == nil:
			sub = newTable(passed)
			at.put(key, sub.values, sub, i)
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
		sub := at.tables[text]
		if _, taken := at.values[text]; taken && (sub == nil || sub.how != dotted) {
			return defined(join(path, key[:i+1]), part.span)
		}
		if sub == nil {
			sub = newTable(dotted)
			at.put(text, sub.values, sub, len(path)+i)
		}
		at = sub
	}
	last := key[len(key)-1]
	text := b.word(last.text)
	if _, taken := at.values[text]; taken {
		return defined(join(path, key), last.span)
	}
	b.ids = nil
	value, bad := b.value(n.Value(), path, key, nested)
	if bad != nil {
		return bad
	}
	at.put(text, value, nil, len(path)+len(key)-1)
	if len(path)+len(key) == 1 {
		b.order[text] = b.ids
	}
	return nil
}

// put adds a value, and the table that it is if others may add to it.
func (t *table) put(key string, value any, sub *table, depth int) {
	if _, again := t.values[key]; !again && depth == 1 {
		t.ids = append(t.ids, key)
	}
	t.values[key] = value
	if sub != nil {
		if t.tables == nil {
			t.tables = map[string]*table{}
		}
		t.tables[key] = sub
	}
}

// value reads the value of a key in a table of that path.
func (b *builder) value(n *unstable.Node, path, key []name, nested int) (any, *fault) {
	switch n.Kind {
	case unstable.String:
		return string(n.Data), nil
	case unstable.Bool:
		return n.Data[0] == 't', nil
	case unstable.Array:
		if nested == maxDepth {
			return nil, tooDeep(Span{}) // a list notes no place; whoever calls knows where to look
		}
		list := []any{}
		for element := n.Child(); element != nil; element = element.Next() {
			v, bad := b.value(element, path, key, nested+1)
			if bad != nil {
				return nil, bad
			}
			list = append(list, v)
		}
		return list, nil
	case unstable.InlineTable:
		if nested == maxDepth {
			return nil, tooDeep(b.span(n.Raw))
		}
		inside, path := newTable(headed), join(path, key)
		for member := n.Child(); member != nil; member = member.Next() {
			if bad := b.set(inside, member, path, nested+1); bad != nil {
				return nil, bad
			}
		}
		b.ids = inside.ids
		return inside.values, nil
	}
	v, err := scalar(n)
	if err != nil {
		return nil, &fault{at: b.span(n.Raw), text: invalid + err.Error()}
	}
	return v, nil
}

// scalar reads a number, a date or a time. All but plain numbers are left to
// the library; a dataset needs no others.
func scalar(n *unstable.Node) (any, error) {
	if n.Kind == unstable.Integer && (n.Data[0] != '0' || len(n.Data) == 1) {
		if i, err := strconv.ParseInt(string(n.Data), 10, 64); err == nil && n.Data[0] > '0' {
			return i, nil
		}
	}
	var document map[string]any
	if err := toml.Unmarshal(append([]byte("x = "), n.Data...), &document); err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	return document["x"], nil
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
