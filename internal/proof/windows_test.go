package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

const domain = `format = 1
product = {id = "domain", name = "Domain"}
hosts.controllers = {name = "Controllers", os = "windows"}
hosts.desktops = {name = "Desktops", os = "windows"}
hosts.gateways.name = "Gateways"
peers.branch.name = "Branch"
networks.branch = ["198.51.100.0/24", "2001:db8:1::/48"]
[ports.directory]
port = [389, "636-640"]
configurable = true
protocols = ["tcp", "udp"]
hosts = "controllers"
from = "cluster"
purpose = "Directory"
[ports.web]
port = 443
protocols = "tcp"
hosts = "all"
from = "any"
purpose = "Web"
[ports.replication]
port = 5722
protocols = "tcp"
hosts = "controllers"
from = ["branch", "controllers"]
bind = ["10.0.0.1", "fd00::1"]
purpose = "Replication"
[ports.ping]
protocols = ["icmp", "icmpv6"]
hosts = ["controllers", "desktops"]
from = "branch"
types = 8
purpose = "Ping"
[ports.tunnel]
protocols = "gre"
hosts = "controllers"
from = "gateways"
purpose = "Tunnel"
[ports.local]
port = 9999
protocols = "tcp"
hosts = "controllers"
from = "self"
purpose = "Nobody else's"
`

// TestWindowsPlaybook plays the exports for Windows' firewall with modules that
// take what the real ones document, and keep rules as Windows does, in a file.
// The real ones run on Windows only.
func TestWindowsPlaybook(t *testing.T) {
	tools := testtool.Need(t, "ansible-playbook")
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, "bash", "-ec", filepath.Join(filepath.Dir(tools[0]), "ansible-doc")+" --json -t module community.windows.win_firewall_rule >win_firewall_rule.json")
	for module, collection := range map[string]string{"win_firewall_rule": "community", "win_powershell": "ansible"} {
		text, err := os.ReadFile("testdata/windows/" + module + ".py")
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(dir, "ansible_collections", collection, "windows", "plugins", "modules")
		if err := os.MkdirAll(at, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at, module+".py"), []byte(strings.ReplaceAll(string(text), "STATE", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const theirs = `{"theirs": {"name": "theirs", "group": "another", "localport": "1"}}`
	inventory := "[domain_controllers]\nserver ansible_host=10.0.0.1 ansible_connection=local\n" +
		"[domain_desktops]\n[domain_gateways]\nrouter ansible_host=fd00::9\n"
	for name, text := range map[string]string{"rules.json": theirs, "inventory.ini": inventory} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := player(t)
	play := func(ds *dataset.Dataset, counts string, more ...string) {
		t.Helper()
		playbook := filepath.Join(writeSet(t, ds), "ansible", "playbooks", "domain-windows.yml")
		out := run(t, dir, "env", append([]string{
			"ANSIBLE_COLLECTIONS_PATH=" + dir + ":/usr/lib/python3/dist-packages", "ANSIBLE_NOCOLOR=1", "HOME=" + dir,
			program, "-i", "inventory.ini", playbook,
		}, more...)...)
		if !strings.Contains(out, counts) {
			t.Errorf("want %s:\n%s", counts, out)
		}
	}
	first := loadText(t, domain)
	moved := loadText(t, domain, "[ports.directory]\nport = 390\n[ports.tunnel]\nfrom = \"desktops\"\n")

	play(first, "changed=1", "--check")
	windowsOpens(t, dir, nil)
	play(first, "changed=1")
	open := []string{
		"tcp 389,636-640 * 10.0.0.1,fd00::9", "udp 389,636-640 * 10.0.0.1,fd00::9", "tcp 443 * any",
		"tcp 5722 10.0.0.1 10.0.0.1", "tcp 5722 10.0.0.1 198.51.100.0/24", "tcp 5722 fd00::1 2001:db8:1::/48",
		"icmpv4 8:* * 198.51.100.0/24", "icmpv6 8:* * 2001:db8:1::/48", "47 * * fd00::9",
	}
	windowsOpens(t, dir, open)
	play(first, "changed=0")
	play(moved, "changed=2")
	open[0], open[1] = "tcp 390 * 10.0.0.1,fd00::9", "udp 390 * 10.0.0.1,fd00::9"
	windowsOpens(t, dir, open[:len(open)-1])
	play(moved, "changed=0")
}

// windowsOpens compares the rules of the state with those wanted: protocol,
// ports or types, own addresses, and sources. What others made must be there too.
func windowsOpens(t *testing.T, dir string, want []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "rules.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rules map[string]map[string]any
	if err := json.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	if _, there := rules["theirs"]; !there {
		t.Error("a rule of somebody else is gone")
	}
	delete(rules, "theirs")
	var got []string
	for _, r := range slices.Collect(maps.Values(rules)) {
		if r["direction"] != "in" || r["action"] != "allow" || r["group"] != "portpress domain" || r["enabled"] != true {
			t.Errorf("a rule that opens nothing: %v", r)
		}
		ports, local := "*", r["localip"]
		if p, there := r["localport"]; there {
			ports = p.(string)
		} else if types, there := r["icmp_type_code"]; there {
			ports = strings.Trim(fmt.Sprint(types), "[]")
		}
		if local == "any" {
			local = "*"
		}
		got = append(got, fmt.Sprintf("%v %s %v %v", r["protocol"], ports, local, r["remoteip"]))
	}
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("open is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
