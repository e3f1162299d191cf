package change

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"portpress/internal/dataset"
)

// door is where traffic passes: one protocol of one host, one way.
type door struct {
	direction dataset.Direction
	host      string
	protocol  string
}

// way is who may pass a door, and by which address and interface of the host;
// the zero address and "" are all of them.
type way struct {
	peer party
	at   netip.Addr
	via  string
}

// opened is what a dataset opens: for each door and way the ports, or for ICMP
// the types.
type opened map[door]map[way][]dataset.Range

// atom is one flow at one address and interface.
type atom struct {
	door
	way
	ranges []dataset.Range
	flow   *dataset.Flow
	on     *dataset.Interface // nil for all
}

// atoms takes a flow apart. What a host opens to itself only counts as closed:
// no export opens it, and anyone but the host is kept out.
func (v *view) atoms(f *dataset.Flow, yield func(*atom)) {
	if f.Peer.Kind == dataset.PeerSelf {
		return
	}
	a := atom{
		door: door{f.Direction, v.id("hosts", f.Host.ID), f.Protocol.ID}, way: way{peer: v.party(f.Peer)},
		ranges: numbers(f), flow: f,
	}
	for _, at := range orAll(f.Port.Bind) {
		a.at = at
		for _, on := range orAll(f.Port.Interfaces) {
			a.on, a.via = on, ""
			if on != nil {
				a.via = v.id("interfaces", on.ID)
			}
			yield(&a)
		}
	}
}

// orAll gives the list, or one zero value that stands for all.
func orAll[T any](list []T) []T {
	if len(list) == 0 {
		return make([]T, 1)
	}
	return list
}

// numbers gives a flow's ports, or its types of ICMP.
func numbers(f *dataset.Flow) []dataset.Range {
	switch {
	case !isICMP(f.Protocol):
		return []dataset.Range{f.Range}
	case len(f.Port.Types) == 0:
		return []dataset.Range{allTypes}
	}
	types := make([]dataset.Range, len(f.Port.Types))
	for i, t := range f.Port.Types {
		if types[i] = (dataset.Range{From: t << 8, To: t<<8 + 255}); f.Port.Code(i) >= 0 {
			types[i].From += f.Port.Code(i)
			types[i].To = types[i].From
		}
	}
	return set(types)
}

// typeTexts writes types of ICMP: "8", "3-4", and of one of which not all codes
// are meant "3/4", "3/0-2".
func typeTexts(r dataset.Range) []string {
	text := func(from, to int) string { // Range's own text has no 0
		if from == to {
			return strconv.Itoa(from)
		}
		return fmt.Sprintf("%d-%d", from, to)
	}
	var out []string
	codes := func(from, to int) {
		out = append(out, strconv.Itoa(from>>8)+"/"+text(from&255, to&255))
	}
	if r.From&255 > 0 {
		end := min(r.To, r.From|255)
		codes(r.From, end)
		r.From = end + 1
	}
	rest := r.To &^ 255 // what is left of a last type, if not all of its codes are meant
	if r.To&255 == 255 {
		rest = r.To + 1
	}
	if r.From < rest {
		out = append(out, text(r.From>>8, (rest-1)>>8))
	}
	if first := max(rest, r.From); first <= r.To {
		codes(first, r.To)
	}
	return out
}

func isICMP(p *dataset.Protocol) bool { return p.ID == "icmp" || p.ID == "icmpv6" }

// opens gathers what a dataset opens.
func (v *view) opens() opened {
	all := opened{}
	for i := range v.ds.Flows {
		v.atoms(&v.ds.Flows[i], func(a *atom) {
			ways := all[a.door]
			if ways == nil {
				ways = map[way][]dataset.Range{}
				all[a.door] = ways
			}
			ways[a.way] = append(ways[a.way], a.ranges...)
		})
	}
	for _, ways := range all {
		for w, ranges := range ways {
			ways[w] = set(ranges)
		}
	}
	return all
}

// covered gives the ports that may be passed by a way, by whatever it is a
// part of: anyone contains every peer, the cluster each of its hosts, and all
// hosts together are the cluster. An outside party is a part of anyone only.
func (v *view) covered(ways map[way][]dataset.Range, w way) []dataset.Range {
	ranges := place(ways, w)
	whole := func(kind dataset.PeerKind, id string) []dataset.Range {
		return place(ways, way{party{kind, id}, w.at, w.via})
	}
	if w.peer.kind != dataset.PeerAny {
		ranges = append(ranges, whole(dataset.PeerAny, string(dataset.PeerAny))...)
	}
	switch {
	case w.peer.kind == dataset.PeerHost && v.known[w.peer.id]:
		ranges = append(ranges, whole(dataset.PeerCluster, string(dataset.PeerCluster))...)
	case w.peer.kind == dataset.PeerCluster:
		var all []dataset.Range
		for i, h := range v.ds.Hosts {
			one := set(whole(dataset.PeerHost, v.id("hosts", h.ID)))
			if i == 0 {
				all = one
			} else {
				all = common(all, one)
			}
		}
		ranges = append(ranges, all...)
	}
	return set(ranges)
}

