package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestBundlesHoldTheirPorts holds that the rules of a bundle open just the ports
// of its flows, in each family, and none twice.
func TestBundlesHoldTheirPorts(t *testing.T) {
	everyFirewall(t, func(t *testing.T, _ *Policy, target *Target, f *Firewall, _ []Warning) {
		for _, s := range f.Sections {
			for _, b := range s.Bundles {
				var want []string
				for _, r := range b.Flows.Ranges() {
					want = append(want, r.Join(target.portMark))
				}
				got := map[string][]string{}
				for _, r := range b.Rules {
					if target.chunk > 0 && len(r.PortList) > target.chunk || strings.Join(r.PortList, ",") != r.Ports {
						t.Errorf("%s: a rule has the ports %s", b.Title, r.Ports)
					}
					of := fmt.Sprint(r.Family, r.Source, r.Bind, r.Device, r.Type)
					got[of] = append(got[of], r.PortList...)
				}
				for of, ports := range got {
					if !slices.Equal(ports, want) {
						t.Errorf("%s opens %q to %s, want %q", b.Title, ports, of, want)
					}
				}
			}
		}
	})
}

func TestBundles(t *testing.T) {
	t.Parallel()
	ds := datasets(t)["narrow, site"]
	for _, c := range []struct {
		host, target, peer, row string
		want                    []string
	}{
		{"servers", "ansible-firewalld", "any", "node-ports", []string{
			"# TCP from any: api, node-ports, either, templated-range",
			"protocol tcp ports 80", "protocol tcp ports 443", "protocol tcp ports 3200-3299", "protocol tcp ports 6443", "protocol tcp ports 30000-32767",
			"# UDP from any: node-ports", "protocol udp ports 80", "protocol udp ports 30000-32767",
		}},
		{"servers", "ansible-firewalld", "cluster", "typed", []string{
			"# ICMP from cluster: typed", "family ipv4 source every-key-cluster-ipv4 type echo-request protocol 1",
			"# ICMPv6 from cluster: typed",
			"family ipv6 source every-key-cluster-ipv6 type echo-request protocol 58",
			"family ipv6 source every-key-cluster-ipv6 type neighbour-solicitation protocol 58",
		}},
		{"servers", "ansible-ufw", "any", "node-ports", []string{
			"# TCP from any: api, node-ports, either, templated-range", "protocol tcp ports 80,443,3200:3299,6443,30000:32767",
			"# UDP from any: node-ports", "protocol udp ports 80,30000:32767",
		}},
		{"servers", "ansible-ufw", "cluster", "stored", []string{
			"# UDP from cluster: stored", "family 4 bind 192.0.2.10 device eth1 protocol udp ports 7777",
			"family 6 bind fd00:1::10 device eth1 protocol udp ports 7777",
		}},
		{"servers", "ansible-ufw", "any", "typed", nil},
		{"agents", "ansible-ufw", "any", "all", []string{"# GRE from any: all", "protocol gre"}},
		{"agents", "ansible-iptables", "cluster", "all", []string{"# Any protocol from cluster: all", "protocol all", "# GRE from cluster: all", "protocol 47"}},
		{"servers", "geerlingguy-ipv4", "any", "node-ports", nil},
		{"servers", "geerlingguy-ipv6", "any", "stored", []string{"# UDP from any: stored", "family 6 bind fd00:1::10 device eth1 protocol udp ports 7777"}},
	} {
		for _, h := range ds.Hosts {
			if h.ID != c.host {
				continue
			}
			f, _ := New(ds).Firewall(h, Find(c.target))
			if got := section(f, c.peer, c.row); !slices.Equal(got, c.want) {
				t.Errorf("%s on %s tells %s, from %s,\n%q\nwant\n%q", c.row, c.host, c.target, c.peer, got, c.want)
			}
		}
	}
}

// TestMarks holds that the comments which tell a playbook's rules apart do.
func TestMarks(t *testing.T) {
	everyFirewall(t, func(t *testing.T, _ *Policy, target *Target, f *Firewall, _ []Warning) {
		said := map[string]string{}
		for _, s := range f.Sections {
			for _, r := range everyRule(s) {
				if !target.marks {
					continue
				}
				key := s.Peer.ID + r.Comment // the playbooks add the source
				if other, taken := said[key]; taken && other != write(r) {
					t.Errorf("%q stands for %q and %q", r.Comment, other, write(r))
				}
				said[key] = write(r)
				if r.Bind != "" && r.Device != "" && r.Comment != "portpress every-key: udp 7777 at "+r.Bind+" on eth1" {
					t.Errorf("the comment is %q", r.Comment)
				}
			}
		}
	})
}
