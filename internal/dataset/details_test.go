package dataset

import (
	"strings"
	"testing"
)

// TestForwarded holds a row that is forwarded to what DNAT can know it by.
func TestForwarded(t *testing.T) {
	for _, tc := range []struct{ name, more, want string }{
		{"TCP", `protocols = "tcp"
port = 5432
from = "any"`, ""},
		{"both ways", `protocols = "tcp"
port = 5432
from = "any"
to = "servers"`, ""},
		{"no port", `protocols = "icmp"
from = "any"`, "ICMP has no ports, by which traffic is forwarded"},
		{"outgoing", `protocols = "tcp"
port = 5432
to = "cluster"`, "outgoing traffic is not forwarded by a port of the host"},
		{"socket", `socket = "/run/x"`, "a unix socket has no forwarded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := loaded(t, sample+"\n[ports.x]\nhosts = \"servers\"\npurpose = \"X\"\nforwarded = true\n"+tc.more+"\n")
			var said []string
			for _, p := range problems {
				said = append(said, p.Text)
			}
			if got := strings.Join(said, "\n"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
