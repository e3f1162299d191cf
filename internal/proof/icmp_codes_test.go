package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// codedTypes has rows of ICMP types with codes, beside one without.
const codedTypes = `format = 1
product = {id = "p", name = "P"}
hosts = {nodes = {name = "Nodes"}, desks = {name = "Desks", os = "windows"}}
peers.x.name = "X"
networks.x = ["10.0.0.0/24", "fd00::/64"]
[ports.four]
protocols = "icmp"
types = [8, "3/4"]
hosts = "all"
from = "x"
[ports.six]
protocols = "icmpv6"
types = "1/4"
hosts = "all"
from = "x"
[ports.sent]
protocols = "icmp"
types = "11/0"
hosts = "nodes"
to = "x"
[egress]
deny = true
`

// TestCodesOfICMP holds each export that knows codes of ICMP to them, and has
// nft and iptables read theirs.
func TestCodesOfICMP(t *testing.T) {
	ds := loadText(t, codedTypes)
	set := press(t, ds)
	for path, texts := range map[string][]string{
		"p-ports.json": {`"types": [8, "3/4"]`, `"types": ["1/4"]`},
		"p-ports.md":   {"ICMP type 8, 3/4", "ICMPv6 type 1/4"},
		"nftables/p-nodes.nft": {
			`ip saddr @x_ipv4 icmp type { 8 } accept comment "four"`, `ip saddr @x_ipv4 icmp type { 3 } icmp code 4 accept comment "four"`,
			`ip6 saddr @x_ipv6 icmpv6 type { 1 } icmpv6 code 4 accept comment "six"`, `ip daddr @x_ipv4 icmp type { 11 } icmp code 0 accept comment "sent"`,
		},
		"iptables/p-nodes.v4.rules":                {"--icmp-type 3/4", "--icmp-type 11/0"},
		"iptables/p-nodes.v6.rules":                {"--icmpv6-type 1/4"},
		"calico/p-nodes.yaml":                      {"icmp: {type: 8}", "icmp: {type: 3, code: 4}", "icmp: {type: 1, code: 4}", "icmp: {type: 11, code: 0}"},
		"terraform/p.tf.json":                      {`"from_port": 3, "to_port": 4`, `"from_port": 8, "to_port": -1`, `"from_port": 1, "to_port": 4`},
		"firewalld/nodes/policies/p-nodes.xml":     {`<icmp-type name="fragmentation-needed"/>`, `<icmp-type name="port-unreachable"/>`},
		"firewalld/nodes/policies/out_p-nodes.xml": {`<icmp-type name="ttl-zero-during-transit"/>`},
		"ansible/firewalld/p_nodes.yml":            {`icmp-type name=\"fragmentation-needed\"`},
		"ansible/iptables/p_nodes.yml":             {`icmp_type: "3/4"`, `icmp_type: "1/4"`},
		"ansible/geerlingguy.firewall/p_nodes.yml": {"--icmp-type 3/4"},
		"ansible/windows/p_desks.yml":              {`icmp_type_code: ["8:*"]`, `icmp_type_code: ["3:4"]`, `icmp_type_code: ["1:4"]`},
		"ansible/group_vars/p_nodes.yml":           {`types: [8, "3/4"]`},
	} {
		text := string(content(t, set, path))
		for _, want := range texts {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s:\n%s", path, want, text)
			}
		}
	}
	dir := t.TempDir()
	iptables := testtool.Need(t, "iptables")[0]
	for path, command := range map[string][]string{
		"nftables/p-nodes.nft":      {testtool.Need(t, "nft")[0], "-c", "-f"},
		"iptables/p-nodes.v4.rules": {iptables, "--test"},
		"iptables/p-nodes.v6.rules": {strings.Replace(iptables, "iptables", "ip6tables", 1), "--test"},
	} {
		file := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(file, content(t, set, path), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, "", command[0], append(command[1:], file)...)
	}
}
