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
		if p.Opens() {
			n += ds.sizeOf(p).flows
		}
	}
	ds.Flows = make([]Flow, 0, n)
	own := ds.ownScopes()
	for _, p := range ds.Ports {
		if !p.Opens() {
			continue
		}
		protocols := p.OpenProtocols()
		for _, h := range p.OpenHosts() {
			scopes, to := p.scopesAt(h, own), p.goesTo(h)
			for _, proto := range protocols {
				for _, r := range p.opened(proto) {
					flow := Flow{Direction: In, Host: h, Protocol: proto, Range: r, Port: p}
					for _, s := range scopes {
						flow.Scope = s
						for _, peer := range ds.sources(s) {
							flow.Peer = peer
							ds.Flows = append(ds.Flows, flow)
						}
					}
					flow.Direction = Out
					for _, peer := range to {
						flow.Peer, flow.Scope = peer, own[peer]
						ds.Flows = append(ds.Flows, flow)
					}
				}
			}
		}
	}
}

// Opens reports whether a row has flows.
func (p *Port) Opens() bool { return p.Shut() == "" }

// Shut says why a row opens nothing, or "".
func (p *Port) Shut() string {
	switch why := p.Unopenable(); {
	case why != "":
		return why
	case p.Socket != "":
		return "it is a unix socket"
	case p.Documented:
		return "it is listed only"
	case !p.On:
		return "only with " + p.ConditionTitle()
	}
	return ""
}

// ownScopes gives the scopes that stand for a peer alone.
func (ds *Dataset) ownScopes() map[*Peer]*Scope {
	own := map[*Peer]*Scope{}
	for _, s := range ds.Scopes {
		if len(s.From) == 1 && s.ID == s.From[0].ID {
			own[s.From[0]] = s
		}
	}
	return own
}

// scopesAt gives the scopes that a row lets in at one of its hosts, by the
// scopes that stand for a peer alone.
func (p *Port) scopesAt(h *Host, own map[*Peer]*Scope) Scopes {
	switch {
	case len(p.Between) > 0:
		var out Scopes
		for _, peer := range p.across(h) {
			out = append(out, own[peer])
		}
		return out
	case len(p.assumed.scopes) > 0:
		out := slices.DeleteFunc(slices.Clone(p.Scopes), (*Scope).unstated)
		for _, s := range p.assumed.scopes {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return out
	}
	return p.Scopes
}

// goesTo gives the destinations of a host's traffic by a row. Of parties that
// may all start, those that are hosts let it in by themselves.
func (p *Port) goesTo(h *Host) []*Peer {
	if len(p.Between) == 0 {
		return p.To
	}
	return slices.DeleteFunc(slices.Clone(p.across(h)), func(o *Peer) bool { return o.Kind == PeerHost || o.Kind == PeerCluster })
}

// sources gives the peers that a scope lets in. Where the site has said which
// addresses pods have, those of the cluster come with the cluster: they run on
// its hosts, and what leaves them there has their addresses.
func (ds *Dataset) sources(s *Scope) []*Peer {
	if len(ds.Pods()) == 0 || slices.Contains(s.From, ds.pods) ||
		!slices.ContainsFunc(s.From, func(p *Peer) bool { return p.Kind == PeerCluster }) {
		return s.From
	}
	return append(slices.Clone(s.From), ds.pods)
}

// Pods gives the networks of pods and services, as the site has said them.
func (ds *Dataset) Pods() []netip.Prefix {
	if ds.pods == nil { // it was not loaded
		return nil
	}
	return ds.pods.Networks
}

// portless is the one range of a protocol without ports.
var portless = []Range{{}}

// opened gives the ranges that a row's flows of a protocol have: at least one.
func (p *Port) opened(proto *Protocol) []Range {
	ranges := p.ownRanges(proto)
	if proto.HasPorts {
		for _, r := range p.assumed.ranges {
			if !slices.Contains(ranges, r) {
				ranges = append(slices.Clip(ranges), r)
			}
		}
	}
	return ranges
}

// ownRanges gives those of a row's ranges that it states itself.
func (p *Port) ownRanges(proto *Protocol) []Range {
	if ranges := p.RangesOf(proto); len(ranges) > 0 || proto.HasPorts && len(p.assumed.ranges) > 0 {
		return ranges
	}
	return portless
}

// Unopenable says why no firewall could open the row though it should be open,
// or "". Such a row has no flows: a flow without a number would open them all.
func (p *Port) Unopenable() string {
	switch {
	case !p.On || p.Documented || p.Socket != "":
		return ""
	case p.Unstated != "" && len(p.Ranges)+len(p.assumed.ranges) == 0:
		return "its port is " + p.Unstated
	case slices.Contains(p.OpenProtocols(), unstatedProtocol):
		return "its protocol is not stated"
	case p.HostsUnstated():
		return "which hosts listen is not stated"
	case slices.ContainsFunc(p.Scopes, (*Scope).unstated) && len(p.assumed.scopes) == 0:
		return "who may connect is not stated"
	case slices.ContainsFunc(p.Between, (*Peer).unstated):
		return "one of its parties is not stated"
	case slices.ContainsFunc(p.To, (*Peer).unstated):
		return "where it connects to is not stated"
	}
	return ""
}

// Unopened says why a row, or some of its ports, stay closed though they should
// be open, or "".
func (p *Port) Unopened() string {
	if p.Unstated != "" && len(p.Ranges) > 0 && len(p.assumed.ranges) == 0 && p.Opens() {
		return "its other ports are " + p.Unstated
	}
	return p.Unopenable()
}

// OpenedBy says what a layer can say so that a row opens that Unopened tells
// of. It is the same for all rows of one reason, since they are told together.
func (p *Port) OpenedBy() string {
	switch {
	case p.Unstated == portDynamic && len(p.assumed.ranges) == 0:
		return `say in a layer from what range the site's systems take them: [assume] dynamic = "49152-65535"; or of a row that is configurable its number: [ports.ID] port = 8443`
	case p.Unstated != "" && len(p.assumed.ranges) == 0:
		return "say the site's number in a layer: [ports.ID] port = 8443; the dataset has to call the row configurable"
	case slices.Contains(p.OpenProtocols(), unstatedProtocol):
		return `say in a layer what to take: [assume] protocols = ["tcp"]`
	case p.HostsUnstated():
		return `say in a layer which: [assume] hosts = "all"`
	case slices.ContainsFunc(p.Between, (*Peer).unstated):
		return "name it in a layer: [ports.ID] between = …"
	case slices.ContainsFunc(p.To, (*Peer).unstated) && !slices.ContainsFunc(p.Scopes, (*Scope).unstated):
		return "name the destination in a layer: [ports.ID] to = …"
	}
	return `say in a layer who: [assume] from = ["cluster"]`
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

// broadcast is what a packet is sent to that is for all of a network.
var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// ToMany reports whether the row is about traffic that is sent to many hosts at
// once. A program that takes it mostly listens at all addresses.
func (p *Port) ToMany() bool { return slices.ContainsFunc(p.Bind, ToMany) }

// ToMany reports whether an address is that of many hosts at once.
func ToMany(a netip.Addr) bool { return a.IsMulticast() || a == broadcast }

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

// MissingZone names the first interface whose zone of firewalld the site has
// not said, or gives "".
func (p *Port) MissingZone() string {
	for _, i := range p.Interfaces {
		if i.Zone == "" {
			return i.Name
		}
	}
	return ""
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
