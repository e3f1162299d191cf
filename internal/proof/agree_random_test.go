package proof

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// randomTable writes a dataset of two host types and two outsiders, with all
// that bears on who reaches what.
func randomTable(random *rand.Rand) string {
	some := func(most int, list ...string) string {
		var picked []string
		for range 1 + random.IntN(most) {
			if s := `"` + list[random.IntN(len(list))] + `"`; !slices.Contains(picked, s) {
				picked = append(picked, s)
			}
		}
		return "[" + strings.Join(picked, ", ") + "]"
	}
	var b strings.Builder
	b.WriteString(`format = 1
product = {id = "r", name = "R"}
hosts.a.name = "A"
hosts.b.name = "B"
peers.office.name = "Office"
peers.branch.name = "Branch"
interfaces.storage.name = "Storage"
scopes.inside = {name = "Inside", from = ["cluster"]}
scopes.both = {name = "Both", from = ["self", "office"]}
options.tls.name = "TLS"
`)
	fmt.Fprintf(&b, "options.tls.default = %t\n", random.IntN(2) == 0)
	for _, id := range []string{"one", "two", "three", "four"}[:1+random.IntN(4)] {
		fmt.Fprintf(&b, "[ports.%s]\n", id)
		if random.IntN(4) > 0 {
			b.WriteString("purpose = \"P\"\n")
		}
		between, forwarded := random.IntN(8) == 0, false
		switch {
		case between:
			fmt.Fprintf(&b, "between = %s\n", []string{`["a", "b"]`, `"a"`, `["b", "office"]`, `["a", "b", "branch"]`, `["cluster", "office"]`}[random.IntN(5)])
		case random.IntN(12) == 0:
			b.WriteString("hosts = \"unstated\"\n")
		default:
			fmt.Fprintf(&b, "hosts = %s\n", some(2, "a", "b"))
		}
		switch random.IntN(8) {
		case 0:
			fmt.Fprintf(&b, "protocols = %s\n", some(2, "esp", "ah", "gre", "vrrp"))
		case 1:
			b.WriteString("protocols = \"any\"\n")
		case 2:
			fmt.Fprintf(&b, "protocols = %s\n", some(2, "icmp", "icmpv6"))
		case 3:
			which := random.IntN(2)
			fmt.Fprintf(&b, "protocols = %q\ntypes = [%s]\n", []string{"icmp", "icmpv6"}[which], [][]string{{"8", "3", "8, 3"}, {"128", "135", "1, 128"}}[which][random.IntN(3)])
		default:
			protocols := some(2, "tcp", "udp", "sctp", "tcp", "unstated")
			fmt.Fprintf(&b, "protocols = %s\n%s", protocols, somePorts(random))
			if strings.Contains(protocols, ",") && random.IntN(3) == 0 {
				b.WriteString("either = true\n")
			}
			if forwarded = !between && random.IntN(4) == 0; forwarded {
				b.WriteString("forwarded = true\n")
			}
		}
		switch {
		case between:
		case !forwarded && random.IntN(6) == 0:
			fmt.Fprintf(&b, "to = %s\n", some(2, "any", "cluster", "a", "b", "office", "branch"))
		case random.IntN(4) == 0:
			fmt.Fprintf(&b, "scopes = %s\n", some(2, "inside", "both"))
		default:
			fmt.Fprintf(&b, "from = %s\n", some(3, "any", "cluster", "self", "a", "b", "office", "branch", "unstated"))
		}
		if random.IntN(6) == 0 {
			fmt.Fprintf(&b, "bind = %s\n", some(2, "192.0.2.1", "2001:db8::1", "224.0.0.18", "ff02::12", "255.255.255.255"))
		}
		if random.IntN(8) == 0 {
			b.WriteString("interfaces = \"storage\"\n")
		}
	}
	if random.IntN(2) == 0 {
		fmt.Fprintf(&b, "[assume]\nprotocols = %s\nfrom = %s\nhosts = %s\n", some(2, "tcp", "udp"), some(2, "any", "cluster", "b", "branch"), some(2, "a", "b"))
	}
	return b.String()
}

// somePorts writes the ports of a row: a range, or numbers that have names, that an
// option changes or that there are several of.
func somePorts(random *rand.Rand) string {
	from := []int{22, 1 + random.IntN(5), 1 + random.IntN(5), 80}[random.IntN(4)]
	switch random.IntN(8) {
	case 0:
		return fmt.Sprintf("port = {http = %d, https = %d}\n", from, from+1+random.IntN(3))
	case 1:
		return fmt.Sprintf("port = %d\nwhen = {tls = %d}\n", from, from+random.IntN(3))
	case 2:
		return fmt.Sprintf("port = %d\ninstances = %d\n", from, 1+random.IntN(4))
	}
	return fmt.Sprintf("port = \"%d-%d\"\n", from, from+random.IntN(2)*random.IntN(4))
}

