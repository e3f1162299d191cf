package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// says writes down what a dataset has after its layers.
func says(ds *Dataset) string {
	var b strings.Builder
	fmt.Fprintf(&b, "product %s, %s, %s\n", ds.Product.ID, ds.Product.Name, ds.Product.Abbreviation)
	for _, h := range ds.Hosts {
		fmt.Fprintf(&b, "host %s, %s\n", h.ID, h.Name)
	}
	for _, s := range ds.Scopes {
		fmt.Fprintf(&b, "scope %s, %s, from %s\n", s.ID, s.Name, strings.Join(s.FromIDs(), " "))
	}
	for _, p := range ds.Ports {
		fmt.Fprintf(&b, "port %s, %s, %s, %s, %s\n", p.ID, p.Title(), p.Hosts.Title(), p.Scopes.Title(), p.Purpose)
	}
	return b.String()
}

const sampleSays = `product demo, Demo, Demo
host servers, Servers
host agents, Agents
scope external, External, from any
scope internal, Internal, from cluster
port web, TCP 443 (configurable), Servers, External, internal, Web UI
port gossip, TCP, UDP 7946, Servers, agents, Internal, Gossip
`

func TestLayers(t *testing.T) {
	replace := func(old, replacement string) string { return strings.Replace(sampleSays, old, replacement, 1) }
	for _, tc := range []struct {
		name   string
		layers []string
		want   string
	}{
		{name: "none", want: sampleSays},
		{name: "empty", layers: []string{"# nothing\n"}, want: sampleSays},
		{
			name:   "one key of a table",
			layers: []string{"[ports.web]\nport = 8443\n"},
			want:   replace("TCP 443", "TCP 8443"),
		},
		{
			name:   "the topmost wins, key by key",
			layers: []string{"[ports.web]\nport = 1\npurpose = \"First\"\n", "[ports.web]\nport = 2\n", "--set ports.web.port=3"},
			want:   strings.Replace(replace("TCP 443", "TCP 3"), "Web UI", "First", 1),
		},
		{
			name:   "a list takes the place of the whole list",
			layers: []string{"[ports.gossip]\nprotocols = [\"udp\"]\nhosts = \"agents\"\n"},
			want:   replace("TCP, UDP 7946, Servers, agents", "UDP 7946, Agents"),
		},
		{
			name: "new ids stand behind the old ones, in their own order",
			layers: []string{
				"[ports.zeta]\nport = 1\nprotocols = \"tcp\"\nhosts = \"agents\"\nscopes = \"internal\"\npurpose = \"Z\"\n" +
					"[ports.alpha]\nport = 2\nprotocols = \"tcp\"\nhosts = \"db\"\nscopes = \"internal\"\npurpose = \"A\"\n[hosts.db]\nname = \"Databases\"\n",
				"[ports.zeta]\nport = 1\npurpose = \"Zeta\"\n",
			},
			want: replace("scope external", "host db, Databases\nscope external") +
				"port zeta, TCP 1, Agents, Internal, Zeta\nport alpha, TCP 2, Databases, Internal, A\n",
		},
		{
			name:   "scopes and the product",
			layers: []string{"[scopes.external]\nfrom = [\"agents\"]\n[product]\nname = \"Ours\"\nabbreviation = \"O\"\n"},
			want:   strings.Replace(replace("Demo, Demo", "Ours, O"), "from any", "from agents", 1),
		},
		{
			name:   "written another way",
			layers: []string{"ports.web = { port = [80, \"8000-8010\"] }\nhosts.agents.name = 'A'\n"},
			want:   strings.NewReplacer("TCP 443", "TCP 80, 8000-8010", "host agents, Agents", "host agents, A", "Servers, agents", "Servers, a").Replace(sampleSays),
		},
		{name: "argument: a number", layers: []string{"--set ports.web.port=8443"}, want: replace("TCP 443", "TCP 8443")},
		{name: "argument: a range without quotes", layers: []string{"--set ports.web.port=8000-8010"}, want: replace("TCP 443", "TCP 8000-8010")},
		{name: "argument: a list", layers: []string{"--set ports.web.port=[80, '8000-8010']"}, want: replace("TCP 443", "TCP 80, 8000-8010")},
		{name: "argument: text without quotes", layers: []string{"--set product.name = Ours, and \"more\" "}, want: replace("demo, Demo, Demo", `demo, Ours, and "more", Ours, and "more"`)},
		{name: "argument: text with quotes", layers: []string{"--set product.name=\"Ours\""}, want: replace("Demo, Demo", "Ours, Ours")},
		{name: "argument: an id without quotes", layers: []string{"--set ports.gossip.hosts=agents"}, want: replace("Servers, agents", "Agents")},
		{name: "the same port again is no change", layers: []string{"--set ports.gossip.port=7946"}, want: sampleSays},
		{name: "the same port in another form", layers: []string{"[ports.gossip]\nport = [\"7946\"]\n"}, want: sampleSays},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := says(mustLoad(t, sample, tc.layers...)); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}

func TestLayerProblems(t *testing.T) {
	for _, tc := range []struct {
		name   string
		layers []string
		want   string
	}{
		{
			"stands in the layer",
			[]string{"# site\n[ports.web]\nhosts = [\"servers\", \"agens\"]\n"},
			`site.toml:3:21: error: unknown host "agens" [unknown-host]
    hosts = ["servers", "agens"]
                        ^^^^^^^
    hint: did you mean "agents"?
`,
		},
		{
			"stands in the layer that made it",
			[]string{"[ports.web]\nport = 0\n", "[ports.web]\npurpose = \"x\"\n"},
			`site.toml:2:8: error: port 0 is outside 1–65535 [port-range]
    port = 0
           ^
`,
		},
		{
			"mended by the layer above",
			[]string{"[ports.web]\nport = 0\n", "[ports.web]\nport = 1\n"},
			"",
		},
		{
			"a fixed port",
			[]string{"[ports.gossip]\n\nport = 7947\n"},
			`site.toml:3:8: error: the port of "gossip" is fixed at 7946: the dataset doesn't call it configurable [not-configurable]
    port = 7947
           ^^^^
    hint: leave it, or correct the dataset itself with configurable = true
`,
		},
		{
			"a fixed port, and called configurable in one breath",
			[]string{"[ports.gossip]\nport = 7947\nconfigurable = true\n"},
			`site.toml:2:8: error: the port of "gossip" is fixed at 7946: the dataset doesn't call it configurable [not-configurable]
    port = 7947
           ^^^^
    hint: leave it, or correct the dataset itself with configurable = true
`,
		},
		{
			"a fixed port in an argument",
			[]string{"--set ports.gossip.port=80-81"},
			`--set:1:19: error: the port of "gossip" is fixed at 7946: the dataset doesn't call it configurable [not-configurable]
    ports.gossip.port="80-81"
                      ^^^^^^^
    hint: leave it, or correct the dataset itself with configurable = true
`,
		},
		{
			"a row that is only half there",
			[]string{"[ports.wbe]\nport = 8443\n"},
			`site.toml:1:1: error: [ports.wbe] has no hosts [missing-key]
    [ports.wbe]
    ^^^^^^^^^^^
    hint: no row below this layer has the id "wbe": did you mean "web"?
site.toml:1:1: error: [ports.wbe] has no protocols [missing-key]
    [ports.wbe]
    ^^^^^^^^^^^
    hint: no row below this layer has the id "wbe": did you mean "web"?
site.toml:1:1: error: [ports.wbe] has no scopes [missing-key]
    [ports.wbe]
    ^^^^^^^^^^^
    hint: no row below this layer has the id "wbe": did you mean "web"?
`,
		},
		{
			"a number where a text belongs, in an argument",
			[]string{"--set product.version=3.8"},
			`--set:1:17: error: version must be text, not a fraction [wrong-type]
    product.version=3.8
                    ^^^
    hint: write 'version="…"', with quotes inside those of the shell
`,
		},
		{
			"syntax errors of the layer and problems of the dataset at once",
			[]string{"[ports.web]\nport = \n", "--set ports.web.port=0"},
			`--set:1:16: error: port 0 is outside 1–65535 [port-range]
    ports.web.port=0
                   ^
site.toml:2:8: error: not valid TOML: expected a value, but the line ends [toml-syntax]
    port = 
           ^
    hint: text stands in quotes, a list in [ ]
`,
		},
		{
			"the row is no table",
			[]string{"ports.web = 8443\n"},
			`site.toml:1:13: error: web must be a table, not the number 8443 [wrong-type]
    ports.web = 8443
                ^^^^
`,
		},
		{
			"a port that another row has",
			[]string{"# move it\n[ports.web]\nport = 7946\n"},
			`site.toml:3:1: warning: "web" opens TCP 7946 on servers to internal, as "gossip" does already [duplicate-flow]
    port = 7946
    ^^^^
    hint: merge the two, or name one in the other's repeats
`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := loaded(t, sample, tc.layers...)
			wantProblems(t, problems, tc.want)
		})
	}
}

