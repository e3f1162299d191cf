package dataset

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// Every row has the same mistakes, and each must be told at its own line: the
// parser alone would tell all of them at the last one.
func TestPlacesOfManyRows(t *testing.T) {
	const head = `format = 1
product = {id = "demo", name = "Demo"}
hosts = {a = {name = "A"}}
scopes = {s = {name = "S", from = "any"}}
`
	lines := strings.Count(head, "\n")
	for _, tc := range []struct {
		name string
		rows int
		row  string // with %d for the number
		want []string
	}{
		{
			"one chunk", 10,
			"[ports.r%d]\nport = [1, 0]\nprotocols = [\"tcp\"]\nhosts = [\"a\", \"b\"]\nscopes = \"s\"\npurpose = \"P\"\ncolour = 1\n",
			[]string{"2:12 port-range", "4:15 unknown-host", "7:1 unknown-key"},
		},
		{
			"several chunks", 700,
			"[ports.r%d]\nport = [1, 0]\nprotocols = [\"tcp\"]\nhosts = [\"a\", \"b\"]\npurpose = \"P\"\n",
			[]string{"1:1 missing-key", "2:12 port-range", "4:15 unknown-host"},
		},
		{
			"several chunks, and a row that makes them one piece", 700,
			"[ports.\"r%d\"]\nport = [1, 0]\nprotocols = [\"tcp\"]\nhosts = [\"a\", \"b\"]\nscopes = \"s\"\npurpose = \"\"\n",
			[]string{"2:12 port-range", "4:15 unknown-host", "6:11 empty-text"},
		},
		{
			"syntax errors among them", 300,
			"[ports.r%da]\nport = 1 2\n[ports.r%[1]db]\nport = 0\nprotocols = \"tcp\"\nhosts = 'a'\nscopes = \"s\"\npurpose = \"P\"\n",
			[]string{"2:10 toml-syntax", "4:8 port-range"},
		},
		{
			"dotted keys", 50,
			"ports.r%d.port = [1, 0]\nports.r%[1]d.protocols = [\"tcp\"]\nports.r%[1]d.hosts = [\"a\", \"b\"]\nports.r%[1]d.scopes = \"s\"\nports.r%[1]d.purpose = \"P\"\n",
			nil, // below: the columns depend on the number
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(head)
			perRow := strings.Count(tc.row, "\n")
			var want []string
			for i := range tc.rows {
				fmt.Fprintf(&b, tc.row, i)
				places := tc.want
				if places == nil {
					digits := len(fmt.Sprint(i))
					places = []string{fmt.Sprintf("1:%d port-range", 20+digits), fmt.Sprintf("3:%d unknown-host", 23+digits)}
				}
				for _, place := range places {
					var line, column int
					var code string
					if _, err := fmt.Sscanf(place, "%d:%d %s", &line, &column, &code); err != nil {
						t.Fatal(err)
					}
					want = append(want, fmt.Sprintf("%d:%d %s", lines+i*perRow+line, column, code))
				}
			}
			_, problems := loadedWithin(t, Limits{Alike: 10_000}, b.String())
			same(t, problems, want)
		})
	}
}

// same compares the places and codes of problems.
func same(t *testing.T, problems problem.List, want []string) {
	t.Helper()
	for i, p := range problems {
		got := fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Code)
		if i >= len(want) {
			t.Fatalf("%d problems more than %d: %s %s", len(problems)-len(want), len(want), got, p.Text)
		}
		if got != want[i] {
			t.Fatalf("problem %d: got %s (%s), want %s", i, got, p.Text, want[i])
		}
	}
	if len(problems) < len(want) {
		t.Fatalf("%d problems, want %d: next %s", len(problems), len(want), want[len(problems)])
	}
}

// A layer over many rows has places of its own.
func TestPlacesOfManyRowsInLayer(t *testing.T) {
	var base, layer strings.Builder
	base.WriteString(sample)
	var want []string
	for i := range 700 {
		base.WriteString(row(fmt.Sprintf("r%d", i), fmt.Sprint(1000+i), ""))
		fmt.Fprintf(&layer, "[ports.r%d]\nport = %d\nhosts = [\"servers\", \"x\"]\n", i, 2000+i)
		want = append(want, fmt.Sprintf("%d:8 not-configurable", 3*i+2), fmt.Sprintf("%d:21 unknown-host", 3*i+3))
	}
	_, problems := loadedWithin(t, Limits{Alike: 10_000}, base.String(), layer.String())
	for _, p := range problems {
		if p.File != "site.toml" {
			t.Fatalf("%s: %s", p.Place(), p.Text)
		}
	}
	same(t, problems, want)
}

