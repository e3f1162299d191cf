package dataset

import (
	"net/netip"
	"slices"
)

// expand makes the flows: one for each host, protocol, range and source, or
// destination, of each row that opens something.
func (ds *Dataset) expand() {
	n := 0
	for _, p := range ds.Ports {
		n += ds.flowsOf(p)
	}
	ds.Flows = make([]Flow, 0, n)
	destination := map[*Peer]*Scope{}
	for _, s := range ds.Scopes {
		if s.Own {
			destination[s.From[0]] = s
		}
	}
	for _, p := range ds.Ports {
		if !p.opens() {
			continue
		}
		for _, h := range p.Hosts {
			for _, proto := range p.Protocols {
				for _, r := range p.opened() {
					flow := Flow{Direction: In, Host: h, Protocol: proto, Range: r, Port: p}
					for _, s := range p.Scopes {
						flow.Scope = s
						for _, peer := range ds.sources(s) {
							flow.Peer = peer
							ds.Flows = append(ds.Flows, flow)
						}
					}
					flow.Direction = Out
					for _, peer := range p.To {
						flow.Peer, flow.Scope = peer, destination[peer]
						ds.Flows = append(ds.Flows, flow)
					}
				}
			}
		}
	}
}

// opens reports whether a row has flows.
func (p *Port) opens() bool { return p.On && !p.Documented && p.Unopenable() == "" }

// sources gives the peers that a scope lets in. Where the site has said which
// addresses pods have, those of the cluster come with the cluster: they run on
// its hosts, and what leaves them there has their addresses.
func (ds *Dataset) sources(s *Scope) []*Peer {
	if len(ds.pods.Networks) == 0 || slices.Contains(s.From, ds.pods) ||
		!slices.ContainsFunc(s.From, func(p *Peer) bool { return p.Kind == PeerCluster }) {
		return s.From
	}
	return append(slices.Clone(s.From), ds.pods)
}

// Pods gives the networks of pods and services, as the site has said them.
func (ds *Dataset) Pods() []netip.Prefix { return ds.pods.Networks }

// flowsOf counts those of a row without making them.
func (ds *Dataset) flowsOf(p *Port) int {
	if !p.opens() {
		return 0
	}
	peers := len(p.To)
	for _, s := range p.Scopes {
		peers += len(ds.sources(s))
	}
	return len(p.Hosts) * len(p.Protocols) * len(p.opened()) * peers
}

// portless is the one range of a protocol without ports.
var portless = []Range{{}}

// opened gives the ranges that a row's flows have: at least one.
func (p *Port) opened() []Range {
	if len(p.Ranges) == 0 {
		return portless
	}
	return p.Ranges
}

// Unopenable says why no firewall could open the row though it should be open,
// or "". Such a row has no flows: a flow without a number would open them all.
func (p *Port) Unopenable() string {
	switch {
	case !p.On || p.Documented || p.Socket != "":
		return ""
	case p.Unstated != "":
		return "its port is " + p.Unstated
	case slices.Contains(p.Protocols, unstatedProtocol):
		return "its protocol is not stated"
	case slices.ContainsFunc(p.Scopes, (*Scope).unstated), slices.ContainsFunc(p.To, (*Peer).unstated):
		return "who may connect is not stated"
	}
	return ""
}

func (p *Peer) unstated() bool { return p.Kind == PeerUnstated }

func (s *Scope) unstated() bool { return slices.ContainsFunc(s.From, (*Peer).unstated) }

// Loopback reports whether the row listens on the loopback interface alone.
func (p *Port) Loopback() bool {
	for _, a := range p.Bind {
		if !a.IsLoopback() {
			return false
		}
	}
	return len(p.Bind) > 0
}

// BindTo gives the addresses of one family that the row listens on.
func (p *Port) BindTo(four bool) []netip.Addr {
	var out []netip.Addr
	for _, a := range p.Bind {
		if a.Is4() == four {
			out = append(out, a)
		}
	}
	return out
}

// Devices gives the network devices that the row's interfaces are.
func (p *Port) Devices() []string {
	var out []string
	for _, i := range p.Interfaces {
		if i.Device != "" {
			out = append(out, i.Device)
		}
	}
	return out
}

// MissingDevice names the first interface whose device the site has not said,
// or gives "". An export that opens ports must not open such a row on all.
func (p *Port) MissingDevice() string {
	for _, i := range p.Interfaces {
		if i.Device == "" {
			return i.Name
		}
	}
	return ""
}