// The networks of random sites: some lie in others, some are everything, whole
// or in halves.
var someNetworks = []string{
	"10.0.0.0/24", "10.0.0.5/32", "10.0.0.0/8", "10.9.0.0/16", "fd00::/8", "fd00:1::/64", "fd00:1::5/128", "0.0.0.0/0", "::/0",
	"0.0.0.0/1", "128.0.0.0/1", "198.51.100.7/32", "2001:db8:7::/48",
}

func randomSite(random *rand.Rand) string {
	networks := func() string {
		var list []string
		for range 1 + random.IntN(4) {
			if n := `"` + someNetworks[random.IntN(len(someNetworks))] + `"`; !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	var b strings.Builder
	for _, id := range []string{"cluster", "a", "office", "branch"} {
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "networks.%s = %s\n", id, networks())
		}
	}
	if random.IntN(3) == 0 {
		b.WriteString("networks.pods = [\"10.42.0.0/16\", \"fd00:42::/56\"]\n")
	}
	if random.IntN(3) == 0 {
		fmt.Fprintf(&b, "ssh.networks = %s\n", networks())
	}
	if random.IntN(2) == 0 {
		b.WriteString("interfaces.storage.device = \"eth1\"\n")
	}
	if random.IntN(2) == 0 {
		b.WriteString("interfaces.storage.zone = \"storage\"\n")
	}
	if random.IntN(3) == 0 {
		b.WriteString("egress.deny = true\n")
		fmt.Fprintf(&b, "egress.allow = %s\n", []string{"[]", `["dns", "web"]`, `["ping", "metadata"]`, `["dhcp", "ping"]`}[random.IntN(4)])
	}
	for _, id := range []string{"a", "b"} {
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "hosts.%s.pods.type = %q\n", id, id)
			fmt.Fprintf(&b, "hosts.%s.end-port = %t\n", id, random.IntN(2) == 0)
		}
	}
	return b.String()
}

// questions asks for each end of each row, and beside it, from addresses
// inside and outside of the networks.
func questions(random *rand.Rand) []question {
	froms := []string{
		"10.42.3.3", "fd00:42::9", "10.0.0.5", "10.0.0.77", "10.9.1.1", "198.51.100.7", "203.0.113.9", "169.254.169.254", "fd00:1::5", "fd00:1::77", "2001:db8:7::1",
		"2001:db8:ffff::9", "224.0.0.18", "ff02::12", "255.255.255.255",
	}
	protocols := []struct {
		number string
		ports  []int
	}{
		{"6", []int{1, 3, 4, 6, 22, 23, 53, 80, 81, 99}},
		{"17", []int{2, 5, 22, 67, 80, 82}},
		{"132", []int{1, 4, 22, 80}},
		{"1", []int{8, 3, 0, 13}},
		{"58", []int{128, 1, 135, 139}},
		{"50", []int{0}},
		{"51", []int{0}},
		{"47", []int{0}},
		{"112", []int{0}},
		{"89", []int{0}},
	}
	var list []question
	for range 60 {
		p := protocols[random.IntN(len(protocols))]
		q := question{from: netip.MustParseAddr(froms[random.IntN(len(froms))]), protocol: p.number, port: p.ports[random.IntN(len(p.ports))]}
		if q.from.Is4() != (q.protocol != "58") && q.icmp() || q.from.Is6() && q.protocol == "1" {
			continue // ICMP has its family
		}
		q.at = netip.MustParseAddr(map[bool][]string{true: {"192.0.2.1", "192.0.2.2", "224.0.0.18"}, false: {"2001:db8::1", "2001:db8::2", "ff02::12"}}[q.from.Is4()][random.IntN(3)])
		q.on = []string{"eth0", "eth1"}[random.IntN(2)]
		q.fromHost = []string{"", "", "a", "b"}[random.IntN(4)]
		list = append(list, q)
	}
	return list
}

// askable leaves out what has no one answer: a source that is a host by its
// label and none by its address, or the other way round, where the site has said
// the addresses of some peers and not of others.
func askable(ds *dataset.Dataset, q question) bool {
	if q.fromHost == "" {
		return true
	}
	return len(ds.Networks) == 0
}
