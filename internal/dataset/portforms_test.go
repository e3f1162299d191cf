package dataset

import (
	"strings"
	"testing"
)

// TestNumbers lists the ways to write several ports in one row: what it shows,
// what it opens, and what of it stays closed.
func TestNumbers(t *testing.T) {
	const rest = "\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"b\"\nconfigurable = true\n"
	for _, tc := range []struct{ row, layer, title, opens, unopened, remarks string }{
		{"port = {https = 12343, http = 12300}", "", "TCP 12300, 12343", "12300 12343", "", "12300 for http, 12343 for https"},
		{"port = {https = 12343, http = 12300}", "ports.row.port.http = 13000", "TCP 12343, 13000", "12343 13000", "", "12343 for https, 13000 for http"},
		{"port = {data = \"20-21\"}", "", "TCP 20-21", "20-21", "", "20-21 for data"},
		{"port = {http = 80}", "ports.row.port = 81", "TCP 81", "81", "", ""},
		{"port = 80", "ports.row.port = {http = 81}", "TCP 81", "81", "", "81 for http"},
		{"port = {https = [12443, 12343], http = [12300, \"12400-12401\"]}", "", "TCP 12300, 12400-12401, 12443, 12343", "12300 12400-12401 12443 12343", "", "12300 and 12400-12401 for http, 12443 and 12343 for https"},
		{"port = {https = [12343, 12443], http = 80}", "ports.row.port.https = 443", "TCP 80, 443", "80 443", "", "80 for http, 443 for https"},
		{"port = [135, \"dynamic\"]", "", "TCP 135, dynamic", "135", "its other ports are dynamic", ""},
		{"port = [\"unknown\", 80, \"90-99\"]", "", "TCP 80, 90-99, unknown", "80 90-99", "its other ports are unknown", ""},
		{"port = [\"dynamic\"]", "", "TCP dynamic", "", "its port is dynamic", ""},
		{"port = [135, \"dynamic\"]\nopens = false", "", "TCP 135, dynamic", "", "", "opens nothing"},
		{"port = 49152\ninstances = 5", "", "TCP 49152-49156", "49152-49156", "", "a port for each of 5 instances"},
		{"port = 49152\ninstances = 1", "", "TCP 49152", "49152", "", "a port for each of 1 instances"},
		{"port = 49152\ninstances = 5", "ports.row.instances = 10", "TCP 49152-49161", "49152-49161", "", "a port for each of 10 instances"},
		{"port = {a = 100, b = 200}\ninstances = 3", "", "TCP 100-102, 200-202", "100-102 200-202", "", "100-102 for a, 200-202 for b|a port for each of 3 instances"},
		{"one-of = [80, 90]\ninstances = 2", "", "TCP 80-81 (or 80, 90)", "80-81", "", "a port for each of 2 instances"},
	} {
		tc.title = strings.TrimSuffix(tc.title, ")") + map[bool]string{true: "; configurable)", false: " (configurable)"}[strings.HasSuffix(tc.title, ")")]
		ds, problems := loaded(t, "format = 1\nproduct = {id = \"d\", name = \"D\"}\nhosts = {a = {name = \"A\"}, b = {name = \"B\"}}\n[ports.row]\n"+tc.row+rest, tc.layer)
		if ds == nil {
			t.Errorf("%s: %v", tc.row, problems)
			continue
		}
		p := ds.Ports[0]
		var opens []string
		for _, f := range ds.Flows {
			opens = append(opens, f.Range.String())
		}
		if p.Title() != tc.title || strings.Join(opens, " ") != tc.opens || p.Unopened() != tc.unopened || strings.Join(p.Remarks(), "|") != tc.remarks {
			t.Errorf("%s: it is %q, opens %q, not %q, and says %q", tc.row, p.Title(), opens, p.Unopened(), p.Remarks())
		}
		// What is stated is the same once more, as a combination writes it.
		again, problems := loaded(t, strings.Replace("format = 1\nproduct = {id = \"d\", name = \"D\"}\nhosts = {a = {name = \"A\"}, b = {name = \"B\"}}\n[ports.row]\n"+tc.row+rest, tc.row, "port = "+p.StatedTOML()+"\n"+instancesOf(p), 1))
		if again == nil {
			t.Errorf("%s: %s: %v", tc.row, p.StatedTOML(), problems)
		} else if got := again.Ports[0].Number(); got != p.Number() {
			t.Errorf("%s: %s is %s", tc.row, p.StatedTOML(), got)
		}
	}
}

func instancesOf(p *Port) string {
	if p.Instances == 0 {
		return ""
	}
	return "instances = " + tomlValue(p.Instances) + "\n"
}

