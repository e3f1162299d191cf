package proof

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// node is one machine of the small cluster.
type node struct {
	name      string
	host      string // its host type; the machine outside has none
	four, six string
}

// nodes are two machines of each host type, and one outside of the cluster.
// Each host type has a network of its own, so that the cluster has several.
var nodes = []*node{
	{"manager1", "managers", "10.77.1.1", "fd77:0:0:1::1"},
	{"manager2", "managers", "10.77.1.2", "fd77:0:0:1::2"},
	{"worker1", "workers", "10.77.2.1", "fd77:0:0:2::1"},
	{"worker2", "workers", "10.77.2.2", "fd77:0:0:2::2"},
	{"outside", "", "10.77.9.9", "fd77:0:0:9::9"},
}

// members are the nodes of the cluster.
var members = nodes[:4]

// clusterLayer is what the site says: the addresses of nodes, and two rows more
// than the shipped table has, so that it has a range, and a host type as a peer;
// and two for everyone, who is told by networks. Some networks lie within others.
const clusterLayer = `
[networks]
cluster = ["10.77.1.2/32", "10.77.1.0/24", "10.77.2.0/24", "fd77:0:0:1::/64", "fd77:0:0:2::/64", "10.77.2.2/32", "fd77:0:0:2::2/128"]
managers = ["10.77.1.0/24", "fd77:0:0:1::/64"]
everyone = ["::/0", "0.0.0.0/0", "10.0.0.0/8"]
everyone-by-ipv4 = ["0.0.0.0/1", "128.0.0.0/1"]

[ports.node-ports]
port = ["30000-32767"]
protocols = ["tcp", "udp"]
hosts = ["workers"]
scopes = ["external"]
purpose = "Node ports"

[ports.joining]
port = 9345
protocols = "tcp"
hosts = "all"
from = "managers"
purpose = "What managers alone may use"

[ports.to-everyone]
port = 9346
protocols = "tcp"
hosts = "all"
from = "everyone"
purpose = "What anyone may use"

[ports.to-ipv4]
port = 9347
protocols = "tcp"
hosts = "all"
from = "everyone-by-ipv4"
purpose = "What anyone may use by IPv4"

[peers.everyone]
name = "Everyone"

[peers.everyone-by-ipv4]
name = "Everyone who has an address of IPv4"
`

// sshLayer moves ssh, and lets in the machine outside and one host type, by
// IPv6 another than by IPv4.
const sshLayer = `
[ssh]
port = 2222
networks = ["10.77.9.9/32", "10.77.9.0/24", "10.77.1.0/24", "fd77:0:0:9::/64", "fd77:0:0:2::/64"]
`

// cell is one question: can from reach the port of to?
type cell struct {
	from, to *node
	protocol string
	port     int
	family   string // IPv4, IPv6
}

// line is the row of the matrix that a cell stands in.
func (c cell) line() string { return fmt.Sprintf("%s %d %s", c.protocol, c.port, c.family) }

func (c cell) String() string {
	return fmt.Sprintf("%s -> %s %s", c.from.name, c.to.name, c.line())
}

// matrix tells of each cell whether it is open.
type matrix map[cell]bool

// triedPorts lists what to try: where ssh is and isn't, the ends and the middle of each row, the
// numbers beside it, and some that no row comes near.
func triedPorts(ds *dataset.Dataset) []int {
	tried := map[int]bool{22: true, 23: true, 80: true, 2222: true, 5353: true, 8080: true, 50000: true}
	for _, f := range ds.Flows {
		for _, n := range []int{f.Range.From - 1, f.Range.From, (f.Range.From + f.Range.To) / 2, f.Range.To, f.Range.To + 1} {
			if n > 0 && n <= 65535 {
				tried[n] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(tried))
}

// meant is the matrix that the dataset asks for, taken from its rows alone.
func meant(ds *dataset.Dataset, targets []*node) matrix {
	out := matrix{}
	for _, from := range nodes {
		for _, to := range targets {
			for _, protocol := range []string{"tcp", "udp"} {
				for _, port := range triedPorts(ds) {
					for _, family := range []string{"IPv4", "IPv6"} {
						out[cell{from, to, protocol, port, family}] = mayConnect(ds, from, to, protocol, port, family) ||
							protocol == "tcp" && port == ds.SSH.Port && maySSH(ds, from, family)
					}
				}
			}
		}
	}
	return out
}

func mayConnect(ds *dataset.Dataset, from, to *node, protocol string, port int, family string) bool {
	if from == to {
		return true // a host reaches itself
	}
	for _, f := range ds.Flows {
		if f.Direction != dataset.In || f.Host.ID != to.host || f.Protocol.ID != protocol || port < f.Range.From || port > f.Range.To {
			continue
		}
		switch f.Peer.Kind {
		case dataset.PeerAny:
			return true
		case dataset.PeerCluster:
			if from.host != "" {
				return true
			}
		case dataset.PeerHost:
			if from.host == f.Peer.ID {
				return true
			}
		case dataset.PeerNamed:
			if inOneOf(f.Peer.Networks, from, family) {
				return true
			}
		}
	}
	return false
}

// maySSH tells who gets in by ssh, so that nobody is locked out.
func maySSH(ds *dataset.Dataset, from *node, family string) bool {
	return len(ds.SSH.Networks) == 0 || inOneOf(ds.SSH.Networks, from, family)
}

// inOneOf reports whether the address that a node has in a family is in one of the networks.
func inOneOf(networks []netip.Prefix, n *node, family string) bool {
	address := n.four
	if family == "IPv6" {
		address = n.six
	}
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(netip.MustParseAddr(address)) })
}

