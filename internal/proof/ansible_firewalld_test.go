package proof

import (
	"fmt"
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
	ds, rules := played(t, "firewalld", "firewall-offline-cmd --check-config; firewall-offline-cmd --list-all; cat /etc/firewalld/ipsets/*", "firewalld")
	same(t, opened(rules), shouldOpen(ds, sets, "storage-traffic:tcp"))
	for _, entry := range []string{"10.0.0.0/24", "fd00:1::/64", "10.0.0.2", "fd00:1::11", "192.0.2.0/24"} {
		if !strings.Contains(rules, "<entry>"+entry+"</entry>") {
			t.Errorf("no set holds %s", entry)
		}
	}
}

// few is a small dataset, for the hosts of the inventory: the daemon takes its
// time for each rule.
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
[ports.joining]
port = 9345
configurable = true
protocols = "tcp"
hosts = ["servers", "agents"]
from = "cluster"
purpose = "Joining nodes"
[ports.failover]
protocols = "vrrp"
hosts = "agents"
from = "any"
purpose = "Failover"
`

// TestFirewalldPlaybookRunning plays an earlier version, which turns firewalld
// on, and then the current one twice: what the daemon lets in must be what the
// dataset says and what it would let in after a reboot.
func TestFirewalldPlaybookRunning(t *testing.T) {
	tools := testtool.Need(t, "ansible-playbook", "unshare", "firewalld", "dbus-daemon")
	testtool.NeedRoot(t, "setting up a firewall")
	t.Parallel()
	current := loadText(t, few, oneNetwork)
	earlier := loadText(t, few, "[networks]\ncluster = [\"10.9.0.0/24\"]\n[ports.api]\nport = 7443\n[ports.joining]\nport = 7345\n")
	dir := t.TempDir()
	hosts := strings.Replace(inventory, "every_key_firewalld_start=false", "", 1)
	if err := os.WriteFile(filepath.Join(dir, "inventory.ini"), []byte(hosts), 0o600); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	command := func(ds *dataset.Dataset) string {
		return fmt.Sprintf("%s -i inventory.ini --limit both --diff %s", tools[0], filepath.Join(writeSet(t, ds), "ansible", "playbooks", "every-key-firewalld.yml"))
	}
	const list = `
echo "== runtime"; firewall-cmd --list-all
echo "== permanent"; firewall-cmd --permanent --list-all
echo "== sets"
for family in ipv4 ipv6; do
  firewall-cmd --ipset=every-key-cluster-$family --get-entries
  firewall-cmd --permanent --ipset=every-key-cluster-$family --get-entries
done
`
	// When its first process ends, the kernel ends the daemons too.
	out := run(t, dir, tools[1], "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-ec", `
ip link set lo up
here=`+here+`
. $here/root.sh
export ANSIBLE_NOCOLOR=1 ANSIBLE_PIPELINING=1 ANSIBLE_LOCALHOST_WARNING=false HOME=$PWD PATH=$PATH:/usr/sbin:/sbin
`+command(earlier)+` --check
`+command(earlier)+list+`
echo "== next"
`+command(current)+` --check
`+command(current)+`
echo "== again"
`+command(current)+list)

	first, rest, _ := strings.Cut(out, "== next")
	_, again, _ := strings.Cut(rest, "== again")
	if !regexp.MustCompile(`both .*changed=0 .*failed=0`).MatchString(again) {
		t.Errorf("the same playbook changes something again:\n%s", again)
	}
	for _, x := range []struct {
		ds      *dataset.Dataset
		printed string
		entries []string
	}{
		{earlier, first, []string{"10.9.0.0/24", "10.9.0.0/24"}},
		{current, again, []string{"10.0.0.0/24", "10.0.0.0/24", "fd00:1::/64", "fd00:1::/64"}},
	} {
		_, rules, _ := strings.Cut(x.printed, "== runtime")
		runtime, rules, _ := strings.Cut(rules, "== permanent")
		permanent, entries, _ := strings.Cut(rules, "== sets")
		want := shouldOpen(x.ds, sets)
		same(t, opened(runtime), want)
		same(t, opened(permanent), want)
		if got := strings.Fields(entries); !slices.Equal(got, x.entries) {
			t.Errorf("the sets hold %v, want %v", got, x.entries)
		}
	}
}
