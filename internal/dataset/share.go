package dataset

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// forSection is the table of a layer that speaks to one product only.
const forSection = "for"

// speaking takes apart what a layer says to all products, and what it says to
// this one alone: the latter lies above. A layer doesn't know which products
// there are, so what it says to others is no concern here; see Share.
func (l *loader) speaking(whole layer) []layer {
	value, says := whole.part.Tree[forSection]
	if !says {
		return []layer{whole}
	}
	products, isTable := value.(map[string]any)
	if !isTable {
		l.wrongType(whole.file, []any{forSection}, "a table such as [for.PRODUCT.networks]", value)
		return []layer{whole}
	}
	general := whole
	general.part.Tree = maps.Clone(whole.part.Tree)
	delete(general.part.Tree, forSection)
	id, _ := l.base.section("product")["id"].(string)
	own, says := products[id]
	if !says {
		return []layer{general}
	}
	table, isTable := own.(map[string]any)
	if !isTable {
		l.wrongType(whole.file, []any{forSection, id}, "a table", own)
		return []layer{general}
	}
	part := source.Part{Tree: table, Order: map[string][]string{}, Broken: map[string]bool{}}
	for section, value := range table {
		if ids, isTable := value.(map[string]any); isTable {
			part.Order[section] = inOrder(whole.file, ids, forSection, id, section)
		}
	}
	for name := range whole.part.Broken {
		if below, isOurs := strings.CutPrefix(name, forSection+"."+id+"."); isOurs {
			part.Broken[below] = true
		}
	}
	return []layer{general, {file: whole.file.View(part, forSection, id), part: part}}
}

// inOrder lists the keys of a table in the order of the text.
func inOrder(file *source.File, table map[string]any, path ...any) []string {
	at := make(map[string]int, len(table))
	for key := range table {
		place, _ := file.Locate(append(slices.Clip(path), key)...)
		at[key] = place.Key.Start
	}
	return slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		return cmp.Or(cmp.Compare(at[a], at[b]), cmp.Compare(a, b))
	})
}

// Share divides layers among the datasets that they lie over, all there are: a
// dataset gets what it has the ids for, and new entries that are whole. What fits
// none of them is a problem, as is a product that is none of theirs; a port that
// moves rows of several is a warning.
func Share(bases, layers []*source.File) ([][]*source.File, problem.List) {
	s := &sharing{sure: true, index: map[string]int{}}
	for i, base := range bases {
		s.add(i, base)
	}
	out := make([][]*source.File, len(bases))
	for _, file := range layers {
		part, bad := file.Parse()
		for i := range bases {
			if len(bad) > 0 { // told by whoever loads it
				out[i] = append(out[i], file)
			}
		}
		if len(bad) > 0 {
			s.sure = false
			continue
		}
		s.products(file, part)
		for i, shared := range s.divide(file, part) {
			out[i] = append(out[i], shared)
		}
	}
	s.problems.Sort()
	return out, s.problems
}

// sharing is what Share knows of the datasets.
type sharing struct {
	reporter
	sure  bool           // whether all ids could be read
	ids   []string       // of the products
	index map[string]int // by the product's id
	known []map[string]map[string]bool
}

// add notes the ids that a dataset has, by section.
func (s *sharing) add(i int, base *source.File) {
	part, bad := base.Parse()
	s.sure = s.sure && len(bad) == 0
	known := map[string]map[string]bool{"networks": {"cluster": true, podsID: true}}
	for _, section := range idSections() {
		known[section] = map[string]bool{}
		table, _ := part.Tree[section].(map[string]any)
		for id := range table {
			known[section][id] = true
			if section == "hosts" || section == "peers" {
				known["networks"][id] = true
			}
		}
	}
	s.known = append(s.known, known)
	product, _ := part.Tree["product"].(map[string]any)
	id, _ := product["id"].(string)
	s.ids = append(s.ids, id)
	s.index[id] = i
}

// idSections are the sections whose entries have ids.
func idSections() []string {
	var out []string
	for _, section := range Sections() {
		if root, isIDs := strings.CutSuffix(section.Name, ".ID"); isIDs {
			out = append(out, root)
		}
	}
	return out
}

// products reports the products that a layer speaks to and that aren't there.
func (s *sharing) products(file *source.File, part source.Part) {
	table, _ := part.Tree[forSection].(map[string]any)
	for _, id := range sortedKeys(table) {
		if _, there := s.index[id]; !there && s.sure {
			s.reportKey(problem.UnknownProduct, file, []any{forSection, id}, fmt.Sprintf("there is no product %s to speak to", quoted(id)),
				known("products", id, slices.Sorted(slices.Values(s.ids))))
		}
	}
}

