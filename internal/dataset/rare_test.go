package dataset

import (
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// TestRareRows lists what documents say of rows of rare kinds, and what these
// open.
func TestRareRows(t *testing.T) {
	for _, tc := range []struct{ row, title, remarks, opens string }{
		{"socket = true", "unix socket", "", ""},
		{"socket = true\nalternative = [2375, 2376]", "unix socket (or port 2375, 2376)", "", ""},
		{"socket = \"/run/x\"\nalternative = 2375", "unix socket /run/x (or port 2375)", "", ""},
		{"port = 514\nprotocols = [\"tcp\", \"udp\"]\neither = true\nfrom = \"b\"", "TCP or UDP 514", "", "a tcp 514, a udp 514"},
		{"port = 514\nprotocols = \"udp\"\neither = true\nfrom = \"b\"", "UDP 514", "", "a udp 514"},
		{"protocols = \"vrrp\"\nbind = \"224.0.0.18\"\nfrom = \"b\"", "VRRP", "sent to 224.0.0.18 (multicast)", "a vrrp"},
		{
			"port = 5353\nprotocols = \"udp\"\nbind = [\"224.0.0.251\", \"ff02::fb\", \"10.0.0.1\"]\nfrom = \"b\"", "UDP 5353",
			"listens on 10.0.0.1|sent to 224.0.0.251 (multicast), ff02::fb (multicast)", "a udp 5353",
		},
		{"port = 67\nprotocols = \"udp\"\nbind = \"255.255.255.255\"\nfrom = \"b\"", "UDP 67", "sent to 255.255.255.255 (broadcast)", "a udp 67"},
	} {
		ds, problems := loaded(t, partly+"[ports.row]\nhosts = \"a\"\n"+tc.row+"\n")
		if ds == nil {
			t.Errorf("%s: %v", tc.row, problems)
			continue
		}
		var opens []string
		for _, f := range ds.Flows {
			opens = append(opens, strings.TrimSpace(f.Host.ID+" "+f.Protocol.ID+" "+f.Range.String()))
		}
		p := ds.Ports[0]
		if got := strings.Join(opens, ", "); p.Title() != tc.title || strings.Join(p.Remarks(), "|") != tc.remarks || got != tc.opens || p.Unopenable() != "" {
			t.Errorf("%s: it is %q, says %q and opens %q", tc.row, p.Title(), p.Remarks(), got)
		}
	}
	for row, want := range map[string]string{
		"port = 1\nprotocols = \"tcp\"\nfrom = \"b\"\nalternative = 2": "only a unix socket has a port that stands for it",
		"socket = true\nport = 1":                                      "a unix socket has no port",
		"socket = 3":                                                   "socket must be text, not the number 3",
	} {
		if _, problems := loaded(t, partly+"[ports.row]\nhosts = \"a\"\n"+row+"\n"); !slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Text == want }) {
			t.Errorf("%s: %v", row, problems)
		}
	}
}

// TestExcludes holds that options of different groups can exclude each other,
// whichever says it, and that a choice takes the place of defaults.
func TestExcludes(t *testing.T) {
	const head = sample + `[options]
a = {name = "A", group = "one", default = true, excludes = ["c", "d"]}
b = {name = "B", group = "one"}
c = {name = "C", group = "two"}
d = {name = "D"}
[ports.of-d]
port = 1
protocols = "tcp"
hosts = "servers"
scopes = "internal"
options = "d"
`
	for layer, want := range map[string]string{
		"":                              "a",
		"options.c = true":              "c",
		"options.d = true":              "d",
		"[options]\nc = true\nd = true": "c d",
		"[options]\nb = true\nc = true\nd = true": "b c d",
		"[options]\na = true\nd = true":           `option "d" can't be on beside "a": they exclude each other`,
		"[options]\na = true\nb = true":           `option "b" can't be on beside "a": both are of the group "one"`,
		"[options.d]\ndefault = true":             `option "d" can't be on beside "a": they exclude each other`,
		"[options.d]\nexcludes = \"x\"":           `option "d" excludes "x", which is no other option`,
		"[options.d]\nexcludes = \"d\"":           `option "d" excludes "d", which is no other option`,
		"[options]\nb = true\n[options.e]\nname = \"E\"\ndefault = true\nexcludes = \"b\"": "b",
	} {
		ds, problems := loaded(t, head, layer)
		got := ""
		if ds == nil {
			got = problems[0].Text
		} else {
			var on []string
			for _, o := range ds.Options {
				if o.On {
					on = append(on, o.ID)
				}
			}
			got = strings.Join(on, " ")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", layer, got, want)
		}
	}
	ds := mustLoad(t, head)
	if got := ds.Options[0].Described(); got != "Not beside C, D." || ds.Options[3].Described() != "Not beside A." {
		t.Errorf("it is described as %q", got)
	}
}
