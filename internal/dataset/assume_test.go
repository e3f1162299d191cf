package dataset

import (
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// partly is a head for rows that leave something unstated, or have no side.
const partly = `format = 1
product = {id = "demo", name = "Demo"}
hosts = {a = {name = "A"}, b = {name = "B"}, c = {name = "C"}}
peers = {lab = {name = "Lab"}}
`

// TestAssume lists what rows open that leave something unstated, without
// [assume] and with it.
func TestAssume(t *testing.T) {
	const all = "[assume]\nprotocols = [\"tcp\", \"udp\"]\nfrom = \"lab\"\nhosts = \"b\"\n"
	for _, tc := range []struct{ name, row, layer, want, assumption string }{
		{"no protocol", "port = 1\nprotocols = \"unstated\"\nhosts = \"a\"\nfrom = \"c\"", "", "", ""},
		{"no protocol", "port = 1\nprotocols = \"unstated\"\nhosts = \"a\"\nfrom = \"c\"", all, "row a tcp 1 in c/c\nrow a udp 1 in c/c", "protocol assumed"},
		{"one of two protocols", "port = 1\nprotocols = [\"tcp\", \"unstated\"]\nhosts = \"a\"\nfrom = \"c\"", all, "row a tcp 1 in c/c\nrow a udp 1 in c/c", ""},
		{"no sender", "port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"unstated\"", "", "", ""},
		{"no sender", "port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"unstated\"", all, "row a tcp 1 in lab/lab", "sender assumed"},
		{"no host", "port = 1\nprotocols = \"tcp\"\nhosts = \"unstated\"\nfrom = \"c\"", "", "", ""},
		{"no host", "port = 1\nprotocols = \"tcp\"\nhosts = [\"unstated\"]\nfrom = \"c\"", all, "row b tcp 1 in c/c", "host assumed"},
		{"nothing but a port", "port = 1\nprotocols = \"unstated\"\nhosts = \"unstated\"\nfrom = \"unstated\"", all, "row b tcp 1 in lab/lab\nrow b udp 1 in lab/lab", "protocol, host and sender assumed"},
		{"no number", "port = \"dynamic\"\nprotocols = [\"tcp\", \"esp\"]\nhosts = \"a\"\nfrom = \"c\"", "assume.dynamic = [\"5-6\", 9]", "row a tcp 5-6 in c/c\nrow a tcp 9 in c/c\nrow a esp in c/c", "port assumed"},
		{"numbers beside another", "port = [1, \"dynamic\"]\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "assume.dynamic = \"5-6\"", "row a tcp 1 in c/c\nrow a tcp 5-6 in c/c", ""},
		{"an unknown number", "port = \"unknown\"\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"", "assume.dynamic = \"5-6\"", "", ""},
		{"no number and no protocol", "port = \"dynamic\"\nprotocols = \"unstated\"\nhosts = \"a\"\nfrom = \"c\"", "assume.dynamic = 5\nassume.protocols = \"udp\"", "row a udp 5 in c/c", "protocol and port assumed"},
		{"half of it", "port = 1\nprotocols = \"unstated\"\nhosts = \"unstated\"\nfrom = \"c\"", "assume.protocols = \"tcp\"", "", ""},
		{"a destination", "port = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nto = \"unstated\"", all, "", ""},
		{"all hosts", "port = 1\nprotocols = \"tcp\"\nhosts = \"unstated\"\nto = \"lab\"", "assume.hosts = \"all\"", "row a tcp 1 out lab/lab\nrow b tcp 1 out lab/lab\nrow c tcp 1 out lab/lab", "host assumed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ds, problems := loaded(t, partly+"[ports.row]\n"+tc.row+"\n[ports.other]\nport = 2\nprotocols = \"tcp\"\nhosts = \"all\"\nto = \"lab\"\n", tc.layer)
			if ds == nil {
				t.Fatal(problems)
			}
			got := slices.DeleteFunc(flows(ds), func(s string) bool { return strings.HasPrefix(s, "other") })
			if strings.Join(got, "\n") != tc.want {
				t.Errorf("it opens\n%s\nwant\n%s", strings.Join(got, "\n"), tc.want)
			}
			if why := ds.Ports[0].Unopenable(); (why == "") != (tc.want != "") {
				t.Errorf("it is not opened since %q", why)
			}
			if tc.want != "" && ds.Flows[0].Assumption() != tc.assumption {
				t.Errorf("it says %q", ds.Flows[0].Assumption())
			}
		})
	}
}

