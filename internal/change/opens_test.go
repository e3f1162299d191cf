package change

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// TestOpens holds what counts as opening more, and as opening less. Each case
// is read both ways: what opens less in one direction opens more in the other.
func TestOpens(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after string
		more, less    []string
	}{
		{name: "nothing", before: row("web"), after: row("web")},
		{
			name: "a new row", before: row("web"), after: row("web") + row("api", `port = 6443`),
			more: []string{"ports.api (added): TCP 6443 on servers from cluster"},
		},
		{
			name: "a new row that opens what another does", before: row("web"),
			after: row("web") + row("again", `purpose = "Other"`, `repeats = "web"`),
		},
		{
			name: "internal to external", before: row("web"), after: row("web", `scopes = "public"`),
			more: []string{"ports.web: TCP 443 on servers from any"},
		},
		{
			name: "anyone contains the cluster", before: row("web", `scopes = "public"`), after: row("web", `scopes = ["public", "inside"]`),
		},
		{
			name: "anyone contains an outside party and a host", before: row("web", `scopes = "public"`),
			after: row("web", `from = ["office", "agents"]`),
			less:  []string{"ports.web: TCP 443 on servers from any"},
		},
		{
			name: "the cluster contains each of its hosts", before: row("web"), after: row("web", `from = "agents"`),
			less: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "all hosts are the cluster", before: row("web"), after: row("web", `from = ["agents", "servers"]`),
		},
		{
			name: "an outside party is not in the cluster", before: row("web"), after: row("web", `from = ["cluster", "office"]`),
			more: []string{"ports.web: TCP 443 on servers from office"},
		},
		{
			name: "one outside party is not another", before: row("web", `from = "office"`), after: row("web", `from = "branch"`),
			more: []string{"ports.web: TCP 443 on servers from branch"},
			less: []string{"ports.web: TCP 443 on servers from office"},
		},
		{
			name: "self is inside everything", before: row("web", `from = "self"`), after: row("web", `from = "office"`),
			more: []string{"ports.web: TCP 443 on servers from office"},
		},
		{name: "self opens nothing", before: row("web"), after: row("web") + row("local", `port = 9`, `from = "self"`)},
		{
			name: "a range that narrows", before: row("web", `port = "8000-8010"`), after: row("web", `port = "8000-8005"`),
			less: []string{"ports.web: TCP 8006-8010 on servers from cluster"},
		},
		{
			name: "a range that moves", before: row("web", `port = "8000-8010"`), after: row("web", `port = "8005-8015"`),
			more: []string{"ports.web: TCP 8011-8015 on servers from cluster"},
			less: []string{"ports.web: TCP 8000-8004 on servers from cluster"},
		},
		{name: "the same ports, written otherwise", before: row("web", `port = [80, 81, "82-90"]`), after: row("web", `port = "80-90"`)},
		{
			name: "a hole in a range", before: row("web", `port = "80-90"`), after: row("web", `port = ["80-84", "86-90"]`),
			less: []string{"ports.web: TCP 85 on servers from cluster"},
		},
		{
			name: "ports of one row that go to another", before: row("web", `port = [80, 443]`),
			after: row("web", `port = 443`) + row("plain", `port = 80`, `purpose = "Plain"`),
		},
		{
			name: "another protocol", before: row("web"), after: row("web", `protocols = ["tcp", "udp"]`),
			more: []string{"ports.web: UDP 443 on servers from cluster"},
		},
		{
			name: "another host", before: row("web"), after: row("web", `hosts = ["servers", "agents"]`),
			more: []string{"ports.web: TCP 443 on agents from cluster"},
		},
		{
			name: "another direction", before: row("web", `from = "office"`), after: row("web", `to = "office"`, `no-scopes =`),
			more: []string{"ports.web: TCP 443 on servers to office"},
			less: []string{"ports.web: TCP 443 on servers from office"},
		},
		{
			name: "out to anyone", before: row("web", `to = "office"`), after: row("web", `to = ["office", "any"]`),
			more: []string{"ports.web: TCP 443 on servers to any"},
		},
		{
			name: "a scope that widens", before: scope("cluster") + row("web", `scopes = "own"`), after: scope("any") + row("web", `scopes = "own"`),
			more: []string{"scopes.own: lets in any, in 1 row", "ports.web: TCP 443 on servers from any"},
		},
		{
			name: "a scope that widens beside one that was wide", before: scope("cluster") + row("web", `scopes = ["own", "public"]`),
			after: scope("any") + row("web", `scopes = ["own", "public"]`),
		},
		{
			name: "portless", before: row("t", `protocols = "esp"`, `no-port =`), after: row("t", `protocols = ["esp", "ah"]`, `no-port =`),
			more: []string{"ports.t: AH on servers from cluster"},
		},
		{
			name: "any protocol contains each", before: row("t", `protocols = "any"`, `no-port =`), after: row("t", `protocols = "tcp"`),
			less: []string{"ports.t: Any protocol on servers from cluster"},
		},
		{
			name: "any protocol from some", before: row("t", `protocols = "any"`, `no-port =`, `from = "servers"`), after: row("t"),
			more: []string{"ports.t: TCP 443 on servers from cluster"},
			less: []string{"ports.t: Any protocol on servers from servers"},
		},
		{
			name: "each row of what opens more", before: row("web") + row("ui", `purpose = "UI"`),
			after: row("web", `scopes = "public"`) + row("ui", `scopes = "public"`, `purpose = "UI"`),
			more:  []string{"ports.web: TCP 443 on servers from any", "ports.ui: TCP 443 on servers from any"},
		},
		{
			name: "a peer that isn't stated", before: row("web"), after: row("web", `from = "unstated"`),
			less: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "a type of ICMP", before: row("ping", `protocols = "icmp"`, `types = [8, 0]`, `no-port =`),
			after: row("ping", `protocols = "icmp"`, `types = [0, 3, 8]`, `no-port =`),
			more:  []string{"ports.ping: ICMP type 3 on servers from cluster"},
		},
		{
			name: "all types of ICMP", before: row("ping", `protocols = "icmp"`, `no-port =`), after: row("ping", `protocols = "icmp"`, `types = 8`, `no-port =`),
			less: []string{"ports.ping: ICMP type 0-7, 9-255 on servers from cluster"},
		},
		{
			name: "every address", before: row("web", `bind = ["192.0.2.1", "192.0.2.2"]`), after: row("web"),
			more: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "another address", before: row("web", `bind = "192.0.2.1"`), after: row("web", `bind = ["192.0.2.2", "192.0.2.1"]`),
			more: []string{"ports.web: TCP 443 on servers at 192.0.2.2 from cluster"},
		},
		{
			name: "one interface", before: row("web"), after: row("web", `interfaces = "storage"`),
			less: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "one address on one interface", before: row("web", `interfaces = "storage"`, `bind = "192.0.2.1"`), after: row("web", `interfaces = "storage"`),
			more: []string{"ports.web: TCP 443 on servers through storage from cluster"},
		},
		{
			name: "one address and interface of all", before: row("web"), after: row("web", `interfaces = "storage"`, `bind = "192.0.2.1"`),
			less: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "out to a peer that has a scope of its own", before: "[scopes.cluster]\nname = \"Cluster\"\nfrom = \"cluster\"\n" + row("web"),
			after: "[scopes.cluster]\nname = \"Cluster\"\nfrom = \"cluster\"\n" + row("web", `to = "cluster"`),
			more:  []string{"ports.web: TCP 443 on servers to cluster"},
		},
		{
			name: "networks that grow", before: row("web", `from = "office"`) + nets("office", "10.0.0.0/24"),
			after: row("web", `from = "office"`) + nets("office", "10.0.0.0/23"),
			more:  []string{"networks.office: lets in 10.0.0.0/23, in 1 row"},
		},
		{
			name: "networks that move", before: row("web") + nets("cluster", "10.0.0.0/24"), after: row("web") + nets("cluster", "10.0.1.0/24"),
			more: []string{"networks.cluster: lets in 10.0.1.0/24, in 1 row"},
			less: []string{"networks.cluster: keeps out 10.0.0.0/24, in 1 row"},
		},
		{
			name: "the first networks", before: row("web"), after: row("web") + nets("cluster", "10.0.0.0/24"),
			more: []string{"networks.cluster (added): lets in 10.0.0.0/24, in 1 row"},
		},
		{name: "networks that no row names", before: row("web"), after: row("web") + nets("office", "10.0.0.0/24")},
		{name: "networks cut in halves", before: row("web") + nets("cluster", "10.0.0.0/24"), after: row("web") + nets("cluster", "10.0.0.0/25", "10.0.0.128/25")},
		{
			name: "a new host in the cluster", before: row("web"), after: row("web") + "[hosts.edge]\nname = \"Edge\"\n",
			more: []string{"hosts.edge (added): joins cluster, which 1 row opens to"},
		},
		{
			name: "a new host is not in the old cluster", before: row("web"),
			after: row("web", `from = "edge"`) + "[hosts.edge]\nname = \"Edge\"\n",
			more:  []string{"ports.web: TCP 443 on servers from edge"},
			less:  []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{name: "a new host where nothing is open to the cluster", before: row("web", `from = "any"`), after: row("web", `from = "any"`) + "[hosts.edge]\nname = \"Edge\"\n"},
		{
			name: "an option that is on by default", before: row("web", `options = "extra"`),
			after: strings.Replace(head, "[options.extra]\n", "[options.extra]\ndefault = true\n", 1) + row("web", `options = "extra"`),
			more:  []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{name: "a row that is off", before: row("web"), after: row("web") + row("api", `port = 1`, `options = "extra"`)},
		{name: "a row that is only shown", before: row("web"), after: row("web") + row("api", `port = 1`, `opens = false`)},
		{
			name: "a port that is no longer known", before: row("web"), after: row("web", `port = "unknown"`),
			less: []string{"ports.web: TCP 443 on servers from cluster"},
		},
		{
			name: "several sets at once", before: "", after: row("web", `port = [80, "443-445"]`, `protocols = ["tcp", "udp"]`, `hosts = ["servers", "agents"]`, `from = ["office", "branch"]`),
			more: []string{"ports.web (added): TCP, UDP 80, 443-445 on servers, agents from office, branch"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := load(t, whole(test.before)), load(t, whole(test.after))
			more, less, _ := told(Between(before, after))
			if !slices.Equal(more, test.more) {
				t.Errorf("opens more:\n%q\nwant\n%q", more, test.more)
			}
			if !slices.Equal(less, test.less) {
				t.Errorf("opens less:\n%q\nwant\n%q", less, test.less)
			}
			back := Between(after, before)
			if back.Widened() != (len(test.less) > 0) || back.Narrowed() != (len(test.more) > 0) {
				t.Errorf("the other way round: widened %t, narrowed %t", back.Widened(), back.Narrowed())
			}
		})
	}
}

// whole puts the head before rows that don't bring one, and a row where there
// is none.
func whole(rows string) string {
	if !strings.Contains(rows, "format = 1") {
		rows = head + rows
	}
	return rows + row("base", `port = 1`, `from = "self"`, `purpose = "Always there"`)
}

// scope is a scope of the rows' own.
func scope(from string) string {
	return "[scopes.own]\nname = \"Own\"\nfrom = \"" + from + "\"\n"
}

func nets(peer string, list ...string) string {
	return "[networks]\n" + peer + ` = ["` + strings.Join(list, `", "`) + "\"]\n"
}

// TestJoined holds that joining adds nothing: all addresses beside one are two
// openings, and so are two that differ in two sets.
func TestJoined(t *testing.T) {
	list := []Opening{
		{Hosts: []string{"a"}, Peers: []string{"p"}},
		{Hosts: []string{"a"}, Peers: []string{"p"}, Addresses: []string{"192.0.2.1"}},
		{Hosts: []string{"c"}, Peers: []string{"p"}, Ports: []string{"1"}},
		{Hosts: []string{"b"}, Peers: []string{"q"}, Ports: []string{"1"}},
		{Hosts: []string{"b"}, Peers: []string{"p"}, Ports: []string{"1"}},
		{Hosts: []string{"a"}, Peers: []string{"p"}},
	}
	want := []Opening{
		{Hosts: []string{"a"}, Peers: []string{"p"}},
		{Hosts: []string{"a"}, Peers: []string{"p"}, Addresses: []string{"192.0.2.1"}},
		{Hosts: []string{"c", "b"}, Peers: []string{"p"}, Ports: []string{"1"}},
		{Hosts: []string{"b"}, Peers: []string{"q"}, Ports: []string{"1"}},
	}
	if got := joined(list); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestTypeTexts writes types of ICMP of which all codes are meant, or some.
func TestTypeTexts(t *testing.T) {
	for r, want := range map[dataset.Range]string{
		{From: 8 << 8, To: 8<<8 + 255}:       "8",
		{From: 0, To: 255}:                   "0",
		{From: 3 << 8, To: 5<<8 - 1}:         "3-4",
		{From: 3<<8 + 4, To: 3<<8 + 4}:       "3/4",
		{From: 3 << 8, To: 3 << 8}:           "3/0",
		{From: 3<<8 + 4, To: 4<<8 - 1}:       "3/4-255",
		{From: 3<<8 + 4, To: 5<<8 + 2}:       "3/4-255 4 5/0-2",
		{From: 255<<8 + 1, To: 255<<8 + 255}: "255/1-255",
		{From: 254 << 8, To: 255<<8 + 255}:   "254-255",
	} {
		if got := strings.Join(typeTexts(r), " "); got != want {
			t.Errorf("%v is %q, want %q", r, got, want)
		}
	}
}