// divide gives each dataset its part of a layer.
func (s *sharing) divide(file *source.File, part source.Part) []*source.File {
	hidden := make([]map[string]map[string]bool, len(s.known)) // by section and id
	some := false
	for _, section := range append(idSections(), "networks") {
		table, _ := part.Tree[section].(map[string]any)
		for _, id := range sortedKeys(table) {
			fits := s.fits(section, id)
			if len(fits) == 0 {
				if !s.whole(section, table[id]) && s.sure {
					s.unknown(file, section, id)
				} else {
					s.learn(section, id)
				}
				continue
			}
			if entry, _ := table[id].(map[string]any); section == "ports" && len(fits) > 1 && entry["port"] != nil {
				s.movesSeveral(file, id, fits)
			}
			for i := range s.known {
				if slices.Contains(fits, i) {
					continue
				}
				if hidden[i] == nil {
					hidden[i] = map[string]map[string]bool{}
				}
				if hidden[i][section] == nil {
					hidden[i][section] = map[string]bool{}
				}
				hidden[i][section][id] = true
				some = true
			}
		}
	}
	out := make([]*source.File, len(s.known))
	for i := range out {
		out[i] = file
		if some && hidden[i] != nil {
			out[i] = file.View(without(part, hidden[i]))
		}
	}
	return out
}

// without is a part that lacks some entries.
func without(part source.Part, hidden map[string]map[string]bool) source.Part {
	part.Tree = maps.Clone(part.Tree)
	for section, ids := range hidden {
		table := maps.Clone(part.Tree[section].(map[string]any))
		maps.DeleteFunc(table, func(id string, _ any) bool { return ids[id] })
		if part.Tree[section] = table; len(table) == 0 {
			delete(part.Tree, section)
		}
	}
	return part
}

// fits lists the datasets that have an id.
func (s *sharing) fits(section, id string) []int {
	var out []int
	for i := range s.known {
		if s.known[i][section][id] {
			out = append(out, i)
		}
	}
	return out
}

// learn makes an id known that a layer adds to every dataset.
func (s *sharing) learn(section, id string) {
	for i := range s.known {
		s.known[i][section][id] = true
		if section == "hosts" || section == "peers" {
			s.known[i]["networks"][id] = true
		}
	}
}

// whole reports whether an entry says all that a new one needs.
func (s *sharing) whole(section string, value any) bool {
	entry, isTable := value.(map[string]any)
	if !isTable {
		return false
	}
	for _, known := range Sections() {
		if known.Name != section+".ID" {
			continue
		}
		for _, key := range known.Keys {
			_, says := entry[key.Name]
			needless := slices.ContainsFunc(known.Needs, func(keys []string) bool {
				return keys[0] == key.Name && slices.ContainsFunc(keys, func(other string) bool {
					other, inTable := strings.CutSuffix(other, InTable)
					_, isTable := entry[other].(map[string]any)
					return entry[other] != nil && (isTable || !inTable)
				})
			})
			if key.Must && !says && !needless {
				return false
			}
		}
	}
	return true
}

// unknown reports an entry that no dataset has.
func (s *sharing) unknown(file *source.File, section, id string) {
	what := map[string]struct {
		word string
		code problem.Code
	}{
		"hosts": {"host", problem.UnknownHost}, "peers": {"peer", problem.UnknownPeer}, "scopes": {"scope", problem.UnknownScope},
		"options": {"option", problem.UnknownOption}, "interfaces": {"interface", problem.UnknownInterface},
		"columns": {"column", problem.UnknownColumn}, "networks": {"peer", problem.UnknownPeer}, "ports": {"row", problem.UnknownRow},
	}[section]
	all := map[string]bool{}
	for i := range s.known {
		maps.Copy(all, s.known[i][section])
	}
	s.reportKey(what.code, file, []any{section, id}, fmt.Sprintf("no product has a %s %s", what.word, quoted(id)), known(what.word+"s", id, slices.Sorted(maps.Keys(all))))
}

// movesSeveral warns of a port that is changed in several products at once.
func (s *sharing) movesSeveral(file *source.File, id string, fits []int) {
	names := make([]string, len(fits))
	for n, i := range fits {
		names[n] = s.ids[i]
	}
	path := []any{"ports", id, "port"}
	s.warn(func() {
		s.report(problem.MovesSeveral, file, path, fmt.Sprintf("moves the row %s of %s", quoted(id), problem.Some(names)),
			fmt.Sprintf("if one is meant, write [%s.%s.ports.%s]", forSection, names[0], id))
	})
}