// TestAssumedRangeIsShared holds that rows share the range of dynamic ports
// without a warning, by flows in common, and that what they state is still
// compared.
func TestAssumedRangeIsShared(t *testing.T) {
	row := func(id, port string) string {
		return "[ports." + id + "]\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"c\"\nport = " + port + "\n"
	}
	const base = "assume.dynamic = \"5-6\"\n"
	ds, problems := loaded(t, partly+base+row("r", `"dynamic"`)+row("s", `[135, "dynamic"]`)+row("t", "5"))
	if ds == nil || slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Code == problem.DuplicateFlow }) {
		t.Errorf("they share a range: %v", problems)
	}
	if got, want := strings.Join(flows(ds), "\n"), "r a tcp 5-6 in c/c\ns a tcp 135 in c/c\nt a tcp 5 in c/c"; got != want {
		t.Errorf("they open\n%s\nwant\n%s", got, want)
	}
	_, problems = loaded(t, partly+base+row("r", `[135, "dynamic"]`)+row("s", `[135, "dynamic"]`))
	if !slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Code == problem.DuplicateFlow }) {
		t.Errorf("135 is stated twice: %v", problems)
	}
}

// TestNoHosts takes a source that names no hosts as it is, and wants them
// where anything names one.
func TestNoHosts(t *testing.T) {
	const head = "format = 1\nproduct = {id = \"demo\", name = \"Demo\"}\n"
	const row = "[ports.r]\nport = 1\nprotocols = \"tcp\"\nfrom = \"any\"\nhosts = "
	for _, tc := range []struct{ text, want string }{
		{row + `"unstated"`, ""},
		{row + `["unstated"]`, ""},
		{row + `"all"`, "the dataset has no [hosts.…]"},
		{row + "\"unstated\"\n" + strings.Replace(row, "ports.r", "ports.s", 1) + `"all"`, "the dataset has no [hosts.…]"},
		{row + "\"unstated\"\n[assume]\nhosts = \"all\"", "the dataset has no hosts"},
	} {
		ds, problems := loaded(t, head+tc.text+"\n")
		switch {
		case tc.want == "" && (ds == nil || len(problems) > 0):
			t.Errorf("%s\n%s", tc.text, printed(t, problems))
		case tc.want != "" && (len(problems) != 1 || problems[0].Text != tc.want):
			t.Errorf("%s\n%s\nwant %s", tc.text, printed(t, problems), tc.want)
		}
	}
}

// TestAssumeIsHidden holds that documents show what is stated.
func TestAssumeIsHidden(t *testing.T) {
	const row = "[ports.row]\nport = 1\nprotocols = \"unstated\"\nhosts = \"unstated\"\nfrom = \"unstated\"\n"
	plain, problems := loaded(t, partly+row)
	assumed, _ := loaded(t, partly+row, "[assume]\nprotocols = \"tcp\"\nfrom = \"lab\"\nhosts = \"a\"\n")
	if plain == nil || assumed == nil {
		t.Fatal(problems)
	}
	says := func(ds *Dataset) string {
		p := ds.Ports[0]
		var scopes []string
		for _, s := range ds.Scopes.Explained() {
			scopes = append(scopes, s.ID)
		}
		return strings.Join([]string{p.Title(), p.Hosts.Title(), p.ScopeTitle(), strings.Join(scopes, " ")}, "|")
	}
	if got, want := says(assumed), "1|Not stated|Not stated|unstated"; got != want || says(plain) != want {
		t.Errorf("documents show %q and %q", says(plain), got)
	}
}

// TestAssumeProblems lists what nobody can assume.
func TestAssumeProblems(t *testing.T) {
	for layer, want := range map[string]string{
		"assume.protocols = \"unstated\"": `there is nothing to assume in "unstated"`,
		"assume.protocols = \"icmp\"":     "ICMP has no ports, and rows that state no protocol have one",
		"assume.protocols = \"tpc\"":      `unknown protocol "tpc"`,
		"assume.from = \"unstated\"":      `there is nothing to assume in "unstated"`,
		"assume.from = []":                "from is an empty list",
		"assume.hosts = \"unstated\"":     `there is nothing to assume in "unstated"`,
		"assume.hosts = \"x\"":            `unknown host "x"`,
		"assume.to = \"lab\"":             `unknown key "to"`,
	} {
		if _, problems := loaded(t, sample, layer); len(problems) != 1 || problems[0].Text != want {
			t.Errorf("%s: %v", layer, problems)
		}
	}
}

