package dataset

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// row writes one row of the sample's hosts and scopes.
func row(id, port, more string) string {
	if !strings.Contains(more, "scopes") {
		more += "scopes = \"internal\"\n"
	}
	if !strings.Contains(more, "hosts") {
		more += "hosts = \"servers\"\n"
	}
	if !strings.Contains(more, "protocols") {
		more += "protocols = \"tcp\"\n"
	}
	if port != "" {
		port = "port = " + port + "\n"
	}
	return fmt.Sprintf("\n[ports.%s]\n%s%spurpose = \"P\"\n", id, port, more)
}

func TestDuplicates(t *testing.T) {
	for _, tc := range []struct {
		name, rows string
		want       []string
	}{
		{"none", row("a", "1", "") + row("b", "2", ""), nil},
		{
			"the same port", row("a", "1", "") + row("b", "1", ""),
			[]string{`b: "b" opens TCP 1 on servers to internal, as "a" does already`},
		},
		{
			"once for each pair, whatever they share", row("a", `[1, 2, 3]`, "hosts = [\"servers\", \"agents\"]\n") + row("b", `"1-3"`, "hosts = [\"agents\", \"servers\"]\n"),
			[]string{`b: "b" opens TCP 1 on servers to internal, as "a" does already`},
		},
		{
			"what is shared, not what the row has", row("a", `"80-90"`, "") + row("b", `[10, "85-100"]`, ""),
			[]string{`b: "b" opens TCP 85-90 on servers to internal, as "a" does already`},
		},
		{
			"every pair of three", row("a", `"1-10"`, "") + row("b", `"2-3"`, "") + row("c", `"3-4"`, ""),
			[]string{
				`b: "b" opens TCP 2-3 on servers to internal, as "a" does already`,
				`c: "c" opens TCP 3 on servers to internal, as "b" does already`,
				`c: "c" opens TCP 3-4 on servers to internal, as "a" does already`,
			},
		},
		{
			"the later row, though it begins earlier", row("a", "5", "") + row("b", `"1-9"`, ""),
			[]string{`b: "b" opens TCP 5 on servers to internal, as "a" does already`},
		},
		{"another host", row("a", "1", "") + row("b", "1", "hosts = \"agents\"\n"), nil},
		{"another protocol", row("a", "1", "") + row("b", "1", "protocols = \"udp\"\n"), nil},
		{"another scope", row("a", "1", "") + row("b", "1", "scopes = \"external\"\n"), nil},
		{
			"without ports", row("a", "", "protocols = \"esp\"\n") + row("b", "", "protocols = \"esp\"\n"),
			[]string{`b: "b" opens ESP on servers to internal, as "a" does already`},
		},
		{"repeated through another", row("a", "1", "repeats = \"b\"\n") + row("b", "1", "") + row("c", "1", "repeats = \"b\"\n"), nil},
		{
			"a chain that leaves one out", row("a", "1", "") + row("b", "1", "repeats = \"a\"\n") + row("c", "1", ""),
			[]string{`c: "c" opens TCP 1 on servers to internal, as "a" does already`, `c: "c" opens TCP 1 on servers to internal, as "b" does already`},
		},
		{"said to repeat", row("a", "1", "") + row("b", "1", "repeats = \"a\"\n"), nil},
		{"on another address", row("a", "1", "bind = \"10.0.0.1\"\n") + row("b", "1", "bind = \"10.0.0.2\"\n"), nil},
		{"off", row("a", "1", "") + row("b", "1", "options = \"x\"\n") + "[options.x]\nname = \"X\"\n", nil},
		{"shown only", row("a", "1", "") + row("b", "1", "opens = false\n"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := sample + tc.rows
			_, problems := loaded(t, text)
			var got []string
			for _, p := range problems {
				if p.Code != problem.DuplicateFlow || p.Severity != problem.Warning {
					t.Errorf("%s: %s [%s]", p.Place(), p.Text, p.Code)
				}
				id := strings.TrimSuffix(strings.TrimPrefix(p.Excerpt, "[ports."), "]")
				got = append(got, id+": "+p.Text)
			}
			if strings.Join(got, "\n") != strings.Join(tc.want, "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
			}
		})
	}
}

