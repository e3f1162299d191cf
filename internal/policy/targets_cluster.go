package policy

import (
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// clusters are told of hosts by labels, so they know those of the cluster
// where the site has given no networks.
var clusters = []*Target{
	{
		id:       "calico",
		loopback: openAbove,
		limits: []limit{
			{otherPorts, "Calico knows no ports of PROTOCOL"},
			{onInterfaces, "a rule of Calico's knows no interface; give that one a host endpoint and a policy of its own"},
		},

		legacyAH:    "of IPv6 it comes in only where Felix writes for nftables (iptablesBackend); the legacy ip6tables passes the header by",
		icmp:        icmpNarrows,
		ssh:         true,
		egress:      egress{carries: true, icmp: icmpNarrows},
		together:    known,
		ends:        true,
		findsHosts:  true,
		label:       formOf("label"),
		families:    [2]string{"4", "6"}, // no rule may name networks of both
		each:        []dimension{byType},
		portMark:    ":",
		words:       map[string]string{"any": "", "icmp": "ICMP", "icmpv6": "ICMPv6", "tcp": "TCP", "udp": "UDP", "sctp": "SCTP"},
		namesClosed: true, namesRefused: true,
		holdsForwarded: true,
	},
	{
		id: "kubernetes",
		limits: []limit{
			{notOver("tcp", "udp", "sctp", "any"), "a NetworkPolicy has words for TCP, UDP and SCTP only, or for all of IP"},
			{bound, "a NetworkPolicy knows no address that a pod listens on"},
			{onInterfaces, "a NetworkPolicy knows no interface of a pod"},
			{tooManySingly, "more than 1,000 ports, each of which would have to stand by itself, since end-port is false"},
		},

		pods:        true,
		egress:      egress{carries: true},
		portMark:    "-",
		words:       map[string]string{"tcp": "TCP", "udp": "UDP", "sctp": "SCTP", "any": ""},
		comments:    commentForm{oneLine: true},
		namesClosed: true, namesRefused: true,
		afterDNAT: true,
	},
}

// known: a protocol whose ports a cluster's policy has words for.
var known = over("tcp", "udp", "sctp")

// otherPorts: ports of any other protocol.
func otherPorts(f *dataset.Flow) bool { return f.Protocol.HasPorts && !known(f) }

// maxSingly is how many ports of a range stand by themselves where the end of
// one is ignored. Plugins keep an entry for each port and source, of which
// Cilium, for one, has 16,384 for a pod.
const maxSingly = 1000

// tooManySingly: a range that would be more than that.
func tooManySingly(f *dataset.Flow) bool {
	return f.Host.SinglePorts && f.Range.To-f.Range.From >= maxSingly
}

// singly gives a flow as its target takes it: whole, or a flow for each port.
func singly(f *dataset.Flow, closed bool) []*dataset.Flow {
	if !f.Host.SinglePorts || f.Range.Single() || closed {
		return []*dataset.Flow{f}
	}
	var flows []*dataset.Flow
	for n := f.Range.From; n <= f.Range.To; n++ {
		one := *f
		one.Range = dataset.Range{From: n, To: n}
		flows = append(flows, &one)
	}
	return flows
}

// labels gives the labels of host types, in the order of their ids.
func (b *builder) labels(hosts []*dataset.Host) []string {
	if b.target.label.kind == "" {
		return nil
	}
	byID := slices.SortedFunc(slices.Values(hosts), func(x, y *dataset.Host) int { return strings.Compare(x.ID, y.ID) })
	labels := make([]string, len(byID))
	for i, h := range byID {
		labels[i] = b.target.label.of(b.policy.ds.Product.ID + "-" + h.ID)
	}
	return labels
}

// podSection is section for a target that knows hosts by the labels of their
// pods. Whom neither labels nor networks name stays outside.
func (b *builder) podSection(s *Section) {
	var outside []string
	for _, h := range s.Hosts {
		if len(h.Pods()) == 0 {
			outside = append(outside, h.ID)
		}
	}
	if s.Peer.Kind == dataset.PeerNamed {
		outside = append(outside, s.Peer.ID)
	}
	networks := len(s.Peer.Networks) > 0
	s.Anyone = s.Peer.Anyone()
	s.Closed = !s.Anyone && !networks && len(outside) >= max(1, len(s.Hosts))
	open := false
	for _, f := range s.Flows {
		if !b.carries(f) {
			s.Rules = b.closed(s.Rules, f, true)
			s.Rules[len(s.Rules)-1].Refused = true
			continue
		}
		for _, one := range singly(f, s.Closed) {
			s.Rules = b.expand(s.Rules, one, anyone()) // and the template says who
		}
		open = true
	}
	if !open || networks || len(outside) == 0 {
		return
	}
	s.Outside = outside
	warning := noNetworksTo(s.Peer)
	if s.Flows[0].Direction == dataset.In {
		warning = NoNetworks(s.Scope, s.Peer)
	}
	if s.Closed {
		for _, r := range s.Rules {
			r.Closed = true
		}
	} else {
		warning.Text = "the dataset has no networks." + s.Peer.ID + ", nor pods of " + problem.Some(outside) + ": "
		if s.Flows[0].Direction == dataset.In {
			warning.Text += "ports of the scope " + s.Scope.ID + " stay closed to them"
		} else {
			warning.Text += "what is sent there is denied"
		}
	}
	b.warnings = append(b.warnings, warning)
}
