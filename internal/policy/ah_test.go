package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatRowsDoNotChange has a row of AH over IPv6, which legacy ip6tables
// keeps closed, and one of ICMP, which firewalld's zones have open: both are
// warned of by the targets that it is so of, and only where it is so.
func TestWhatRowsDoNotChange(t *testing.T) {
	const table = `format = 1
product = {id = "demo", name = "Demo"}
hosts.a.name = "A"
peers.lab.name = "Lab"
%s
[ports.row]
protocols = %q
hosts = "a"
from = %q
purpose = "A row"
`
	legacy := []string{"ufw", "ansible-ufw", "ansible-iptables", "calico"}
	inventory := legacy[1:]
	zones := []string{"firewalld-services", "ansible-firewalld", "linux-system-roles"}
	role := "the role lets in pings"
	for _, tc := range []struct {
		name, site, protocol, from, said string
		by                               []string
	}{
		{"AH from anyone", "", "ah", "any", "of IPv6 it comes in only where", legacy},
		{"from IPv6", `networks.lab = "fd00::/8"`, "ah", "lab", "of IPv6 it comes in only where", legacy},
		{"from IPv4", `networks.lab = "10.0.0.0/8"`, "ah", "lab", "of IPv6 it comes in only where", nil},
		{"from whom the inventory says", "", "ah", "cluster", "of IPv6 it comes in only where", inventory},
		{"from itself", "", "ah", "self", "of IPv6 it comes in only where", nil},
		{"ESP", "", "esp", "any", "of IPv6 it comes in only where", nil},
		{"ICMP from some", `networks.lab = "10.0.0.0/8"`, "icmp", "lab", "zones let in all of ICMP already", zones},
		{"ICMPv6", `networks.lab = "fd00::/8"`, "icmpv6", "lab", "zones let in all of ICMPv6 already", zones},
		{"to the role", `networks.lab = "10.0.0.0/8"`, "icmp", "lab", role, []string{"geerlingguy-ipv4"}},
		{"to the role by IPv6", "", "icmpv6", "cluster", role, []string{"geerlingguy-ipv6"}},
		{"beside chains", "", "icmp", "cluster", "its rules close no ICMP", []string{"ansible-iptables"}},
		{"ICMP from anyone", "", "icmp", "any", "zones let in all of", nil},
	} {
		p := New(load(t, fmt.Sprintf(table, tc.site, tc.protocol, tc.from)))
		var by []string
		for _, target := range targets {
			_, warnings := p.Firewall(p.ds.Hosts[0], target)
			for _, w := range warnings {
				if strings.Contains(w.Text, tc.said) {
					by = append(by, target.id)
				}
			}
		}
		if fmt.Sprint(by) != fmt.Sprint(tc.by) {
			t.Errorf("%s: said by %v, want %v", tc.name, by, tc.by)
		}
	}
}
