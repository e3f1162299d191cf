package proof

import (
	"fmt"
	"maps"
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

// clusterLayer is what the site says: the addresses of nodes, and a row more
// than the shipped table has, so that it has a range.
const clusterLayer = `
[networks]
cluster = ["10.77.1.0/24", "10.77.2.0/24", "fd77:0:0:1::/64", "fd77:0:0:2::/64"]

[ports.node-ports]
port = ["30000-32767"]
protocols = ["tcp", "udp"]
hosts = ["workers"]
scopes = ["external"]
purpose = "Node ports"
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

// triedPorts lists what to try: ssh, the ends and the middle of each row, the
// numbers beside it, and some that no row comes near.
func triedPorts(ds *dataset.Dataset) []int {
	tried := map[int]bool{22: true, 23: true, 80: true, 5353: true, 8080: true, 50000: true}
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
func meant(ds *dataset.Dataset) matrix {
	out := matrix{}
	for _, from := range nodes {
		for _, to := range nodes {
			for _, protocol := range []string{"tcp", "udp"} {
				for _, port := range triedPorts(ds) {
					for _, family := range []string{"IPv4", "IPv6"} {
						if to.host != "" {
							out[cell{from, to, protocol, port, family}] = mayConnect(ds, from, to, protocol, port)
						}
					}
				}
			}
		}
	}
	return out
}

func mayConnect(ds *dataset.Dataset, from, to *node, protocol string, port int) bool {
	if from == to || protocol == "tcp" && port == 22 {
		return true // a host reaches itself, and nobody is locked out
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
		}
	}
	return false
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
