package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"portpress/internal/problem"
)

// checkBothSides warns of a row that has a host send to another one which no
// row has let it in: that one's firewall would drop what the row promises.
func (l *loader) checkBothSides() {
	if !slices.ContainsFunc(l.ds.Ports, func(p *Port) bool { return len(p.To) > 0 }) {
		return
	}
	arrivals := l.ds.arrivals()
	for _, p := range l.ds.Ports {
		if len(p.To) == 0 || !p.Opens() {
			continue
		}
		var closed []string
		for _, h := range l.ds.Hosts {
			if slices.ContainsFunc(p.To, func(peer *Peer) bool { return peer.isHost(h) }) && !arrivals.letIn(p, h) {
				closed = append(closed, h.ID)
			}
		}
		if len(closed) == 0 {
			continue
		}
		l.warn(func() {
			l.reportKey(problem.OneSided, l.fileOf("ports", p.ID), []any{"ports", p.ID},
				fmt.Sprintf("%q sends to %s, where no row lets it in", p.ID, problem.Some(closed)),
				"a host's firewall opens what a row with hosts and from (or scopes) says of it: add one, or these keys")
		})
	}
}

// arrivals are the flows that arrive at hosts, and what of them a sender may use.
type arrivals struct {
	flows map[arrival][]*Flow
	known map[sending][]Range
}

type arrival struct {
	to    *Host
	proto *Protocol
}

type sending struct {
	arrival
	from *Host
}

func (ds *Dataset) arrivals() *arrivals {
	a := &arrivals{map[arrival][]*Flow{}, map[sending][]Range{}}
	for i := range ds.Flows {
		if f := &ds.Flows[i]; f.Direction == In {
			at := arrival{f.Host, f.Protocol}
			a.flows[at] = append(a.flows[at], f)
		}
	}
	return a
}

// letIn reports whether a host lets in all that a row sends to it.
func (a *arrivals) letIn(p *Port, to *Host) bool {
	for _, from := range p.OpenHosts() {
		if len(a.ranges(sending{arrival{to, anyProtocol}, from})) > 0 {
			continue
		}
		for _, proto := range p.OpenProtocols() {
			open := a.ranges(sending{arrival{to, proto}, from})
			for _, r := range p.opened(proto) {
				i := sort.Search(len(open), func(i int) bool { return open[i].To >= r.To })
				if i == len(open) || open[i].From > r.From {
					return false
				}
			}
		}
	}
	return true
}

// ranges gives the ports that a sender may use, sorted, neighbours joined; the
// zero range stands for a protocol without ports.
func (a *arrivals) ranges(s sending) []Range {
	ranges, done := a.known[s]
	if done {
		return ranges
	}
	for _, f := range a.flows[s.arrival] {
		if f.Peer.isHost(s.from) || f.Peer.Anyone() {
			ranges = append(ranges, f.Range)
		}
	}
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	var joined []Range
	for _, r := range ranges {
		if n := len(joined); n > 0 && r.From <= joined[n-1].To+1 {
			joined[n-1].To = max(joined[n-1].To, r.To)
			continue
		}
		joined = append(joined, r)
	}
	a.known[s] = joined
	return joined
}

// isHost reports whether machines of a host type are the peer.
func (p *Peer) isHost(h *Host) bool {
	return p.Kind == PeerCluster || p.Kind == PeerHost && p.ID == h.ID
}
