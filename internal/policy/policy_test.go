package policy

import (
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

const everyKey = "../proof/testdata/every-key.toml"

// site answers what every-key.toml asks of a site.
const site = `format = 1
[networks]
cluster = ["fd00:1::/64", "10.0.0.0/24", "10.0.1.0/24"]
servers = ["10.0.2.0/24"]
[ssh]
port = 2222
networks = ["2001:db8::/32", "203.0.113.0/24", "198.51.100.0/24"]
[interfaces.storage]
device = "eth1"
`

// narrow has every way in which a row can be narrowed, in combination.
const narrow = `format = 1
[ports.typed]
protocols = ["icmp", "icmpv6"]
types = [8, 128, 135, 200]
hosts = ["servers", "agents"]
from = ["any", "cluster"]
purpose = "Types"
[ports.bound]
port = [7000, "7010-7020"]
protocols = ["tcp", "udplite", "dccp"]
hosts = "servers"
bind = ["192.0.2.10", "fd00:1::10", "192.0.2.11"]
from = ["any", "agents", "cluster"]
purpose = "Addresses"
[ports.stored]
port = 7777
protocols = "udp"
hosts = "servers"
interfaces = "storage"
bind = ["192.0.2.10", "fd00:1::10"]
from = ["any", "cluster"]
purpose = "Both"
[ports.all]
protocols = ["any", "gre"]
hosts = "agents"
from = ["any", "cluster"]
purpose = "Everything"
[ports.all-bound]
protocols = ["any", "icmp"]
hosts = "agents"
bind = ["192.0.2.10", "fd00:1::10"]
from = ["any", "cluster"]
purpose = "Everything at an address"
`

// TestNothingIsDropped holds that every flow that arrives is opened, stands in
// a section that says why it isn't, or is warned of.
func TestNothingIsDropped(t *testing.T) {
	everyFirewall(t, func(t *testing.T, p *Policy, target *Target, f *Firewall, warnings []Warning) {
		warned := map[string]bool{}
		for _, w := range warnings {
			if w.Code == problem.NotExpressible {
				warned[w.Row] = true
			}
		}
		seen := map[*dataset.Flow]bool{}
		for _, s := range f.Sections {
			opened := map[*dataset.Flow]bool{}
			for _, r := range s.Rules {
				opened[r.Flow] = opened[r.Flow] || !r.Closed
				for _, flow := range s.Flows { // of a range that is told port by port
					opened[flow] = opened[flow] || !r.Closed && isPortOf(r.Flow, flow)
				}
			}
			for _, b := range s.Bundles {
				for _, flow := range b.Flows {
					opened[flow] = opened[flow] || !b.Closed && len(b.Rules) > 0
				}
			}
			if len(s.Users) > 0 {
				for _, flow := range s.Flows {
					opened[flow] = opened[flow] || serves(p.Service(f.Host, s.Scope, target), target, flow)
				}
			}
			for _, z := range f.Zones {
				for _, zs := range z.Sections {
					for _, r := range zs.Rules {
						opened[r.Flow] = true
					}
					for _, b := range zs.Bundles {
						for _, flow := range b.Flows {
							opened[flow] = opened[flow] || len(b.Rules) > 0
						}
					}
				}
			}
			for _, flow := range s.Flows {
				seen[flow] = true
				opened[flow] = opened[flow] || portByPort(flow, s.Rules)
				switch {
				case s.Self || s.Closed:
					if opened[flow] {
						t.Errorf("%s is open in a section that is closed", title(flow))
					}
				case !opened[flow] && !warned[flow.Port.ID] && !target.openAlready(flow) && !target.otherFamily(flow):
					t.Errorf("%s from %s is left out in silence", title(flow), s.Peer.ID)
				}
			}
		}
		for _, flow := range p.To(f.Host) {
			switch {
			case target.services:
				i := slices.IndexFunc(f.Services, func(s *Service) bool { return s.Scope == flow.Scope })
				if flow.Peer.Kind != dataset.PeerSelf && !warned[flow.Port.ID] && (i < 0 || !serves(f.Services[i], target, flow)) {
					t.Errorf("%s is in no service, in silence", title(flow))
				}
			case !seen[flow] && !warned[flow.Port.ID]:
				t.Errorf("%s is in no section", title(flow))
			}
		}
		for _, row := range p.Unopenable(f.Host) {
			if !warned[row.ID] {
				t.Errorf("%s can't be opened, and nothing says so", row.ID)
			}
		}
		for _, flow := range p.From(f.Host) {
			if !warned[flow.Port.ID] {
				t.Errorf("%s is outgoing, and nothing says so", title(flow))
			}
		}
	})
}

// TestNoRuleWidens holds that no rule opens more than its flow: to others than
// its peer's networks, or at other addresses, devices and types.
func TestNoRuleWidens(t *testing.T) {
	everyFirewall(t, func(t *testing.T, _ *Policy, target *Target, f *Firewall, _ []Warning) {
		sets := map[string]bool{}
		for _, s := range f.Sets {
			sets[s.Name] = true
		}
		for _, s := range f.Sections {
			var allowed []string
			for _, n := range s.Peer.Networks {
				allowed = append(allowed, n.String())
			}
			for _, r := range everyRule(s) {
				if r.Closed {
					continue
				}
				from := r.Sources
				if slices.Contains(target.each, bySource) {
					from = []string{r.Source}
				}
				listed := s.List != "" && target.ipset.kind == "" || // the template names the list
					target.pods || target.findsHosts && len(allowed) == 0 && len(s.Hosts) > 0 // or labels
				if !listed && s.Anyone != (strings.Join(from, "") == "") {
					t.Errorf("%s from %s has the sources %q", r.Title, s.Peer.ID, from)
				}
				for _, source := range from {
					if !s.Anyone && !listed && !slices.Contains(allowed, source) && !sets[source] {
						t.Errorf("%s from %s is open to %s", r.Title, s.Peer.ID, source)
					}
				}
				port := r.Flow.Port
				for what, narrowed := range map[string]bool{
					"address": len(port.Bind) > 0 && r.Bind == "" && len(r.Binds) == 0,
					"device":  len(port.Interfaces) > 0 && r.Device == "" && len(r.Devices) == 0,
					"type":    len(port.Types) > 0 && r.Type == "" && len(r.Types) == 0,
				} {
					if narrowed {
						t.Errorf("%s opens every %s", r.Title, what)
					}
				}
				if r.Flow.Protocol.HasPorts && r.Ports == "" {
					t.Errorf("%s opens every port", r.Title)
				}
				if r.Protocol == "" && r.Flow.Protocol.ID != "any" {
					t.Errorf("%s opens every protocol", r.Title)
				}
			}
		}
	})
}

// TestServicesAreNotNarrowed holds that a service, which knows neither source
// nor address, holds nothing that is open at some addresses only, and nobody
// is let use it whom its scope doesn't name.
func TestServicesAreNotNarrowed(t *testing.T) {
	everyFirewall(t, func(t *testing.T, p *Policy, target *Target, f *Firewall, _ []Warning) {
		services := f.Services
		for _, s := range f.Sections {
			if len(s.Users) > 0 {
				services = append(services, p.Service(f.Host, s.Scope, target))
			}
			for _, u := range s.Users {
				if (u.Source == "") != s.Anyone || s.Self || s.Closed {
					t.Errorf("the service of %s may be used from %q by %s", s.Scope.ID, u.Source, s.Peer.ID)
				}
			}
		}
		for _, s := range services {
			if len(s.Name) > 64 && target.named.service > 0 || len(s.List) > 1024 && target.named.list > 0 {
				t.Errorf("%s is too long for %s", s.Name, target.ID())
			}
			for _, r := range s.Rules {
				port := r.Flow.Port
				if len(port.Bind)+len(port.Interfaces)+len(port.Types) > 0 || r.Flow.Peer.Kind == dataset.PeerSelf || r.Protocol == "" {
					t.Errorf("the service %s holds %s", s.Name, r.Title)
				}
			}
		}
	})
}

// TestRules compares what targets are told of rows that show how they differ.
func TestRules(t *testing.T) {
	t.Parallel()
	ds := datasets(t)["narrow, site"]
	bare := datasets(t)["narrow"]
	for _, c := range []struct {
		ds                      *dataset.Dataset
		host, target, peer, row string
		want                    []string
	}{
		{ds, "servers", "nftables", "any", "api", []string{"protocol tcp ports 6443"}},
		{ds, "servers", "nftables", "cluster", "api", []string{
			"family ip source cluster_ipv4 protocol tcp ports 6443", "family ip6 source cluster_ipv6 protocol tcp ports 6443",
		}},
		{bare, "servers", "nftables", "cluster", "api", []string{"closed tcp 6443 api"}},
		{ds, "servers", "iptables", "cluster", "api", []string{
			"source 10.0.0.0/24 protocol tcp ports 6443", "source 10.0.1.0/24 protocol tcp ports 6443",
		}},
		{ds, "servers", "ip6tables", "cluster", "api", []string{"source fd00:1::/64 protocol tcp ports 6443"}},
		{ds, "servers", "ip6tables", "servers", "setting", []string{"closed tcp 9345 setting"}},
		{ds, "servers", "iptables", "any", "typed", []string{"type 8 protocol icmp", "type 128 protocol icmp", "type 135 protocol icmp", "type 200 protocol icmp"}},
		{ds, "servers", "iptables", "any", "stored", []string{"bind 192.0.2.10 device eth1 protocol udp ports 7777"}},
		{bare, "servers", "iptables", "any", "stored", []string{"closed udp 7777 stored"}},
		{ds, "servers", "iptables", "neighbours", "tunnel", []string{
			"source 192.0.2.0/24 protocol 4", "source 192.0.2.0/24 protocol 50", "source 192.0.2.0/24 protocol 112",
		}},
		{ds, "servers", "iptables", "neighbours", "any-protocol", []string{"source 192.0.2.0/24"}},
		{ds, "servers", "iptables", "self", "health", nil},
		{ds, "servers", "ufw", "any", "bound", []string{
			"bind 192.0.2.10 protocol tcp ports 7000", "bind fd00:1::10 protocol tcp ports 7000", "bind 192.0.2.11 protocol tcp ports 7000",
			"bind 192.0.2.10 protocol tcp ports 7010:7020", "bind fd00:1::10 protocol tcp ports 7010:7020", "bind 192.0.2.11 protocol tcp ports 7010:7020",
		}},
		{ds, "servers", "ufw", "cluster", "stored", []string{
			"source cluster_ipv4 bind 192.0.2.10 device eth1 protocol udp ports 7777",
			"source cluster_ipv6 bind fd00:1::10 device eth1 protocol udp ports 7777",
		}},
		{ds, "servers", "ufw", "neighbours", "tunnel", []string{"source neighbours_networks protocol esp"}},
		{ds, "agents", "ufw", "cluster", "typed", nil},
		{ds, "servers", "firewalld", "any", "typed", nil},
		{ds, "agents", "firewalld", "any", "all-bound", []string{"family ipv4 bind 192.0.2.10", "family ipv6 bind fd00:1::10"}},
		{ds, "agents", "firewalld", "any", "all", []string{"protocol 47"}},
		{ds, "servers", "firewalld-services", "any", "api", nil},
		{ds, "servers", "firewalld-services", "any", "typed", []string{
			"family ipv4 type echo-request protocol 1",
			"family ipv6 type echo-request protocol 58", "family ipv6 type neighbour-solicitation protocol 58",
		}},
		{ds, "agents", "iptables", "self", "health", []string{"closed tcp 9099 health, but for those of other sections"}},
	} {
		p := New(c.ds)
		for _, h := range c.ds.Hosts {
			if h.ID != c.host {
				continue
			}
			f, _ := p.Firewall(h, Find(c.target))
			if got := section(f, c.peer, c.row); !slices.Equal(got, c.want) {
				t.Errorf("%s on %s tells %s, from %s,\n%q\nwant\n%q", c.row, c.host, c.target, c.peer, got, c.want)
			}
		}
	}
}

// TestSSH holds that those who run the hosts always have a rule where any
// address of theirs has the target's family, and none for anyone else.
func TestSSH(t *testing.T) {
	t.Parallel()
	for target, want := range map[string][]string{
		"nftables":  {"family ip protocol tcp ports 2222", "family ip6 protocol tcp ports 2222"},
		"iptables":  {"source 203.0.113.0/24 protocol tcp ports 2222", "source 198.51.100.0/24 protocol tcp ports 2222"},
		"ip6tables": {"source 2001:db8::/32 protocol tcp ports 2222"},
	} {
		for name, want := range map[string][]string{"bare": {"protocol tcp ports 22"}, "site": want} {
			ds := datasets(t)[name]
			var got []string
			f, _ := New(ds).Firewall(ds.Hosts[0], Find(target))
			for _, r := range f.SSH {
				got = append(got, write(r))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s: ssh is %q, want %q", target, name, got, want)
			}
		}
	}
}
