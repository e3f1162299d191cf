package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// What a host sends is governed where the site asks for it: then nothing leaves
// it but what rows with to say, what other hosts of the product let it in by,
// and what [egress] allows. A row that lets a host in says already what that
// host sends, so no table needs it twice.

// Outgoing is what one host may send, where all else is denied. In its
// sections the peer is the destination: a rule's sources are the addresses that
// it sends to, and its binds and devices the host's own.
type Outgoing struct {
	Name     string     // of the chain or policy that holds the rules, where there is one
	ICMP     []*Rule    // what goes out of ICMP before all rows, as IP needs it
	Sections []*Section // by destination
	Firewall *Firewall  // whose it is
	Zones    []*Zone    // what it may send by some zones only, where the target knows interfaces by these
}

// egress is how a target carries outgoing traffic.
type egress struct {
	carries bool       // it can be told what a host sends, and to deny the rest
	leaves  string     // or why it isn't
	icmp    icmpPolicy // what its exports let out of ICMP before all rows
	name    nameForm   // of the chain or policy that the rules stand in
}

// sending is one flow that leaves a host, and where it goes.
type sending struct {
	to   *dataset.Peer
	flow *dataset.Flow
}

// sent gives what a host sends by the table, in its order: of each row each once.
func (p *Policy) sent(h *dataset.Host) []sending {
	var list []sending
	type same struct {
		to       *dataset.Peer
		row      *dataset.Port
		protocol *dataset.Protocol
		ports    dataset.Range
	}
	seen := map[same]bool{}
	stripped := map[*dataset.Port]*dataset.Port{}
	many := map[*dataset.Port]*dataset.Peer{}
	add := func(to *dataset.Peer, f *dataset.Flow) {
		if key := (same{to, f.Port, f.Protocol, f.Range}); !seen[key] {
			seen[key] = true
			list = append(list, sending{to, f})
		}
	}
	for _, f := range p.Flows() {
		switch {
		case f.Direction == dataset.Out && f.Host == h:
			add(p.other(f.Peer), f)
		case f.Direction == dataset.In && isSender(f.Peer, h):
			own := *f
			own.Direction, own.Host, own.Port = dataset.Out, h, asSent(stripped, f.Port)
			if f.Port.ToMany() {
				add(toMany(many, f.Port), &own)
			}
			if len(f.Port.Bind) == 0 || slices.ContainsFunc(f.Port.Bind, func(a netip.Addr) bool { return !dataset.ToMany(a) }) {
				add(p.hosts()[f.Host.ID], &own)
			}
		}
	}
	return list
}

// toMany gives what stands for the addresses of multicast and broadcast that a
// row is sent to, which are no host's.
func toMany(known map[*dataset.Port]*dataset.Peer, row *dataset.Port) *dataset.Peer {
	if known[row] == nil {
		to := &dataset.Peer{ID: row.ID + ".multicast", Kind: dataset.PeerNamed, Name: "Many hosts at once"}
		for _, a := range row.Bind {
			if dataset.ToMany(a) {
				to.Networks = append(to.Networks, netip.PrefixFrom(a, a.BitLen()))
			}
		}
		known[row] = to
	}
	return known[row]
}

// isSender reports whether machines of a host type are, or are among, those
// that a flow is from.
func isSender(from *dataset.Peer, h *dataset.Host) bool {
	return from.Kind == dataset.PeerCluster || from.Kind == dataset.PeerHost && from.ID == h.ID || from.Anyone()
}

// asSent gives a row without what it says of where it listens, which is another
// host's.
func asSent(known map[*dataset.Port]*dataset.Port, row *dataset.Port) *dataset.Port {
	if len(row.Bind)+len(row.Interfaces) == 0 && !row.Forwarded {
		return row
	}
	if known[row] == nil {
		own, details := *row, *row.Details
		details.Bind, details.Interfaces, details.Forwarded = nil, nil, false
		own.Details = &details
		known[row] = &own
	}
	return known[row]
}

// other gives the one peer that stands for a destination, whatever pointer a
// row has to it.
func (p *Policy) other(to *dataset.Peer) *dataset.Peer {
	if own := p.hosts()[to.ID]; own != nil {
		return own
	}
	return to
}

