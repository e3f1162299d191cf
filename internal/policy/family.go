package policy

import (
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// family is a version of IP.
type family uint8

const (
	both family = iota // or either
	four
	six
)

var (
	noFamily     = []family{both}
	bothFamilies = []family{four, six}
)

// of reports whether an address range is of the family.
func (f family) of(p netip.Prefix) bool { return f == both || p.Addr().Is4() == (f == four) }

// familyOf gives an address range's family.
func familyOf(p netip.Prefix) family {
	if p.Addr().Is4() {
		return four
	}
	return six
}

// word gives what the target calls a family.
func (t *Target) word(f family) string {
	if f == both {
		return ""
	}
	return t.families[f-four]
}

// familiesOf tells which families a flow has rules of. A rule without a
// family is one of both.
func (t *Target) familiesOf(f *dataset.Flow, anyone bool) []family {
	own := icmpFamily(f.Protocol)
	switch {
	case t.family != both && own != both && own != t.family:
		return nil
	case t.family != both:
		return []family{t.family}
	case own != both && (t.icmpOfFamily || t.typeNames() && len(f.Port.Types) > 0):
		return []family{own}
	case anyone && (len(f.Port.Bind) == 0 || t.families[0] == "") && !t.alwaysFamily:
		return noFamily
	case t.lists && len(f.Port.Bind) == 0:
		return noFamily
	}
	return bothFamilies
}

// icmpFamily gives the family that a protocol belongs to: ICMP is one of IPv4,
// ICMPv6 one of IPv6.
func icmpFamily(p *dataset.Protocol) family {
	switch p.ID {
	case "icmp":
		return four
	case "icmpv6":
		return six
	}
	return both
}

// sources are what the rules of a section have as their sources, by family.
// Anyone is one empty text.
type sources struct {
	by     [six + 1][]string
	set    [six + 1]bool // it is the name of a set
	anyone bool
}

func anyone() sources {
	all := []string{""}
	return sources{by: [six + 1][]string{all, all, all}, anyone: true}
}

func (s *sources) none() bool { return len(s.by[four])+len(s.by[six]) == 0 }

// sources gives a peer's networks as the target's rules name them, as far as
// it has words for them.
func (b *builder) sources(p *dataset.Peer) sources {
	var s sources
	for _, f := range bothFamilies {
		if b.target.family != both && b.target.family != f {
			continue
		}
		s.by[f] = texts(p.Networks, f)
		if b.target.sets && len(s.by[f]) > 0 {
			s.by[f] = []string{setName(p.ID, f)}
		}
	}
	return s
}

// inSet names a set of the family's networks in the place of several of them,
// for a target that has sets of addresses beside its rules: each rule would
// stand as often as there are networks.
func (b *builder) inSet(p *dataset.Peer, from sources) sources {
	if b.target.inventory || b.target.ipset.kind == "" {
		return from
	}
	name := b.target.ipset.of(b.policy.ds.Product.ID + "-" + p.ID)
	b.tooManyEntries(p, inSets(p.Networks))
	for _, f := range bothFamilies {
		if len(from.by[f]) < 2 {
			continue
		}
		set := &Set{Name: name + "-" + b.target.word(f), Family: b.target.setFamilies[f-four], Elements: texts(inSets(p.Networks), f), Peer: p}
		from.by[f], from.set[f] = []string{set.Name}, true
		if !slices.ContainsFunc(b.sets, func(s *Set) bool { return s.Name == set.Name }) {
			b.sets = append(b.sets, set)
		}
	}
	return from
}

// inLists names lists of a peer's networks in their place, for a target that
// tries a rule with each of a list.
func (b *builder) inLists(p *dataset.Peer, from sources) sources {
	if !b.target.lists || from.anyone {
		return from
	}
	for _, f := range []family{both, four, six} {
		if len(texts(p.Networks, f)) > 0 {
			from.by[f], from.set[f] = []string{setName(p.ID, f)}, true
		}
	}
	return from
}

// fillLists makes the lists that the rules of a section name.
func (b *builder) fillLists(s *Section) {
	if !b.target.lists {
		return
	}
	for _, f := range []family{both, four, six} {
		name := setName(s.Peer.ID, f)
		named := func(r *Rule) bool { return r.OfSet && r.Source == name }
		if slices.ContainsFunc(s.Rules, named) && !slices.ContainsFunc(b.sets, func(l *Set) bool { return l.Name == name }) {
			b.sets = append(b.sets, &Set{Name: name, Elements: texts(s.Peer.Networks, f), Peer: s.Peer})
		}
	}
}

// texts gives the networks of one family as text.
func texts(networks []netip.Prefix, f family) []string {
	var list []string
	for _, n := range networks {
		if f.of(n) {
			list = append(list, n.String())
		}
	}
	return list
}

// setsOf gives a peer's networks as sets.
func (t *Target) setsOf(n *dataset.Network) []*Set {
	var sets []*Set
	for _, f := range bothFamilies {
		if elements := texts(n.Prefixes, f); len(elements) > 0 {
			sets = append(sets, &Set{Name: setName(n.ID, f), Family: t.setFamilies[f-four], Elements: elements})
		}
	}
	return sets
}

// setName names the set of a peer's networks of one family, or the list of all.
func setName(peer string, f family) string {
	return variable(peer) + map[family]string{both: "_networks", four: "_ipv4", six: "_ipv6"}[f]
}

// variable makes a variable's name of an id: it has underscores, and no digit
// first.
func variable(id string) string {
	name := strings.NewReplacer("-", "_", ".", "_").Replace(id)
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}
