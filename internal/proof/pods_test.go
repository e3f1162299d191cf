package proof

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// podNetworks gives the pods' networks, and has a row on the card by which a host
// reaches others, not its pods.
const podNetworks = `
[networks]
pods = ["172.30.0.0/16", "fd30::/32"]

[interfaces.wire]
name = "Wire"
device = "eth0"
zone = "wire"

[ports.disk]
port = 3260
protocols = "tcp"
hosts = "workers"
from = "any"
interfaces = "wire"
purpose = "Disks"
`

// pods are one behind each worker. They have no host type: what may reach them
// and their hosts is written below.
var pods = []*node{
	{"pod1", "", "172.30.1.2", "fd30:0:0:1::2"},
	{"pod2", "", "172.30.2.2", "fd30:0:0:2::2"},
}

// behind makes the two pods, whose hosts forward for them.
func behind(t *testing.T) {
	t.Helper()
	var script strings.Builder
	script.WriteString("set -e\n")
	for i := range pods {
		n, other := i+1, 2-i
		fmt.Fprintf(&script, `ip netns add pod%[1]d
ip link add name inner netns worker%[1]d type veth peer name eth0 netns pod%[1]d
ip -n worker%[1]d address add 172.30.%[1]d.1/24 dev inner
ip -n worker%[1]d address add fd30:0:0:%[1]d::1/64 dev inner nodad
ip -n worker%[1]d link set inner up
ip -n pod%[1]d address add 172.30.%[1]d.2/24 dev eth0
ip -n pod%[1]d address add fd30:0:0:%[1]d::2/64 dev eth0 nodad
ip -n pod%[1]d link set eth0 up
ip -n pod%[1]d link set lo up
ip -n pod%[1]d route add default via 172.30.%[1]d.1
ip -n pod%[1]d -6 route add default via fd30:0:0:%[1]d::1
ip netns exec worker%[1]d sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip -n worker%[1]d route add 172.30.%[2]d.0/24 via 10.77.2.%[2]d
ip -n worker%[1]d -6 route add fd30:0:0:%[2]d::/64 via fd77:0:0:2::%[2]d
for n in manager1 outside; do
  ip -n $n route add 172.30.%[1]d.0/24 via 10.77.2.%[1]d
  ip -n $n -6 route add fd30:0:0:%[1]d::/64 via fd77:0:0:2::%[1]d
done
`, n, other)
	}
	run(t, "", "sh", "-c", script.String())
	for _, p := range pods {
		answer(t, p.name, []int{80})
	}
}

// podsWant tells who reaches whom: pods each other, whatever stands between
// them; the cluster's hosts the pods; and pods what their own host and others
// let the cluster in by, but nothing that is the host's alone.
func podsWant() matrix {
	manager, worker1, worker2, outside := nodes[0], nodes[2], nodes[3], nodes[4]
	want := matrix{}
	for _, family := range []string{"IPv4", "IPv6"} {
		for _, ask := range []struct {
			from, to *node
			port     int
			open     bool
		}{
			{pods[0], pods[1], 80, true},
			{pods[1], pods[0], 80, true},
			{manager, pods[0], 80, true},
			{worker2, pods[0], 80, true},
			{outside, pods[0], 80, false},
			{pods[0], worker1, 10250, true},
			{pods[0], worker2, 10250, true},
			{pods[0], worker1, 6444, false},
			{pods[0], worker2, 6444, false},
			{outside, worker1, 10250, false},
			{outside, worker1, 3260, true},
			{pods[0], worker1, 3260, false},
			{outside, worker1, 22, true},
			{pods[0], worker1, 22, true},
		} {
			want[cell{ask.from, ask.to, "tcp", ask.port, family}] = ask.open
		}
	}
	return want
}

// forwardsForPods has both workers put what is pressed for them. What leaves
// says that an export leaves as it was, which is open.
func forwardsForPods(t *testing.T, leaves func(cell) bool, put func(n *node, dir string)) {
	t.Helper()
	dir := writeSet(t, load(t, "mke", clusterLayer, podNetworks))
	cluster(t, []int{22, 3260, 6444, 10250})
	behind(t)
	want, all := podsWant(), matrix{}
	for c := range want {
		all[c] = true
		want[c] = want[c] || leaves(c)
	}
	if d := measure(t, all).differences(all); len(d) > 0 {
		t.Fatalf("before anything is loaded, these don't answer:\n%s", strings.Join(d, "\n"))
	}
	var wg sync.WaitGroup
	for _, n := range nodes[2:4] {
		wg.Go(func() { put(n, dir) })
	}
	wg.Wait()
	if d := measure(t, want).differences(want); len(d) > 0 {
		t.Errorf("not as the dataset says:\n%s", strings.Join(d, "\n"))
	}
}

// nothing: an export that decides about all that a host forwards and lets in.
func nothing(cell) bool { return false }

// forwarding: an export that leaves alone what a host forwards.
func forwarding(c cell) bool { return c.to.host == "" }

func TestFirewalldForwardsForPods(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "firewalld", "dbus-daemon") {
		forwardsForPods(t, nothing, func(n *node, dir string) {
			within(t, n, "", "sh", "testdata/boot.sh", filepath.Join(dir, "cloud-init", "firewalld", "mke-workers.yaml"))
		})
	}
}

func TestUfwForwardsForPods(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "ufw") {
		forwardsForPods(t, nothing, func(n *node, dir string) {
			within(t, n, "", "sh", "testdata/boot.sh", filepath.Join(dir, "cloud-init", "ufw", "mke-workers.yaml"))
		})
	}
}

func TestNftablesForwardsForPods(t *testing.T) {
	if alone(t, "ip", "nft") {
		forwardsForPods(t, forwarding, func(n *node, dir string) {
			within(t, n, "", "nft", "-f", filepath.Join(dir, "nftables", "mke-workers.nft"))
		})
	}
}

func TestIptablesForwardsForPods(t *testing.T) {
	if alone(t, "ip", "iptables") {
		forwardsForPods(t, forwarding, func(n *node, dir string) {
			file := filepath.Join(dir, "iptables", "mke-workers.v")
			within(t, n, "", "iptables-restore", "--noflush", file+"4.rules")
			within(t, n, "", "ip6tables-restore", "--noflush", file+"6.rules")
		})
	}
}

// playsForPods has both workers play a backend's playbook, with addresses that
// the inventory says.
func playsForPods(t *testing.T, backend string, leaves func(cell) bool) {
	t.Helper()
	hosts := clusterInventory(t)
	forwardsForPods(t, leaves, func(n *node, dir string) {
		within(t, n, "", "sh", "testdata/play.sh", hosts, n.name, filepath.Join(dir, "ansible", "playbooks", "mke-"+backend+".yml"))
	})
}

func TestFirewalldPlaybookForwardsForPods(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "firewalld", "dbus-daemon") {
		playsForPods(t, "firewalld", nothing)
	}
}

func TestUfwPlaybookForwardsForPods(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "ufw") {
		playsForPods(t, "ufw", nothing)
	}
}

func TestIptablesPlaybookForwardsForPods(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "iptables") {
		playsForPods(t, "iptables", func(c cell) bool { return forwarding(c) || c.port == 3260 })
	}
}