// hostPeers gives each host type as a peer, the cluster and anyone, with their
// networks.
func hostPeers(ds *dataset.Dataset) map[string]*dataset.Peer {
	peers := map[string]*dataset.Peer{
		clusterID: {ID: clusterID, Kind: dataset.PeerCluster, Name: "Cluster hosts"},
		anyID:     {ID: anyID, Kind: dataset.PeerAny, Name: "Anyone"},
	}
	for _, h := range ds.Hosts {
		peers[h.ID] = &dataset.Peer{ID: h.ID, Kind: dataset.PeerHost, Name: h.Name}
	}
	for _, n := range ds.Networks {
		if peer := peers[n.ID]; peer != nil {
			peer.Networks = n.Prefixes
		}
	}
	return peers
}

const (
	clusterID = string(dataset.PeerCluster)
	anyID     = string(dataset.PeerAny)
)

// outgoing gives what the host may send, or nil where the site doesn't ask for
// it or the target can't be told.
func (b *builder) outgoing() *Outgoing {
	ds := b.policy.ds
	switch {
	case !ds.Egress.Deny:
		return nil
	case !b.target.egress.carries:
		w := CannotCarry(&dataset.Port{ID: "egress.deny"}, b.target.egress.leaves)
		w.Hint = "hold it by other means, such as the export for nftables"
		b.warnings = append(b.warnings, w)
		return nil
	}
	out := &Outgoing{Name: b.target.egress.name.of(ds.Product.ID), ICMP: b.outICMP()}
	for _, p := range b.destinations() {
		out.Sections = append(out.Sections, b.sectionTo(p))
	}
	out.Zones = b.zonesOut()
	return out
}

// destinations gives what the host sends by where it goes, in the order in
// which the table comes to it.
func (b *builder) destinations() []part {
	var parts []part
	at := map[*dataset.Peer]int{}
	seen := map[*dataset.Peer]map[string]*dataset.Flow{}
	add := func(to *dataset.Peer, f *dataset.Flow) {
		i, begun := at[to]
		if !begun {
			i = len(parts)
			at[to], seen[to] = i, map[string]*dataset.Flow{}
			parts = append(parts, part{peer: to})
		}
		// Of several host types that are all told as the cluster one is enough.
		key := what(f)
		if first := seen[to][key]; first != nil {
			also(first, f)
			return
		}
		own := *f
		own.Peer, own.Also = to, slices.Clip(f.Also)
		seen[to][key] = &own
		parts[i].flows = append(parts[i].flows, &own)
	}
	for _, s := range b.policy.sends[b.host]() {
		add(b.toldAs(s.to), s.flow)
	}
	for _, s := range b.unsaid() {
		add(b.policy.other(s.to), s.flow)
	}
	return b.withoutRepeats(parts)
}

// withoutRepeats leaves out what goes to a host type and to the cluster, where
// that contains its networks.
func (b *builder) withoutRepeats(parts []part) []part {
	cluster := b.policy.hosts()[clusterID]
	i := slices.IndexFunc(parts, func(p part) bool { return p.peer == cluster })
	if i < 0 || len(cluster.Networks) == 0 {
		return parts
	}
	said := map[string]*dataset.Flow{}
	for _, f := range parts[i].flows {
		said[what(f)] = f
	}
	for i, p := range parts {
		within := func(n netip.Prefix) bool {
			return slices.ContainsFunc(cluster.Networks, func(c netip.Prefix) bool { return c.Bits() <= n.Bits() && c.Overlaps(n) })
		}
		if p.peer.Kind == dataset.PeerHost && len(p.peer.Networks) > 0 && !slices.ContainsFunc(p.peer.Networks, func(n netip.Prefix) bool { return !within(n) }) {
			parts[i].flows = p.flows.keep(func(f *dataset.Flow) bool {
				if first := said[what(f)]; first != nil {
					also(first, f)
					return false
				}
				return true
			})
		}
	}
	return slices.DeleteFunc(parts, func(p part) bool { return len(p.flows) == 0 })
}

// also notes of a flow the rows of another one that says the same.
func also(first, f *dataset.Flow) {
	for _, row := range rows(f) {
		if row.ID != first.Port.ID && !slices.Contains(first.Also, row) {
			first.Also = append(first.Also, row)
		}
	}
}

// what says all of a flow but where it goes.
func what(f *dataset.Flow) string {
	return fmt.Sprint(f.Protocol.ID, f.Range, f.Port.TypeTexts(), f.Port.Bind, f.Port.Devices(), f.Port.MissingDevice())
}

