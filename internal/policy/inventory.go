package policy

import (
	"fmt"
	"net/netip"
	"slices"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// byPeer gives a host's incoming flows by peer. Where packets come from is a
// list for each peer there, so scopes don't matter.
func byPeer(in Flows) []part {
	groups := in.ByPeer()
	parts := make([]part, len(groups))
	for i, of := range groups {
		parts[i] = part{peer: of.Peer, flows: of.Flows}
	}
	return parts
}

// listed gives the sources of a section whose addresses the inventory says: the
// sets that hold them, or a list that the template names.
func (b *builder) listed(s *Section) sources {
	product := b.policy.ds.Product.ID
	s.Variable = variable(product) + "_" + variable(s.Peer.ID) + "_addresses"
	s.Own = variable(product) + "_" + string(dataset.PeerSelf) + "_addresses" // no peer's, since that id is taken
	s.List = variable(product) + "_" + variable(b.host.ID) + "_from_" + variable(s.Peer.ID)
	s.Networks = inSets(s.Peer.Networks)
	if s.Peer.Kind == dataset.PeerNamed && len(s.Peer.Networks) == 0 {
		b.warnings = append(b.warnings, noAddresses(s.Peer, s.Variable))
	}
	if b.target.ipset.kind == "" {
		return anyone()
	}
	b.tooManyEntries(s.Peer, s.Networks)
	var from sources
	name := b.target.ipset.of(product + "-" + s.Peer.ID)
	for _, f := range bothFamilies {
		set := &Set{Name: name + "-" + b.target.word(f), Family: b.target.setFamilies[f-four], Peer: s.Peer, List: s.List}
		from.by[f], from.set[f] = []string{set.Name}, true
		if !slices.ContainsFunc(b.sets, func(s *Set) bool { return s.Name == set.Name }) {
			b.sets = append(b.sets, set)
		}
	}
	return from
}

// inSets gives networks as sets of addresses take them: firewalld passes over
// all of a family, but not over its halves.
func inSets(networks []netip.Prefix) []netip.Prefix {
	list := make([]netip.Prefix, 0, len(networks))
	for _, n := range networks {
		if dataset.IsEverything(n) {
			low, high := dataset.Halves(n)
			list = append(list, low, high)
		} else {
			list = append(list, n)
		}
	}
	return list
}

// noAddresses is NoNetworks for a target whose sources the inventory says.
func noAddresses(peer *dataset.Peer, variable string) Warning {
	const example = `["10.0.0.0/24", "fd00:1::/64"]`
	return Warning{
		Code: problem.NoClusterNetwork,
		Text: fmt.Sprintf("the dataset has no networks.%s: ports that it may reach stay closed until the inventory gives %s", peer.ID, variable),
		Hint: fmt.Sprintf("give them in a layer: [networks] %s = %s, or in the inventory: %s: %s", peer.ID, example, variable, example),
	}
}

// hostsOf gives the host types that a peer is.
func (b *builder) hostsOf(p *dataset.Peer) []*dataset.Host {
	hosts := b.policy.ds.Hosts
	switch p.Kind {
	case dataset.PeerCluster:
		return hosts
	case dataset.PeerHost:
		for i, h := range hosts {
			if h.ID == p.ID {
				return hosts[i : i+1]
			}
		}
	}
	return nil
}
