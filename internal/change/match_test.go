package change

import (
	"slices"
	"strings"
	"testing"
)

// TestRenames holds what is recognised under another id, and what is not.
func TestRenames(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after string
		more, less    []string
		others        []string
	}{
		{
			name: "a row", before: row("web"), after: row("ui"),
			others: []string{"ports.ui (renamed from web)"},
		},
		{
			name: "a row with other words for the same", before: row("web", `purpose = "Web UI and API"`), after: row("ui", `purpose = "web UI and the API"`),
			others: []string{"ports.ui (renamed from web)"},
		},
		{
			name: "a row for something else", before: row("web", `purpose = "Web UI"`), after: row("metrics", `purpose = "Scraping"`),
			others: []string{"ports.metrics (added)", "ports.web (removed)"},
		},
		{
			name: "a row with one word in common", before: row("web", `purpose = "Web UI and API"`), after: row("api", `purpose = "Health API"`),
			others: []string{"ports.api (added)", "ports.web (removed)"},
		},
		{
			name: "a row with another port", before: row("web"), after: row("ui", `port = 8443`),
			more: []string{"ports.ui (renamed from web): TCP 8443 on servers from cluster"},
			less: []string{"ports.ui (renamed from web): TCP 443 on servers from cluster"},
		},
		{
			name: "a row that opens more", before: row("web"), after: row("ui", `scopes = "public"`),
			more: []string{"ports.ui (renamed from web): TCP 443 on servers from any"},
		},
		{
			name:   "rows that can't be told apart",
			before: row("a", `port = 1`, `purpose = "x"`) + row("b", `port = 2`, `purpose = "x"`),
			after:  row("c", `port = 3`, `purpose = "x"`),
			more:   []string{"ports.c (added): TCP 3 on servers from cluster"},
			less: []string{
				"ports.a (removed): TCP 1 on servers from cluster", "ports.b (removed): TCP 2 on servers from cluster",
			},
		},
		{
			name: "a row that opens nothing", before: row("web", `options = "extra"`), after: row("ui", `options = "extra"`),
			others: []string{"ports.ui (renamed from web)"},
		},
		{
			name: "a host by its name", before: row("web") + row("ssh", `port = 22`, `hosts = "agents"`, `from = "servers"`),
			after:  change(row("web")+row("ssh", `port = 22`, `hosts = "agents"`, `from = "servers"`), "servers", "managers"),
			others: []string{"hosts.managers (renamed from servers)"},
		},
		{
			name: "a host by its rows", before: row("web") + row("ssh", `port = 22`, `from = "agents"`),
			after:  change(change(row("web")+row("ssh", `port = 22`, `from = "agents"`), "servers", "managers"), "Servers", "Managers"),
			others: []string{"hosts.managers (renamed from servers)"},
		},
		{
			name: "another host", before: row("web"),
			after: change(change(row("web")+row("ssh", `port = 22`), "servers", "edge"), "Servers", "Edge"),
			more: []string{
				"hosts.edge (added): joins cluster, which 2 rows open to",
				"ports.web: TCP 443 on edge from cluster", "ports.ssh (added): TCP 22 on edge from cluster",
			},
			less: []string{
				"ports.web: TCP 443 on servers from cluster",
				"hosts.servers (removed): leaves cluster, which 1 row opens to",
			},
		},
		{
			name: "a scope by its name", before: row("web"), after: change(row("web"), "inside", "internal"),
			others: []string{"scopes.internal (renamed from inside)"},
		},
		{
			name: "a scope by its rows", before: row("web"), after: change(change(row("web"), "inside", "internal"), "Inside", "Internal"),
			others: []string{"scopes.internal (renamed from inside)"},
		},
		{
			name: "a scope of another name that lets in more", before: row("web"),
			after:  strings.Replace(change(change(row("web"), "inside", "internal"), "Inside", "Internal"), `from = "cluster"`, `from = "any"`, 1),
			more:   []string{"ports.web: TCP 443 on servers from any"},
			others: []string{"scopes.internal (added)", "scopes.inside (removed)"},
		},
		{
			name: "a scope that lets in more", before: row("web"),
			after: strings.Replace(change(row("web"), "inside", "internal"), `from = "cluster"`, `from = "any"`, 1),
			more: []string{
				"scopes.internal (renamed from inside): lets in any, in 1 row", "ports.web: TCP 443 on servers from any",
			},
		},
		{
			name: "an outside party", before: row("web", `from = "office"`), after: change(row("web", `from = "office"`), "office", "headquarters"),
			others: []string{"peers.headquarters (renamed from office)"},
		},
		{
			name: "another outside party", before: row("web", `from = "office"`),
			after:  change(change(row("web", `from = "office"`), "office", "partner"), "Office", "Partner"),
			more:   []string{"ports.web: TCP 443 on servers from partner"},
			less:   []string{"ports.web: TCP 443 on servers from office"},
			others: []string{"peers.partner (added)", "peers.office (removed)"},
		},
		{
			name: "an outside party by its networks", before: row("web", `from = "office"`) + nets("office", "10.0.0.0/24"),
			after:  change(change(row("web", `from = "office"`)+nets("office", "10.0.0.0/24"), "office", "hq"), "Office", "HQ"),
			others: []string{"peers.hq (renamed from office)"},
		},
		{
			name: "an outside party whose networks grew", before: row("web", `from = "office"`) + nets("office", "10.0.0.0/24"),
			after: change(row("web", `from = "office"`)+nets("office", "10.0.0.0/23"), "office", "hq"),
			more:  []string{"networks.hq: lets in 10.0.0.0/23, in 1 row"}, others: []string{"peers.hq (renamed from office)"},
		},
		{
			name: "an option", before: row("web", `options = "extra"`), after: change(row("web", `options = "extra"`), "extra", "more"),
			others: []string{"options.more (renamed from extra)"},
		},
		{
			name: "an interface", before: row("web", `interfaces = "storage"`), after: change(row("web", `interfaces = "storage"`), "storage", "san"),
			others: []string{"interfaces.san (renamed from storage)"},
		},
		{
			name: "a host that becomes an outside party", before: row("web", `from = "agents"`),
			after: strings.Replace(head+row("web", `from = "agents"`), "[hosts.agents]", "[peers.agents]", 1),
			more:  []string{"ports.web: TCP 443 on servers from agents"}, less: []string{"ports.web: TCP 443 on servers from agents"},
			others: []string{"hosts.agents (removed)", "peers.agents (added)"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := test.before, test.after
			for _, text := range []*string{&before, &after} {
				if !strings.Contains(*text, "format = 1") {
					*text = head + *text
				}
			}
			more, less, others := told(Between(load(t, before), load(t, after)))
			if !slices.Equal(more, test.more) || !slices.Equal(less, test.less) || !slices.Equal(others, test.others) {
				t.Errorf("opens more: %q\nopens less: %q\nothers: %q\nwant\nopens more: %q\nopens less: %q\nothers: %q",
					more, less, others, test.more, test.less, test.others)
			}
		})
	}
}

