package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// podNetworks gives the pods' networks.
const podNetworks = `
[networks]
pods = ["172.30.0.0/16", "fd30::/32"]
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
		} {
			want[cell{ask.from, ask.to, "tcp", ask.port, family}] = ask.open
		}
	}
	return want
}

// forwardsForPods boots both workers with a backend's #cloud-config.
func forwardsForPods(t *testing.T, backend string) {
	t.Helper()
	set := press(t, load(t, "mke", clusterLayer, podNetworks))
	cluster(t, []int{22, 6444, 10250})
	behind(t)
	want, all := podsWant(), matrix{}
	for c := range want {
		all[c] = true
	}
	if d := measure(t, all).differences(all); len(d) > 0 {
		t.Fatalf("before anything is loaded, these don't answer:\n%s", strings.Join(d, "\n"))
	}
	var wg sync.WaitGroup
	for _, n := range nodes[2:4] {
		wg.Go(func() {
			config := filepath.Join(t.TempDir(), "user-data")
			if err := os.WriteFile(config, content(t, set, "cloud-init/"+backend+"/mke-workers.yaml"), 0o600); err != nil {
				t.Error(err)
				return
			}
			within(t, n, "", "sh", "testdata/boot.sh", config)
		})
	}
	wg.Wait()
	if d := measure(t, want).differences(want); len(d) > 0 {
		t.Errorf("not as the dataset says:\n%s", strings.Join(d, "\n"))
	}
}

func TestFirewalldForwardsForPods(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "firewalld", "dbus-daemon") {
		forwardsForPods(t, "firewalld")
	}
}

func TestUfwForwardsForPods(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "ufw") {
		forwardsForPods(t, "ufw")
	}
}
