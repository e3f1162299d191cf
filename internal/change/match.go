package change

import (
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// view is one side of a comparison, with its ids translated into those of the
// old side where an entry was renamed.
type view struct {
	ds      *dataset.Dataset
	renamed map[string]map[string]string // by section: id here → id in the old dataset
	known   map[string]bool              // the hosts, by the old ids
	isHost  map[string]bool              // the hosts, by their own

	purposes map[string]string // of rows by id; made on first use
}

// clue is a way to recognise an entry under another id: those whose keys are
// equal, and alone in that on either side, are one and the same.
type clue struct {
	keys   func(v *view, ids []string) map[string]string
	accept func(a, b string) bool // given both ids, may refuse; nil never does
}

// views pairs what the two datasets have, section by section. Those that rows
// and scopes refer to come first, since rows are compared by them.
func views(before, after *dataset.Dataset) (was, is *view) {
	was, is = &view{ds: before}, &view{ds: after, renamed: map[string]map[string]string{}}
	pairUp := func(section string, ids func(*dataset.Dataset) []string, clues ...clue) {
		p := pairs{before: ids(before), after: ids(after)}
		p.sameIDs()
		for _, c := range clues {
			if len(p.before) > 0 && len(p.after) > 0 {
				p.sameKeys(c.keys(was, p.before), c.keys(is, p.after), c.accept)
			}
		}
		is.renamed[section] = p.found
	}
	pairUp("interfaces", interfaceIDs, clue{keys: interfaceNames})
	pairUp("options", optionIDs, clue{keys: optionNames})
	pairUp("peers", peerIDs, clue{keys: peerNames}, clue{keys: peerNetworks})
	pairUp("hosts", func(ds *dataset.Dataset) []string { return ds.Hosts.IDs() }, clue{keys: hostNames}, clue{keys: hostRows})
	pairUp("scopes", declared, clue{keys: scopeNames}, clue{keys: scopeRows})
	pairUp("ports", portIDs,
		clue{keys: rowOpenings(true)},
		clue{keys: rowOpenings(false), accept: func(a, b string) bool { return similar(was.purpose(a), is.purpose(b)) }},
		clue{keys: rowPurposes})
	for _, v := range []*view{was, is} {
		v.known, v.isHost = map[string]bool{}, map[string]bool{}
		for _, h := range v.ds.Hosts {
			v.isHost[h.ID] = true
			v.known[v.id("hosts", h.ID)] = true
		}
	}
	return was, is
}

// id gives an entry's id in terms of the old dataset. The id of an entry that
// only the new one has stays: no other can have it, since equal ids are paired.
func (v *view) id(section, id string) string {
	if old, ok := v.renamed[section][id]; ok {
		return old
	}
	return id
}

// party is a peer in terms of the old dataset.
type party struct {
	kind dataset.PeerKind
	id   string
}

func (v *view) party(p *dataset.Peer) party {
	switch p.Kind {
	case dataset.PeerHost:
		return party{p.Kind, v.id("hosts", p.ID)}
	case dataset.PeerNamed:
		return party{p.Kind, v.id("peers", p.ID)}
	}
	return party{p.Kind, p.ID}
}

// pairs finds which id of one list is which of another.
type pairs struct {
	before, after []string          // the ids that have no partner yet
	found         map[string]string // new id → old id
}

// sameIDs pairs equal ids.
func (p *pairs) sameIDs() {
	p.found = make(map[string]string, len(p.after))
	old := make(map[string]bool, len(p.before))
	for _, id := range p.before {
		old[id] = true
	}
	for _, id := range p.after {
		if old[id] {
			p.found[id] = id
		}
	}
	p.drop()
}

// sameKeys pairs ids whose keys are equal. A key that several entries of a side
// have says nothing about which is which, and the empty one says nothing at
// all.
func (p *pairs) sameKeys(before, after map[string]string, accept func(a, b string) bool) {
	byKey := func(ids []string, keys map[string]string) map[string][]string {
		out := map[string][]string{}
		for _, id := range ids {
			if key := keys[id]; key != "" {
				out[key] = append(out[key], id)
			}
		}
		return out
	}
	olds, news := byKey(p.before, before), byKey(p.after, after)
	for key, a := range olds {
		if b := news[key]; len(a) == 1 && len(b) == 1 && (accept == nil || accept(a[0], b[0])) {
			p.found[b[0]] = a[0]
		}
	}
	p.drop()
}

// drop takes those that were paired off the lists.
func (p *pairs) drop() {
	taken := make(map[string]bool, len(p.found))
	for _, old := range p.found {
		taken[old] = true
	}
	p.before = slices.DeleteFunc(slices.Clone(p.before), func(id string) bool { return taken[id] })
	p.after = slices.DeleteFunc(slices.Clone(p.after), func(id string) bool { _, ok := p.found[id]; return ok })
}

// similar reports whether two purposes share at least half of their words.
func similar(a, b string) bool {
	words := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		words[w] |= 1
	}
	for w := range strings.FieldsSeq(b) {
		words[w] |= 2
	}
	both := 0
	for _, sides := range words {
		if sides == 3 {
			both++
		}
	}
	return both > 0 && both*2 >= len(words)
}
