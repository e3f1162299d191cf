package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// known hints at the id that was meant, or lists what there is.
func known(what, id string, ids []string) string {
	if hint := problem.DidYouMean(id, ids); hint != "" {
		return hint
	}
	if len(ids) == 0 {
		return "the dataset has no " + what
	}
	return "known " + what + ": " + problem.Some(ids)
}

// known is known for a name that may be one of many unknown ones.
func (r *reporter) known(code problem.Code, what, id string, ids func() []string) string {
	if r.guessed == nil {
		r.guessed = map[problem.Code]int{}
	}
	if r.guessed[code]++; r.guessed[code] > guesses {
		return ""
	}
	return known(what, id, ids())
}

// checkWhole finds what only the whole table shows. While there are errors the
// table isn't whole, and most of what it would say is their echo.
func (l *loader) checkWhole() {
	if l.problems.Count(problem.Error) == 0 {
		l.checkRepeats()
		l.checkUnused()
		l.checkDuplicates()
		l.checkBothSides()
		l.checkPortTypes()
	}
}

// checkUnused warns of what no row or scope refers to.
func (l *loader) checkUnused() {
	used := map[any]bool{}
	for _, p := range l.ds.Ports {
		for _, h := range p.Hosts {
			used[h] = true
		}
		for _, s := range append(slices.Clip(p.Scopes), p.assumed.scopes...) {
			used[s] = true
		}
		for _, h := range p.assumed.hosts {
			used[h] = true
		}
		for _, o := range p.Options {
			used[o] = true
		}
		for _, i := range p.Interfaces {
			used[i] = true
		}
		for _, c := range p.when {
			used[c.option] = true
		}
		for id := range p.columns {
			used[l.names.columns[id]] = true
		}
		for _, peer := range append(slices.Clip(p.To), p.Between...) {
			used[peer] = true
			used[l.names.hosts[peer.ID]] = true
		}
	}
	for _, s := range l.ds.Scopes {
		for _, p := range s.From {
			used[p] = true
			if h := l.names.hosts[p.ID]; h != nil {
				used[h] = true
			}
		}
	}
	warn := func(section, word, id string, is any) {
		if !used[is] {
			l.warn(func() {
				l.reportKey(problem.Unused, l.fileOf(section, id), []any{section, id},
					fmt.Sprintf("%s %q is not used", word, id), "remove it, or name it in a row")
			})
		}
	}
	for _, h := range l.ds.Hosts {
		warn("hosts", "host", h.ID, h)
	}
	for _, p := range l.ds.Peers {
		warn("peers", "peer", p.ID, p)
	}
	for _, s := range l.ds.Scopes {
		if !s.Own {
			warn("scopes", "scope", s.ID, s)
		}
	}
	for _, i := range l.ds.Interfaces {
		warn("interfaces", "interface", i.ID, i)
	}
	for _, c := range l.ds.Columns {
		warn("columns", "column", c.ID, c)
	}
	for _, o := range l.ds.Options {
		// One that only excludes the others of its group has no row of its own.
		if o.Group == "" {
			warn("options", "option", o.ID, o)
		}
	}
}

// fileOf returns the lowest file that defines an id.
func (l *loader) fileOf(section, id string) *source.File {
	for _, file := range l.layers {
		if file.section(section)[id] != nil {
			if _, ok := l.base.file.Locate(section, id); !ok {
				return file.file
			}
		}
	}
	return l.base.file
}

