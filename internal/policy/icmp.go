package policy

import "portpress/internal/dataset"

// icmpType is a type of ICMP or ICMPv6 messages that a firewall knows by name.
type icmpType struct {
	protocol string
	number   int
	name     string
}

// icmpTypes are the types that firewalld and iptables have names for, which
// are the same, and which stand for the whole type: names such as
// port-unreachable mean one code of it. Numbers are those of IANA's registries;
// the names were read from /usr/lib/firewalld/icmptypes of firewalld 1.3 and its
// ICMP_TYPES_FRAGMENTS, which say what each name matches.
var icmpTypes = []icmpType{
	{"icmp", 0, "echo-reply"},
	{"icmp", 3, "destination-unreachable"},
	{"icmp", 4, "source-quench"},
	{"icmp", 5, "redirect"},
	{"icmp", 8, "echo-request"},
	{"icmp", 9, "router-advertisement"},
	{"icmp", 10, "router-solicitation"},
	{"icmp", 11, "time-exceeded"},
	{"icmp", 12, "parameter-problem"},
	{"icmp", 13, "timestamp-request"},
	{"icmp", 14, "timestamp-reply"},
	{"icmpv6", 1, "destination-unreachable"},
	{"icmpv6", 2, "packet-too-big"},
	{"icmpv6", 3, "time-exceeded"},
	{"icmpv6", 4, "parameter-problem"},
	{"icmpv6", 128, "echo-request"},
	{"icmpv6", 129, "echo-reply"},
	{"icmpv6", 133, "router-solicitation"},
	{"icmpv6", 134, "router-advertisement"},
	{"icmpv6", 135, "neighbour-solicitation"},
	{"icmpv6", 136, "neighbour-advertisement"},
	{"icmpv6", 137, "redirect"},
}

// icmpCode is one code of a type that firewalld has a name for.
type icmpCode struct {
	icmpType
	code int
}

// icmpCodes are those, of the same sources. Names that firewalld's backends
// disagree about are left out: network-prohibited, which nft's takes for 3/8,
// and ip-header-bad, which it takes for 12/1.
var icmpCodes = []icmpCode{
	{icmpType{"icmp", 3, "communication-prohibited"}, 13},
	{icmpType{"icmp", 3, "fragmentation-needed"}, 4},
	{icmpType{"icmp", 3, "host-precedence-violation"}, 14},
	{icmpType{"icmp", 3, "host-prohibited"}, 10},
	{icmpType{"icmp", 5, "host-redirect"}, 1},
	{icmpType{"icmp", 3, "host-unknown"}, 7},
	{icmpType{"icmp", 3, "host-unreachable"}, 1},
	{icmpType{"icmp", 5, "network-redirect"}, 0},
	{icmpType{"icmp", 3, "network-unknown"}, 6},
	{icmpType{"icmp", 3, "network-unreachable"}, 0},
	{icmpType{"icmp", 3, "port-unreachable"}, 3},
	{icmpType{"icmp", 3, "precedence-cutoff"}, 15},
	{icmpType{"icmp", 3, "protocol-unreachable"}, 2},
	{icmpType{"icmp", 12, "required-option-missing"}, 1},
	{icmpType{"icmp", 3, "source-route-failed"}, 5},
	{icmpType{"icmp", 5, "tos-host-redirect"}, 3},
	{icmpType{"icmp", 3, "tos-host-unreachable"}, 12},
	{icmpType{"icmp", 5, "tos-network-redirect"}, 2},
	{icmpType{"icmp", 3, "tos-network-unreachable"}, 11},
	{icmpType{"icmp", 11, "ttl-zero-during-reassembly"}, 1},
	{icmpType{"icmp", 11, "ttl-zero-during-transit"}, 0},
	{icmpType{"icmpv6", 1, "address-unreachable"}, 3},
	{icmpType{"icmpv6", 4, "bad-header"}, 0},
	{icmpType{"icmpv6", 1, "beyond-scope"}, 2},
	{icmpType{"icmpv6", 1, "communication-prohibited"}, 1},
	{icmpType{"icmpv6", 1, "failed-policy"}, 5},
	{icmpType{"icmpv6", 1, "no-route"}, 0},
	{icmpType{"icmpv6", 1, "port-unreachable"}, 4},
	{icmpType{"icmpv6", 1, "reject-route"}, 6},
	{icmpType{"icmpv6", 3, "ttl-zero-during-reassembly"}, 1},
	{icmpType{"icmpv6", 3, "ttl-zero-during-transit"}, 0},
	{icmpType{"icmpv6", 4, "unknown-header-type"}, 1},
	{icmpType{"icmpv6", 4, "unknown-option"}, 2},
}

// TypeName gives the name that firewalld has for an ICMP type of a protocol and
// all its codes, or for one code, or "" where it has none.
func TypeName(p *dataset.Protocol, number, code int) string {
	for _, t := range icmpCodes {
		if t.number == number && t.code == code && t.protocol == p.ID {
			return t.name
		}
	}
	for _, t := range icmpTypes {
		if code >= 0 {
			break
		}
		if t.number == number && t.protocol == p.ID {
			return t.name
		}
	}
	return ""
}
