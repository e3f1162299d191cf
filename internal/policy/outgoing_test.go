package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

const senders = `format = 1
product = {id = "p", name = "P"}
hosts.servers.name = "Servers"
hosts.agents.name = "Agents"
peers.office.name = "Office"
peers.mirror.name = "Mirror"
interfaces.lan.name = "LAN"
[ports.api]
port = 443
protocols = "tcp"
hosts = "servers"
from = ["agents", "office"]
bind = "192.0.2.1"
interfaces = "lan"
purpose = "API"
[ports.gossip]
port = 7946
protocols = ["tcp", "udp"]
hosts = "all"
from = "cluster"
purpose = "Gossip"
[ports.web]
port = 80
protocols = "tcp"
hosts = "servers"
from = "any"
forwarded = true
purpose = "Web"
[ports.local]
port = 9
protocols = "tcp"
hosts = "agents"
from = "self"
purpose = "Local"
[ports.packages]
port = 8080
protocols = "tcp"
hosts = "agents"
to = ["mirror", "servers"]
interfaces = "lan"
purpose = "Packages"
`

const denying = "interfaces.lan.device = \"eth1\"\n[egress]\ndeny = true\nallow = [\"dns\", \"metadata\"]\n"

// sent lists what a target is told that a host sends, by destination.
func sent(t *testing.T, host, target string, layers ...string) (lines []string) {
	t.Helper()
	ds := load(t, append([]string{senders}, layers...)...)
	p := New(ds)
	i := slices.IndexFunc(ds.Hosts, func(h *dataset.Host) bool { return h.ID == host })
	f, _ := p.Firewall(ds.Hosts[i], Find(target))
	if f.Out == nil {
		return nil
	}
	for _, s := range f.Out.Sections {
		for _, r := range everyRule(s) {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s: %s", s.Title, write(r))))
		}
	}
	return lines
}

