package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// givenAddresses are what an inventory may say that a peer's addresses are, and
// whether these are addresses.
var givenAddresses = map[string]struct {
	yaml  string
	taken bool
}{
	"text":     {`10.0.0.0/24`, false},
	"commas":   {`10.0.0.1,10.0.0.2`, false},
	"name":     {`[10.0.0.1, node1.example.com]`, false},
	"nothing":  {`null`, false},
	"mapping":  {`{address: 10.0.0.1}`, false},
	"mappings": {`[{address: 10.0.0.1}]`, false},
	"number":   {`7`, false},
	"numbers":  {`[10]`, false},
	"octet":    {`[10.0.0.256]`, false},
	"zeros":    {`[010.0.0.1]`, false},
	"length":   {`[10.0.0.0/33]`, false},
	"scope-id": {`["fe80::1%eth0"]`, false},
	"brackets": {`["[fd00::1]"]`, false},
	"range":    {`[10.0.0.1-10.0.0.9]`, false},
	"nested":   {`[[10.0.0.1]]`, false},
	"empty":    {`[""]`, false},
	"null-in":  {`[10.0.0.1, null]`, false},
	"quote":    {`["10.0.0.1\" accept"]`, false},

	"none":      {`[]`, true},
	"addresses": {`[10.0.0.1, "fd00::1", 10.0.0.0/24, "fd00::/64", "::", 0.0.0.0/0]`, true},
	"host-bits": {`[10.0.0.5/24, "fd00::5/64"]`, true},
	"undefined": {`"{{ nowhere }}"`, true}, // which to Ansible is as if nobody had said it
	"template":  {`"{{ ['10.0.0.1', '10.0.0.2'] }}"`, true},
	"of-others": {`"{{ groups['all'] | map('extract', hostvars, 'own') | select('defined') | list }}"`, true},
}

// TestRolesRefuseAddresses has the lists for roles and modules end the play where
// the addresses that the inventory gives are none: before the role begins, since
// the list is what it asks for first. What they share is tried with all of them.
func TestRolesRefuseAddresses(t *testing.T) {
	tool := testtool.Need(t, "ansible-playbook")
	t.Parallel()
	dir := t.TempDir()
	var hosts, plays strings.Builder
	for name, given := range givenAddresses {
		fmt.Fprintf(&hosts, "    %s: {every_key_cluster_addresses: %s, own: 10.0.0.7}\n", name, given.yaml)
	}
	pressed := filepath.Join(writeSet(t, loadText(t, few)), "ansible")
	for consumer, list := range map[string]string{
		"ufw": "ufw", "firewalld": "firewalld_ipsets", "iptables": "iptables", "linux-system-roles.firewall": "firewall",
		"geerlingguy.firewall": "firewall_additional_rules",
	} {
		of := "text:addresses"
		if consumer == "ufw" {
			of = "all:!server"
		}
		fmt.Fprintf(&plays, `
- hosts: %s
  gather_facts: false
  vars_files: [%s/%s/every_key_servers.yml]
  tasks:
    - block:
        - ansible.builtin.copy: {dest: "%s/{{ inventory_hostname }}.%[3]s", content: "{{ every_key_servers_%[5]s | to_json }}", mode: "0600"}
      rescue:
        - ansible.builtin.debug: {msg: "%[3]s {{ inventory_hostname }} {{ ansible_failed_result.msg }}"}
`, of, pressed, consumer, dir, list)
	}
	for name, text := range map[string]string{
		"inventory.yml": "all:\n  vars: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3}\n  hosts:\n" + hosts.String() +
			"  children:\n    every_key_servers:\n      hosts:\n        server: {ansible_host: 10.0.0.1}\n",
		"play.yml": plays.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := run(t, dir, "env", "HOME="+dir, "ANSIBLE_NOCOLOR=1", "ANSIBLE_PIPELINING=1", tool[0], "-i", "inventory.yml", "play.yml")
	for name, given := range givenAddresses {
		want := map[string]int{"text": 5, "addresses": 5}[name]
		if want == 0 {
			want = 1
		}
		written, err := filepath.Glob(filepath.Join(dir, name+".*"))
		said := regexp.MustCompile(`"msg": "\S+ `+name+` .*`).FindAllString(out, -1)
		if taken := len(written); err != nil || taken+len(said) != want || given.taken != (taken == want) {
			t.Errorf("%s: %d consumers take it, %d don't:\n%s", given.yaml, taken, len(said), strings.Join(said, "\n"))
		}
		for _, line := range said {
			if !strings.Contains(line, "every_key_cluster_addresses must be a list of addresses and networks") {
				t.Errorf("%s: nobody says why: %s", given.yaml, line)
			}
		}
	}
}