// TestTenMistakes holds the whole text of a dataset with ten mistakes, one of
// them a syntax error that must not hide the others.
func TestTenMistakes(t *testing.T) {
	const text = `format = 1

[product]
id = "Demo"
name = "Demo"

[hosts.servers]
name = "Servers"

[hosts.agents]
name = "Agents

[scopes.internal]
name = "Internal"
from = ["clutser"]

[ports.web]
port = 70000
protocols = ["tcp"]
hosts = ["server"]
scopes = ["internal"]
purpose = "Web UI"

[ports.kubelet]
port = "10250"
protocols = ["tcp", "tpc"]
purpose = "Kubelet"
scopes = []

[ports.mesh]
port = ["8010-8000"]
protcols = ["udp"]
protocols = ["udp"]
hosts = ["agents"]
scopes = ["internal"]
purpose = "Mesh` + "\u202e" + `"
configurable = "yes"
`
	const want = `demo.toml:4:6: error: "Demo" is not a kebab-case id [bad-id]
    id = "Demo"
         ^^^^^^
    hint: write "demo"
demo.toml:11:15: error: not valid TOML: basic strings cannot have line breaks [toml-syntax]
    name = "Agents
                  ^
demo.toml:15:9: error: unknown peer "clutser" [unknown-peer]
    from = ["clutser"]
            ^^^^^^^^^
    hint: did you mean "cluster"?
demo.toml:18:8: error: port 70000 is outside 1–65535 [port-range]
    port = 70000
           ^^^^^
demo.toml:20:10: error: unknown host "server" [unknown-host]
    hosts = ["server"]
             ^^^^^^^^
    hint: did you mean "servers"?
demo.toml:24:1: error: [ports.kubelet] has no hosts [missing-key]
    [ports.kubelet]
    ^^^^^^^^^^^^^^^
    hint: add a line hosts = …
demo.toml:26:21: error: unknown protocol "tpc" [unknown-protocol]
    protocols = ["tcp", "tpc"]
                        ^^^^^
    hint: did you mean "tcp"?
demo.toml:28:10: error: scopes is an empty list [empty-list]
    scopes = []
             ^^
    hint: name at least one
demo.toml:31:9: error: range 8010-8000 ends before it begins [range-inverted]
    port = ["8010-8000"]
            ^^^^^^^^^^^
    hint: write "8000-8010"
demo.toml:32:1: error: unknown key "protcols" [unknown-key]
    protcols = ["udp"]
    ^^^^^^^^
    hint: did you mean "protocols"?
demo.toml:36:11: error: purpose holds the control character U+202E [control-character]
    purpose = "Mesh` + "\ufffd" + `"
              ^^^^^^^
    hint: remove it
`
	ds, problems := loaded(t, text)
	if ds != nil {
		t.Error("it loads")
	}
	wantProblems(t, problems, want)
}

// What a syntax error or a wrong type hides is not told again where it is
// missed.
func TestNoEcho(t *testing.T) {
	broken := func(old, replacement string) []string { return []string{change(t, old, replacement)} }
	for _, tc := range []struct {
		name  string
		files []string // the dataset, and layers
		want  []string // places and codes
	}{
		{"a host", broken("name = \"Servers\"", "name = Servers"), []string{"8:8 toml-syntax"}},
		{"a host's header", broken("[hosts.servers]", "[hosts.servers"), []string{"7:15 toml-syntax"}},
		{"a host's header, cut in two", broken("[hosts.servers]", "[hosts.ser vers]"), []string{"7:12 toml-syntax"}},
		{"a scope", broken("from = [\"cluster\"]", "from = [\"cluster\""), []string{"21:1 toml-syntax"}},
		{"the product", broken("id = \"demo\"", "id = demo"), []string{"4:6 toml-syntax"}},
		{"the top", broken("format = 1", "format = "), []string{"1:10 toml-syntax"}},
		{"the top, with hosts", broken("format = 1", "format = 1\nhosts.db.name = \"DB\"\nx"), []string{"3:2 toml-syntax"}},
		{"a host of another type", broken("[hosts.servers]\nname = \"Servers\"", "[hosts]\nservers = \"Servers\""), []string{"8:11 wrong-type"}},
		{"all hosts of another type", broken("[hosts.servers]\nname = \"Servers\"\n\n[hosts.agents]\nname = \"Agents\"", "[hosts]\n= 1"), []string{"8:1 toml-syntax"}},
		{"hosts as text", []string{"hosts = \"servers\"\n" + strings.Replace(sample, "[hosts.servers]\nname = \"Servers\"\n\n[hosts.agents]\nname = \"Agents\"\n", "", 1)}, []string{"1:9 wrong-type"}},
		{"product as text", []string{"product = \"demo\"\n" + strings.Replace(sample, "[product]\nid = \"demo\"\nname = \"Demo\"\n", "", 1)}, []string{"1:11 wrong-type"}},
		{"a layer's host", []string{sample, "[hosts.agents]\nname = \n"}, []string{"2:8 toml-syntax"}},
		{"a layer over a broken row", []string{change(t, "port = 443", "port = 443 x"), "--set ports.web.port=8443"}, []string{"22:12 toml-syntax"}},
		{"a layer over a broken scope", []string{change(t, "name = \"Internal\"", "name = Internal"), "[scopes.internal]\nfrom = \"any\"\n"}, []string{"18:8 toml-syntax"}},
		{"a layer over a row that is no table", []string{"ports.mesh = 1\n" + sample, "[ports.mesh]\nport = 1\n"}, []string{"1:14 wrong-type"}},
		{"a row and a layer", []string{change(t, "port = 443", "port = 443 x"), "[networks]\ncluster = x\n"}, []string{"22:12 toml-syntax", "2:11 toml-syntax"}},
		{"a row, and mistakes above it", []string{strings.Replace(change(t, "port = 443", "port = 443 x"), `["any"]`, `["ann"]`, 1), "colour = 1\n"}, []string{"15:9 unknown-peer", "22:12 toml-syntax", "1:1 unknown-key"}},
		{"an option", []string{sample + "[options.x]\nname = X\n", "[options]\nx = true\n"}, []string{"36:8 toml-syntax"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := loaded(t, tc.files[0], tc.files[1:]...)
			same(t, problems, tc.want)
		})
	}
}
