package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestPodsAreForwardedForOrNamed asks every target of a site with pods: one that
// stops what a host forwards either lets theirs through or says that it doesn't.
func TestPodsAreForwardedForOrNamed(t *testing.T) {
	const table = `format = 1
product = {id = "demo", name = "Demo"}
hosts.a.name = "A"
ports.web = {port = 80, protocols = "tcp", hosts = "a", from = "cluster", purpose = "Web"}
networks.cluster = "10.0.0.0/24"
`
	stops := "ufw ufw-profiles firewalld firewalld-services ansible-firewalld ansible-ufw linux-system-roles"
	for site, want := range map[string]string{"": "", `networks.pods = "10.42.0.0/16"`: stops} {
		p := New(load(t, table+site))
		var told []string
		for _, target := range targets {
			f, warnings := p.Firewall(p.ds.Hosts[0], target)
			named := strings.Contains(fmt.Sprint(warnings), `can't carry "networks.pods"`)
			if named || len(f.Routes) > 0 {
				told = append(told, target.id)
			}
			if named != (site != "" && target.stopsPods != "") || named && len(f.Routes) > 0 {
				t.Errorf("%s with %q: named is %t, %d routes", target.id, site, named, len(f.Routes))
			}
		}
		if got := strings.Join(told, " "); got != want {
			t.Errorf("with %q: %s, want %s", site, got, want)
		}
	}
}

// TestRoutesOfTheInventory holds where what the cluster's hosts send to pods comes
// from: the addresses that the inventory says where it does, also on a host that they
// reach nothing else of.
func TestRoutesOfTheInventory(t *testing.T) {
	const table = `format = 1
product = {id = "demo", name = "Demo"}
hosts.a.name = "A"
hosts.b.name = "B"
networks.pods = ["10.42.0.0/16", "fd00:42::/56"]
networks.cluster = "10.0.0.0/24"
`
	const web = `ports.web = {port = 80, protocols = "tcp", hosts = "a", from = "cluster", purpose = "Web"}
`
	const local = `ports.local = {port = 81, protocols = "tcp", hosts = ["a", "b"], from = "any", purpose = "Any"}
`
	pods := []string{"source 10.42.0.0/16", "source fd00:42::/56"}
	for _, test := range []struct {
		target, rows string
		want         []string // after those of the pods
	}{
		{"ansible-ufw", web + local, []string{"from demo_HOST_from_cluster bind 10.42.0.0/16", "from demo_HOST_from_cluster bind fd00:42::/56"}},
		{"ansible-ufw", local, []string{"source 10.0.0.0/24 bind 10.42.0.0/16"}},
		{"ansible-firewalld", web + local, []string{"source demo-cluster-ipv4 bind 10.42.0.0/16", "source demo-cluster-ipv6 bind fd00:42::/56"}},
		{"firewalld", web + local, []string{"source 10.0.0.0/24 bind 10.42.0.0/16"}},
	} {
		p := New(load(t, table+test.rows))
		for _, host := range p.ds.Hosts {
			f, _ := p.Firewall(host, Find(test.target))
			var got []string
			for _, r := range f.Routes {
				line := strings.TrimSpace(strings.TrimPrefix(write(r), "family "+r.Family))
				if r.Source == "" {
					line = "from " + r.List + " " + line
				} else if r.OfSet && !slices.ContainsFunc(f.Sets, func(s *Set) bool { return s.Name == r.Source }) {
					t.Errorf("%s: no set %s", test.target, r.Source)
				}
				got = append(got, line)
			}
			want := append(slices.Clone(pods), test.want...)
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "HOST", host.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s of %s:\n%q\nwant\n%q", test.target, host.ID, got, want)
			}
		}
	}
}
