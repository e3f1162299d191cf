package dataset

import (
	"os"
	"strings"
	"testing"
)

// TestMKETable compares the shipped dataset, cell by cell and in order, with
// what its source says.
func TestMKETable(t *testing.T) {
	text, err := os.ReadFile("testdata/mke-table.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			want = append(want, strings.Split(line, " | "))
		}
	}
	ds := mustLoad(t, shipped(t, "mke.toml"))
	got := [][]string{{"Scope", "Description"}}
	for _, s := range ds.Scopes {
		got = append(got, []string{s.Name, s.Description})
	}
	got = append(got, []string{"Hosts", "Port", "Scope", "Purpose"})
	for _, p := range ds.Ports {
		got = append(got, []string{p.Hosts.Title(), p.Title(), p.Scopes.Title(), p.Purpose})
	}
	if len(ds.Scopes) != 3 || len(ds.Ports) != 25 || len(want) != 3+25+2 {
		t.Fatalf("%d scopes and %d rows, of %d lines", len(ds.Scopes), len(ds.Ports), len(want))
	}
	for i, cells := range want {
		if len(cells) != len(got[i]) {
			t.Fatalf("line %d: %q is not %q", i+1, got[i], cells)
		}
		for j, cell := range cells {
			if got[i][j] != cell {
				t.Errorf("line %d, cell %d: got %q, want %q", i+1, j+1, got[i][j], cell)
			}
		}
	}
	// What the cells don't tell apart.
	for id, from := range map[string]PeerKind{"external": PeerAny, "internal": PeerCluster, "self": PeerSelf} {
		var found bool
		for _, s := range ds.Scopes {
			if s.ID == id {
				found = len(s.From) == 1 && s.From[0].Kind == from
			}
		}
		if !found {
			t.Errorf("scope %s is not from %s alone", id, from)
		}
	}
	configurable := 0
	for _, p := range ds.Ports {
		if p.Configurable {
			configurable++
		}
	}
	if configurable != 4 {
		t.Errorf("%d rows are configurable, want 4", configurable)
	}
}