// place adds to a way's ports those that are open on every address or every
// interface.
func place(ways map[way][]dataset.Range, w way) []dataset.Range {
	ranges := slices.Clone(ways[w])
	if w.at.IsValid() {
		ranges = append(ranges, ways[way{w.peer, netip.Addr{}, w.via}]...)
	}
	if w.via != "" {
		ranges = append(ranges, ways[way{w.peer, w.at, ""}]...)
	}
	if w.at.IsValid() && w.via != "" {
		ranges = append(ranges, ways[way{peer: w.peer}]...)
	}
	return ranges
}

// surplus is what one dataset opens beyond another.
type surplus struct {
	rows    map[string][]Opening             // by the row that opens it
	scopes  map[string]map[*dataset.Peer]int // by scope and peer: how many rows open more through them
	parties map[party]int                    // how many rows name a peer, whether they open more or not

	other *view
	have  opened
	known map[atomKey][]dataset.Range // what covered gave
}

type atomKey struct {
	door
	way
}

// excess gives what a side opens that the other doesn't.
func excess(other, side *view) *surplus {
	s := &surplus{
		rows: map[string][]Opening{}, scopes: map[string]map[*dataset.Peer]int{}, parties: map[party]int{},
		other: other, have: other.opens(), known: map[atomKey][]dataset.Range{},
	}
	accounts := make(map[*dataset.Port]*account, len(side.ds.Ports))
	for i := range side.ds.Flows {
		f := &side.ds.Flows[i]
		s.flow(side, f, accountOf(accounts, f.Port))
		for _, row := range f.Also {
			s.flow(side, f, accountOf(accounts, row))
		}
	}
	for row, a := range accounts {
		s.close(row, a)
	}
	return s
}

// account is what is known of a row while its flows are gone through.
type account struct {
	left    []Opening
	parties []party
	through []passage
}

// passage is a peer that a scope lets in.
type passage struct {
	scope string
	peer  *dataset.Peer
}

func accountOf(accounts map[*dataset.Port]*account, row *dataset.Port) *account {
	a := accounts[row]
	if a == nil {
		a = &account{}
		accounts[row] = a
	}
	return a
}

// flow takes in one flow of a row.
func (s *surplus) flow(side *view, f *dataset.Flow, row *account) {
	side.atoms(f, func(a *atom) {
		if !slices.Contains(row.parties, a.peer) {
			row.parties = append(row.parties, a.peer)
		}
		more := minus(a.ranges, s.covered(a))
		if len(more) == 0 {
			return
		}
		row.left = append(row.left, a.opening(more))
		if a.direction == dataset.In {
			if p := (passage{f.Scope.ID, f.Peer}); !slices.Contains(row.through, p) {
				row.through = append(row.through, p)
			}
		}
	})
}

// close adds a row up.
func (s *surplus) close(row *dataset.Port, a *account) {
	if len(a.left) > 0 {
		s.rows[row.ID] = joined(a.left)
	}
	for _, p := range a.parties {
		s.parties[p]++
	}
	for _, p := range a.through {
		if s.scopes[p.scope] == nil {
			s.scopes[p.scope] = map[*dataset.Peer]int{}
		}
		s.scopes[p.scope][p.peer]++
	}
}

// covered gives what the other side opens where an atom does: through the same
// door, or through the one for every protocol.
func (s *surplus) covered(a *atom) []dataset.Range {
	k := atomKey{a.door, a.way}
	cover, seen := s.known[k]
	if !seen {
		every := door{a.direction, a.host, anyProtocol}
		if ways := s.have[every]; ways != nil && len(s.other.covered(ways, a.way)) > 0 {
			cover = everything
		} else {
			cover = s.other.covered(s.have[a.door], a.way)
		}
		s.known[k] = cover
	}
	return cover
}

// anyProtocol is the id of the protocol that stands for all, which has no
// ports itself; everything is what it opens of any other.
const anyProtocol = "any"

var everything = []dataset.Range{{From: 0, To: 65535}}

// opening gives an atom's numbers the form that is reported, with the ids of
// its own dataset.
func (a *atom) opening(ranges []dataset.Range) Opening {
	o := Opening{
		Direction: a.direction, Protocols: []string{a.flow.Protocol.ID},
		Hosts: []string{a.flow.Host.ID}, Peers: []string{a.flow.Peer.ID},
	}
	if a.at.IsValid() {
		o.Addresses = []string{a.at.String()}
	}
	if a.on != nil {
		o.Interfaces = []string{a.on.ID}
	}
	switch {
	case a.flow.Protocol.HasPorts:
		o.Ports = dataset.Texts(ranges, dataset.Range.String)
	case isICMP(a.flow.Protocol) && ranges[0] != allTypes:
		for _, r := range ranges {
			o.Types = append(o.Types, typeTexts(r)...)
		}
	}
	return o
}