func TestSet(t *testing.T) {
	for _, argument := range []string{
		"", "=", "=1", "ports.web.port", "ports.web.port=", "ports.web.port= ", "#a=b", " # a = b", "[a.\"=\"]", "[ports.web]",
		"a=1\nb=2", "a=1\r\nb=2", "a b=1", "a..b=1", ".a=1",
	} {
		f, problems := Set(argument)
		if f != nil || len(problems) != 1 || problems[0].Code != "bad-set" || problems[0].File != "--set" {
			t.Errorf("%q: got %v, %v", argument, f, problems)
		}
	}
	_, problems := Set("ports.web.port")
	wantProblems(t, problems, `--set:1:1: error: not KEY=VALUE [bad-set]
    ports.web.port
    ^^^^^^^^^^^^^^
    hint: write it like ports.web-ui.port=8443 or product.name=Acme
`)
	for argument, want := range map[string]string{
		"a=1":               "a=1",
		"a=\x01":            `a="\u0001"`, // which is then told as what it is
		"a.b = [1, 'x']":    "a.b = [1, 'x']",
		`a="x"`:             `a="x"`,
		"a=80-90":           `a="80-90"`,
		"a = x y ":          `a="x y"`,
		"a=b=c":             `a="b=c"`,
		`a=C:\x "q"`:        `a="C:\\x \"q\""`,
		"a=tab\there":       `a="tab\there"`,
		"a=[":               `a="["`,
		"\"a b\".c=x":       `"a b".c="x"`,
		"a=\xff":            "a=\"\ufffd\"",
		"a=1979-05-27":      "a=1979-05-27",
		"options.mesh=true": "options.mesh=true",
	} {
		f, problems := Set(argument)
		if problems != nil || f.Text != want {
			t.Errorf("%q: got %v, %v, want %s", argument, f, problems, want)
		}
	}
	// It must not take long, whatever is given.
	if _, problems := Set(strings.Repeat("a.", 50_000) + "b=1"); len(problems) != 1 {
		t.Errorf("got %v", problems)
	}
}

