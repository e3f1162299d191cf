package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestPortTypes cuts ranges so that none overlaps another, whatever host types
// a machine is, and names what a consumer has no word for.
func TestPortTypes(t *testing.T) {
	p := New(load(t, `format = 1
product = {id = "demo", name = "Demo"}
hosts.a.name = "A"
hosts.b.name = "B"
[ports.web]
port = ["8000-8010", 443]
protocols = ["tcp", "udp"]
hosts = ["a", "b"]
from = "any"
selinux = "http_port_t"
purpose = "Web"
[ports.more]
port = "8005-8020"
protocols = "tcp"
hosts = "b"
from = "self"
selinux = "http_port_t"
purpose = "More"
[ports.signal]
port = 3868
protocols = "sctp"
hosts = "a"
from = "any"
selinux = "diameter_port_t"
purpose = "Signals"
[ports.out]
port = 389
protocols = "tcp"
hosts = "a"
to = "any"
selinux = "ldap_port_t"
purpose = "What the program connects to has a type too"
[ports.plain]
port = 22
protocols = "tcp"
hosts = "a"
from = "any"
purpose = "No type"
[ports.unknown]
port = "dynamic"
protocols = "tcp"
hosts = "b"
from = "any"
selinux = "http_port_t"
purpose = "No number"
[ports.off]
port = 1
protocols = "tcp"
hosts = "a"
from = "any"
selinux = "off_port_t"
options = "off"
purpose = "Off"
[options.off]
name = "Off"
`))
	for _, tc := range []struct {
		host     int
		consumer string
		want     string
	}{
		{0, "seport", `ldap_port_t tcp [389] [out]
http_port_t tcp [443 8000-8004 8005-8010] [web]
http_port_t udp [443 8000-8010] [web]
can't carry "signal": it knows no types for ports of SCTP`},
		{1, "seport", `http_port_t tcp [443 8000-8004 8005-8010 8011-8020] [web more]
http_port_t udp [443 8000-8010] [web]
can't carry "unknown": its port is dynamic`},
		{0, "selinux-role", `ldap_port_t tcp [389] [out]
http_port_t tcp [443 8000-8004 8005-8010] [web]
http_port_t udp [443 8000-8010] [web]
diameter_port_t sctp [3868] [signal]`},
	} {
		types, warnings, known := p.PortTypes(p.ds.Hosts[tc.host], tc.consumer)
		var said []string
		for _, x := range types {
			said = append(said, fmt.Sprint(x.Type, " ", x.Protocol, " ", x.Ports, " ", x.Rows))
		}
		for _, w := range warnings {
			said = append(said, w.Text)
		}
		if got := strings.Join(said, "\n"); got != tc.want || !known {
			t.Errorf("%s of host %d:\n%s\nwant\n%s", tc.consumer, tc.host, got, tc.want)
		}
	}
	if _, _, known := p.PortTypes(p.ds.Hosts[0], "nobody"); known {
		t.Error("nobody is known")
	}
}