// TestAssumeTogether: what a product assumes never opens another's rows.
func TestAssumeTogether(t *testing.T) {
	one := mustLoad(t, sample, row("a", "1", "protocols = \"unstated\"\n")+"[assume]\nprotocols = \"tcp\"\n")
	for _, tc := range []struct{ name, row, want string }{
		{"which states all", "", ""},
		{"which assumes the same", row("a", "2", "protocols = \"unstated\"\n") + "[assume]\nprotocols = [\"tcp\"]\n", ""},
		{"which assumes another", row("a", "2", "protocols = \"unstated\"\n") + "[assume]\nprotocols = \"udp\"\n", `assume.protocols: demo says ["tcp"], and other says ["udp"]`},
		{"which assumes nothing", row("a", "2", "protocols = \"unstated\"\n"), `assume.protocols: demo says ["tcp"], and other says []`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			other := mustLoad(t, strings.NewReplacer(`"demo"`, `"other"`, `"Demo"`, `"Other"`).Replace(sample), tc.row)
			combined, problems := Combine("both", []*Dataset{one, other}, nil)
			got := ""
			for _, p := range problems {
				if p.Severity == problem.Error {
					got += p.Text
				}
			}
			if got != tc.want {
				t.Errorf("it says %q in %v", got, problems)
			}
			if tc.want == "" && !strings.Contains(combined.Text, "[assume]\nprotocols = [\"tcp\"]\n") {
				t.Errorf("the combination assumes something else:\n%s", combined.Text)
			}
		})
	}
}

// TestBetween lists what traffic opens that any of its parties may start.
func TestBetween(t *testing.T) {
	for between, want := range map[string]string{
		`["a", "b"]`:          "a in b, b in a",
		`["a", "b", "c"]`:     "a in b, a in c, b in a, b in c, c in a, c in b",
		`"a"`:                 "a in a",
		`"cluster"`:           "a in cluster, b in cluster, c in cluster",
		`["a", "cluster"]`:    "a in cluster, a in a, b in a, c in a",
		`["a", "lab"]`:        "a in lab, a out lab",
		`["lab", "b", "any"]`: "b in lab, b in any, b out lab, b out any",
		`["a", "unstated"]`:   "",
		`["cluster", "lab"]`:  "a in lab, a out lab, b in lab, b out lab, c in lab, c out lab",
	} {
		ds, problems := loaded(t, partly+"[ports.row]\nport = 1\nprotocols = \"tcp\"\nbetween = "+between+"\n")
		if ds == nil {
			t.Fatal(problems)
		}
		var got []string
		for _, f := range ds.Flows {
			if f.Scope.ID != f.Peer.ID {
				t.Errorf("%s: the scope of %s is %s", between, f.Peer.ID, f.Scope.ID)
			}
			got = append(got, f.Host.ID+" "+string(f.Direction)+" "+f.Peer.ID)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s opens %q", between, got)
		}
		if n := ds.sizeOf(ds.Ports[0]).flows; n < len(ds.Flows) {
			t.Errorf("%s counts %d flows and has %d", between, n, len(ds.Flows))
		}
	}
	ds := mustLoad(t, partly+"[ports.row]\nport = 1\nprotocols = \"tcp\"\nbetween = [\"a\", \"b\", \"c\", \"lab\"]\n[ports.own]\nport = 2\nprotocols = \"tcp\"\nbetween = \"a\"\n")
	if got := ds.Ports[0].ScopeTitle() + ", " + ds.Ports[1].ScopeTitle(); got != "between A, B, C and Lab, among A" {
		t.Errorf("documents say %q", got)
	}
}

// TestBetweenProblems lists what can't be between.
func TestBetweenProblems(t *testing.T) {
	for line, want := range map[string]string{
		`between = "lab"`:                          "none of between is a host of the product",
		`between = ["a", "self"]`:                  "a host needs no firewall to itself",
		`between = ["a", "x"]`:                     `unknown peer "x"`,
		`between = []`:                             "between is an empty list",
		"between = [\"a\", \"b\"]\nhosts = \"a\"":  "between says who listens and who connects",
		"between = [\"a\", \"b\"]\nfrom = \"lab\"": "between says who listens and who connects",
	} {
		_, problems := loaded(t, partly+"[ports.other]\nport = 2\nprotocols = \"tcp\"\nhosts = \"all\"\nto = \"lab\"\n[ports.row]\nport = 1\nprotocols = \"tcp\"\n"+line+"\n")
		if len(problems) != 1 || problems[0].Text != want {
			t.Errorf("%s: %v", line, problems)
		}
	}
}
