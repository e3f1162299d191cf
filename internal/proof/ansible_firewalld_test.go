package proof

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// opened reads what firewall-cmd --list-all prints, in the words of shouldOpen.
func opened(rules string) map[string]bool {
	got := map[string]bool{}
	words := regexp.MustCompile(`ipset="every-key-([^"]*)"|destination address="([^"]*)"|port port="([^"]*)" protocol="([^"]*)"|protocol value="([^"]*)"|icmp-type name="([^"]*)"`)
	numbers := map[string]string{"4": "ip-in-ip", "50": "esp", "112": "vrrp", "echo-request": "icmp 8", "echo-reply": "icmp 0"}
	for line := range strings.Lines(rules) {
		line = strings.TrimSpace(line)
		if ports, ok := strings.CutPrefix(line, "ports: "); ok {
			for p := range strings.FieldsSeq(ports) {
				number, protocol, _ := strings.Cut(p, "/")
				got[protocol+" "+number+" from any"] = true
			}
		}
		if protocols, ok := strings.CutPrefix(line, "protocols: "); ok {
			for p := range strings.FieldsSeq(protocols) {
				got[numbers[p]+" from any"] = true
			}
		}
		if !strings.HasPrefix(line, "rule ") {
			continue
		}
		what, from, at := "any", "any", ""
		for _, m := range words.FindAllStringSubmatch(line, -1) {
			switch {
			case m[1] != "":
				from = m[1]
			case m[2] != "":
				at = " at " + m[2]
			case m[3] != "":
				what = m[4] + " " + m[3]
			default:
				what = numbers[m[5]+m[6]]
			}
		}
		got[what+" from "+from+at] = true
	}
	return got
}

// sets is the source of rules that name sets of addresses.
func sets(p *dataset.Peer) []string {
	if p.Kind == dataset.PeerAny {
		return []string{"any"}
	}
	return []string{p.ID + "-ipv4", p.ID + "-ipv6"}
}

func TestFirewalldPlaybook(t *testing.T) {
	ds, rules := played(t, playing{
		backend: "firewalld",
		reader:  "firewall-offline-cmd --check-config; firewall-offline-cmd --list-all; cat /etc/firewalld/ipsets/*",
		need:    []string{"firewalld"},
	})
	same(t, opened(rules), playbookOpens(ds, sets, "storage-traffic:tcp"))
	for _, entry := range []string{"10.0.0.0/24", "fd00:1::/64", "10.0.0.2", "fd00:1::11", "192.0.2.0/24"} {
		if !strings.Contains(rules, "<entry>"+entry+"</entry>") {
			t.Errorf("no set holds %s", entry)
		}
	}
}

// few is a small dataset, for the hosts of the inventory: the daemon takes its
// time for each rule. The two host types have ranges that overlap.
const few = `
format = 1
[product]
id = "every-key"
name = "Few"
[hosts.servers]
name = "Servers"
[hosts.agents]
name = "Agents"
[ports.api]
port = 6443
configurable = true
protocols = "tcp"
hosts = "servers"
from = "any"
purpose = "API"
[ports.node-ports]
port = "8000-8020"
configurable = true
protocols = "tcp"
hosts = "servers"
from = "any"
purpose = "Node ports"
[ports.agent-ports]
port = "8015-8030"
configurable = true
protocols = "tcp"
hosts = "agents"
from = "any"
purpose = "Agents' ports"
[ports.joining]
port = 9345
configurable = true
protocols = "tcp"
hosts = ["servers", "agents"]
from = "cluster"
purpose = "Joining nodes"
[ports.sync]
port = 9500
protocols = "tcp"
hosts = ["servers", "agents"]
from = "cluster"
purpose = "Synchronisation"
[ports.failover]
protocols = "vrrp"
hosts = "agents"
from = "any"
purpose = "Failover"
`

// fewEarlier has other ports, ranges that overlap those of few, and a network
// that lies in few's.
const fewEarlier = `
[networks]
cluster = ["10.0.0.0/25", "10.8.0.0/24"]
[ports.api]
port = 7443
[ports.node-ports]
port = "8000-8010"
[ports.agent-ports]
port = "8008-8012"
[ports.joining]
port = 7345
`

// fewOnWire adds a row on one card, which is put into a zone of its own, and pods.
const fewOnWire = `
[networks]
pods = ["10.42.0.0/16", "fd00:42::/56"]
[interfaces.wire]
name = "Wire"
device = "inner"
zone = "wire"
[ports.disk]
port = 8400
protocols = "tcp"
hosts = "agents"
from = "cluster"
interfaces = "wire"
purpose = "Disks"
`

