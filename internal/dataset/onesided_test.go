package dataset

import (
	"strings"
	"testing"

	"portpress/internal/problem"
)

// TestOneSided sends to hosts that let it in, or only in part.
func TestOneSided(t *testing.T) {
	const head = `
format = 1
[product]
id = "demo"
name = "Demo"
abbreviation = "D"
[hosts.a]
name = "A"
[hosts.b]
name = "B"
[peers.away]
name = "Away"
[ports.out]
port = ["80", "8000-8010"]
protocols = ["tcp"]
hosts = "a"
purpose = "Out"
`
	in := func(port, more string) string {
		return "[ports.in]\nport = " + port + "\nhosts = \"b\"\npurpose = \"In\"\n" + more
	}
	const away = "[networks]\naway = [\"0.0.0.0/0\", \"::/0\"]\n"
	for _, test := range []struct{ name, to, more, closed string }{
		{"nothing", "b", "", "b"},
		{"elsewhere", "away", "", ""},
		{"an outsider", "any", "", ""},
		{"the cluster", "cluster", "", "a, b"},
		{"both", "b", in(`["80", "8000-8010"]`, "protocols = \"tcp\"\nfrom = \"a\"\n"), ""},
		{"in two rows", "b", in(`["80", "8000-8004"]`, "protocols = \"tcp\"\nfrom = \"cluster\"\n") +
			strings.Replace(in(`"8005-8010"`, "protocols = [\"tcp\", \"udp\"]\nfrom = \"any\"\n"), "ports.in", "ports.more", 1), ""},
		{"not all of the range", "b", in(`["80", "8000-8009"]`, "protocols = \"tcp\"\nfrom = \"a\"\n"), "b"},
		{"another protocol", "b", in(`["80", "8000-8010"]`, "protocols = \"udp\"\nfrom = \"a\"\n"), "b"},
		{"from another host", "b", in(`["80", "8000-8010"]`, "protocols = \"tcp\"\nfrom = \"b\"\n"), "b"},
		{"from outside", "b", in(`["80", "8000-8010"]`, "protocols = \"tcp\"\nfrom = \"away\"\n"), "b"},
		{"from everywhere", "b", in(`["80", "8000-8010"]`, "protocols = \"tcp\"\nfrom = \"away\"\n") + away, ""},
		{"all ports", "b", in(`"all"`, "protocols = \"tcp\"\nfrom = \"a\"\n"), ""},
		{"any protocol", "b", "[ports.in]\nprotocols = \"any\"\nhosts = \"b\"\npurpose = \"In\"\nfrom = \"a\"\n", ""},
	} {
		_, problems := loaded(t, strings.Replace(head, "purpose", "to = \""+test.to+"\"\npurpose", 1)+test.more)
		closed := ""
		for _, p := range problems {
			if p.Code != problem.OneSided {
				continue
			}
			closed, _ = strings.CutPrefix(p.Text, `"out" sends to `)
			closed, _ = strings.CutSuffix(closed, ", where no row lets it in")
		}
		if closed != test.closed {
			t.Errorf("%s: told that %q is closed, want %q: %v", test.name, closed, test.closed, problems)
		}
	}
}
