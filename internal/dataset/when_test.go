package dataset

import (
	"strings"
	"testing"
)

// TestWhen lists which port a row has, and what it is called, as options and
// layers have it.
func TestWhen(t *testing.T) {
	const head = sample + `[options]
tls = {name = "TLS"}
plain = {name = "Plain"}
[ports.api]
port = 8080
when = {plain = 8000, tls = 8443}
configurable = true
protocols = "tcp"
hosts = "servers"
scopes = "internal"
`
	for layer, want := range map[string]string{
		"":                                    "TCP 8080 (with TLS 8443; with Plain 8000; configurable)",
		"options.tls = true":                  "TCP 8443 (with Plain 8000; else 8080; configurable)",
		"[options]\ntls = true\nplain = true": "TCP 8443 (with Plain 8000; else 8080; configurable)",
		"options.tls = true\nports.api.port = 9000":                       "TCP 9000 (with TLS 8443; with Plain 8000; configurable)",
		"options.tls = true\nports.api.when.tls = 9443":                   "TCP 9443 (with Plain 8000; else 8080; configurable)",
		"options.tls = true\n[ports.api]\nport = 9000\nwhen.tls = 9443":   "TCP 9443 (with Plain 8000; else 9000; configurable)",
		"options.tls = true\n[ports.api]\ninstances = 3\nwhen.tls = 9443": "TCP 9443-9445 (with Plain 8000; else 8080; configurable)",
		"ports.api.when = {}":          "when is an empty table",
		"ports.api.when.x = 1":         `unknown option "x"`,
		"ports.api.when.tls = 0":       "port 0 is outside 1–65535",
		"ports.api.when = 3":           "when must be a table of options and ports, not the number 3",
		"ports.api.port = \"dynamic\"": "when takes the place of numbers, and the port has none or names",
		"ports.api.port = {http = 80}": "when takes the place of numbers, and the port has none or names",
	} {
		ds, problems := loaded(t, head, layer)
		got := ""
		if ds == nil {
			got = problems[0].Text
		} else {
			p := ds.Ports[len(ds.Ports)-1]
			got = p.Title()
			if stated := p.StatedTOML(); !strings.Contains(layer, "port =") && stated != `["8080"]` {
				t.Errorf("%s: it states %s", layer, stated)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", layer, got, want)
		}
	}
}
