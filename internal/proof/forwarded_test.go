package proof

import (
	"path/filepath"
	"strings"
	"testing"
)

// forwardedLayer has ports that a worker forwards: to a container for the
// cluster, to the host's own port 8080 for managers, and to a container for anyone.
const forwardedLayer = `
[ports.database]
port = 5432
protocols = "tcp"
hosts = "workers"
scopes = "internal"
forwarded = true
purpose = "A database in a container"

[ports.more-node-ports]
port = "20000-20100"
protocols = ["tcp", "udp"]
hosts = "workers"
from = "managers"
forwarded = true
purpose = "Node ports of managers"

[ports.within]
port = 20090
protocols = "tcp"
hosts = "workers"
from = "any"
purpose = "One of them, which the host itself has for anyone"

[ports.shop]
port = 8081
protocols = "tcp"
hosts = "workers"
scopes = "external"
forwarded = true
purpose = "A shop in a container"
`

// container puts one behind worker1, and DNAT before it as Docker and kube-proxy
// do it.
const container = `set -e
ip netns add container
ip link add name inner netns worker1 type veth peer name eth0 netns container
ip -n worker1 address add 172.30.0.1/24 dev inner
ip -n worker1 address add fd30::1/64 dev inner nodad
ip -n worker1 link set inner up
ip -n container address add 172.30.0.2/24 dev eth0
ip -n container address add fd30::2/64 dev eth0 nodad
ip -n container link set eth0 up
ip -n container link set lo up
ip -n container route add default via 172.30.0.1
ip -n container -6 route add default via fd30::1
ip netns exec worker1 sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip netns exec worker1 nft -f - <<'END'
table inet docker {
  chain prerouting {
    type nat hook prerouting priority dstnat
    fib daddr type local tcp dport { 5432, 8081, 9999, 20090 } dnat ip to 172.30.0.2:80
    fib daddr type local tcp dport { 5432, 8081, 9999, 20090 } dnat ip6 to [fd30::2]:80
    fib daddr type local meta l4proto { tcp, udp } th dport 20080 redirect to :8080
  }
}
END
`

// forwardedWant tells who may reach what worker1 forwards. A port that the table
// doesn't have stays as it is.
func forwardedWant() matrix {
	want := matrix{}
	ask := func(protocol string, port int, open ...string) {
		for _, from := range nodes {
			for _, family := range []string{"IPv4", "IPv6"} {
				of := cell{from, nodes[2], protocol, port, family}
				want[of] = from.name == "worker1" || strings.Contains(strings.Join(open, " "), from.name)
			}
		}
	}
	ask("tcp", 5432, "manager1", "manager2", "worker2")
	ask("tcp", 20080, "manager1", "manager2")
	ask("udp", 20080, "manager1", "manager2")
	ask("tcp", 20090, "manager1", "manager2", "worker2", "outside")
	ask("tcp", 8081, "manager1", "manager2", "worker2", "outside")
	ask("tcp", 9999, "manager1", "manager2", "worker2", "outside")
	ask("tcp", 22, "manager1", "manager2", "worker2", "outside")
	return want
}

// holdsForwarded loads an export on worker1, behind which is a container, and
// connects.
func holdsForwarded(t *testing.T, put func(n *node, dir string)) {
	t.Helper()
	dir := writeSet(t, load(t, "mke", clusterLayer, forwardedLayer))
	cluster(t, []int{22, 5432, 8080, 8081, 9999, 20080, 20090})
	run(t, "", "sh", "-c", container)
	answer(t, "container", []int{80})
	want := forwardedWant()
	open := matrix{}
	for c := range want {
		open[c] = true
	}
	if d := measure(t, open).differences(open); len(d) > 0 {
		t.Fatalf("before anything is loaded, these don't answer:\n%s", strings.Join(d, "\n"))
	}
	put(nodes[2], dir)
	if d := measure(t, want).differences(want); len(d) > 0 {
		t.Errorf("not as the dataset says:\n%s", strings.Join(d, "\n"))
	}
}

func TestForwardedPortsAreHeldByNftables(t *testing.T) {
	if !alone(t, "ip", "nft") {
		return
	}
	holdsForwarded(t, func(n *node, dir string) {
		for range 2 {
			within(t, n, "", "nft", "-f", filepath.Join(dir, "nftables", "mke-workers.nft"))
		}
	})
}

func TestForwardedPortsAreHeldByIptables(t *testing.T) {
	if !alone(t, "ip", "nft", "iptables") {
		return
	}
	holdsForwarded(t, func(n *node, dir string) {
		for program, file := range map[string]string{"iptables-restore": "v4", "ip6tables-restore": "v6"} {
			for range 2 {
				within(t, n, "", program, "--noflush", filepath.Join(dir, "iptables", "mke-workers."+file+".rules"))
			}
		}
	})
}

// TestForwardedPortsAreHeldByIptablesPlaybook plays a table that has less before,
// so that rules come to a chain that has some, before those that stop.
func TestForwardedPortsAreHeldByIptablesPlaybook(t *testing.T) {
	if !alone(t, "ip", "nft", "iptables", "ansible-playbook") {
		return
	}
	hosts := clusterInventory(t)
	less := writeSet(t, load(t, "mke", clusterLayer, forwardedLayer, "ports.more-node-ports = {from = \"branch\"}\npeers.branch.name = \"Branch\"\nnetworks.branch = \"192.0.2.0/24\"\n"))
	holdsForwarded(t, func(n *node, dir string) {
		book := filepath.Join("ansible", "playbooks", "mke-iptables.yml")
		within(t, n, "", "sh", "testdata/play.sh", hosts, n.name, filepath.Join(less, book))
		within(t, n, "", "sh", "testdata/play.sh", hosts, n.name, filepath.Join(dir, book))
		again := within(t, n, "", "sh", "testdata/play.sh", hosts, n.name, filepath.Join(dir, book))
		if !strings.Contains(again, "changed=0 ") {
			t.Errorf("the same playbook changes something again:\n%s", again)
		}
	})
}