// singly takes the ranges of TCP apart: what is open counts, not by how many rules.
func singly(opened map[string]bool) map[string]bool {
	out := map[string]bool{}
	for text := range opened {
		var first, last int
		if n, _ := fmt.Sscanf(text, "tcp %d-%d from any", &first, &last); n != 2 {
			out[text] = true
			continue
		}
		for port := first; port <= last; port++ {
			out[fmt.Sprintf("tcp %d from any", port)] = true
		}
	}
	return out
}

// TestFirewalldPlaybookRunning plays an earlier version, which turns firewalld
// on, then the current one twice, and the earlier one again: what the daemon
// lets in must be what the dataset says and what it would let in after a
// reboot. What both versions have is open all the time, to a program that
// connects meanwhile; what others did stays.
func TestFirewalldPlaybookRunning(t *testing.T) {
	tools := testtool.Need(t, "unshare", "ansible-playbook", "firewalld", "dbus-daemon", "ip", "iptables", "python3")
	testtool.NeedRoot(t, "setting up a firewall")
	t.Parallel()
	current := loadText(t, few, oneNetwork)
	earlier := loadText(t, few, fewEarlier)
	dir := t.TempDir()
	hosts := strings.Replace(inventory, "every_key_firewalld_start=false", "", 1)
	if err := os.WriteFile(filepath.Join(dir, "inventory.ini"), []byte(hosts), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(ds *dataset.Dataset) string {
		return fmt.Sprintf("ansible-playbook -i inventory.ini --limit both --diff %s", filepath.Join(writeSet(t, ds), "ansible", "playbooks", "every-key-firewalld.yml"))
	}
	first, next, wired := command(earlier), command(current), command(loadText(t, few, fewEarlier, fewOnWire))
	out := inARoot(t, dir, tools[0], `
list() {
  echo "== runtime"; firewall-cmd --list-all
  echo "== permanent"; firewall-cmd --permanent --list-all
  echo "== sets"
  for family in ipv4 ipv6; do
    firewall-cmd --ipset=every-key-cluster-$family --get-entries
    firewall-cmd --permanent --ipset=every-key-cluster-$family --get-entries
  done
  echo "== others"
  iptables -t nat -S
}
ip netns add outside
ip link add inner type veth peer name outer netns outside
ip address add 10.0.0.1/24 dev inner
ip link set inner up
ip -n outside address add 10.0.0.5/24 dev outer
ip -n outside link set outer up
`+first+` --check
! ls /etc/firewalld/portpress-* 2>/dev/null
`+first+`
list
# Somebody's own rules: of a range that comes, of a port beside it, and as Docker's.
for where in "" --permanent; do firewall-cmd -q $where --add-port=8018-8022/tcp --add-port=8031/tcp; done
iptables -t nat -A PREROUTING -p tcp --dport 81 -j REDIRECT --to-ports 80
mkfifo hold
python3 $here/steady.py "" 8005 8009 9500 <hold &
exec 3>hold
until ss -ltn | grep -q :9500; do sleep 0.1; done
mkfifo until
ip netns exec outside python3 $here/steady.py 10.0.0.1 8005 8009 9500 <until >steady 2>&1 &
prober=$!
exec 4>until
echo "== next"
`+next+` --check
list
`+next+`
list
echo "== again"
`+next+`
echo "== back"
`+first+`
list
exec 4>&-
wait $prober
# A zone that is new takes a reload, which turns new connections away; nothing else does.
echo "== wired"
`+wired+` --check
`+wired+`
zones() {
  for where in "" --permanent; do
    echo "=== zone $(firewall-cmd $where --get-zone-of-interface=inner || true)"
    firewall-cmd $where --zone=wire --list-all
    echo "=== policy"; firewall-cmd $where --policy=pp-pods-every-key --list-rich-rules || true
  done
}
zones
echo "== wired again"
`+wired+`
echo "== unwired"
ip netns exec outside python3 $here/steady.py 10.0.0.1 8005 8009 9500 <until >>steady 2>&1 &
prober=$!
exec 4>until
`+first+`
zones
list
exec 4>&-
wait $prober
echo "== steady"
cat steady
`)
	stages := regexp.MustCompile(`(?m)^== (next|again|back|wired|wired again|unwired|steady)\n`).Split(out, -1)
	if len(stages) != 8 {
		t.Fatalf("%d stages:\n%s", len(stages), out)
	}
	_, recap, _ := strings.Cut(stages[1], "PLAY RECAP")
	checked, after, _ := strings.Cut(recap, "PLAY [")
	if !regexp.MustCompile(`both .*changed=1 `).MatchString(checked) {
		t.Errorf("--check doesn't tell of changes:\n%s", checked)
	}
	for _, again := range []string{stages[2], stages[5]} {
		if !regexp.MustCompile(`both .*changed=0 .*failed=0`).MatchString(again) {
			t.Errorf("the same playbook changes something again:\n%s", again)
		}
	}
	wires(t, earlier, stages[4], stages[6])
	if strings.Contains(stages[7], "closed:") || len(regexp.MustCompile(`tried: \d\d`).FindAllString(stages[7], -1)) != 2 {
		t.Errorf("what both tables have was not open all the time:\n%s", stages[7])
	}
	theirs := map[string]bool{"tcp 8018-8022 from any": true, "tcp 8031 from any": true}
	four := []string{"10.0.0.0/25", "10.8.0.0/24"}
	for _, x := range []struct {
		what     string
		ds       *dataset.Dataset
		printed  string
		entries  []string
		by, nats map[string]bool
	}{
		{"the first play", earlier, stages[0], slices.Concat(four, four), nil, nil},
		{"a check", earlier, checked, slices.Concat(four, four), theirs, theirs},
		{"the next play", current, after, []string{"10.0.0.0/24", "10.0.0.0/24", "fd00:1::/64", "fd00:1::/64"}, theirs, theirs},
		{"the way back", earlier, stages[3], slices.Concat(four, four), theirs, theirs},
		{"without the wire again", earlier, stages[6], slices.Concat(four, four), theirs, nil},
	} {
		t.Log(x.what)
		_, rules, _ := strings.Cut(x.printed, "== runtime")
		runtime, rules, _ := strings.Cut(rules, "== permanent")
		permanent, rules, _ := strings.Cut(rules, "== sets")
		entries, others, _ := strings.Cut(rules, "== others")
		want := playbookOpens(x.ds, sets)
		maps.Copy(want, x.by)
		same(t, singly(opened(runtime)), singly(want))
		same(t, singly(opened(permanent)), singly(want))
		// The running set lists its entries as they came.
		if got := slices.Sorted(strings.FieldsSeq(entries)); !slices.Equal(got, slices.Sorted(slices.Values(x.entries))) {
			t.Errorf("the sets hold %v, want %v", got, x.entries)
		}
		if x.nats != nil && !strings.Contains(others, "--dport 81 -j REDIRECT") {
			t.Errorf("the rules of others are gone:\n%s", others)
		}
	}
}

// wires holds that a card in a zone of its own has there all that the host lets in,
// and what is open on it alone, and that it is as before once no row is on it.
func wires(t *testing.T, ds *dataset.Dataset, wired, unwired string) {
	t.Helper()
	checked, wired, _ := strings.Cut(wired, "PLAY RECAP")
	if !strings.Contains(checked, "inner is in wire") {
		t.Errorf("--check doesn't tell of the zone:\n%s", checked)
	}
	want := playbookOpens(ds, sets)
	for _, f := range []string{"-ipv4", "-ipv6"} {
		want["tcp 8400 from cluster"+f] = true
		want["tcp 8400 from pods"+f] = true
		for _, what := range []string{"tcp 7345", "tcp 9500"} { // what the cluster may reach
			want[what+" from pods"+f] = true
		}
	}
	parts := strings.Split(wired, "=== zone ")[1:]
	for _, part := range parts {
		zone, policy, _ := strings.Cut(part, "=== policy")
		if !strings.HasPrefix(zone, "wire\n") {
			t.Errorf("the card is not in its zone: %s", zone)
		}
		same(t, singly(opened(zone)), singly(want))
		for _, rule := range []string{`source address="10.42.0.0/16" accept`, `source ipset="every-key-cluster-ipv6" destination address="fd00:42::/56" accept`} {
			if !strings.Contains(policy, rule) {
				t.Errorf("no policy has %s:\n%s", rule, policy)
			}
		}
	}
	rest := strings.Split(unwired, "=== zone ")[1:]
	if len(parts) != 2 || len(rest) != 2 {
		t.Fatalf("%d and %d lists of zones:\n%s\n%s", len(parts), len(rest), wired, unwired)
	}
	for _, part := range rest {
		part, _, _ := strings.Cut(part, "== runtime")
		zone, policy, _ := strings.Cut(part, "=== policy")
		if strings.HasPrefix(zone, "wire\n") || len(opened(zone)) > 0 || strings.Contains(policy, "rule ") {
			t.Errorf("something is left of the zone or the policy:\n%s", part)
		}
	}
}