// TestNumberProblems lists what is wrong in these, and who may change them.
func TestNumberProblems(t *testing.T) {
	base := func(port string) string {
		return strings.Replace(sample, "port = 7946", port, 1)
	}
	for _, tc := range []struct{ port, layer, want string }{
		{"port = {}", "", "port is an empty table"},
		{"port = {http = 0}", "", "port 0 is outside 1–65535"},
		{"port = {http = []}", "", "http is an empty list"},
		{"port = {http = [80, 80]}", "", "port 80 is in the list twice"},
		{"port = {http = [80, true]}", "", `port must be a number, a range such as "8000-8010" or a list of these, not true`},
		{"port = {http = 80, tcp = 81}", "", `"tcp" is a protocol, and not all names of port are`},
		{"port = {udp = 80, icmp = 81}", "", `"udp" is a protocol, and not all names of port are`},
		{"port = {tcp = [80, \"79-81\"]}", "", "79-81 overlaps 80"},
		{"port = {udp = 80, sctp = 80}", "", "port is said for sctp, which isn't one of protocols"},
		{"port = {tcp = 80}", "", "port has no number for udp"},
		{"port = {HTTP = 80}", "", `"HTTP" is not a kebab-case id`},
		{"port = {a = 80, b = \"79-81\"}", "", "79-81 has two names"},
		{"port = [1, \"dynamic\", \"unknown\"]", "", "the list has two words in the place of a number"},
		{"port = [1, \"dynamic\", 1]", "", "port 1 is in the list twice"},
		{"port = 1\ninstances = 0", "", "0 instances are outside 1–65535"},
		{"port = 65530\ninstances = 10", "", "port 65539 is outside 1–65535"},
		{"port = \"1-5\"\ninstances = 2", "", "instances count from one port, and 1-5 are several"},
		{"port = \"dynamic\"\ninstances = 2", "", "instances have no port to count from"},
		{"port = {http = 80, https = 444}", "ports.gossip.port.http = 80", ""},
		{"port = {http = 80, https = 444}", "ports.gossip.port.http = 81", `the port of "gossip" is fixed at http 80, https 444`},
		{"port = [80, \"dynamic\"]", "ports.gossip.port = [80, \"dynamic\"]", ""},
		{"port = [80, \"dynamic\"]", "ports.gossip.port = [81, \"dynamic\"]", `the port of "gossip" is fixed at 80, "dynamic"`},
	} {
		_, problems := loaded(t, base(tc.port), tc.layer)
		got := ""
		for _, p := range problems {
			if p.Code != "range-overlap" || got == "" {
				got += p.Text
			}
		}
		if got != tc.want && (tc.want == "" || !strings.HasPrefix(got, tc.want)) {
			t.Errorf("%s, %s: %q", tc.port, tc.layer, got)
		}
	}
}

// TestNumbersByProtocol lists rows whose protocols have ports of their own, or
// none: what they show, and what they open.
func TestNumbersByProtocol(t *testing.T) {
	const head = "format = 1\nproduct = {id = \"d\", name = \"D\"}\nhosts = {a = {name = \"A\"}, b = {name = \"B\"}}\n[ports.row]\n"
	const rest = "\nhosts = \"a\"\nfrom = \"b\"\nconfigurable = true\n"
	for _, tc := range []struct{ row, layer, title, number, opens string }{
		{"port = {udp = 88, tcp = [88, 389]}", "", "TCP 88, 389; UDP 88", "88/tcp, 389/tcp, 88/udp", "tcp 88, tcp 389, udp 88"},
		{"protocols = [\"udp\", \"tcp\"]\nport = {tcp = \"100-101\", udp = 88}", "", "UDP 88; TCP 100-101", "88/udp, 100-101/tcp", "udp 88, tcp 100-101"},
		{"port = {udp = 8301, unstated = [8300, 8500]}", "", "8300, 8500; UDP 8301", "8300, 8500, 8301/udp", ""},
		{"port = {udp = 8301, unstated = [8300, 8500]}", "assume.protocols = \"tcp\"", "8300, 8500; UDP 8301", "8300, 8500, 8301/udp", "udp 8301, tcp 8300, tcp 8500"},
		{"port = {udp = 8301, unstated = [8300, 8301]}", "assume.protocols = [\"tcp\", \"udp\"]", "8300, 8301; UDP 8301", "8300, 8301, 8301/udp", "udp 8300, udp 8301, tcp 8300, tcp 8301"},
		{"port = {tcp = 514, udp = 515}\neither = true", "", "TCP 514 or UDP 515", "514/tcp, 515/udp", "tcp 514, udp 515"},
		{"port = {tcp = 514, udp = 515}\neither = true", "ports.row.protocols = \"udp\"", "UDP 515", "515/udp", "udp 515"},
		{"port = {tcp = 514, udp = 515}", "ports.row.port.udp = 516", "TCP 514; UDP 516", "514/tcp, 516/udp", "tcp 514, udp 516"},
		{"port = {tcp = 100, udp = 101}\ninstances = 3", "", "TCP 100-102; UDP 101-103", "100-102/tcp, 101-103/udp", "tcp 100-102, udp 101-103"},
		{"port = 500\nprotocols = [\"udp\", \"esp\"]", "", "UDP 500; ESP", "500", "udp 500, esp "},
		{"port = {tcp = 445}\nprotocols = [\"icmp\", \"tcp\"]", "", "ICMP; TCP 445", "445/tcp", "icmp , tcp 445"},
		{"one-of = [80, 81]\nprotocols = [\"icmp\", \"tcp\"]", "", "TCP 80; ICMP (or 81)", "80", "icmp , tcp 80"},
		{"port = [135, \"dynamic\"]\nprotocols = [\"tcp\", \"icmp\", \"udp\"]", "", "TCP, UDP 135, dynamic; ICMP", "135, dynamic", "tcp 135, icmp , udp 135"},
	} {
		tc.title = strings.TrimSuffix(tc.title, ")") + map[bool]string{true: "; configurable)", false: " (configurable)"}[strings.HasSuffix(tc.title, ")")]
		ds, problems := loaded(t, head+tc.row+rest, tc.layer)
		if ds == nil {
			t.Errorf("%s: %v", tc.row, problems)
			continue
		}
		p := ds.Ports[0]
		var opens []string
		for _, f := range ds.Flows {
			opens = append(opens, f.Protocol.ID+" "+f.Range.String())
		}
		if p.Title() != tc.title || p.Number() != tc.number || strings.Join(opens, ", ") != tc.opens {
			t.Errorf("%s, %s: it is %q, %q, opens %q", tc.row, tc.layer, p.Title(), p.Number(), opens)
		}
	}
}
