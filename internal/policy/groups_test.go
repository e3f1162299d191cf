package policy

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// TestSecurityGroups holds what AWS is told of rows that differ.
func TestSecurityGroups(t *testing.T) {
	t.Parallel()
	const layer = `format = 1
[networks]
registry = ["198.51.100.7/32", "2001:db8::7/128"]
[ports.types]
protocols = ["icmp", "icmpv6"]
types = [8, 128]
hosts = "agents"
from = ["registry"]
purpose = "Types"
[ports.some]
port = 1
protocols = ["sctp", "udp"]
hosts = "agents"
from = ["any", "self", "cluster"]
to = "registry"
purpose = "It's ${some} \"text\", ünïcödé"
[ports.some-again]
port = 1
protocols = "udp"
hosts = "agents"
from = "cluster"
repeats = "some"
purpose = "Says the same"
`
	groups, warnings := New(load(t, everyKeyText(t), layer)).SecurityGroups()
	var got strings.Builder
	for _, rules := range [][]*GroupRule{groups.Ingress, groups.Egress} {
		for _, r := range rules {
			if !strings.HasPrefix(r.Key, "agents--types") && !strings.HasPrefix(r.Key, "agents--some") {
				continue
			}
			other := r.CIDR4 + r.CIDR6
			if r.Other != nil {
				other += r.Other.Variable
			}
			fmt.Fprintf(&got, "%s: %s %d %d %s %q\n", r.Key, r.Protocol, r.From, r.To, other, r.Description)
		}
	}
	for _, w := range warnings {
		if w.Row == "some" {
			got.WriteString(w.Text + "\n")
		}
	}
	const want = `agents--types--icmp--8--198_51_100_7_32: icmp 8 -1 198.51.100.7/32 "types: Types"
agents--types--icmp--128--198_51_100_7_32: icmp 128 -1 198.51.100.7/32 "types: Types"
agents--types--icmpv6--8--2001_db8__7_128: icmpv6 8 -1 2001:db8::7/128 "types: Types"
agents--types--icmpv6--128--2001_db8__7_128: icmpv6 128 -1 2001:db8::7/128 "types: Types"
agents--some--udp--any_ipv4: udp 1 1 0.0.0.0/0 "some: Its -{some} -text-, -n-c-d-"
agents--some--udp--any_ipv6: udp 1 1 ::/0 "some: Its -{some} -text-, -n-c-d-"
agents--some--udp--agents: udp 1 1 every_key_agents_security_group_id "some, some-again: Its -{some} -text-, -n-c-d-; Says the same"
agents--some--udp--servers: udp 1 1 every_key_servers_security_group_id "some, some-again: Its -{some} -text-, -n-c-d-; Says the same"
agents--some--udp--198_51_100_7_32: udp 1 1 198.51.100.7/32 "some: Its -{some} -text-, -n-c-d-"
agents--some--udp--2001_db8__7_128: udp 1 1 2001:db8::7/128 "some: Its -{some} -text-, -n-c-d-"
can't carry "some": a security group opens every port of SCTP or none
can't carry "some": a security group opens every port of SCTP or none
can't carry "some": a security group opens every port of SCTP or none
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// TestGroupRulesAreUnique holds that no key stands twice, which would be
// Terraform's error, and no rule, which would be AWS's.
func TestGroupRulesAreUnique(t *testing.T) {
	t.Parallel()
	for name, ds := range datasets(t) {
		groups, _ := New(ds).SecurityGroups()
		named := map[*dataset.Host]bool{}
		for _, g := range groups.Groups {
			named[g.Host] = true
		}
		for _, rules := range [][]*GroupRule{groups.Ingress, groups.Egress} {
			keys, said := map[string]bool{}, map[GroupRule]bool{}
			for _, r := range rules {
				same := *r
				same.Key, same.Description = "", ""
				if keys[r.Key] || said[same] {
					t.Errorf("%s: %s stands twice", name, r.Key)
				}
				keys[r.Key], said[same] = true, true
				if !named[r.Group.Host] || r.Other != nil && !named[r.Other.Host] {
					t.Errorf("%s: a group of %s is not declared", name, r.Key)
				}
			}
		}
	}
}