func TestNetworks(t *testing.T) {
	layer := "[networks]\ncluster = [\"10.0.0.0/24\", \"fd00:1::/64\"]\nservers = \"192.0.2.1/32\"\n"
	ds := mustLoad(t, sample, layer)
	prefixes := func(texts ...string) []netip.Prefix {
		var out []netip.Prefix
		for _, text := range texts {
			out = append(out, netip.MustParsePrefix(text))
		}
		return out
	}
	internal := ds.Ports[1].Scopes[0].From[0]
	if want := prefixes("10.0.0.0/24", "fd00:1::/64"); internal.ID != "cluster" || !slices.Equal(internal.Networks, want) {
		t.Errorf("%s has the networks %v", internal.ID, internal.Networks)
	}
	if len(ds.Networks) != 2 || ds.Networks[0].ID != "cluster" || ds.Networks[1].ID != "servers" || !slices.Equal(ds.Networks[1].Prefixes, prefixes("192.0.2.1/32")) {
		t.Errorf("got %v", ds.Networks)
	}
	// What one Load is told, another must not know.
	if again := mustLoad(t, sample); len(again.Networks) != 0 || len(again.Ports[1].Scopes[0].From[0].Networks) != 0 {
		t.Error("networks of an earlier dataset are left")
	}
	// The topmost layer's list takes the place of those below.
	ds = mustLoad(t, sample, layer, "--set networks.cluster=10.9.0.0/16")
	if got := ds.Networks[0].Prefixes; !slices.Equal(got, prefixes("10.9.0.0/16")) {
		t.Errorf("got %v", got)
	}
}

func TestOptions(t *testing.T) {
	base := sample + `
[options.mesh]
name = "Mesh"

[options.metrics]
name = "Metrics"
default = true

[ports.mesh]
port = 15000
protocols = "tcp"
hosts = "agents"
scopes = "internal"
options = ["mesh", "metrics"]
purpose = "Mesh metrics"

[ports.metrics]
port = 9100
protocols = "tcp"
hosts = "agents"
scopes = "internal"
options = ["metrics"]
purpose = "Metrics"
`
	for _, tc := range []struct {
		layers []string
		on     string
	}{
		{nil, "web gossip metrics"},
		{[]string{"[options]\nmesh = true\n"}, "web gossip mesh metrics"},
		{[]string{"--set options.mesh=true"}, "web gossip mesh metrics"},
		{[]string{"[options.mesh]\ndefault = true\n"}, "web gossip mesh metrics"},
		{[]string{"[options]\nmetrics = false\n"}, "web gossip"},
		{[]string{"[options]\nmetrics = false\nmesh = true\n"}, "web gossip"},
		{[]string{"[options]\nmesh = true\n", "--set options.mesh=false"}, "web gossip metrics"},
	} {
		ds := mustLoad(t, base, tc.layers...)
		var on []string
		for _, p := range ds.Ports {
			if p.On {
				on = append(on, p.ID)
			}
		}
		if got := strings.Join(on, " "); got != tc.on {
			t.Errorf("%q: on are %s, want %s", tc.layers, got, tc.on)
		}
		// Rows that are off open nothing, and are still in the table.
		for _, f := range ds.Flows {
			if !f.Port.On {
				t.Errorf("%q: the flow of %s", tc.layers, f.Port.ID)
			}
		}
		if len(ds.Ports) != 4 {
			t.Errorf("%q: %d rows", tc.layers, len(ds.Ports))
		}
	}
}
