package policy

import (
	"cmp"
	"slices"

	"portpress/internal/dataset"
)

// Flows is some of the dataset's flows, in its order.
type Flows []*dataset.Flow

// Group is the flows that have something in common. Only the field that they
// were grouped by is set, beside Flows.
type Group struct {
	Host     *dataset.Host
	Scope    *dataset.Scope
	Peer     *dataset.Peer
	Protocol *dataset.Protocol
	Port     *dataset.Port
	Flows    Flows
}

// ByHost groups flows by the host that they arrive at.
func (f Flows) ByHost() []*Group {
	return group(f, func(f *dataset.Flow) *dataset.Host { return f.Host }, func(g *Group, h *dataset.Host) { g.Host = h })
}

// ByScope groups flows by scope.
func (f Flows) ByScope() []*Group {
	return group(f, func(f *dataset.Flow) *dataset.Scope { return f.Scope }, func(g *Group, s *dataset.Scope) { g.Scope = s })
}

// ByPeer groups flows by the source that they come from.
func (f Flows) ByPeer() []*Group {
	return group(f, func(f *dataset.Flow) *dataset.Peer { return f.Peer }, func(g *Group, p *dataset.Peer) { g.Peer = p })
}

// ByProtocol groups flows by protocol.
func (f Flows) ByProtocol() []*Group {
	return group(f, func(f *dataset.Flow) *dataset.Protocol { return f.Protocol },
		func(g *Group, p *dataset.Protocol) { g.Protocol = p })
}

// ByPort groups flows by the row of the table that they come from.
func (f Flows) ByPort() []*Group {
	return group(f, func(f *dataset.Flow) *dataset.Port { return f.Port }, func(g *Group, p *dataset.Port) { g.Port = p })
}

// group keeps the order in which the keys first appear.
func group[K comparable](flows Flows, key func(*dataset.Flow) K, set func(*Group, K)) []*Group {
	var groups []*Group
	at := map[K]*Group{}
	var g *Group
	var last K
	for _, f := range flows {
		// Neighbours mostly belong together.
		if k := key(f); g == nil || k != last {
			last = k
			if g = at[k]; g == nil {
				g = &Group{}
				set(g, k)
				at[k] = g
				groups = append(groups, g)
			}
		}
		g.Flows = append(g.Flows, f)
	}
	return groups
}

// Incoming keeps the flows that arrive at their host.
func (f Flows) Incoming() Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Direction == dataset.In })
}

// Outgoing keeps the flows that leave their host.
func (f Flows) Outgoing() Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Direction == dataset.Out })
}

// Unbound keeps the flows that nothing narrows beyond protocol, port and
// peer: neither an address or interface that the row listens on, nor ICMP
// types. Of a row that can only be reached from its own host it keeps all.
func (f Flows) Unbound() Flows {
	return f.keep(func(f *dataset.Flow) bool {
		narrowed := len(f.Port.Bind)+len(f.Port.Interfaces)+len(f.Port.Types) > 0
		return !narrowed || f.Peer.Kind == dataset.PeerSelf
	})
}

// WithPorts keeps the flows of protocols that have ports.
func (f Flows) WithPorts() Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Protocol.HasPorts })
}

// To keeps the flows that arrive at the host with the id.
func (f Flows) To(host string) Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Host.ID == host })
}

// From keeps the flows whose source has the id: any, cluster, self, a host or
// a named peer.
func (f Flows) From(peer string) Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Peer.ID == peer })
}

// In keeps the flows of the scope with the id.
func (f Flows) In(scope string) Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Scope.ID == scope })
}

// Over keeps the flows of the protocol with the id.
func (f Flows) Over(protocol string) Flows {
	return f.keep(func(f *dataset.Flow) bool { return f.Protocol.ID == protocol })
}

func (f Flows) keep(want func(*dataset.Flow) bool) Flows {
	var kept Flows
	for _, flow := range f {
		if want(flow) {
			kept = append(kept, flow)
		}
	}
	return kept
}

// Ports gives the rows that the flows come from, each once.
func (f Flows) Ports() []*dataset.Port {
	var ports []*dataset.Port
	seen := map[*dataset.Port]bool{}
	for _, flow := range f {
		if !seen[flow.Port] {
			seen[flow.Port] = true
			ports = append(ports, flow.Port)
		}
	}
	return ports
}

// Ranges gives the flows' port ranges, sorted, each port in one range only:
// firewalls refuse sets whose elements overlap. Neighbours stay apart, so that
// a row of the table can still be found. Flows without ports give nothing.
func (f Flows) Ranges() []dataset.Range {
	var ranges []dataset.Range
	for _, flow := range f {
		if flow.Range.From != 0 {
			ranges = append(ranges, flow.Range)
		}
	}
	slices.SortFunc(ranges, func(a, b dataset.Range) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && r.From <= merged[n-1].To {
			merged[n-1].To = max(merged[n-1].To, r.To)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
