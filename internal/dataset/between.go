package dataset

import (
	"slices"
	"strings"

	"portpress/internal/problem"
)

// readBetween reads the parties of traffic that any of them may start. Those
// that are hosts of the product listen.
func readBetween(r *reader, e *entry, p *Port) {
	p.Between = references(&r.reporter, e, "between", problem.UnknownPeer, "peer", r.names.peers, true)
	for _, key := range []string{"hosts", "scopes", "from", "to"} {
		if v, file := e.get(key); v != nil {
			r.reportKey(problem.PortNeedless, file, e.path(key), "between says who listens and who connects", "remove the line, or the one with between")
			return
		}
	}
	_, file := r.list(e, "between", false)
	for i, peer := range p.Between {
		if peer.Kind == PeerSelf {
			r.report(problem.UnknownPeer, file, e.element("between", i), "a host needs no firewall to itself", "name another party, or write from = \"self\"")
		}
	}
	for _, h := range r.ds.Hosts {
		if slices.ContainsFunc(p.Between, func(peer *Peer) bool { return peer.isHost(h) }) {
			p.Hosts = append(p.Hosts, h)
		}
	}
	if len(p.Hosts) == 0 && r.names.hosts[unsure] == nil && len(p.Between) > 0 {
		r.report(problem.UnknownHost, file, e.path("between"), "none of between is a host of the product", "name at least one host type, or the cluster")
	}
}

// across gives the parties on the other side of a host: those of between that
// aren't the host's own. A party that stands alone is among itself.
func (p *Port) across(h *Host) []*Peer {
	if len(p.Between) == 1 {
		return p.Between
	}
	var out []*Peer
	for i, own := range p.Between {
		if !own.isHost(h) {
			continue
		}
		for j, other := range p.Between {
			if i != j && !slices.Contains(out, other) {
				out = append(out, other)
			}
		}
	}
	return out
}

// listens reports whether somebody may connect to a row's hosts.
func (p *Port) listens() bool { return len(p.Scopes)+len(p.Between) > 0 }

// BetweenIDs gives the ids of the parties of which any may start.
func (p *Port) BetweenIDs() []string { return Texts(p.Between, func(p *Peer) string { return p.ID }) }

// betweenTitle says of which parties any may start: "between Servers and Agents".
func (p *Port) betweenTitle() string {
	names := Texts(p.Between, func(p *Peer) string { return p.party("party") })
	switch last := len(names) - 1; last {
	case -1:
		return ""
	case 0:
		return "among " + names[0]
	default:
		return "between " + strings.Join(names[:last], ", ") + " and " + names[last]
	}
}
