package proof

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"portpress/internal/export"
)

// egressTable is small, since ufw takes its time for each rule. It has all
// denied that hosts send but for what the table says; and rows on interfaces, one
// of which is the nodes' only one.
const egressTable = `format = 1
product = {id = "mke", name = "MKE"}
hosts.managers.name = "Managers"
hosts.workers.name = "Workers"
peers.registry.name = "Registry"
interfaces.lan = {name = "LAN", device = "eth0", zone = "internal"}
interfaces.storage = {name = "Storage", device = "eth9", zone = "storage"}
egress.deny = true

[networks]
cluster = ["10.77.1.0/24", "10.77.2.0/24", "fd77:0:0:1::/64", "fd77:0:0:2::/64"]
managers = ["10.77.1.0/24", "fd77:0:0:1::/64"]
registry = ["10.77.9.9/32", "fd77:0:0:9::/64"]

[ports.api]
port = 6443
protocols = "tcp"
hosts = "managers"
from = "any"

[ports.overlay]
port = 4789
protocols = "udp"
hosts = "all"
from = "cluster"

[ports.joining]
port = 9345
protocols = "tcp"
hosts = "all"
from = "managers"

[ports.images]
port = 5000
protocols = "tcp"
hosts = "workers"
to = "registry"

[ports.on-lan]
port = 9400
protocols = "tcp"
hosts = "all"
from = "any"
interfaces = "lan"

[ports.on-storage]
port = 9401
protocols = "tcp"
hosts = "all"
from = "any"
interfaces = "storage"

[ports.out-by-lan]
port = 9402
protocols = "tcp"
hosts = "workers"
to = "registry"
interfaces = "lan"

[ports.out-by-storage]
port = 9403
protocols = "tcp"
hosts = "all"
to = "registry"
interfaces = "storage"
`

// egressWant tells what a worker and a manager may send; to other nodes what
// these let them in by. What arrives from outside is answered, where it may come.
func egressWant() matrix {
	want := matrix{}
	ask := func(from, to, protocol string, port int, open bool) {
		find := func(name string) (n *node) {
			for _, n = range nodes {
				if n.name == name {
					break
				}
			}
			return n
		}
		for _, family := range []string{"IPv4", "IPv6"} {
			want[cell{find(from), find(to), protocol, port, family}] = open
		}
	}
	for _, from := range []string{"worker1", "manager1"} {
		ask(from, from, "tcp", 5354, true) // itself
		ask(from, "manager2", "tcp", 6443, true)
		ask(from, "manager2", "udp", 4789, true)
		ask(from, "worker2", "tcp", 9345, from == "manager1") // which takes managers alone
		ask(from, "worker2", "tcp", 9400, true)
		ask(from, "worker2", "tcp", 6443, false) // which only managers have
		ask(from, "manager2", "tcp", 5000, false)
		ask(from, "manager2", "tcp", 22, false)
		ask(from, "outside", "tcp", 53, true)
		ask(from, "outside", "udp", 53, true)
		ask(from, "outside", "udp", 123, true)
		ask(from, "outside", "tcp", 123, false)
		ask(from, "outside", "tcp", 80, false)
		ask(from, "outside", "tcp", 6443, false)
		ask(from, "outside", "udp", 5354, false)
		ask(from, "outside", "tcp", 5000, from == "worker1")
		ask(from, "outside", "tcp", 9402, from == "worker1")
		ask(from, "outside", "tcp", 9403, false)
		ask("outside", from, "tcp", 22, true)
		ask("outside", from, "tcp", 9400, true)
		ask("outside", from, "tcp", 9401, false)
		ask("outside", from, "udp", 5354, false)
	}
	return want
}

// denies loads an export on a worker and a manager, whose rules alone decide
// then, and connects.
func denies(t *testing.T, put func(t *testing.T, n *node, set export.Set)) {
	t.Helper()
	set := press(t, loadText(t, egressTable))
	cluster(t, []int{22, 53, 80, 123, 4789, 5000, 5354, 6443, 9345, 9400, 9401, 9402, 9403})
	want := egressWant()
	open := matrix{}
	for c := range want {
		open[c] = true
	}
	if d := measure(t, open).differences(open); len(d) > 0 {
		t.Fatalf("before anything is loaded, these don't answer:\n%s", strings.Join(d, "\n"))
	}
	var wg sync.WaitGroup
	for _, n := range []*node{nodes[0], nodes[2]} {
		wg.Go(func() { put(t, n, set) })
	}
	wg.Wait()
	if d := measure(t, want).differences(want); len(d) > 0 {
		t.Errorf("not as the dataset says:\n%s", strings.Join(d, "\n"))
	}
}

func TestEgressIsDeniedByNftables(t *testing.T) {
	if !alone(t, "ip", "nft") {
		return
	}
	denies(t, func(t *testing.T, n *node, set export.Set) {
		rules := string(content(t, set, "nftables/mke-"+n.host+".nft"))
		within(t, n, rules, "nft", "-f", "-")
		within(t, n, rules, "nft", "-f", "-")
	})
}

func TestEgressIsDeniedByIptables(t *testing.T) {
	if !alone(t, "ip", "iptables") {
		return
	}
	denies(t, func(t *testing.T, n *node, set export.Set) {
		for program, file := range map[string]string{"iptables-restore": "v4", "ip6tables-restore": "v6"} {
			rules := string(content(t, set, "iptables/mke-"+n.host+"."+file+".rules"))
			within(t, n, rules, program, "--noflush")
			within(t, n, rules, program, "--noflush")
		}
	})
}

// deniesByCloudInit boots with a backend's #cloud-config.
func deniesByCloudInit(t *testing.T, backend string) {
	t.Helper()
	denies(t, func(t *testing.T, n *node, set export.Set) {
		config := filepath.Join(t.TempDir(), "user-data")
		if err := os.WriteFile(config, content(t, set, "cloud-init/"+backend+"/mke-"+n.host+".yaml"), 0o600); err != nil {
			t.Error(err)
			return
		}
		args := []string{"sh", "testdata/boot.sh", config}
		if n.host == "workers" { // which runs it again, and reboots
			args = append(args, "again")
		}
		within(t, n, "", args...)
	})
}

func TestEgressIsDeniedByFirewalld(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "firewalld", "dbus-daemon") {
		deniesByCloudInit(t, "firewalld")
	}
}

func TestEgressIsDeniedByUfw(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "ufw") {
		deniesByCloudInit(t, "ufw")
	}
}

// TestEgressIsDeniedByFirewalldsFiles copies a host's folder to a machine that
// has firewalld, as docs/exports.md says it.
func TestEgressIsDeniedByFirewalldsFiles(t *testing.T) {
	if !alone(t, "ip", "nft", "firewalld", "dbus-daemon") {
		return
	}
	denies(t, func(t *testing.T, n *node, set export.Set) {
		dir := t.TempDir()
		for _, f := range set.Files {
			if name, is := strings.CutPrefix(f.Path, "firewalld/"+n.host+"/"); is {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Error(err)
				}
				if err := os.WriteFile(path, f.Content, 0o600); err != nil {
					t.Error(err)
				}
			}
		}
		within(t, n, "", "sh", "-c", `set -e
here=testdata
. testdata/root.sh
cp -r "$1"/* /etc/firewalld/
firewall-offline-cmd --new-zone=storage
firewall-offline-cmd --zone=storage --change-interface=eth9
firewall-offline-cmd --zone=internal --change-interface=eth0
firewall-offline-cmd --check-config
systemctl start firewalld
test "$(firewall-cmd --state)" = running`, "sh", dir)
	})
}
