package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestEndPort has ranges port by port where the end of one is ignored, up to
// what is sensible.
func TestEndPort(t *testing.T) {
	const table = `format = 1
product = {id = "demo", name = "Demo"}
hosts.a = {name = "A", pods = {app = "a"}, %s}
[ports.few]
port = ["8000-8002", 443]
protocols = "tcp"
hosts = "a"
from = "any"
purpose = "Few"
[ports.all-of-it]
protocols = "any"
hosts = "a"
from = "any"
purpose = "Without ports"
[ports.most]
port = "10001-11000"
protocols = "udp"
hosts = "a"
from = "any"
purpose = "A thousand"
[ports.many]
port = "10001-11001"
protocols = "tcp"
hosts = "a"
from = "any"
purpose = "One more"
`
	for _, tc := range []struct {
		setting  string
		rules    int
		begin    string
		warnings int
	}{
		{"group = \"a\"", 5, "8000-8002 443  10001-11000 10001-11001", 0},
		{"end-port = true", 5, "8000-8002 443  10001-11000 10001-11001", 0},
		{"end-port = false", 3 + 1 + 1 + 1000 + 1, "8000 8001 8002 443  10001 10002", 1},
	} {
		p := New(load(t, fmt.Sprintf(table, tc.setting)))
		f, warnings := p.Firewall(p.ds.Hosts[0], Find("kubernetes"))
		var ports []string
		rules := f.Sections[0].Rules
		for _, r := range rules {
			ports = append(ports, r.Ports)
		}
		if got := strings.Join(ports, " "); len(rules) != tc.rules || !strings.HasPrefix(got, tc.begin) {
			t.Errorf("%s: %d rules, %.60s", tc.setting, len(rules), got)
		}
		if len(warnings) != tc.warnings {
			t.Errorf("%s: %v", tc.setting, warnings)
		}
		last := rules[len(rules)-1]
		if refused := len(warnings) > 0; last.Refused != refused || refused && warnings[0].Row != "many" {
			t.Errorf("%s: %+v, %v", tc.setting, last, warnings)
		}
	}
}
