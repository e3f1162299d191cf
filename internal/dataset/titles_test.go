package dataset

import (
	"fmt"
	"testing"
)

// TestTitlesOfGaps lists how documents write the port and the parties of rows that
// leave something out.
func TestTitlesOfGaps(t *testing.T) {
	for _, tc := range []struct{ row, port, scope string }{
		{"port = 1\nprotocols = [\"tcp\", \"udp\"]\nhosts = \"a\"\nfrom = \"b\"", "TCP, UDP 1", "B"},
		{"port = 1\nprotocols = \"unstated\"\nhosts = \"a\"\nfrom = \"unstated\"", "1", "Not stated"},
		{"port = 1\nprotocols = [\"tcp\", \"unstated\"]\nhosts = \"a\"\nfrom = \"b\"", "TCP, unstated 1", "B"},
		{"port = 1\nprotocols = [\"unstated\", \"udp\"]\nhosts = \"a\"\nfrom = \"b\"", "unstated, UDP 1", "B"},
		{"one-of = [1, 2, 3]\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"b\"", "TCP 1 (or 2, 3)", "B"},
		{"port = 2\none-of = [1, 2]\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"b\"", "TCP 2 (or 1)", "B"},
		{"port = 1\none-of = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"b\"", "TCP 1", "B"},
		{"port = 1\none-of = 1\nconfigurable = \"listen\"\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"b\"", "TCP 1 (configurable: listen)", "B"},
		{"port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nto = \"unstated\"", "TCP 1", "to an unstated destination"},
		{"port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nto = [\"lab\", \"unstated\"]", "TCP 1", "to Lab, an unstated destination"},
		{"port = 1\nprotocols = \"tcp\"\nbetween = [\"a\", \"unstated\"]", "TCP 1", "between A and an unstated party"},
	} {
		ds, problems := loaded(t, partly+"[ports.row]\n"+tc.row+"\n")
		if ds == nil {
			t.Fatal(problems)
		}
		if p := ds.Ports[0]; p.Title() != tc.port || p.ScopeTitle() != tc.scope {
			t.Errorf("%s\ngives %q and %q, want %q and %q", tc.row, p.Title(), p.ScopeTitle(), tc.port, tc.scope)
		}
	}
}

// TestKeepCase wants names in lists as the source has them where a dataset says so.
func TestKeepCase(t *testing.T) {
	const text = `format = 1
hosts = {a = {name = "Managers"}, b = {name = "Workers"}}
scopes = {out = {name = "External", from = "any"}, in = {name = "Internal", from = "cluster"}}
ports.row = {port = 1, protocols = "tcp", hosts = "all", scopes = ["out", "in"]}
`
	for _, keep := range []bool{false, true} {
		ds, problems := loaded(t, fmt.Sprintf("%sproduct = {id = \"demo\", name = \"Demo\", keep-case = %t}\n", text, keep))
		if ds == nil {
			t.Fatal(problems)
		}
		hosts, scopes := "Managers, workers", "External, internal"
		if keep {
			hosts, scopes = "Managers, Workers", "External, Internal"
		}
		if row := ds.Ports[0]; row.Hosts.Title() != hosts || row.ScopeTitle() != scopes {
			t.Errorf("keep-case = %t gives %q and %q", keep, row.Hosts.Title(), row.ScopeTitle())
		}
	}
}
