package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// checked has rows that reach the same ports in different ways.
const checked = `format = 1
[product]
id = "acme"
name = "Acme"
abbreviation = "A"
[hosts.web]
name = "Web"
[hosts.db]
name = "DB"
[scopes.public]
name = "Public"
from = ["any"]
[scopes.internal]
name = "Internal"
from = ["cluster"]
[interfaces.storage]
name = "Storage"
[options.extra]
name = "Extra"
[ports.open]
port = [80, "8000-8010"]
protocols = "tcp"
hosts = "web"
scopes = "public"
purpose = "Open"
[ports.in-range]
port = 8005
protocols = "tcp"
hosts = ["web", "db"]
scopes = "internal"
repeats = "open"
purpose = "In a range that is open to anyone, on one host"
[ports.own]
port = [5000, 8010, 8011]
protocols = ["tcp", "udp"]
hosts = "web"
from = "self"
repeats = "open"
purpose = "From the host itself"
[ports.bound]
port = [5000, 6000]
protocols = "tcp"
hosts = "web"
bind = ["192.0.2.1", "2001:db8::1"]
scopes = "internal"
repeats = "own"
purpose = "At two addresses"
[ports.bound-range]
port = "9000-9010"
protocols = "tcp"
hosts = "db"
bind = "192.0.2.2"
scopes = "public"
purpose = "At one address"
[ports.unsure]
port = 9010
protocols = "tcp"
hosts = "db"
scopes = "internal"
repeats = "bound-range"
purpose = "Perhaps"
[ports.ping]
protocols = "icmp"
hosts = "web"
scopes = "public"
purpose = "No port"
[ports.lite]
port = 1
protocols = "sctp"
hosts = "web"
scopes = "public"
purpose = "Not TCP"
[ports.socket]
socket = "/run/acme.sock"
hosts = "web"
purpose = "A socket"
[ports.off]
port = 2
protocols = "tcp"
hosts = "db"
scopes = "public"
options = "extra"
purpose = "Not chosen"
[ports.out]
port = 443
protocols = "tcp"
hosts = "web"
to = "any"
purpose = "Outgoing"
`

// skippedLines writes them as exports do.
func skippedLines(list []Skipped) string {
	var lines []string
	for _, s := range list {
		lines = append(lines, s.Title()+", "+s.Reason)
	}
	return strings.Join(lines, "\n")
}