// promises counts who reaches three ports that stand for the scopes of the MKE
// table. What they promise is written here, and not taken from the dataset. It
// returns a line for each port, and one for each promise that is broken.
func (m matrix) promises() (said, broken []string) {
	for _, p := range []struct {
		port           int
		scope          string
		peers, outside bool
	}{
		{6444, "self", false, false},
		{10250, "internal", true, false},
		{443, "external", true, true},
	} {
		line := fmt.Sprintf("tcp %d (%s):", p.port, p.scope)
		for _, from := range []struct {
			name string
			open bool
			is   func(c cell) bool
		}{
			{"its own host", true, func(c cell) bool { return c.from == c.to }},
			{"peers", p.peers, func(c cell) bool { return c.from != c.to && c.from.host != "" }},
			{"outside", p.outside, func(c cell) bool { return c.from.host == "" }},
		} {
			open, all := 0, 0
			for c, answered := range m {
				if c.protocol != "tcp" || c.port != p.port || !from.is(c) || p.port == 443 && c.to.host != "managers" {
					continue // 443 is the managers' web UI
				}
				all++
				if answered {
					open++
				}
			}
			count := fmt.Sprintf(" from %s %d of %d open,", from.name, open, all)
			line += count
			if want := map[bool]int{true: all}[from.open]; open != want || all == 0 {
				broken = append(broken, fmt.Sprintf("tcp %d (%s):%s want %d", p.port, p.scope, count, want))
			}
		}
		said = append(said, strings.TrimSuffix(line, ","))
	}
	return said, broken
}

// governed tells whether any row of the host has a cell's port, be it for the
// host alone.
func governed(ds *dataset.Dataset, c cell) bool {
	return slices.ContainsFunc(ds.Flows, func(f dataset.Flow) bool {
		return f.Direction == dataset.In && f.Host.ID == c.to.host && f.Protocol.ID == c.protocol && f.Range.From <= c.port && c.port <= f.Range.To
	})
}

// differences lists the cells that are not as they are meant.
func (m matrix) differences(want matrix) []string {
	var out []string
	for c, open := range want {
		switch {
		case m[c] && !open:
			out = append(out, c.String()+" is open, and the dataset closes it")
		case !m[c] && open:
			out = append(out, c.String()+" is closed, and the dataset opens it")
		}
	}
	slices.Sort(out)
	return out
}

// table prints the rows of the matrix that hold a difference: o is open, . is
// closed, and ! marks what is not as it is meant.
func (m matrix) table(want matrix) string {
	type column struct{ from, to *node }
	var columns []column
	lines := map[string]map[column]string{}
	for _, from := range nodes {
		for _, to := range nodes {
			if to.host != "" {
				columns = append(columns, column{from, to})
			}
		}
	}
	wrong := map[string]bool{}
	for c, open := range want {
		if lines[c.line()] == nil {
			lines[c.line()] = map[column]string{}
		}
		mark := "."
		if m[c] {
			mark = "o"
		}
		if m[c] != open {
			mark += "!"
			wrong[c.line()] = true
		}
		lines[c.line()][column{c.from, c.to}] = mark
	}
	var b strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&b, "column %2d: %s -> %s\n", i+1, c.from.name, c.to.name)
	}
	fmt.Fprintf(&b, "%-18s", "")
	for i := range columns {
		fmt.Fprintf(&b, "%3d", i+1)
	}
	for _, line := range slices.Sorted(maps.Keys(wrong)) {
		fmt.Fprintf(&b, "\n%-18s", line)
		for _, c := range columns {
			fmt.Fprintf(&b, " %-2s", lines[line][c])
		}
	}
	return b.String()
}
