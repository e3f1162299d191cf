package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// flows writes a dataset's flows in their order.
func flows(ds *Dataset) []string {
	var out []string
	for _, f := range ds.Flows {
		s := fmt.Sprintf("%s %s %s", f.Port.ID, f.Host.ID, f.Protocol.ID)
		if r := f.Range.String(); r != "" {
			s += " " + r
		}
		out = append(out, fmt.Sprintf("%s %s %s/%s", s, f.Direction, f.Scope.ID, f.Peer.ID))
	}
	return out
}

func TestExpand(t *testing.T) {
	const head = `format = 1
product = {id = "demo", name = "Demo"}
hosts = {a = {name = "A"}, b = {name = "B"}}
peers = {lab = {name = "Lab"}}
[scopes.two]
name = "Two"
from = ["lab", "b"]
[scopes.all]
name = "All"
from = "any"
[options.extra]
name = "Extra"
[ports.row]
purpose = "Row"
`
	for _, tc := range []struct {
		name, row string
		want      string // flows, one a line
	}{
		{
			"one of each", `port = 80
protocols = "tcp"
hosts = "a"
scopes = "all"`,
			"row a tcp 80 in all/any",
		},
		{
			"hosts, then protocols, then ranges, then scopes, then peers", `port = [80, "90-91"]
protocols = ["udp", "tcp"]
hosts = ["b", "a"]
scopes = ["two", "all"]`,
			`row b udp 80 in two/lab
row b udp 80 in two/b
row b udp 80 in all/any
row b udp 90-91 in two/lab
row b udp 90-91 in two/b
row b udp 90-91 in all/any
row b tcp 80 in two/lab
row b tcp 80 in two/b
row b tcp 80 in all/any
row b tcp 90-91 in two/lab
row b tcp 90-91 in two/b
row b tcp 90-91 in all/any
row a udp 80 in two/lab
row a udp 80 in two/b
row a udp 80 in all/any
row a udp 90-91 in two/lab
row a udp 90-91 in two/b
row a udp 90-91 in all/any
row a tcp 80 in two/lab
row a tcp 80 in two/b
row a tcp 80 in all/any
row a tcp 90-91 in two/lab
row a tcp 90-91 in two/b
row a tcp 90-91 in all/any`,
		},
		{
			"protocols without ports", `protocols = ["esp", "ip-in-ip"]
hosts = "a"
scopes = "all"`,
			"row a esp in all/any\nrow a ip-in-ip in all/any",
		},
		{
			"every port", `port = "all"
protocols = "tcp"
hosts = "a"
scopes = "all"`,
			"row a tcp 1-65535 in all/any",
		},
		{
			"an option that is off", `port = 80
protocols = "tcp"
hosts = "a"
scopes = "all"
options = "extra"`,
			"",
		},
		{
			"documented only", `port = 80
protocols = "tcp"
hosts = "a"
scopes = "all"
opens = false`,
			"",
		},
		{
			"an unknown port", `port = "unknown"
protocols = "tcp"
hosts = "a"
scopes = "all"`,
			"",
		},
		{
			"peers of its own", `port = 80
protocols = "tcp"
hosts = "a"
from = ["lab", "any"]`,
			"row a tcp 80 in lab/lab\nrow a tcp 80 in any/any",
		},
		{
			"outgoing", `port = 80
protocols = "tcp"
hosts = "a"
to = ["lab", "b"]`,
			"row a tcp 80 out lab/lab\nrow a tcp 80 out b/b",
		},
		{
			"both ways", `port = 80
protocols = "tcp"
hosts = "a"
scopes = "all"
to = "b"`,
			"row a tcp 80 in all/any\nrow a tcp 80 out b/b",
		},
		{
			"any one of", `one-of = [80, 81]
protocols = "tcp"
hosts = "a"
scopes = "all"`,
			"row a tcp 80 in all/any",
		},
		{
			"a socket", `socket = "/run/x.sock"
hosts = "a"`,
			"",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ds, problems := loaded(t, head+tc.row+"\n")
			if ds == nil {
				t.Fatalf("it does not load:\n%s", printed(t, problems))
			}
			if got := strings.Join(flows(ds), "\n"); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}

// Rows stay together in the flows, in the table's order.
func TestExpandMKE(t *testing.T) {
	ds := mustLoad(t, shipped(t, "mke.toml"))
	// By hand: 15 rows of managers, two of them with two scopes; 9 rows of both
	// hosts; gossip on both hosts with two protocols.
	if want := 13 + 2*2 + 9*2 + 2*2; len(ds.Flows) != want {
		t.Errorf("%d flows, want %d", len(ds.Flows), want)
	}
	var rows []string
	for _, f := range ds.Flows {
		if len(rows) == 0 || rows[len(rows)-1] != f.Port.ID {
			rows = append(rows, f.Port.ID)
		}
	}
	var want []string
	for _, p := range ds.Ports {
		want = append(want, p.ID)
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got %q", rows)
	}
}

func TestRange(t *testing.T) {
	for _, tc := range []struct {
		r      Range
		text   string
		colon  string
		single bool
	}{
		{Range{}, "", "", false},
		{Range{443, 443}, "443", "443", true},
		{Range{30000, 32767}, "30000-32767", "30000:32767", false},
	} {
		if tc.r.String() != tc.text || tc.r.Join(":") != tc.colon || tc.r.Single() != tc.single {
			t.Errorf("%#v: %q, %q, %t", tc.r, tc.r.String(), tc.r.Join(":"), tc.r.Single())
		}
	}
}

func TestTitles(t *testing.T) {
	for _, tc := range []struct {
		names []string
		want  string
	}{
		{nil, ""},
		{[]string{"Managers"}, "Managers"},
		{[]string{"Managers", "Workers"}, "Managers, workers"},
		{[]string{"Managers", "MCR hosts", "Öl"}, "Managers, MCR hosts, öl"},
		{[]string{"a", "", "B"}, "a, , b"},
	} {
		if got := title(tc.names); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.names, got, tc.want)
		}
	}
}