// toldAs gives the peer that a destination is told as. A host type whose
// networks nobody has said is the cluster, to a target that doesn't find hosts by
// itself: the hosts there decide what they let in.
func (b *builder) toldAs(to *dataset.Peer) *dataset.Peer {
	cluster := b.policy.hosts()[clusterID]
	switch {
	case to.Kind != dataset.PeerHost || len(to.Networks) > 0 || b.target.findsHosts:
	case !b.target.pods:
		return cluster
	case len(cluster.Networks) > 0 && len(b.hostsOf(to)[0].Pods()) == 0: // not the cluster's pods, which the peer isn't
		if b.atNodes == nil {
			b.atNodes = map[*dataset.Peer]*dataset.Peer{}
		}
		if b.atNodes[to] == nil {
			own := *to
			own.Networks = cluster.Networks
			b.atNodes[to] = &own
		}
		return b.atNodes[to]
	}
	return to
}

// unsaid gives what leaves a host though no row says it: what [egress] allows,
// and for hosts with pods all that they send to these.
func (b *builder) unsaid() []sending {
	ds := b.policy.ds
	var list []sending
	for _, row := range ds.Egress.Rows(b.target.pods) {
		list = append(list, sendings(b.host, row)...)
	}
	if pods := ds.Pods(); len(pods) > 0 && !b.target.pods {
		to := &dataset.Peer{ID: "pods", Kind: dataset.PeerNamed, Name: "Pods", Networks: pods}
		row := &dataset.Port{
			ID: "egress.pods", Purpose: "Pods and services of the cluster", Protocols: []*dataset.Protocol{dataset.AnyProtocol()}, On: true,
			Details: &dataset.Details{To: []*dataset.Peer{to}},
		}
		list = append(list, sendings(b.host, row)...)
	}
	return list
}

// sendings expands a row that isn't the table's.
func sendings(h *dataset.Host, row *dataset.Port) []sending {
	var list []sending
	for _, protocol := range row.Protocols {
		for _, r := range slices.Concat(row.Ranges, []dataset.Range{{}})[:max(1, len(row.Ranges))] {
			f := &dataset.Flow{Direction: dataset.Out, Host: h, Protocol: protocol, Range: r, Peer: row.To[0], Port: row}
			list = append(list, sending{row.To[0], f})
		}
	}
	return list
}

// sectionTo makes the rules of what goes to one destination.
func (b *builder) sectionTo(p part) *Section {
	s, from := b.open(p)
	s.Title = b.target.comments.apart("to " + p.peer.ID)
	if b.target.sets && p.peer.Kind == dataset.PeerNamed && strings.Contains(p.peer.ID, ".") { // no peer of the site's, which all have sets
		b.sets = append(b.sets, b.target.setsOf(&dataset.Network{ID: p.peer.ID, Prefixes: p.peer.Networks})...)
	}
	b.fillTo(s, b.inSetTo(s, from), p)
	b.head(s, deniedOut)
	return s
}

// inSetTo names a set in the place of several networks of a destination. What
// is no peer of the site's has few.
func (b *builder) inSetTo(s *Section, from sources) sources {
	if s.Anyone || strings.Contains(s.Peer.ID, ".") {
		return from
	}
	return b.inSet(s.Peer, from)
}

// fillTo makes the rules of a section of what is sent.
func (b *builder) fillTo(s *Section, from sources, p part) {
	from = b.inLists(p.peer, from)
	if b.asOne(s, from, func() Warning { return noNetworksTo(p.peer) }) {
		return
	}
	for _, f := range p.flows {
		switch {
		case s.Self || s.Closed:
			s.Rules = b.closed(s.Rules, f, b.target.namesClosed)
		case !b.carries(f):
			b.refuse(s, f)
		case b.byZone(f): // in a policy of the zone's
		default:
			s.Rules = b.expand(s.Rules, f, from)
		}
	}
	b.fillLists(s)
}

// noNetworksTo is NoNetworks for a destination.
func noNetworksTo(peer *dataset.Peer) Warning {
	return Warning{
		Code: problem.NoClusterNetwork,
		Text: fmt.Sprintf("the dataset has no networks.%s: what hosts send there is denied", peer.ID),
		Hint: fmt.Sprintf(`give them in a layer: [networks] %s = ["10.0.0.0/24", "fd00:1::/64"]`, peer.ID),
	}
}

// outICMP makes the rules that let out what IP needs of ICMP.
func (b *builder) outICMP() []*Rule {
	if b.target.egress.icmp == icmpUngoverned {
		return nil
	}
	var rules []*Rule
	for _, f := range bothFamilies {
		if b.target.family != both && b.target.family != f {
			continue
		}
		rules = each(rules, b.icmpRule(f, b.target.egress.icmp == icmpNarrows), b.target.each)
	}
	return rules
}
