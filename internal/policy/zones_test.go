package policy

import (
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// TestZones holds what firewalld is told of a row on an interface: rules of the
// zone that the interface is in, or why there are none.
func TestZones(t *testing.T) {
	const rows = senders + `[interfaces.wan]
name = "WAN"
[ports.both]
port = 10
protocols = "tcp"
hosts = "servers"
from = "any"
interfaces = ["lan", "wan"]
purpose = "Both"
`
	for _, test := range []struct {
		name, layer string
		rules       []string
		closed      string // what the build says of the row api
	}{
		{name: "nothing said", closed: "the site has not said which device the LAN is"},
		{name: "a device", layer: "interfaces.lan.device = \"eth1\"\n", closed: "the site has not said which zone of firewalld the LAN is in"},
		{
			name: "a zone", layer: "interfaces.lan = {device = \"eth1\", zone = \"internal\"}\n",
			rules: []string{"internal eth1: family ipv4 source 10.0.0.0/8 bind 192.0.2.1 protocol tcp ports 443"},
		},
		{
			name: "two zones", layer: "interfaces.lan = {device = \"eth1\", zone = \"internal\"}\ninterfaces.wan = {device = \"eth0\", zone = \"public\"}\n",
			rules: []string{
				"internal eth1: family ipv4 source 10.0.0.0/8 bind 192.0.2.1 protocol tcp ports 443",
				"internal eth1: protocol tcp ports 10",
				"public eth0: protocol tcp ports 10",
			},
		},
		{
			name: "one zone of two", layer: "interfaces.lan = {device = \"eth1\", zone = \"internal\"}\ninterfaces.wan = {device = \"eth0\", zone = \"internal\"}\n",
			rules:  []string{"internal eth1,eth0: protocol tcp ports 10"},
			closed: "the LAN is in one zone of firewalld with another interface, which would open it too",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ds := load(t, rows, "networks.agents = \"10.0.0.0/8\"\n", test.layer)
			f, warnings := New(ds).Firewall(ds.Hosts[0], Find("firewalld"))
			var got []string
			for _, z := range f.Zones {
				for _, s := range z.Sections {
					for _, r := range s.Rules {
						r.Device = ""
						got = append(got, z.Name+" "+strings.Join(z.Devices, ",")+": "+write(r))
					}
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, test.rules) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.rules, "\n"))
			}
			said := slices.ContainsFunc(warnings, func(w Warning) bool { return w.Row == "api" && strings.HasSuffix(w.Text, ": "+test.closed) })
			if about := slices.ContainsFunc(warnings, func(w Warning) bool { return w.Row == "api" }); about != (test.closed != "") || about != said {
				t.Errorf("the build says %+v, want %q", warnings, test.closed)
			}
			for _, s := range f.Sections {
				for _, r := range s.Rules {
					if len(r.Flow.Port.Interfaces) > 0 && !r.Closed {
						t.Errorf("%s is open whatever zone it comes by", r.Title)
					}
				}
			}
		})
	}
}

// TestWholeZones holds that a zone of Ansible's has all that the host lets in, since
// rules of another zone don't count for its devices, and that a host type without
// rows there has the rules but not the device: a machine may be of two types.
func TestWholeZones(t *testing.T) {
	ds := load(t, senders, "networks.agents = \"10.0.0.0/8\"\ninterfaces.lan = {device = \"eth1\", zone = \"internal\"}\n")
	p := New(ds)
	for host, want := range map[string][]string{
		"servers": {
			"internal eth1: family ipv4 source p-agents-ipv4 bind 192.0.2.1 protocol tcp ports 443",
			"internal eth1: family ipv4 source p-cluster-ipv4 protocol tcp ports 7946",
			"internal eth1: family ipv4 source p-cluster-ipv4 protocol udp ports 7946",
			"internal eth1: family ipv4 source p-office-ipv4 bind 192.0.2.1 protocol tcp ports 443",
			"internal eth1: family ipv6 source p-cluster-ipv6 protocol tcp ports 7946",
			"internal eth1: family ipv6 source p-cluster-ipv6 protocol udp ports 7946",
			"internal eth1: protocol tcp ports 80",
		},
		"agents": {
			"internal : family ipv4 source p-cluster-ipv4 protocol tcp ports 7946",
			"internal : family ipv4 source p-cluster-ipv4 protocol udp ports 7946",
			"internal : family ipv6 source p-cluster-ipv6 protocol tcp ports 7946",
			"internal : family ipv6 source p-cluster-ipv6 protocol udp ports 7946",
		},
	} {
		f, _ := p.Firewall(ds.Hosts[slices.IndexFunc(ds.Hosts, func(h *dataset.Host) bool { return h.ID == host })], Find("ansible-firewalld"))
		var got []string
		for _, z := range f.Zones {
			for _, plain := range []bool{true, false} {
				for _, b := range z.Bundles(plain) {
					for _, r := range b.Rules {
						own := *r
						own.Device = ""
						got = append(got, z.Name+" "+strings.Join(z.Devices, ",")+": "+write(&own))
					}
				}
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", host, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, b := range append(f.Bundles(true), f.Bundles(false)...) {
			for _, r := range b.Rules {
				if len(r.Flow.Port.Interfaces) > 0 {
					t.Errorf("%s is open whatever zone it comes by", title(r.Flow))
				}
			}
		}
	}
}

// TestZonesOut holds what is sent by an interface alone: rules of its zone, and none
// of the others'.
func TestZonesOut(t *testing.T) {
	const networks = "networks.mirror = [\"198.51.100.0/24\", \"203.0.113.0/24\"]\nnetworks.servers = \"10.0.0.0/8\"\n" + denying
	for zone, want := range map[string][]string{
		"": nil,
		"interfaces.lan.zone = \"internal\"\n": {
			"internal to_p-agent-2864c1 to servers: family ipv4 source 10.0.0.0/8 protocol tcp ports 8080",
			"internal to_p-agent-2864c1 to mirror: family ipv4 source p-mirror-ipv4 protocol tcp ports 8080",
		},
	} {
		ds := load(t, senders, networks, zone)
		f, warnings := New(ds).Firewall(ds.Hosts[1], Find("firewalld"))
		var got []string
		for _, z := range f.Out.Zones {
			for _, s := range z.Sections {
				for _, r := range s.Rules {
					r.Device = ""
					got = append(got, z.Name+" "+z.Policy+" "+s.Title+": "+write(r))
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %q:\n%s\nwant\n%s", zone, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if named := slices.ContainsFunc(warnings, func(w Warning) bool { return w.Row == "packages" }); named != (zone == "") {
			t.Errorf("with %q the build names the row: %t", zone, named)
		}
		for _, s := range f.Out.Sections {
			for _, r := range s.Rules {
				if !r.Closed && len(r.Flow.Port.Interfaces) > 0 {
					t.Errorf("%s may leave by any zone", r.Title)
				}
			}
		}
	}
}
