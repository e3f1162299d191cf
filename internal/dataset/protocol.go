package dataset

// Protocol is an IP protocol that a row may name.
type Protocol struct {
	ID       string // the key that datasets write, lower case
	Name     string // as documents write it
	Number   int    // of the IANA registry "Assigned Internet Protocol Numbers"
	HasPorts bool   // whether its header carries port numbers
}

// protocols lists what a dataset may name, by number. The ids follow common
// use where /etc/protocols misleads: there "ipip" is 94, while IP-in-IP is 4.
// Source of the numbers: https://www.iana.org/assignments/protocol-numbers.
var protocols = []*Protocol{
	anyProtocol, unstatedProtocol,
	{ID: "icmp", Name: "ICMP", Number: 1},
	{ID: "igmp", Name: "IGMP", Number: 2},
	{ID: "ip-in-ip", Name: "IP-in-IP", Number: 4},
	{ID: "tcp", Name: "TCP", Number: 6, HasPorts: true},
	{ID: "udp", Name: "UDP", Number: 17, HasPorts: true},
	{ID: "dccp", Name: "DCCP", Number: 33, HasPorts: true},
	{ID: "ipv6", Name: "IPv6-in-IP", Number: 41},
	{ID: "gre", Name: "GRE", Number: 47},
	{ID: "esp", Name: "ESP", Number: 50},
	{ID: "ah", Name: "AH", Number: 51},
	{ID: "icmpv6", Name: "ICMPv6", Number: 58},
	{ID: "ospf", Name: "OSPF", Number: 89},
	{ID: "pim", Name: "PIM", Number: 103},
	{ID: "vrrp", Name: "VRRP", Number: 112},
	{ID: "sctp", Name: "SCTP", Number: 132, HasPorts: true},
	{ID: "udplite", Name: "UDP-Lite", Number: 136, HasPorts: true},
}

// anyProtocol stands for all of them.
var anyProtocol = &Protocol{ID: "any", Name: "Any protocol", Number: -1}

// Protocols lists what rows may name.
func Protocols() []*Protocol { return protocols }

// AnyProtocol stands for all protocols together.
func AnyProtocol() *Protocol { return anyProtocol }

// unstatedProtocol stands where a document gives a port and no protocol. No
// export opens such a row: a guess could be wrong both ways.
var unstatedProtocol = &Protocol{ID: "unstated", Name: "", Number: -1, HasPorts: true}