// change is the head and the rows with another word throughout.
func change(rows, old, replacement string) string {
	if !strings.Contains(rows, "format = 1") {
		rows = head + rows
	}
	return strings.ReplaceAll(rows, old, replacement)
}

// TestFields holds that each key that differs is told, old and new, and that
// an order or a way of writing that means nothing is not.
func TestFields(t *testing.T) {
	for _, test := range []struct {
		before, after []string
		want          []string
	}{
		{[]string{`port = "8000-8010"`}, []string{`port = "8000-8005"`}, []string{"port: 8000-8010 → 8000-8005"}},
		{[]string{`port = [80, 81]`}, []string{`port = "80-81"`}, nil},
		{[]string{`port = 80`}, []string{`port = "dynamic"`}, []string{"port: 80 → dynamic"}},
		{[]string{`hosts = ["servers", "agents"]`}, []string{`hosts = ["agents", "servers"]`}, nil},
		{[]string{`hosts = "servers"`}, []string{`hosts = ["agents", "servers"]`}, []string{"hosts: servers → agents, servers"}},
		{[]string{`protocols = "tcp"`}, []string{`protocols = "udp"`}, []string{"protocols: tcp → udp"}},
		{nil, []string{`scopes = "public"`}, []string{"scopes: inside → public"}},
		{nil, []string{`from = ["office", "self"]`}, []string{"scopes: inside → nothing", "from: nothing → office, self"}},
		{[]string{`from = "office"`}, []string{`from = "branch"`}, []string{"from: office → branch"}},
		{nil, []string{`to = "office"`}, []string{"to: nothing → office"}},
		{nil, []string{`configurable = true`}, []string{"configurable: false → true"}},
		{[]string{`configurable = true`}, []string{`configurable = "web-port"`}, []string{"configurable: true → web-port"}},
		{nil, []string{`options = "extra"`}, []string{"options: nothing → extra"}},
		{nil, []string{`purpose = "Two\nlines"`}, []string{"purpose: Web → Two lines"}},
		{[]string{`one-of = [443, 80]`}, []string{`one-of = [443, 8080]`}, []string{"one-of: 80, 443 → 443, 8080"}},
		{nil, []string{`pattern = "4NN"`}, []string{"pattern: nothing → 4NN"}},
		{nil, []string{`bind = "192.0.2.1"`}, []string{"bind: nothing → 192.0.2.1"}},
		{nil, []string{`interfaces = "storage"`}, []string{"interfaces: nothing → storage"}},
		{nil, []string{`target = 8443`}, []string{"target: nothing → 8443"}},
		{nil, []string{`application = "HTTPS"`}, []string{"application: nothing → HTTPS"}},
		{nil, []string{`component = "API"`}, []string{"component: nothing → API"}},
		{nil, []string{`notes = ["a", "b"]`}, []string{"notes: nothing → a b"}},
		{nil, []string{`since = "1"`, `until = "2"`}, []string{"since: nothing → 1", "until: nothing → 2"}},
		{nil, []string{`opens = false`}, []string{"opens: true → false"}},
		{nil, []string{`repeats = "base"`}, []string{"repeats: nothing → base"}},
	} {
		before, after := load(t, whole(row("web", test.before...))), load(t, whole(row("web", test.after...)))
		var got []string
		for _, e := range Between(before, after).Entries {
			for _, f := range e.Fields {
				got = append(got, f.text())
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q → %q: %q, want %q", test.before, test.after, got, test.want)
		}
	}
}

// TestOtherTables holds the same for what isn't a row.
func TestOtherTables(t *testing.T) {
	for _, test := range []struct{ old, replacement, want string }{
		{`name = "App"`, "name = \"App\"\nversion = \"2\"", "product: version: nothing → 2"},
		{`name = "Servers"`, `name = "Managers"`, "hosts.servers: name: Servers → Managers"},
		{`name = "Office"`, "name = \"Office\"\naddresses = \"office.example\"", "peers.office: addresses: nothing → office.example"},
		{`name = "Inside"`, "name = \"Inside\"\ndescription = \"d\"", "scopes.inside: description: nothing → d"},
		{`from = "cluster"`, `from = ["self", "cluster"]`, "scopes.inside: from: cluster → self, cluster"},
		{`name = "Storage"`, "name = \"Storage\"\ndevice = \"eth1\"", "interfaces.storage: device: nothing → eth1"},
		{`name = "Extra"`, "name = \"Extra\"\ndefault = true", "options.extra: default: false → true"},
		{`name = "Extra"`, "name = \"Extra\"\ngroup = \"g\"", "options.extra: group: nothing → g"},
	} {
		before := whole(row("web"))
		after := strings.Replace(before, test.old, test.replacement, 1)
		var got []string
		for _, e := range Between(load(t, before), load(t, after)).Entries {
			for _, f := range e.Fields {
				got = append(got, e.title()+": "+f.text())
			}
		}
		if len(got) != 1 || got[0] != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
