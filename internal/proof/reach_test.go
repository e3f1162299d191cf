package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portpress/internal/dataset"
	"portpress/internal/export"
)

// These tests show by connecting that what portpress exports opens what the
// dataset says and nothing else: they build a small cluster of network
// namespaces, let every port of every machine answer, load an export, and try
// each port from each machine.

// cluster gives each node a network namespace on one bridge, with every port
// answering. Only a test that runs alone may call it.
func cluster(t *testing.T, ports []int) {
	t.Helper()
	script := "set -e\nip link add name bridge type bridge mcast_snooping 0\nip link set bridge up\n"
	for i, n := range nodes {
		script += fmt.Sprintf(`ip netns add %[1]s
ip link add name port%[2]d type veth peer name eth0 netns %[1]s
ip link set port%[2]d master bridge up
ip -n %[1]s address add %[3]s/16 dev eth0
ip -n %[1]s address add %[4]s/48 dev eth0 nodad
ip -n %[1]s link set lo up
ip -n %[1]s link set eth0 up
`, n.name, i, n.four, n.six)
	}
	run(t, "", "sh", "-c", script)
	for _, n := range nodes {
		answer(t, n.name, ports)
	}
}

// answer has ports of a namespace answer.
func answer(t *testing.T, namespace string, ports []int) {
	t.Helper()
	list, err := json.Marshal(ports)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "ip", "netns", "exec", namespace, os.Args[0])
	cmd.Env = append(os.Environ(), role+"=listen")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(list), os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, len("ready\n"))
	if n, err := out.Read(ready); string(ready[:n]) != "ready\n" {
		t.Fatalf("the listener says %q, %v", ready[:n], err)
	}
}

