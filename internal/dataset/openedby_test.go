package dataset

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// TestOpenedBy follows the hint of each row that leaves something unknown: the
// row must open then.
func TestOpenedBy(t *testing.T) {
	for _, tc := range []struct{ row, hint, layer string }{
		{"port = \"unknown\"\nconfigurable = true\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "[ports.ID] port = 8443", "[ports.row]\nport = 8443"},
		{"pattern = \"32NN\"\nconfigurable = true\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "[ports.ID] port = 8443", "[ports.row]\nport = 8443"},
		{"port = [1, \"dynamic\"]\nconfigurable = true\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "[ports.ID] port = 8443", "[ports.row]\nport = 8443"},
		{"port = [1, \"dynamic\"]\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "[assume] dynamic = \"49152-65535\"", "[assume]\ndynamic = \"49152-65535\""},
		{"port = \"dynamic\"\nprotocols = \"tcp\"\nhosts = \"a\"\nto = \"lab\"", "[assume] dynamic = \"49152-65535\"", "[assume]\ndynamic = \"49152-65535\""},
		{"port = 1\nprotocols = [\"udp\", \"unstated\"]\nhosts = \"a\"\nfrom = \"c\"", "[assume] protocols = [\"tcp\"]", "[assume]\nprotocols = [\"tcp\"]"},
		{"port = 1\nprotocols = \"tcp\"\nhosts = \"unstated\"\nfrom = \"c\"", "[assume] hosts = \"all\"", "[assume]\nhosts = \"all\""},
		{"port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"unstated\"", "[assume] from = [\"cluster\"]", "[assume]\nfrom = [\"cluster\"]"},
		{"port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nto = \"unstated\"", "[ports.ID] to = …", "[ports.row]\nto = \"lab\""},
		{"port = 1\nprotocols = \"tcp\"\nbetween = [\"a\", \"unstated\"]", "[ports.ID] between = …", "[ports.row]\nbetween = [\"a\", \"lab\"]"},
	} {
		ds, problems := loaded(t, partly+"[ports.row]\n"+tc.row+"\n")
		if ds == nil {
			t.Fatal(problems)
		}
		row := ds.Ports[0]
		if row.Unopened() == "" || !strings.Contains(row.OpenedBy(), tc.hint) {
			t.Errorf("%s\nstays closed since %q, and opens by %q, not %q", tc.row, row.Unopened(), row.OpenedBy(), tc.hint)
		}
		if ds, problems = loaded(t, partly+"[ports.row]\n"+tc.row+"\n", tc.layer); ds == nil || ds.Ports[0].Unopened() != "" || len(ds.Flows) == 0 {
			t.Errorf("%s\nwith\n%s\nisn't open: %v", tc.row, tc.layer, problems)
		}
	}
}

// TestOneProblem wants one problem for one port that a layer can't choose.
func TestOneProblem(t *testing.T) {
	const choice = "one-of = [82, 8082]"
	for _, tc := range []struct {
		port, layer string
		want        problem.Code
		hint        string
	}{
		{choice, "99", problem.NotOffered, chooseOne},
		{choice, "70000", problem.PortRange, ""},
		{choice, `"x"`, problem.PortRange, ""},
		{choice, `"unknown"`, problem.NotConfigurable, chooseOne},
		{choice, "[82, 99]", problem.NotConfigurable, chooseOne},
		{choice + "\nport = 82", "99", problem.NotOffered, chooseOne},
		{choice + "\nport = 82", "99\none-of = [99]", problem.NotConfigurable, chooseOne},
		{choice, "8082", "", ""},
		{choice + "\nconfigurable = true", "99", "", ""},
		{"port = 1", "2", problem.NotConfigurable, "leave it, or correct the dataset itself with configurable = true"},
		{"port = 1", "70000", problem.PortRange, ""},
		{"port = 1", `["x", 2]`, problem.PortRange, ""},
		{"port = 1", "{http = 70000}", problem.PortRange, ""},
		{"port = \"dynamic\"", "2", problem.NotConfigurable, "leave it, or correct the dataset itself with configurable = true"},
	} {
		_, problems := loaded(t, partly+"[ports.row]\n"+tc.port+"\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = [\"b\", \"c\", \"lab\"]\n", "[ports.row]\nport = "+tc.layer+"\n")
		if tc.want == "" {
			if len(problems) > 0 {
				t.Errorf("%s, then %s: %v", tc.port, tc.layer, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].Code != tc.want || tc.hint != "" && problems[0].Hint != tc.hint {
			t.Errorf("%s, then %s, gives %v, not one %s with %q", tc.port, tc.layer, problems, tc.want, tc.hint)
		}
	}
}

// TestManyIDsAreCounted wants a warning about as many hosts as a table has to
// name a few.
func TestManyIDsAreCounted(t *testing.T) {
	text := "format = 1\nproduct = {id = \"demo\", name = \"Demo\"}\n"
	var ids []string
	for i := range 40 {
		ids = append(ids, fmt.Sprintf("host-%d", i))
		text += fmt.Sprintf("hosts.host-%d.name = \"Host %d\"\n", i, i)
	}
	_, problems := loaded(t, text+"[ports.row]\nport = 1\nprotocols = \"tcp\"\nhosts = \"host-0\"\nto = [\""+strings.Join(ids, "\", \"")+"\"]\n")
	if len(problems) != 1 || problems[0].Code != problem.OneSided || !strings.Contains(problems[0].Text, "host-11, … and 28 more, where") {
		t.Errorf("it says %v", problems)
	}
}
