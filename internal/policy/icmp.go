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

// TypeName gives the name that firewalld has for an ICMP type of a protocol,
// or "" where it has none.
func TypeName(p *dataset.Protocol, number int) string {
	for _, t := range icmpTypes {
		if t.number == number && t.protocol == p.ID {
			return t.name
		}
	}
	return ""
}
