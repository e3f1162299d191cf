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
		{"servers", "calico", "cluster", "bound", []string{
			"# TCP from cluster: bound", "family 4 protocol TCP ports 7000", "family 6 protocol TCP ports 7000",
			"# TCP from cluster: bound", "family 4 protocol TCP ports 7010:7020", "family 6 protocol TCP ports 7010:7020",
			"# udplite 7000 bound", "# udplite 7010-7020 bound", "# dccp 7000 bound", "# dccp 7010-7020 bound",
		}},
		{"servers", "calico", "any", "typed", []string{
			"# ICMP from any: typed", "family 4 type 8 protocol ICMP", "family 4 type 128 protocol ICMP", "family 4 type 135 protocol ICMP", "family 4 type 200 protocol ICMP",
			"# ICMPv6 from any: typed", "family 6 type 8 protocol ICMPv6", "family 6 type 128 protocol ICMPv6", "family 6 type 135 protocol ICMPv6", "family 6 type 200 protocol ICMPv6",
		}},
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

// TestPods holds whom a Kubernetes policy can name, and what it says of the
// others.
func TestPods(t *testing.T) {
	t.Parallel()
	const pods = `format = 1
[hosts.agents]
pods = {app = "agent"}
`
	const bound = `format = 1
[ports.one-more]
port = 1
protocols = ["tcp", "udplite"]
hosts = "servers"
from = ["cluster", "registry"]
purpose = "One more"
`
	for _, c := range []struct{ name, layer, want string }{
		{"one of two", bound, `cluster: closed false, outside [agents], tcp 1 one-more, udplite 1 one-more refused
registry: closed true, outside [registry], tcp 1 one-more closed, udplite 1 one-more refused
the dataset has no networks.cluster, nor pods of agents: ports of the scope cluster stay closed to them
the dataset has no networks.registry: ports of the scope registry stay closed
`},
		{"both", bound + pods[len("format = 1\n"):], `cluster: closed false, outside [], tcp 1 one-more, udplite 1 one-more refused
registry: closed true, outside [registry], tcp 1 one-more closed, udplite 1 one-more refused
the dataset has no networks.registry: ports of the scope registry stay closed
`},
		{"networks", bound + "[networks]\nregistry = [\"192.0.2.0/24\"]\ncluster = [\"192.0.2.0/24\"]\n", `cluster: closed false, outside [], tcp 1 one-more, udplite 1 one-more refused
registry: closed false, outside [], tcp 1 one-more, udplite 1 one-more refused
`},
	} {
		ds := load(t, everyKeyText(t), c.layer)
		f, warnings := New(ds).Firewall(ds.Hosts[0], Find("kubernetes"))
		var got strings.Builder
		for _, s := range f.Sections {
			if s.Scope.ID != "cluster" && s.Scope.ID != "registry" {
				continue
			}
			fmt.Fprintf(&got, "%s: closed %t, outside %v", s.Peer.ID, s.Closed, s.Outside)
			for _, r := range s.Rules {
				if r.Flow.Port.ID != "one-more" {
					continue
				}
				got.WriteString(", " + r.Title)
				if r.Refused {
					got.WriteString(" refused")
				} else if r.Closed {
					got.WriteString(" closed")
				}
			}
			got.WriteString("\n")
		}
		for _, w := range warnings {
			if strings.HasSuffix(w.Text, " closed") && strings.Contains(w.Text, "scope registry") || strings.Contains(w.Text, "scope cluster ") {
				got.WriteString(w.Text + "\n")
			}
		}
		if got.String() != c.want {
			t.Errorf("%s gives\n%swant\n%s", c.name, got.String(), c.want)
		}
	}
}

// TestEnds holds that the ends of a rule say no more than its section and it do:
// an end that is forgotten would be anyone's.
func TestEnds(t *testing.T) {
	checked := 0
	everyFirewall(t, func(t *testing.T, _ *Policy, target *Target, f *Firewall, _ []Warning) {
		sections := slices.Clone(f.Sections)
		if f.Out != nil {
			sections = append(sections, f.Out.Sections...)
		}
		for _, s := range sections {
			for _, r := range everyRule(s) {
				if !target.ends {
					if r.From != nil || r.To != nil {
						t.Errorf("%s has ends", r.Title)
					}
					continue
				}
				peer, host := r.From, r.To
				if s.Scope == nil {
					peer, host = r.To, r.From
				}
				if r.Closed {
					continue
				}
				checked++
				if s.Anyone != (peer == nil || len(peer.Networks)+len(peer.Labels) == 0) {
					t.Errorf("%s, %s: the peer's end is %+v", s.Title, r.Ports, peer)
				}
				if len(r.Binds) > 0 && (host == nil || len(host.Networks) != len(r.Binds)) {
					t.Errorf("%s, %s: the host's end is %+v, bound to %q", s.Title, r.Ports, host, r.Binds)
				}
				if r.From != nil && len(r.From.Ports) > 0 || len(r.PortList) > 0 && (r.To == nil || !slices.Equal(r.To.Ports, r.PortList)) {
					t.Errorf("%s: the ports %q are reached by %+v from %+v", s.Title, r.PortList, r.To, r.From)
				}
			}
		}
	})
	if checked < 20 {
		t.Errorf("%d rules have ends", checked)
	}
}
