package proof

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// The roles themselves are not at hand here. These tests hold what we press for
// them to what their sources say that they do with it.

// items reads one list of a file for a consumer.
func items(t *testing.T, dir, consumer, group, list string) []map[string]any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "ansible", consumer, group+".yml"))
	if err != nil {
		t.Fatal(err)
	}
	vars, err := readYAML(content)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	node := vars[group+"_"+list]
	if err := node.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFirewallRole holds the items for linux-system-roles.firewall to what
// library/firewall_lib.py of its release 1.12.4 does with them, which doesn't
// run here, and to the rules of ansible.posix.firewalld, which do.
func TestFirewallRole(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, ds *dataset.Dataset, dir string) {
		t.Helper()
		for _, h := range ds.Hosts.Of("linux") {
			name := snake(ds.Product.ID + "_" + h.ID)
			want, got := map[string]bool{}, map[string]bool{}
			plays := items(t, dir, "firewalld", name, "firewalld")
			if slices.ContainsFunc(ds.Interfaces, func(i *dataset.Interface) bool { return i.Zone != "" }) {
				plays = append(plays, items(t, dir, "firewalld", name, "firewalld_zones")...)
				plays = append(plays, items(t, dir, "firewalld", name, "firewalld_interfaces")...)
			}
			for _, item := range plays {
				zone := item["zone"]
				delete(item, "zone")
				for key, value := range item {
					if key == "protocol" { // the role has no such thing outside of a service
						key, value = "rich_rule", fmt.Sprintf(`rule protocol value="%v" accept`, value)
					}
					want[fmt.Sprint(key, " ", value, " in ", zone)] = true
				}
			}
			rules := map[any]int{}
			zones := map[any]bool{nil: true}
			for _, item := range items(t, dir, "linux-system-roles.firewall", name, "firewall") {
				keys := slices.Sorted(maps.Keys(item))
				switch fmt.Sprint(keys) {
				case "[ipset ipset_entries ipset_options ipset_type permanent state]":
					if item["state"] != "present" || item["permanent"] != true {
						t.Errorf("a set is made permanently only: %v", item)
					}
				case "[permanent state zone]": // only so it makes one
					if item["state"] != "present" || item["permanent"] != true {
						t.Errorf("a zone is made permanently only: %v", item)
					}
					zones[item["zone"]] = true
				case "[permanent port runtime state]", "[permanent rich_rule runtime state]",
					"[permanent port runtime state zone]", "[permanent rich_rule runtime state zone]", "[interface permanent runtime state zone]":
					if rules[item["zone"]]++; !zones[item["zone"]] {
						t.Errorf("the role knows no zone %v, and ends", item["zone"])
					}
					if item["state"] != "enabled" || item["permanent"] != true || item["runtime"] != true {
						t.Errorf("a rule must be enabled, permanent and in force: %v", item)
					}
					for _, key := range []string{"port", "rich_rule", "interface"} {
						list, _ := item[key].([]any)
						for _, value := range list {
							got[fmt.Sprint(key, " ", value, " in ", item["zone"])] = true
						}
					}
				default:
					t.Errorf("the role takes no item of %v", keys)
				}
			}
			same(t, got, want)
			// Each item asks D-Bus for more matches, of which it allows 512: with an
			// item for each rule of a manager the role fails.
			for zone, n := range rules {
				if most := map[bool]int{true: 2, false: 3}[zone == nil]; n > most {
					t.Errorf("%d items of rules for zone %v, where %d can hold all", n, zone, most)
				}
			}
		}
	}
	everywhere(t, check)
	t.Run("a protocol from anyone", func(t *testing.T) {
		ds := loadText(t, few, oneNetwork)
		check(t, ds, writeSet(t, ds))
	})
	t.Run("a zone", func(t *testing.T) {
		ds := loadText(t, few, oneNetwork, fewOnWire)
		check(t, ds, writeSet(t, ds))
	})
}

// geerlingguy does with the lists what templates/firewall.bash.j2 of the role
// geerlingguy.firewall does, for the host that is in both groups.
const geerlingguy = `---
- name: Write the script
  hosts: both
  gather_facts: false
  vars_files:
    - %[1]s/every_key_servers.yml
    - %[1]s/every_key_agents.yml
  tasks:
    - name: Write the script
      ansible.builtin.copy:
        dest: %[2]s
        mode: "0600"
        content: |
          {%% for program in ['iptables', 'ip6tables'] %%}
          {%% for protocol in ['tcp', 'udp'] %%}
          {%% for port in (lookup('vars', 'every_key_servers_firewall_allowed_' ~ protocol ~ '_ports')
            + lookup('vars', 'every_key_agents_firewall_allowed_' ~ protocol ~ '_ports')) | unique %%}
          {{ program }} -A INPUT -p {{ protocol }} -m {{ protocol }} --dport {{ port }} -j ACCEPT
          {%% endfor %%}
          {%% endfor %%}
          {%% endfor %%}
          {%% for rule in (every_key_servers_firewall_additional_rules + every_key_agents_firewall_additional_rules) | unique
            + (every_key_servers_firewall_ip6_additional_rules + every_key_agents_firewall_ip6_additional_rules) | unique %%}
          {{ rule }}
          {%% endfor %%}
`

// TestGeerlingguyVars runs the commands that the role makes of its vars.
func TestGeerlingguyVars(t *testing.T) {
	tool := testtool.Need(t, "ansible-playbook", "unshare", "iptables")
	testtool.NeedRoot(t, "loading a ruleset")
	t.Parallel()
	ds := loadEveryKey(t, oneNetwork)
	dir := t.TempDir()
	script := filepath.Join(dir, "firewall.bash")
	for name, text := range map[string]string{
		"inventory.ini": inventory,
		"play.yml":      fmt.Sprintf(geerlingguy, filepath.Join(writeSet(t, ds), "ansible", "geerlingguy.firewall"), script),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "env", "HOME="+dir, tool[0], "-i", "inventory.ini", "play.yml")
	rules := run(t, dir, tool[1], "--net", "bash", "-ec", "PATH=$PATH:/usr/sbin:/sbin; . ./firewall.bash; iptables -S; ip6tables -S")
	want := shouldOpen(ds, addresses, "storage-traffic:tcp")
	// The role drops what it hasn't opened, and IPv6 finds nobody without ICMPv6.
	want["ipv6-icmp from any"] = true
	same(t, accepted(rules, "INPUT"), want)
}
