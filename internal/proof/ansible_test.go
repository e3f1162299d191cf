package proof

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// inventory has a host in both groups of every-key.toml, the one that the
// tests set up; the others only lend their addresses. Ansible comes in by a port
// that no table has.
const inventory = `
[every_key_servers]
both ansible_host=10.0.0.1 ansible_port=2222
server ansible_host=10.0.0.2

[every_key_agents]
both
agent ansible_host=fd00:1::11

[all:vars]
ansible_connection=local
ansible_python_interpreter=/usr/bin/python3
ansible_become=false
every_key_firewalld_start=false
`

// oneNetwork keeps the rules few: a rule for each source takes its time.
const oneNetwork = "[networks]\ncluster = [\"10.0.0.0/24\", \"fd00:1::/64\"]\n"

// inventoryAddresses are what a peer's own addresses are there; those of the
// other peers are networks of the dataset.
var inventoryAddresses = map[string][]string{
	"servers": {"10.0.0.1/32", "10.0.0.2/32"},
	"agents":  {"10.0.0.1/32", "fd00:1::11/128"},
}

// playing is what a playbook is tried with.
type playing struct {
	backend string
	layers  []string // over the dataset, beside oneNetwork
	before  string   // over these, of the earlier version alone
	harm    string   // a shell command that changes what the playbook made, after it was played
	reader  string   // a shell command that prints the rules at last
	need    []string
}

