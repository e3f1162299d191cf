package dataset

import (
	"strings"
	"testing"
)

// TestForwarded holds a row that is forwarded to what DNAT can know it by.
func TestForwarded(t *testing.T) {
	for _, tc := range []struct{ name, more, want string }{
		{"TCP", `protocols = "tcp"
port = 5432
from = "any"`, ""},
		{"both ways", `protocols = "tcp"
port = 5432
from = "any"
to = "servers"`, ""},
		{"no port", `protocols = "icmp"
from = "any"`, "ICMP has no ports, by which traffic is forwarded"},
		{"outgoing", `protocols = "tcp"
port = 5432
to = "cluster"`, "outgoing traffic is not forwarded by a port of the host"},
		{"socket", `socket = "/run/x"`, "a unix socket has no forwarded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := loaded(t, sample+"\n[ports.x]\nhosts = \"servers\"\npurpose = \"X\"\nforwarded = true\n"+tc.more+"\n")
			var said []string
			for _, p := range problems {
				said = append(said, p.Text)
			}
			if got := strings.Join(said, "\n"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestTypesAndCodes lists ways to write ICMP types, and what is wrong with some.
func TestTypesAndCodes(t *testing.T) {
	row := func(types string) string {
		return "format = 1\nproduct = {id = \"d\", name = \"D\"}\nhosts = {a = {name = \"A\"}}\n[ports.row]\nprotocols = \"icmp\"\nhosts = \"a\"\nfrom = \"any\"\ntypes = " + types + "\n"
	}
	for types, want := range map[string]string{
		"8":                   "ICMP type 8",
		`[8, "3/4"]`:          "ICMP type 8, 3/4",
		`["3/4", "3/3", "0"]`: "ICMP type 3/4, 3/3, 0",
		`["3/4", 3]`:          "type 3/4 is within type 3",
		`[3, "3/4"]`:          "type 3/4 is within type 3",
		`["3/4", "3/4"]`:      "type 3/4 is in the list twice",
		`[3, 3]`:              "type 3 is in the list twice",
		`"3/256"`:             "code 256 is outside 0–255",
		`"256/1"`:             "type 256 is outside 0–255",
		`"3/"`:                `"3/" is no type of ICMP`,
		`"echo"`:              `"echo" is no type of ICMP`,
		"true":                `types must be a number, a text such as "3/4" or a list of these, not true`,
	} {
		ds, problems := loaded(t, row(types))
		got := ""
		if len(problems) > 0 {
			got = problems[0].Text
		} else {
			got = ds.Ports[0].Title()
			again := mustLoad(t, row(tomlValue(ds.Ports[0].statedTypes())))
			if again.Ports[0].Title() != got {
				t.Errorf("%s is written as %s, which is %s", types, tomlValue(ds.Ports[0].statedTypes()), again.Ports[0].Title())
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", types, got, want)
		}
	}
}
