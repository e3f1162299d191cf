package policy

import (
	"fmt"
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