func TestListeners(t *testing.T) {
	t.Parallel()
	ds := load(t, checked)
	p := New(ds)
	var got []string
	for _, h := range ds.Hosts {
		l := p.Listeners(h)
		for _, c := range l.Checked {
			got = append(got, fmt.Sprintf("%s: %s %s %d %v %v", h.ID, c.Row.ID, c.Protocol.ID, c.Port, c.Only, c.Own))
		}
		for line := range strings.SplitSeq(skippedLines(l.Skipped), "\n") {
			got = append(got, h.ID+": not "+line)
		}
	}
	// Others reach 8010 by a range, so the host's own row may listen anywhere.
	want := []string{
		"web: open tcp 80 [] []",
		"web: in-range tcp 8005 [] []",
		"web: own tcp 5000 [127.0.0.0/8 [::1] [192.0.2.1] [2001:db8::1]] []",
		"web: own tcp 8010 [] []",
		"web: own tcp 8011 [127.0.0.0/8 [::1]] []",
		"web: own udp 5000 [127.0.0.0/8 [::1]] []",
		"web: own udp 8010 [127.0.0.0/8 [::1]] []",
		"web: own udp 8011 [127.0.0.0/8 [::1]] []",
		"web: bound tcp 5000 [127.0.0.0/8 [::1] [192.0.2.1] [2001:db8::1]] [[192.0.2.1] [2001:db8::1]]",
		"web: bound tcp 6000 [[192.0.2.1] [2001:db8::1]] []",
		"web: not open tcp 8000-8010, a range says what may listen",
		"web: not ping icmp, it has no port",
		"web: not lite sctp 1, only TCP and UDP are",
		"web: not socket, it is a unix socket",
		"web: not out tcp 443, outgoing traffic",
		"db: in-range tcp 8005 [] []",
		"db: unsure tcp 9010 [] []",
		"db: not bound-range tcp 9000-9010, a range says what may listen",
		"db: not off, only with Extra",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	probes := New(load(t, checked)).Probes()
	var got []string
	for _, p := range probes.Probed {
		got = append(got, fmt.Sprintf("%s %s %d open %t unsure %t", p.Host.ID, p.Row.ID, p.Port, p.Open, p.Unsure != ""))
	}
	want := []string{
		"web open 80 open true unsure false",
		"web in-range 8005 open true unsure false",
		"db in-range 8005 open false unsure false",
		"web own 5000 open false unsure false",
		"web own 8010 open true unsure false",
		"web own 8011 open false unsure false",
		"db unsure 9010 open false unsure true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	wantSkipped := `open tcp 8000-8010, a range says what may listen
own udp 5000, only TCP is
own udp 8010, only TCP is
own udp 8011, only TCP is
bound tcp 5000, it listens on one address or interface
bound tcp 6000, it listens on one address or interface
bound-range tcp 9000-9010, a range says what may listen
ping icmp, it has no port
lite sctp 1, only TCP is
socket, it is a unix socket
off, only with Extra
out tcp 443, outgoing traffic`
	if got := skippedLines(probes.Skipped); got != wantSkipped {
		t.Errorf("got\n%s\nwant\n%s", got, wantSkipped)
	}
}

// TestProbesKnowWhoAnyoneIs asks about rows whose peer the site has made all of
// one family or both, and about the port of ssh.
func TestProbesKnowWhoAnyoneIs(t *testing.T) {
	t.Parallel()
	const head = `
format = 1
product = {id = "p", name = "P"}
hosts.h.name = "H"
peers.them.name = "Them"
ports.ssh = {port = 22, protocols = "tcp", hosts = "h", from = "them", purpose = "ssh"}
ports.web = {port = 80, protocols = "tcp", hosts = "h", from = "them", purpose = "Web"}
`
	for _, test := range []struct{ networks, ssh, web string }{
		{`them = "192.0.2.0/24"`, "it is the port of ssh, which [ssh] leaves open to anyone", "closed"},
		{`them = ["0.0.0.0/0", "::/0"]`, "open", "open"},
		{`them = ["0.0.0.0/1", "128.0.0.0/1", "::/0"]`, "open", "open"},
		{`them = ["0.0.0.0/0", "fd00::/8"]`, "it is open to anyone of IPv4 or of IPv6 only", "it is open to anyone of IPv4 or of IPv6 only"},
		{"them = \"192.0.2.0/24\"\n[ssh]\nnetworks = \"192.0.2.0/24\"", "closed", "closed"},
		{"them = \"192.0.2.0/24\"\n[ssh]\nnetworks = \"::/0\"", "it is the port of ssh, which [ssh] leaves open to anyone", "closed"},
	} {
		var said []string
		for _, p := range New(load(t, head+"[networks]\n"+test.networks+"\n")).Probes().Probed {
			switch {
			case p.Unsure != "":
				said = append(said, p.Unsure)
			case p.Open:
				said = append(said, "open")
			default:
				said = append(said, "closed")
			}
		}
		if !slices.Equal(said, []string{test.ssh, test.web}) {
			t.Errorf("%s: %q, want %q", test.networks, said, []string{test.ssh, test.web})
		}
	}
}

// FuzzReach holds that the search finds a port just if a walk does.
func FuzzReach(f *testing.F) {
	f.Add([]byte{80, 10, 85, 20, 200, 0}, 90)
	f.Fuzz(func(t *testing.T, bounds []byte, port int) {
		var flows Flows
		want := false
		for i := 0; i+1 < len(bounds); i += 2 {
			r := dataset.Range{From: 1 + int(bounds[i]), To: 1 + int(bounds[i]) + int(bounds[i+1])}
			flows = append(flows, &dataset.Flow{Range: r})
			want = want || r.From <= port && port <= r.To
		}
		if got := reach(flows.Ranges()).has(port); got != want {
			t.Errorf("%v has %d: %t", flows.Ranges(), port, got)
		}
	})
}