// within runs a program on a node, with text as its input. Nodes may do so side
// by side, and go on after one that fails.
func within(t *testing.T, n *node, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", n.name}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("on %s: %s: %v\n%s", n.name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// measure tries every cell of a matrix. What should be open and didn't answer
// is tried again, since a busy machine may be slow; that something is open
// shows at once.
func measure(t *testing.T, want matrix) matrix {
	t.Helper()
	got := matrix{}
	for range 3 {
		var pending []cell
		for c, open := range want {
			if _, tried := got[c]; !tried || open && !got[c] {
				pending = append(pending, c)
			}
		}
		try(t, pending, got)
	}
	return got
}

// try connects from all nodes at once.
func try(t *testing.T, pending []cell, got matrix) {
	t.Helper()
	byNode := map[*node][]cell{}
	for _, c := range pending {
		byNode[c.from] = append(byNode[c.from], c)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for n, cells := range byNode {
		wg.Go(func() {
			probes := make([]probe, len(cells))
			for i, c := range cells {
				address := c.to.four
				if c.family == "IPv6" {
					address = c.to.six
				}
				probes[i] = probe{c.protocol, net.JoinHostPort(address, strconv.Itoa(c.port))}
			}
			input, _ := json.Marshal(probes)
			cmd := exec.Command("ip", "netns", "exec", n.name, os.Args[0])
			cmd.Env = append(os.Environ(), role+"=connect")
			cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
			out, err := cmd.Output()
			var answered []bool
			if err == nil {
				err = json.Unmarshal(out, &answered)
			}
			if err != nil || len(answered) != len(cells) {
				t.Errorf("from %s: %d answers to %d probes, %v", n.name, len(answered), len(cells), err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for i, c := range cells {
				got[c] = answered[i]
			}
		})
	}
	wg.Wait()
}

// reach builds the cluster, loads each target's export, and measures who reaches
// these.
func reach(t *testing.T, ds *dataset.Dataset, targets []*node, load func(n *node)) (got, want matrix) {
	t.Helper()
	start := time.Now()
	cluster(t, triedPorts(ds))
	built := time.Now()
	var wg sync.WaitGroup
	for _, n := range targets {
		wg.Go(func() { load(n) })
	}
	wg.Wait()
	loaded := time.Now()
	want = meant(ds, targets)
	got = measure(t, want)
	open := slices.Collect(maps.Values(want))
	open = slices.DeleteFunc(open, func(open bool) bool { return !open })
	t.Logf("%d cells, %d of them open; built in %.1fs, loaded in %.1fs, measured in %.1fs", len(want), len(open),
		built.Sub(start).Seconds(), loaded.Sub(built).Seconds(), time.Since(loaded).Seconds())
	return got, want
}

// proves requires that what is measured is what the dataset says.
func proves(t *testing.T, put func(t *testing.T, n *node, set export.Set)) {
	t.Helper()
	ds := load(t, "mke", clusterLayer, sshLayer)
	set := press(t, ds)
	got, want := reach(t, ds, members, func(n *node) { put(t, n, set) })
	judge(t, got, want)
}

// judge requires that what is measured is what is wanted, and what the table
// promises.
func judge(t *testing.T, got, want matrix) {
	t.Helper()
	said, broken := got.promises()
	t.Logf("measured in this cluster, both families:\n%s", strings.Join(said, "\n"))
	if len(broken) > 0 {
		t.Errorf("broken promises:\n%s", strings.Join(broken, "\n"))
	}
	if d := got.differences(want); len(d) > 0 {
		t.Errorf("%d cells are not as the dataset says:\n%s\n%s", len(d), strings.Join(d, "\n"), got.table(want))
	}
}

func TestReachWithoutAFirewallIsEverything(t *testing.T) {
	if !alone(t, "ip") {
		return
	}
	got, want := reach(t, load(t, "mke", clusterLayer), members, func(*node) {})
	for c := range want {
		want[c] = true
	}
	if d := got.differences(want); len(d) > 0 {
		t.Errorf("with no firewall, %d cells don't answer:\n%s", len(d), strings.Join(d, "\n"))
	}
}

// byCloudInit boots each node with its #cloud-config. One of them
// runs it again and reboots, which must change nothing.
func byCloudInit(t *testing.T, folder string) {
	t.Helper()
	proves(t, func(t *testing.T, n *node, set export.Set) {
		config := filepath.Join(t.TempDir(), "user-data")
		if err := os.WriteFile(config, content(t, set, "cloud-init/"+folder+"mke-"+n.host+".yaml"), 0o600); err != nil {
			t.Error(err)
			return
		}
		args := []string{"sh", "testdata/boot.sh", config}
		if n.name == "worker1" {
			args = append(args, "again")
		}
		within(t, n, "", args...)
	})
}

func TestReachByNftables(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init") {
		byCloudInit(t, "")
	}
}

func TestReachByFirewalld(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "firewalld", "dbus-daemon") {
		byCloudInit(t, "firewalld/")
	}
}

func TestReachByUfw(t *testing.T) {
	if alone(t, "ip", "nft", "cloud-init", "ufw") {
		byCloudInit(t, "ufw/")
	}
}

func TestReachByIptables(t *testing.T) {
	if !alone(t, "ip", "iptables") {
		return
	}
	proves(t, func(t *testing.T, n *node, set export.Set) {
		for program, file := range map[string]string{"iptables-restore": "v4", "ip6tables-restore": "v6"} {
			rules := string(content(t, set, "iptables/mke-"+n.host+"."+file+".rules"))
			within(t, n, rules, program, "--test", "--noflush")
			within(t, n, rules, program, "--noflush")
		}
	})
}

// clusterInventory writes the inventory of the nodes, each of which plays against
// itself.
func clusterInventory(t *testing.T) string {
	t.Helper()
	var hosts strings.Builder
	for _, n := range members {
		fmt.Fprintf(&hosts, "[mke_%s]\n%s ansible_host=%s\n", n.host, n.name, n.four)
	}
	hosts.WriteString("[all:vars]\nansible_connection=local\nansible_python_interpreter=/usr/bin/python3\n")
	path := filepath.Join(t.TempDir(), "inventory.ini")
	if err := os.WriteFile(path, []byte(hosts.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// byPlaybook has a node of each host type play a backend's playbook against
// itself, and requires what wanted makes of the dataset's matrix.
func byPlaybook(t *testing.T, backend string, wanted func(*dataset.Dataset, matrix)) {
	t.Helper()
	ds := load(t, "mke", clusterLayer)
	dir, inventory := writeSet(t, ds), clusterInventory(t)
	got, want := reach(t, ds, []*node{members[0], members[2]}, func(n *node) {
		within(t, n, "", "sh", "testdata/play.sh", inventory, n.name, filepath.Join(dir, "ansible", "playbooks", "mke-"+backend+".yml"))
	})
	wanted(ds, want)
	judge(t, got, want)
}

func asTheDatasetSays(*dataset.Dataset, matrix) {}

// TestReachByFirewalldPlaybook plays into a zone that lets ssh in by itself.
func TestReachByFirewalldPlaybook(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "firewalld", "dbus-daemon") {
		byPlaybook(t, "firewalld", asTheDatasetSays)
	}
}

func TestReachByUfwPlaybook(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "ufw") {
		byPlaybook(t, "ufw", asTheDatasetSays)
	}
}

// TestReachByIptablesPlaybook knows that this playbook governs the ports of the
// host's own rows, and leaves all others to the rules that are there: none.
func TestReachByIptablesPlaybook(t *testing.T) {
	if alone(t, "ip", "ansible-playbook", "iptables") {
		byPlaybook(t, "iptables", func(ds *dataset.Dataset, want matrix) {
			for c := range want {
				want[c] = want[c] || !governed(ds, c)
			}
		})
	}
}

// TestReachFindsAWrongExport opens one internal port to everyone on one host
// type, and requires the measurement to say just that. Here ssh is where it
// mostly is, on 22 from anywhere.
func TestReachFindsAWrongExport(t *testing.T) {
	if !alone(t, "ip", "nft") {
		return
	}
	ds := load(t, "mke", clusterLayer)
	set := press(t, ds)
	got, want := reach(t, ds, members, func(n *node) {
		rules := string(content(t, set, "nftables/mke-"+n.host+".nft"))
		if n.host == "managers" {
			wrong := strings.Replace(rules, "ip saddr @cluster_ipv4 tcp dport 10250", "tcp dport 10250", 1)
			if wrong == rules {
				t.Errorf("no rule to change in\n%s", rules)
			}
			rules = wrong
		}
		within(t, n, rules, "nft", "-f", "-")
	})
	list := []string{
		"outside -> manager1 tcp 10250 IPv4 is open, and the dataset closes it",
		"outside -> manager1 tcp 10250 IPv6 is open, and the dataset closes it",
		"outside -> manager2 tcp 10250 IPv4 is open, and the dataset closes it",
		"outside -> manager2 tcp 10250 IPv6 is open, and the dataset closes it",
	}
	if d := got.differences(want); !slices.Equal(d, list) {
		t.Errorf("found:\n%s\nwant:\n%s", strings.Join(d, "\n"), strings.Join(list, "\n"))
	}
	broken := "tcp 10250 (internal): from outside 4 of 8 open, want 0"
	if _, b := got.promises(); !slices.Equal(b, []string{broken}) {
		t.Errorf("broken promises: %q, want %q", b, broken)
	}
	table := got.table(want)
	if strings.Count(table, "o!") != 4 || strings.Count(table, "tcp 10250") != 2 {
		t.Errorf("the table doesn't show the 4 cells:\n%s", table)
	}
}