// TestHostsSend holds whom a host may send to: those who let it in, those whom
// rows with to name, and those whom it needs to live.
func TestHostsSend(t *testing.T) {
	const four = `networks.cluster = "10.0.0.0/8"
networks.mirror = "198.51.100.7/32"
`
	for _, test := range []struct {
		name, host, target string
		layers             []string
		want               []string
	}{
		{"nobody asks", "agents", "nftables", nil, nil},
		{"ufw, an agent", "agents", "ufw", []string{four, denying}, []string{
			"to cluster: source cluster_networks protocol tcp ports 443",
			"to cluster: source cluster_networks protocol tcp ports 7946",
			"to cluster: source cluster_networks protocol udp ports 7946",
			"to cluster: source cluster_networks protocol tcp ports 80",
			"to cluster: source cluster_networks device eth1 protocol tcp ports 8080",
			"to mirror: source mirror_networks device eth1 protocol tcp ports 8080",
			"to any: protocol tcp ports 53",
			"to any: protocol udp ports 53",
			"to egress.metadata: source egress_metadata_networks protocol tcp ports 80",
		}},
		{"firewalld, a server", "servers", "firewalld", []string{four, denying, "networks.servers = \"10.1.0.0/16\"\nnetworks.pods = \"10.42.0.0/16\"\n"}, []string{
			// Gossip goes to the cluster, so it goes to the servers.
			"to cluster: family ipv4 source 10.0.0.0/8 protocol tcp ports 7946",
			"to cluster: family ipv4 source 10.0.0.0/8 protocol udp ports 7946",
			"to servers: family ipv4 source 10.1.0.0/16 protocol tcp ports 80",
			"to any: protocol tcp ports 53",
			"to any: protocol udp ports 53",
			"to egress.metadata: family ipv4 source 169.254.169.254/32 protocol tcp ports 80",
			"to egress.metadata: family ipv6 source fd00:ec2::254/128 protocol tcp ports 80",
			"to pods: family ipv4 source 10.42.0.0/16",
		}},
		{"nftables, to many at once", "agents", "nftables", []string{four, denying, `[egress]
allow = []
[ports.failover]
protocols = "vrrp"
hosts = "all"
from = "agents"
bind = ["224.0.0.18", "ff02::12"]
purpose = "Failover"
[ports.finding]
port = 5353
protocols = "udp"
hosts = "servers"
from = "cluster"
bind = ["224.0.0.251", "192.0.2.7"]
purpose = "Finding"
`}, []string{
			"to cluster: family ip source cluster_ipv4 protocol tcp ports 443",
			"to cluster: family ip source cluster_ipv4 protocol tcp ports 7946",
			"to cluster: family ip source cluster_ipv4 protocol udp ports 7946",
			"to cluster: family ip source cluster_ipv4 protocol tcp ports 80",
			"to cluster: family ip source cluster_ipv4 protocol udp ports 5353", // by its other address
			"to cluster: family ip source cluster_ipv4 protocol tcp ports 8080",
			"to mirror: family ip source mirror_ipv4 protocol tcp ports 8080",
			"to failover.multicast: family ip source failover_multicast_ipv4 protocol 112",
			"to failover.multicast: family ip6 source failover_multicast_ipv6 protocol 112",
			"to finding.multicast: family ip source finding_multicast_ipv4 protocol udp ports 5353",
		}},
		{"Calico by labels", "servers", "calico", []string{denying}, []string{
			"to servers: protocol TCP ports 80,7946",
			"to servers: protocol UDP ports 7946",
			"to agents: protocol TCP ports 7946",
			"to agents: protocol UDP ports 7946",
			"to any: protocol TCP ports 53",
			"to any: protocol UDP ports 53",
			"to egress.metadata: family 4 protocol TCP ports 80",
			"to egress.metadata: family 6 protocol TCP ports 80",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := sent(t, test.host, test.target, test.layers...)
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestNothingSentIsDropped holds over the datasets that every target carries
// what a host sends, stands by it in a section that says why not, or warns; and
// that no rule lets out to others than the section's peer.
func TestNothingSentIsDropped(t *testing.T) {
	key := everyKeyText(t)
	for name, texts := range map[string][]string{
		"bare": {key}, "site": {key, site}, "narrow": {key, narrow}, "narrow, site": {key, narrow, site}, "senders": {senders},
	} {
		ds := load(t, append(texts, "[egress]\ndeny = true\nallow = [\"dhcp\", \"dns\", \"metadata\", \"ntp\", \"ping\", \"web\"]\n")...)
		p := New(ds)
		for _, h := range ds.Hosts {
			for _, target := range targets {
				f, warnings := p.Firewall(h, target)
				warned := map[string]bool{}
				for _, w := range warnings {
					if w.Code == problem.NotExpressible {
						warned[w.Row] = true
					}
				}
				at := fmt.Sprintf("%s/%s/%s", name, h.ID, target.ID())
				if f.Out == nil {
					if !warned["egress.deny"] || target.egress.carries {
						t.Errorf("%s doesn't deny what hosts send, and doesn't say so", at)
					}
					continue
				}
				told := map[string]bool{}
				for _, s := range f.Out.Sections {
					opened := map[string]bool{}
					for _, r := range everyRule(s) {
						if r.Closed {
							continue
						}
						opened[what(r.Flow)] = true
						for _, flow := range s.Flows {
							opened[what(flow)] = opened[what(flow)] || isPortOf(r.Flow, flow)
						}
						sources := r.Sources
						if slices.Contains(target.each, bySource) {
							sources = []string{r.Source}
						}
						labels := target.pods || target.findsHosts && len(s.Peer.Networks) == 0
						if !labels && s.Anyone != (strings.Join(sources, "") == "") {
							t.Errorf("%s: %s goes to %q", at, r.Title, sources)
						}
					}
					for _, b := range s.Bundles {
						for _, flow := range b.Flows {
							opened[what(flow)] = opened[what(flow)] || len(b.Rules) > 0
						}
					}
					for _, flow := range s.Flows {
						told[what(flow)] = true
						if !s.Self && !s.Closed && !opened[what(flow)] && !warned[flow.Port.ID] && !target.openAlready(flow) && !target.otherFamily(flow) {
							t.Errorf("%s: %s to %s is left out in silence", at, title(flow), s.Peer.ID)
						}
					}
				}
				for _, s := range p.sends[h]() {
					if !told[what(s.flow)] {
						t.Errorf("%s: %s to %s is in no section", at, title(s.flow), s.to.ID)
					}
				}
			}
		}
	}
}

// TestGroupsSend holds that security groups have what hosts send, and nothing
// that lets out everything, where all else is denied.
func TestGroupsSend(t *testing.T) {
	keys := func(layers ...string) []string {
		groups, _ := New(load(t, append([]string{senders}, layers...)...)).SecurityGroups()
		var list []string
		for _, r := range groups.Egress {
			list = append(list, r.Key)
		}
		return list
	}
	if got := keys(); len(got) != 0 { // the row is on an interface
		t.Errorf("without [egress] there are %q", got)
	}
	want := []string{
		"agents--api--tcp--servers", "agents--gossip--tcp--servers", "agents--gossip--udp--servers",
		"agents--web--tcp--servers", "agents--gossip--tcp--agents", "agents--gossip--udp--agents",
		"agents--egress_dns--tcp--any_ipv4", "agents--egress_dns--tcp--any_ipv6", "agents--egress_dns--udp--any_ipv4", "agents--egress_dns--udp--any_ipv6",
		"agents--egress_metadata--tcp--169_254_169_254_32", "agents--egress_metadata--tcp--fd00_ec2__254_128",
	}
	var got []string
	for _, k := range keys(denying) {
		if strings.HasPrefix(k, "agents") {
			got = append(got, k)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