// played runs the playbook of an earlier version of the dataset, and then that of
// the current one twice: again it must change nothing. Once more with native Jinja,
// which later releases of Ansible have always, it must mend what was harmed, and
// nothing else. It has network and settings of its own, and returns what the reader
// prints.
func played(t *testing.T, p playing) (*dataset.Dataset, string) {
	t.Helper()
	tools := testtool.Need(t, append([]string{"ansible-playbook", "unshare"}, p.need...)...)
	testtool.NeedRoot(t, "setting up a firewall")
	t.Parallel()
	layers := append([]string{oneNetwork}, p.layers...)
	current := loadEveryKey(t, layers...)
	earlier := loadEveryKey(t, append(layers, p.before, "[ports.api]\nport = 7443\n[ports.setting]\nport = 7345\n")...)
	dir := t.TempDir()
	hosts := filepath.Join(dir, "inventory.ini")
	if err := os.WriteFile(hosts, []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	playbook := func(ds *dataset.Dataset) string {
		return filepath.Join(writeSet(t, ds), "ansible", "playbooks", "every-key-"+p.backend+".yml")
	}
	first, next := playbook(earlier), playbook(current)
	out := inARoot(t, dir, tools[1], `
play() { ansible-playbook -i `+hosts+` --limit both --diff "$@"; }
play `+first+` --check
play `+strings.Join([]string{first, next, next}, " ")+`
`+p.harm+`
ANSIBLE_JINJA2_NATIVE=true `+tools[0]+" -i "+hosts+" --limit both --diff "+next+" "+next+`
echo; echo "== rules"
`+p.reader)
	out, rules, _ := strings.Cut(out, "== rules")
	// The counts of one run are of all its playbooks.
	plays := strings.Split(out, "\nPLAY [")[1:]
	changes := []bool{true, true, true, false, p.harm != "", false}
	if len(plays) != len(changes) {
		t.Fatalf("%d plays:\n%s", len(plays), out)
	}
	for i, play := range plays {
		if strings.Contains(play, "\nchanged: ") != changes[i] || !regexp.MustCompile(`both .* failed=0 `).MatchString(play) {
			t.Errorf("play %d should change something: %t\n%s", i+1, changes[i], play)
		}
	}
	return current, rules
}

// shouldOpen lists what a host of every type should open: "tcp 443 from any". The
// function source gives the sources that a peer is; leave names the rows that
// the backend says it can't carry.
func shouldOpen(ds *dataset.Dataset, source func(*dataset.Peer) []string, leave ...string) map[string]bool {
	out := map[string]bool{"tcp 22 from any": true}
	skipped := strings.Join(leave, " ")
	for _, f := range ds.Flows {
		if f.Direction != dataset.In || f.Peer.Kind == dataset.PeerSelf || strings.Contains(" "+skipped+" ", " "+f.Port.ID+":"+f.Protocol.ID+" ") {
			continue
		}
		whats := []string{strings.TrimSpace(f.Protocol.ID + " " + f.Range.String())}
		if len(f.Port.Types) > 0 {
			whats = nil
			for _, n := range f.Port.Types {
				whats = append(whats, fmt.Sprintf("%s %d", f.Protocol.ID, n))
			}
		}
		for _, what := range whats {
			for _, from := range source(f.Peer) {
				six := strings.Contains(from, ":") || strings.HasSuffix(from, "ipv6")
				switch {
				case from != "any" && f.Protocol.ID == "icmp" && six:
				case len(f.Port.Bind) == 0:
					out[what+" from "+from] = true
				default:
					for _, a := range f.Port.Bind {
						if a.Is4() != six {
							out[fmt.Sprintf("%s from %s at %s", what, from, a)] = true
						}
					}
				}
			}
		}
	}
	return out
}

// playbookOpens is shouldOpen for a playbook, which keeps the port open too that
// Ansible comes in by.
func playbookOpens(ds *dataset.Dataset, source func(*dataset.Peer) []string, leave ...string) map[string]bool {
	out := shouldOpen(ds, source, leave...)
	out["tcp 2222 from any"] = true
	return out
}

// addresses is the source of rules that name addresses.
func addresses(p *dataset.Peer) []string {
	if p.Kind == dataset.PeerAny {
		return []string{"any"}
	}
	out := inventoryAddresses[p.ID]
	for _, n := range p.Networks {
		out = append(out, netip.Prefix(n).String())
	}
	return out
}

func same(t *testing.T, got, want map[string]bool) {
	t.Helper()
	for x := range want {
		if !got[x] {
			t.Errorf("lost:  %s", x)
		}
	}
	for x := range got {
		if !want[x] {
			t.Errorf("added: %s", x)
		}
	}
}

// accepted reads the rules of one chain as iptables -S prints them.
func accepted(rules, chain string) map[string]bool {
	names := map[string]string{"ipencap": "ip-in-ip", "4": "ip-in-ip", "": "any"}
	field := func(rule, flag string) string {
		m := regexp.MustCompile(" " + flag + ` (\S+)`).FindStringSubmatch(rule)
		if m == nil {
			return ""
		}
		return m[1]
	}
	out := map[string]bool{}
	for rule := range strings.Lines(rules) {
		if !strings.HasPrefix(rule, "-A "+chain+" ") || !strings.Contains(rule, "-j ACCEPT") ||
			strings.Contains(rule, "ctstate") || strings.Contains(rule, "-i lo") {
			continue
		}
		rule = regexp.MustCompile(`--comment "[^"]*"`).ReplaceAllString(rule, "")
		protocol, source := field(rule, "-p"), field(rule, "-s")
		if name, ok := names[protocol]; ok {
			protocol = name
		}
		switch {
		case strings.Contains(rule, " -m ah "):
			protocol = "ah"
		case protocol == "ah" && strings.Contains(source, ":"):
			protocol = "ah, which IPv6 never finds,"
		}
		if source == "" {
			source = "any"
		}
		what := field(rule, "--dports") + field(rule, "--dport") + field(rule, "--ctorigdstport") + field(rule, "--icmp-type")
		for n := range strings.SplitSeq(what, ",") {
			text := strings.TrimSpace(protocol+" "+strings.ReplaceAll(n, ":", "-")) + " from " + source
			if at := field(rule, "-d") + field(rule, "--ctorigdst"); at != "" {
				text += " at " + strings.TrimSuffix(strings.TrimSuffix(at, "/32"), "/128")
			}
			out[text] = true
		}
	}
	return out
}

// TestIptablesPlaybook has a rule of the playbook's widened and one taken away,
// and others of somebody else, which must stay.
func TestIptablesPlaybook(t *testing.T) {
	ds, rules := played(t, playing{
		backend: "iptables",
		layers:  []string{`ports.header = {protocols = "ah", hosts = "servers", from = "cluster", purpose = "Authentication"}`},
		before:  "ports.setting.forwarded = true\n",
		harm: `
iptables -A FORWARD -p tcp --dport 81 -j DROP
iptables -I INPUT ! -s 192.0.2.0/24 -p udp --dport 82 -m comment --comment "it's theirs" -j DROP
iptables -D portpress-every-key 1
iptables -A portpress-every-key ! -s 192.0.2.0/24 -p tcp --dport 83 -m comment --comment "it's theirs" -j ACCEPT
ip6tables -A portpress-every-key -m multiport -p udp --dports 80,84 -m comment --comment "portpress every-key: udp 80,30000:32767 from ::/0" -j ACCEPT
ip6tables -D INPUT -j pp-close-every-key`,
		reader: "iptables -S; ip6tables -S; echo == mangle; iptables -t mangle -S",
		need:   []string{"iptables"},
	})
	rules, mangle, _ := strings.Cut(rules, "== mangle")
	same(t, accepted(rules, "portpress-every-key"), playbookOpens(ds, addresses, "storage-traffic:tcp"))
	passes := accepted(strings.ReplaceAll(mangle, "-j RETURN", "-j ACCEPT"), "portpress-every-key")
	stops := accepted(strings.ReplaceAll(mangle, "-j DROP", "-j ACCEPT"), "portpress-every-key")
	for _, port := range []string{"tcp 8090", "udp 8090", "tcp 8100-8110", "udp 8100-8110"} {
		if !stops[port+" from any"] || !passes[port+" from 10.0.0.0/24"] {
			t.Errorf("%s is not held before DNAT:\n%s", port, mangle)
		}
	}
	for _, gone := range []string{"7443", "7345", "83", "84"} {
		if regexp.MustCompile(`\b` + gone + `\b`).MatchString(rules + mangle) {
			t.Errorf("%s, of the earlier version or by hand, is left:\n%s", gone, rules)
		}
	}
	for text, n := range map[string]int{
		"-A INPUT -j portpress-every-key\n": 2, "-A INPUT -j pp-close-every-key\n": 2, "--ctstate RELATED,ESTABLISHED": 2,
		"-A FORWARD -p tcp -m tcp --dport 81 -j DROP\n": 1, `! -s 192.0.2.0/24 -p udp -m udp --dport 82`: 1,
	} {
		if strings.Count(rules, text) != n {
			t.Errorf("%q isn't there %d times:\n%s", text, n, rules)
		}
	}
}

// TestUfwPlaybook has a rule taken away for IPv4 only, and another turned round.
func TestUfwPlaybook(t *testing.T) {
	ds, rules := played(t, playing{
		backend: "ufw",
		layers:  []string{"networks.pods = [\"10.42.0.0/16\", \"fd00:42::/56\"]\n"},
		before:  "networks.pods = [\"10.42.0.0/16\", \"10.43.0.0/16\"]\n",
		harm: `
ufw status numbered
ufw --force delete 1
ufw deny 80,30000:32767/udp
ufw allow 85/tcp comment 'portpress every-key-too: theirs'`,
		reader: "iptables -S; ip6tables -S | sed s/ufw6-/ufw-/; ufw status",
		need:   []string{"ufw", "iptables"},
	})
	if !strings.Contains(rules, "Status: active") {
		t.Error("ufw is off")
	}
	want := playbookOpens(ds, addresses, "storage-traffic:tcp", "ping:icmp", "tunnel:ip-in-ip", "tunnel:vrrp", "failover:vrrp", "everything:sctp")
	want["tcp 85 from any"] = true
	same(t, accepted(rules, "ufw-user-input"), want)
	same(t, accepted(rules, "ufw-user-forward"), map[string]bool{
		"any from 10.42.0.0/16": true, "any from fd00:42::/56": true,
		"any from 10.0.0.0/24 at 10.42.0.0/16": true, "any from fd00:1::/64 at fd00:42::/56": true,
	})
}

// TestAnsibleLint holds playbooks and vars to the production profile, and has
// ansible-playbook read every playbook.
func TestAnsibleLint(t *testing.T) {
	tool := testtool.Need(t, "ansible-lint", "ansible-playbook")
	t.Parallel()
	var playbooks, linted []string
	every := everyDataset(t)
	every["domain"] = loadText(t, domain)
	for _, ds := range every {
		dir := filepath.Join(writeSet(t, ds), "ansible")
		playbooks = append(playbooks, files(t, filepath.Join(dir, "playbooks"), ".yml")...)
		if ds.Product.ID == "mke" || ds.Product.ID == "every-key" || ds.Product.ID == "domain" {
			linted = append(linted, files(t, dir, ".yml")...)
		}
	}
	t.Run("syntax", func(t *testing.T) {
		t.Parallel()
		run(t, "", tool[1], append([]string{"--syntax-check", "-i", "localhost,"}, playbooks...)...)
	})
	t.Run("lint", func(t *testing.T) {
		t.Parallel()
		home := t.TempDir()
		run(t, home, "env", append([]string{"HOME=" + home, tool[0], "--offline", "--nocolor", "--profile", "production"}, linted...)...)
	})
}

// TestAnsibleGivesTextBack has texts that Jinja and YAML would take for words
// of their own, or that would run something.
func TestAnsibleGivesTextBack(t *testing.T) {
	program := player(t)
	t.Parallel()
	const text = `a: {{ lookup('pipe', 'id') }} {% for x in y %} {# z #} {{{ %} "q" 'a' # end`
	ds := load(t, "mke", fmt.Sprintf("product.name = %[1]q\nports.bgp.purpose = %[1]q\nports.bgp.notes = [%[1]q]", text))
	dir := writeSet(t, ds)
	play := `- hosts: localhost
  gather_facts: false
  vars_files: [ansible/vars/mke_ports.yml]
  tasks:
    - ansible.builtin.copy:
        dest: ` + dir + `/row.json
        mode: "0600"
        content: "{{ mke_ports[0] | to_json }}"
`
	if err := os.WriteFile(filepath.Join(dir, "play.yml"), []byte(play), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, program, "-i", "localhost,", "-c", "local", "play.yml")
	written, err := os.ReadFile(filepath.Join(dir, "row.json"))
	if err != nil {
		t.Fatal(err)
	}
	var row struct {
		Purpose string
		Remarks []string
	}
	if err := json.Unmarshal(written, &row); err != nil {
		t.Fatal(err)
	}
	if row.Purpose != text || !slices.Equal(row.Remarks, []string{text}) {
		t.Errorf("Ansible reads %q and %q, want %q", row.Purpose, row.Remarks, text)
	}
	out := run(t, dir, program, "-i", "localhost,", "--list-hosts",
		"ansible/playbooks/mke-firewalld.yml", "ansible/playbooks/mke-ufw.yml", "ansible/playbooks/mke-iptables.yml")
	for _, backend := range []string{"firewalld", "ufw", "iptables"} {
		if !strings.Contains(out, "Open the ports of "+text+" with "+backend) {
			t.Errorf("%s: the name isn't what the dataset says:\n%s", backend, out)
		}
	}
}

// TestReportInAPlay reads the report of the real binary in a play.
func TestReportInAPlay(t *testing.T) {
	program := player(t)
	t.Parallel()
	dir := t.TempDir()
	run(t, "../..", "go", "build", "-o", filepath.Join(dir, "portpress"), "./cmd/portpress")
	play := `---
- name: Press the exports
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Press the exports
      ansible.builtin.command:
        argv: [./portpress, build, mke, --out, dist, --report, json]
        chdir: ` + dir + `
      register: press
      changed_when: (press.stdout | from_json).changed
      failed_when: press.rc != 0 or (press.stdout | from_json).failed
`
	if err := os.WriteFile(filepath.Join(dir, "press.yml"), []byte(play), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"changed=1", "changed=0"} {
		if out := run(t, dir, program, "-i", "localhost,", "-c", "local", "press.yml"); !strings.Contains(out, want) {
			t.Errorf("want %s in:\n%s", want, out)
		}
	}
}