// A table that opens one port in every row must neither take for ever nor give
// more warnings than rows can have readers.
func TestDuplicatesOfOnePort(t *testing.T) {
	const rows = 3000
	var b strings.Builder
	b.WriteString(sample)
	for i := range rows {
		b.WriteString(row(fmt.Sprintf("r%d", i), `"1-9"`, ""))
	}
	_, problems := loadedWithin(t, Limits{Alike: 100_000}, b.String())
	told := map[string]bool{}
	for _, p := range problems {
		told[p.Excerpt] = true
	}
	if len(told) != rows-1 { // every row but the first
		t.Errorf("%d rows are told of, want %d", len(told), rows-1)
	}
	if len(problems) > maxOpen*rows {
		t.Errorf("%d warnings", len(problems))
	}
}

func TestUnused(t *testing.T) {
	for _, tc := range []struct {
		name, more string
		want       string
	}{
		{
			"host", "[hosts.spare]\nname = \"Spare\"\n",
			"demo.toml:35:1: warning: host \"spare\" is not used [unused]\n    [hosts.spare]\n    ^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n",
		},
		{
			"scope", "[scopes.spare]\nname = \"Spare\"\nfrom = \"any\"\n",
			"demo.toml:35:1: warning: scope \"spare\" is not used [unused]\n    [scopes.spare]\n    ^^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n",
		},
		{
			"peer", "[peers.spare]\nname = \"Spare\"\n",
			"demo.toml:35:1: warning: peer \"spare\" is not used [unused]\n    [peers.spare]\n    ^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n",
		},
		{
			"option", "[options.spare]\nname = \"Spare\"\n",
			"demo.toml:35:1: warning: option \"spare\" is not used [unused]\n    [options.spare]\n    ^^^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n",
		},
		{
			"interface", "[interfaces.spare]\nname = \"Spare\"\n",
			"demo.toml:35:1: warning: interface \"spare\" is not used [unused]\n    [interfaces.spare]\n    ^^^^^^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n",
		},
		{"host that a scope names", "[hosts.spare]\nname = \"Spare\"\n" + row("x", "1", "scopes = \"s\"\n") + "[scopes.s]\nname = \"S\"\nfrom = \"spare\"\n", ""},
		{"peer that a row names", "[peers.spare]\nname = \"Spare\"\n" + row("x", "1", "from = \"spare\"\n"), ""},
		{"host that traffic goes to", "[hosts.spare]\nname = \"Spare\"\n[ports.y]\nport = 1\nprotocols = \"tcp\"\nhosts = \"all\"\nto = \"spare\"\nfrom = \"any\"\npurpose = \"Y\"\n", ""},
		{"option of a row that is off", "[options.spare]\nname = \"Spare\"\n" + row("x", "1", "options = \"spare\"\n"), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ds, problems := loaded(t, sample+tc.more)
			wantProblems(t, problems, tc.want)
			if ds == nil {
				t.Error("a warning keeps the dataset back")
			}
		})
	}
	// In a layer, the warning stands there.
	_, problems := loaded(t, sample, "\n[hosts.spare]\nname = \"Spare\"\n")
	wantProblems(t, problems, "site.toml:2:1: warning: host \"spare\" is not used [unused]\n    [hosts.spare]\n    ^^^^^^^^^^^^^\n    hint: remove it, or name it in a row\n")
}

// TestDevicesOfWindows has ids that files are named for, and others.
func TestDevicesOfWindows(t *testing.T) {
	const text = `format = 1
product = {id = "con", name = "P"}
hosts.aux = {name = "H", group = "NUL"}
scopes.com1 = {name = "S", from = "any"}
options.prn = {name = "O"}
ports.lpt9 = {port = 1, protocols = "tcp", hosts = "aux", scopes = "com1", options = "prn", purpose = "P"}
`
	_, problems := Load(&source.File{Name: "a.toml", Text: text})
	var got []string
	for _, p := range problems {
		if p.Severity == problem.Error {
			name, said, _ := strings.Cut(p.Text, " names ")
			if p.Code != problem.BadID || !strings.HasPrefix(said, "a device on Windows") {
				t.Errorf("%s: %s", p.Code, p.Text)
			}
			got = append(got, fmt.Sprint(p.Line, " ", name))
		}
	}
	if want := `2 "con", 3 "aux", 3 "NUL", 4 "com1"`; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}
