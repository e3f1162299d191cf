package dataset

import (
	"cmp"
	"maps"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// Load reads a dataset and the layers over it, checks the whole, and expands
// it into flows. It reports every problem that it finds, sorted by position;
// the dataset is nil if one of them is an error.
//
// A layer's keys take the place of the same keys below it, lists included. New
// ids are added behind the old ones.
func Load(base *source.File, layers ...*source.File) (*Dataset, problem.List) {
	return Limits{}.Load(base, layers...)
}

// Limits bound what a dataset may grow to. The zero value has those that
// docs/dataset.md names.
type Limits struct {
	Flows int // into how many flows the rows may expand; 0 means MaxFlows
	Rules int // how many rules firewalls may need; 0 means MaxRules
	Alike int // how many problems of one kind are told of a file; 0 means 200
}

// What a dataset may come to. A few dozens of hosts, scopes and rows that all
// name each other make more flows than memory holds, and a few rows for
// thousands of networks as many rules.
const (
	MaxFlows = 100_000 // three times what a table of 10,000 rows has
	MaxRules = 250_000
)

// Times raises the limits.
func (limits Limits) Times(n int) Limits {
	return Limits{Flows: n * cmp.Or(limits.Flows, MaxFlows), Rules: n * cmp.Or(limits.Rules, MaxRules), Alike: n * cmp.Or(limits.Alike, perFile)}
}

// Load is Load within other limits.
func (limits Limits) Load(base *source.File, layers ...*source.File) (*Dataset, problem.List) {
	l := &loader{limits: limits.Times(1)}
	l.alike = l.limits.Alike
	read := func(file *source.File) layer {
		part, found := file.Parse()
		l.problems = append(l.problems, found...)
		return layer{file: file, part: part}
	}
	l.base = read(base)
	for _, file := range layers {
		l.layers = append(l.layers, l.speaking(read(file))...)
	}
	ds := l.load()
	l.problems.Sort()
	if l.problems.Count(problem.Error) > 0 {
		return nil, l.problems
	}
	return ds, l.problems
}

// loader carries what one Load knows and found.
type loader struct {
	reader
	base   layer
	layers []layer
	limits Limits
}

// layer is one parsed file.
type layer struct {
	file *source.File
	part source.Part
}

// section returns the layer's table of that name, which may be nil.
func (l layer) section(name string) map[string]any {
	table, _ := l.part.Tree[name].(map[string]any)
	return table
}

// ids lists the keys of a section in the order of the text.
func (l layer) ids(section string) []string {
	table := l.section(section)
	if len(table) == 0 {
		return nil
	}
	ids := make([]string, 0, len(table))
	seen := make(map[string]bool, len(table))
	for _, id := range l.part.Order[section] {
		if table[id] != nil && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// load builds the dataset.
func (l *loader) load() *Dataset {
	l.ds = &Dataset{}
	l.checkRoots()
	l.head()
	l.ds.Ports = l.rows()
	l.needSome("ports", len(l.ds.Ports))
	l.addOwnScopes()
	if l.problems.Count(problem.Error) == 0 && l.checkFlows() && l.checkRules() {
		l.ds.expand()
	}
	l.checkWhole()
	return l.ds
}

// rows decodes the ports, then those that only a layer has.
func (l *loader) rows() []*Port {
	over := l.overlays()
	d := portDecoder{reader: l.another(), base: l.base.file, over: over}
	rows := d.ports(l.base.section("ports"), l.base.ids("ports"))
	l.problems = append(l.problems, d.problems...)
	if len(over) > 0 {
		rows = append(rows, l.added(over, rows)...)
	}
	return rows
}

// another is a reader that knows as much, and has told nothing.
func (l *loader) another() reader {
	return reader{reporter: reporter{alike: l.alike}, ds: l.ds, names: l.names}
}

// overlays returns what the layers say of each port, the lowest layer first.
func (l *loader) overlays() map[string][]values {
	over := map[string][]values{}
	for _, layer := range l.layers {
		for id, v := range layer.section("ports") {
			table, isTable := v.(map[string]any)
			if !isTable {
				l.wrongType(layer.file, []any{"ports", id}, "a table", v)
				continue
			}
			over[id] = append(over[id], values{layer.file, table})
		}
	}
	return over
}

// added decodes the ports that no row of the dataset has taken.
func (l *loader) added(over map[string][]values, rows []*Port) []*Port {
	taken := make(map[string]bool, len(rows))
	for _, p := range rows {
		taken[p.ID] = true
	}
	d := portDecoder{reader: l.another(), base: l.base.file, over: over, inBase: slices.Sorted(maps.Keys(taken))}
	var out []*Port
	for _, layer := range l.layers {
		for _, id := range layer.ids("ports") {
			if stack := over[id]; len(stack) > 0 && !taken[id] {
				taken[id] = true
				p := &Port{}
				_, inBase := l.base.section("ports")[id] // but not as a table
				d.decode(&entry{
					section: "ports", id: id, base: stack[0], over: stack[1:], partial: inBase || l.hidden("ports", id),
				}, p)
				out = append(out, p)
			}
		}
	}
	l.problems = append(l.problems, d.problems...)
	return out
}