// checkDuplicates warns of two rows that open the same thing. Real tables
// repeat a port on purpose, with another purpose; others do it by mistake. That
// rows share a range which the site has assumed for all is no mistake of theirs.
func (l *loader) checkDuplicates() {
	// Bucketed by what must be equal, each bucket is swept in port order.
	type bucket struct {
		host  *Host
		proto *Protocol
		scope *Scope
	}
	type opened struct {
		r   Range
		row int
	}
	shared := false // whether rows may have flows in common
	own := l.ds.ownScopes()
	buckets := map[bucket][]opened{}
	var order []bucket // so that the same table gets the same words
	for row, p := range l.ds.Ports {
		if !p.Opens() {
			continue
		}
		shared = shared || len(p.assumed.ranges) > 0
		for _, h := range p.OpenHosts() {
			scopes := p.scopesAt(h, own)
			for _, proto := range p.OpenProtocols() {
				for _, s := range scopes {
					key := bucket{h, proto, s}
					if buckets[key] == nil {
						order = append(order, key)
					}
					for _, r := range p.ownRanges(proto) {
						buckets[key] = append(buckets[key], opened{r, row})
					}
				}
			}
		}
	}
	told := map[[2]int]bool{}
	var chains map[string]string // made when the first pair is found
	defer func() {
		if shared || len(told) > 0 {
			l.ds.merge()
		}
	}()
	var open []opened // the ranges that reach to the next one's beginning
	for _, key := range order {
		list := buckets[key]
		slices.SortFunc(list, func(a, b opened) int {
			return cmp.Or(cmp.Compare(a.r.From, b.r.From), cmp.Compare(a.row, b.row))
		})
		open = open[:0]
		for _, b := range list {
			open = slices.DeleteFunc(open, func(a opened) bool { return a.r.To < b.r.From })
			for _, a := range open {
				pair := [2]int{min(a.row, b.row), max(a.row, b.row)}
				if a.row == b.row || told[pair] {
					continue
				}
				told[pair] = true
				if chains == nil {
					chains = l.ds.chains()
				}
				first, second := l.ds.Ports[pair[0]], l.ds.Ports[pair[1]]
				if !parted(first, second) && chains[first.ID] != chains[second.ID] {
					shared := Range{b.r.From, min(a.r.To, b.r.To)}
					what := strings.TrimSpace(key.proto.Name + " " + shared.String())
					l.duplicate(first, second, what, key.host, key.scope)
				}
			}
			if len(open) < maxOpen {
				open = append(open, b)
			}
		}
	}
}

// maxOpen is with how many rows that open the same port a row is compared: a
// table that opens one port in every row has more pairs than anybody reads.
const maxOpen = 16

// parted reports whether two rows differ in address, interface or ICMP type.
func parted(a, b *Port) bool {
	return disjoint(a.Bind, b.Bind) || disjoint(a.Interfaces, b.Interfaces) || a.apart(b)
}

// chains gives rows that repeat each other a name in common, through however
// many others: who repeats a row that repeats a third means that one too.
func (ds *Dataset) chains() map[string]string {
	next := map[string]string{}
	last := func(id string) string {
		for next[id] != "" {
			id = next[id]
		}
		return id
	}
	for _, p := range ds.Ports {
		for _, id := range p.Repeats {
			if a, b := last(p.ID), last(id); a != b {
				next[a] = b
			}
		}
	}
	chains := map[string]string{}
	for _, p := range ds.Ports {
		chains[p.ID] = last(p.ID)
	}
	return chains
}

// disjoint reports whether both lists say something, and nothing in common.
func disjoint[T comparable](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	in := newSet(b)
	return !slices.ContainsFunc(a, in.has)
}

// checkRepeats wants each id that a row says it repeats to be one.
func (l *loader) checkRepeats() {
	var ids []string
	byID := map[string]bool{}
	for _, p := range l.ds.Ports {
		if len(p.Repeats) > 0 && ids == nil {
			for _, q := range l.ds.Ports {
				ids = append(ids, q.ID)
				byID[q.ID] = true
			}
		}
		for i, id := range p.Repeats {
			if !byID[id] || id == p.ID {
				file, _ := l.changed(p.ID, "repeats")
				if file == nil {
					file = l.fileOf("ports", p.ID)
				}
				l.report(problem.UnknownRow, file, []any{"ports", p.ID, "repeats", i},
					fmt.Sprintf("row %q repeats %q, which is no other row", p.ID, id), l.known(problem.UnknownRow, "rows", id, func() []string { return ids }))
			}
		}
	}
}

// duplicate warns at the row that opens a port again: the one that a layer
// changed, or else the later one.
func (l *loader) duplicate(first, second *Port, what string, h *Host, s *Scope) {
	keys := []string{"port", "protocols", "hosts", "scopes", "from"}
	file, path := l.fileOf("ports", second.ID), []any{"ports", second.ID}
	if layer, key := l.changed(second.ID, keys...); layer != nil {
		file, path = layer, append(path, key)
	} else if layer, key := l.changed(first.ID, keys...); layer != nil {
		first, second = second, first
		file, path = layer, []any{"ports", second.ID, key}
	}
	l.warn(func() {
		l.reportKey(problem.DuplicateFlow, file, path,
			fmt.Sprintf("%q opens %s on %s to %s, as %q does already", second.ID, what, h.ID, s.ID, first.ID),
			"merge the two, or name one in the other's repeats")
	})
}

// changed returns the topmost layer that has one of the keys for a row, and
// which.
func (l *loader) changed(id string, keys ...string) (*source.File, string) {
	for _, file := range slices.Backward(l.layers) {
		table, _ := file.section("ports")[id].(map[string]any)
		for _, key := range keys {
			if table[key] != nil {
				return file.file, key
			}
		}
	}
	return nil, ""
}
