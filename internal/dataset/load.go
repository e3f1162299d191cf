package dataset

import (
	"maps"
	"runtime"
	"slices"
	"sync"

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
	l := &loader{}
	for _, file := range layers {
		part, found := file.Parse()
		l.problems = append(l.problems, found...)
		l.layers = append(l.layers, layer{file: file, part: part})
	}
	head, chunks, ok := base.Split("ports")
	ds, ok := l.load(layer{file: base, part: head}, chunks, ok)
	if !ok {
		// The parts don't stand for the whole, or one has a syntax error: once
		// more in one piece, which finds out and says which.
		l.problems = slices.DeleteFunc(l.problems, func(p problem.Problem) bool { return p.Code != problem.TOMLSyntax })
		whole, found := base.Parse()
		l.problems = append(l.problems, found...)
		ds, _ = l.load(layer{file: base, part: whole}, nil, true)
	}
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
	for _, key := range l.part.Keys {
		if len(key) > 1 && key[0] == section && !seen[key[1]] && table[key[1]] != nil {
			seen[key[1]] = true
			ids = append(ids, key[1])
		}
	}
	if len(ids) < len(table) { // keys that only an inline table shows
		for _, id := range slices.Sorted(maps.Keys(table)) {
			if !seen[id] {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// load builds the dataset. It returns false if a chunk can't be parsed.
func (l *loader) load(base layer, chunks []source.Chunk, ok bool) (*Dataset, bool) {
	if !ok {
		return nil, false
	}
	l.base, l.ds = base, &Dataset{}
	l.checkRoots()
	l.head()
	rows, ok := l.rows(chunks)
	if !ok {
		return nil, false
	}
	l.ds.Ports = rows
	if len(chunks) == 0 {
		l.needSome("ports", len(rows))
	}
	l.addOwnScopes()
	if l.problems.Count(problem.Error) == 0 {
		l.ds.expand()
	}
	l.checkWhole()
	return l.ds, true
}

// rows decodes the ports: those in the head, those in the chunks (side by
// side), then those that only a layer has.
func (l *loader) rows(chunks []source.Chunk) ([]*Port, bool) {
	over := l.overlays()
	decoder := func() portDecoder {
		return portDecoder{reader: reader{ds: l.ds, names: l.names}, base: l.base.file, over: over}
	}
	first := decoder()
	rows := first.ports(l.base.section("ports"), l.base.ids("ports"))

	parts := make([]portDecoder, len(chunks))
	decoded := make([][]*Port, len(chunks))
	failed := make([]bool, len(chunks))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(chunks)) {
		workers.Go(func() {
			for i := range next {
				part, err := chunks[i].Parse()
				if err != nil {
					failed[i] = true
					continue
				}
				table, _ := part.Tree["ports"].(map[string]any)
				parts[i] = decoder()
				decoded[i] = parts[i].ports(table, chunks[i].IDs)
			}
		})
	}
	for i := range chunks {
		next <- i
	}
	close(next)
	workers.Wait()
	if slices.Contains(failed, true) {
		return nil, false
	}
	l.problems = append(l.problems, first.problems...)
	total := len(rows)
	for i := range decoded {
		total += len(decoded[i])
	}
	rows = slices.Grow(rows, total-len(rows))
	for i := range decoded {
		rows = append(rows, decoded[i]...)
		l.problems = append(l.problems, parts[i].problems...)
	}
	if len(over) > 0 {
		rows = append(rows, l.added(over, rows)...)
	}
	return rows, true
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
	d := portDecoder{reader: reader{ds: l.ds, names: l.names}, base: l.base.file, over: over, inBase: slices.Sorted(maps.Keys(taken))}
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
