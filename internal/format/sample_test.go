package format

import (
	"net/netip"

	"portpress/internal/dataset"
)

// What the formats are given of a dataset.
var (
	hosts     = dataset.Hosts{{ID: "managers", Name: "Managers"}, {ID: "workers", Name: "Workers"}}
	scopes    = dataset.Scopes{{ID: "internal", Name: "Internal"}}
	protocols = []*dataset.Protocol{{ID: "tcp", Name: "TCP", Number: 6, HasPorts: true}, {ID: "udp", Name: "UDP", Number: 17, HasPorts: true}}
	ranges    = []dataset.Range{{From: 7946, To: 7946}, {From: 8000, To: 8010}}
	prefixes  = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00:1::/64")}
	row       = &dataset.Port{
		ID: "bgp", Ranges: ranges[:1], Protocols: protocols, Hosts: hosts, Scopes: scopes, Details: &dataset.Details{},
		Options: []*dataset.Option{{ID: "gossip", Name: "Gossip"}}, Purpose: "BGP peers, used for Kubernetes networking",
	}
)
