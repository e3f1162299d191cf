package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// TestLimitsOfPlatforms counts to the limit and over it.
func TestLimitsOfPlatforms(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int]string{
		16384:  "",
		16385:  "16385 bytes are more than the 16384 that EC2's user-data takes",
		32769:  "32769 bytes are more than the 16384 that EC2's user-data takes, the 32768 that Hetzner's does",
		49150:  ", the 49149 that OpenStack's does", // which are 65,536 as base64
		65536:  ", the 65535 that Azure's does",
		262145: ", the 262144 that Google's does",
	} {
		for path, limited := range map[string]bool{"cloud-init/a.yaml": true, "cloud-init/ufw/a.yaml": true, "goss/a.yaml": false} {
			if w, got := TooLong(path, make([]byte, bytes)); got != (limited && want != "") || got && !strings.HasSuffix(w.Text, want) {
				t.Errorf("%s of %d bytes: %t %q", path, bytes, got, w.Text)
			}
		}
	}
	if _, got := TooLong("a.md", make([]byte, 1<<21)); got {
		t.Error("a document has a limit")
	}
	const line = "        - {protocol: TCP, port: 8000} # a comment that no reader gets\n" // of which 29 bytes count
	for _, tc := range []struct {
		path  string
		lines int
		said  string
	}{
		{"kubernetes/a.yaml", 262144 / 29, ""},
		{"kubernetes/a.yaml", 262144/29 + 1, "262160 bytes are more than the 262144 that kubectl apply takes"},
		{"calico/a.yaml", 262144/29 + 1, ""},
		{"calico/a.yaml", 1572864/29 + 1, "1572873 bytes are more than the 1572864 that etcd takes"},
	} {
		text := strings.Repeat("# comment\n", 1000) + "---\n" + strings.Repeat(line, tc.lines)
		if w, _ := TooLong(tc.path, []byte(text)); w.Text != tc.said {
			t.Errorf("%s of %d lines: %q", tc.path, tc.lines, w.Text)
		}
		if tc.path == "calico/a.yaml" {
			if w, got := TooLong(tc.path, []byte(text+"---\n"+text)); got != (tc.said != "") {
				t.Errorf("%s twice: %q", tc.path, w.Text)
			}
		}
	}
	for count, want := range map[int]string{
		60: "", 61: "61 incoming rules of IPv4, and AWS allows 60 by default", 1001: "1001 incoming rules of IPv4, and AWS allows 1000, however its quota is raised",
	} {
		var networks []string
		for i := range count {
			networks = append(networks, fmt.Sprintf("%q", fmt.Sprintf("10.%d.%d.0/24", i/256, i%256)))
		}
		_, warnings := New(load(t, `
format = 1
product = {id = "p", name = "P"}
hosts.h.name = "H"
ports.web = {port = 80, protocols = "tcp", hosts = "h", from = "cluster", purpose = "Web"}
networks.cluster = ["fd00::/8", `+strings.Join(networks, ", ")+"]\n")).SecurityGroups()
		if (len(warnings) > 0) != (want != "") || want != "" && !strings.Contains(warnings[0].Text, want) {
			t.Errorf("%d networks: %v", count, warnings)
		}
	}
}

// TestNamesFit has product, host and scope ids as long as they may be, and wants
// of every target names that it takes.
func TestNamesFit(t *testing.T) {
	t.Parallel()
	long := func(c string) string { return c + strings.Repeat("x", 62) + c }
	p := New(load(t, fmt.Sprintf(`format = 1
product = {id = %q, name = "P"}
hosts.%[2]s.name = "H"
networks.%[2]s = ["10.0.0.0/24", "10.1.0.0/24", "fd00::/8"]
ports.web = {port = 80, protocols = ["tcp", "udp"], hosts = %[2]q, from = [%[2]q, "cluster"], purpose = "Web"}
`, long("p"), long("h"))))
	// What the kernel and the programs take: NFT_SET_MAXNAMELEN, IPSET_MAXNAMELEN
	// and XT_EXTENSION_MAXNAMELEN without the byte at the end, firewalld's chains.
	most := map[string]int{"nftables": 255, "ufw": 255, "iptables": 28, "ip6tables": 28}
	for _, target := range targets {
		f, _ := p.Firewall(p.ds.Hosts[0], target)
		limit, known := most[target.id]
		if !known {
			limit = 31
		}
		for _, s := range f.Sets {
			if len(s.Name) > limit {
				t.Errorf("%s: the set %s has %d characters", target.id, s.Name, len(s.Name))
			}
		}
		if strings.HasPrefix(target.id, "firewalld") {
			limit = 17
		}
		if len(f.Name) > limit {
			t.Errorf("%s: the name %s has %d characters", target.id, f.Name, len(f.Name))
		}
	}
}

// TestSetsHoldTheirEntries counts the networks of a peer to what a set holds.
func TestSetsHoldTheirEntries(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]bool{setLimit: false, setLimit + 1: true} {
		ds := load(t, `format = 1
product = {id = "p", name = "P"}
hosts.h.name = "H"
networks.cluster = "10.0.0.0/24"
ports.web = {port = 80, protocols = "tcp", hosts = "h", from = "cluster", purpose = "Web"}
`)
		peer := ds.Flows[0].Peer
		peer.Networks = nil
		for i := range count { // none beside the next, which a layer's would be joined with
			peer.Networks = append(peer.Networks, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 15), byte(i >> 7), byte(i << 1)}), 32))
		}
		for _, target := range []string{"firewalld", "ansible-firewalld", "linux-system-roles", "nftables"} {
			_, warnings := New(ds).Firewall(ds.Hosts[0], Find(target))
			said := fmt.Sprint(warnings)
			if got := strings.Contains(said, "networks.cluster has 65537 networks of IPv4, and a set of firewalld's holds 65536"); got != (want && target != "nftables") {
				t.Errorf("%s, %d networks: %.200s", target, count, said)
			}
		}
	}
}
