package policy

import (
	"slices"
	"strings"
	"testing"
)

const published = `
[networks]
cluster = ["10.0.0.0/24"]
backup = ["192.0.2.0/24"]

[ports.database]
port = 5432
protocols = "tcp"
hosts = "servers"
from = "cluster"
forwarded = true
purpose = "A database in a container"

[ports.shop]
port = 8080
protocols = "tcp"
hosts = "servers"
from = "any"
forwarded = true
purpose = "A shop in a container"

[ports.shop-again]
port = 8080
protocols = "tcp"
hosts = "servers"
from = "cluster"
forwarded = true
purpose = "Open to anyone by another row"

[ports.around]
port = "5000-6000"
protocols = "tcp"
hosts = "servers"
from = "backup"
purpose = "What the host itself has at these ports stays open"

[ports.beside]
port = 5432
protocols = "udp"
hosts = "servers"
from = "backup"
purpose = "Another protocol"
`

// TestForwardedPortsAreHeldOrNamed asks every target for a host that forwards.
func TestForwardedPortsAreHeldOrNamed(t *testing.T) {
	const head = `format = 1
product = {id = "demo", name = "Demo"}
hosts.servers.name = "Servers"
peers.backup.name = "Backup"
`
	p := New(load(t, head+published))
	for _, id := range Targets() {
		target := Find(id)
		f, warnings := p.Firewall(p.ds.Hosts[0], target)
		var named []string
		for _, w := range warnings {
			if strings.Contains(w.Text, "forwards") {
				named = append(named, w.Row)
			}
		}
		switch {
		case target.holdsForwarded:
			if len(f.Held) != 1 || !slices.Equal(f.Held[0].PortList, []string{"5432"}) {
				t.Errorf("%s holds %v, want 5432 of TCP alone", id, f.Held)
			}
			var who []string
			for _, s := range f.Forwarded {
				for _, of := range s.Flows {
					who = append(who, of.Port.ID+" from "+s.Peer.ID)
				}
			}
			want := []string{"database from cluster", "around from backup"}
			if target.inventory { // all that its rules let in passes
				want = nil
			}
			if !slices.Equal(who, want) {
				t.Errorf("%s lets by %q, want %q", id, who, want)
			}
			if len(named) > 0 {
				t.Errorf("%s holds rows and names %q", id, named)
			}
		case target.afterDNAT:
			if len(f.Held)+len(named) > 0 {
				t.Errorf("%s stands behind DNAT, and holds %v or names %q", id, f.Held, named)
			}
		default:
			if len(f.Held) > 0 || !slices.Equal(named, []string{"database"}) {
				t.Errorf("%s holds %v and names %q, want the row database named", id, f.Held, named)
			}
		}
	}
}
