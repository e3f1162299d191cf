package render

import (
	"strings"
	"testing"
)

func TestFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"misspelt field", "x\n  {{ range .Ports }}{{ .Purpos }}{{ end }}", `
templates/x.tmpl:2:24: error: pressing x: there is no field .Purpos in a Port [template-failed]
      {{ range .Ports }}{{ .Purpos }}{{ end }}
                           ^^^^^^^
    hint: did you mean ".Purpose"?`},
		{"misspelt field of a field", "{{ .Product.Naem }}", `
templates/x.tmpl:1:12: error: pressing x: there is no field .Naem in a Product [template-failed]
    {{ .Product.Naem }}
               ^^^^^
    hint: did you mean ".Name"?`},
		{"field of the data inside range", "{{ range .Ports }}{{ .Product }}{{ end }}", `
templates/x.tmpl:1:22: error: pressing x: there is no field .Product in a Port [template-failed]
    {{ range .Ports }}{{ .Product }}{{ end }}
                         ^^^^^^^^
    hint: inside range and with, the data is $: write $.Product`},
		{"no such field at all", "{{ (index .Hosts 0).Rack }}", `
templates/x.tmpl:1:20: error: pressing x: there is no field .Rack in a Host [template-failed]
    {{ (index .Hosts 0).Rack }}
                       ^^^^^
    hint: it has .Group, .ID, .Name, .OS, .Pods and .SinglePorts`},
		{"host without {host}", "{{ with $x := 1 }}{{ $.Host.ID }}{{ end }}", `
templates/x.tmpl:1:22: error: pressing x: $.Host is not set here, so it has no .ID [template-failed]
    {{ with $x := 1 }}{{ $.Host.ID }}{{ end }}
                         ^^^^^^^^^
    hint: the data's .Host is set only if the template's path holds {host}`},
		{"scope without {scope}", "{{ .Scope.Name }}", `
templates/x.tmpl:1:4: error: pressing x: .Scope is not set here, so it has no .Name [template-failed]
    {{ .Scope.Name }}
       ^^^^^^^^^^^
    hint: the data's .Scope is set only if the template's path holds {scope}`},
		{"host itself", "é {{ .Host }}", `
templates/x.tmpl:1:6: error: pressing x: there is no Host here [template-failed]
    é {{ .Host }}
         ^^^^^
    hint: the data's .Host is set only if the template's path holds {host}`},
		{"no such target", `{{ with .Firewall "nftable" }}x{{ end }}`, `
templates/x.tmpl:1:9: error: pressing x: Firewall: there is no target "nftable" [template-failed]
    {{ with .Firewall "nftable" }}x{{ end }}
            ^^^^^^^^^
    hint: did you mean "nftables"?`},
		{"a firewall of no host", `{{ with .Firewall "nftables" }}x{{ end }}`, `
templates/x.tmpl:1:9: error: pressing x: Firewall: there is no current host in this export [template-failed]
    {{ with .Firewall "nftables" }}x{{ end }}
            ^^^^^^^^^
    hint: give the path of the template a {host}`},
		{"a name of no kind", `{{ shortName "chain" "mke" }}`, `
templates/x.tmpl:1:4: error: pressing x: shortName: there is no kind "chain" of names [template-failed]
    {{ shortName "chain" "mke" }}
       ^^^^^^^^^
    hint: the kinds are: iptables-chain, iptables-out, firewalld-policy, firewalld-host, firewalld-sends, firewalld-zone, firewalld-zone-out, firewalld-out, firewalld-pods, ipset, ansible-chain and label`},
		{"flows to no host", "{{ range .FlowsTo .Host }}x{{ end }}", `
templates/x.tmpl:1:10: error: pressing x: FlowsTo: there is no current host in this export [template-failed]
    {{ range .FlowsTo .Host }}x{{ end }}
             ^^^^^^^^
    hint: give the path of the template a {host}`},
		{"nil inside a group", "{{ range .Flows.ByPeer }}{{ .Host.ID }}{{ end }}", `
templates/x.tmpl:1:29: error: pressing x: .Host is not set here, so it has no .ID [template-failed]
    {{ range .Flows.ByPeer }}{{ .Host.ID }}{{ end }}
                                ^^^^^^^^
    hint: the data's .Host is set only if the template's path holds {host}`},
		{"a list printed", "{{ .Ports }}", `
templates/x.tmpl:1:4: error: pressing x: a list can't stand here [template-failed]
    {{ .Ports }}
       ^^^^^^
    hint: join it, or range over it`},
		{"a row printed", "{{ range .Ports }}{{ . }}{{ end }}", `
templates/x.tmpl:1:22: error: pressing x: a Port can't be written as it is [template-failed]
    {{ range .Ports }}{{ . }}{{ end }}
                         ^
    hint: name one of its fields`},
		{"nothing to print", "{{ first list }}", `
templates/x.tmpl:1:4: error: pressing x: there is no value to print [template-failed]
    {{ first list }}
       ^^^^^
    hint: ask for it with {{ if }} first`},
		{"a key that is missing", `{{ $d := dict "a" 1 }}{{ $d.b }}`, `
templates/x.tmpl:1:26: error: pressing x: the dict has no key "b" [template-failed]
    {{ $d := dict "a" 1 }}{{ $d.b }}
                             ^^^^
    hint: use hasKey, or get for an empty text`},
		{"range over what is no list", `{{ range .Product }}{{ end }}`, `
templates/x.tmpl:1:10: error: pressing x: range can't go through .Product, which is no list [template-failed]
    {{ range .Product }}{{ end }}
             ^^^^^^^^`},
		{"fail", `{{ fail "no networks" }}`, `
templates/x.tmpl:1:4: error: pressing x: no networks [template-failed]
    {{ fail "no networks" }}
       ^^^^`},
		{"wrong number of arguments", `{{ warn "x" }}`, `
templates/x.tmpl:1:4: error: pressing x: warn: wrong number of arguments, want 3 got 1 [template-failed]
    {{ warn "x" }}
       ^^^^
    hint: write {{ warn "CODE" "TEXT" "HINT" }}`},
		{"wrong code", `{{ warn "no-cluster-networkk" "x" "y" }}`, `
templates/x.tmpl:1:4: error: pressing x: warn: "no-cluster-networkk" is no code that a template may use [template-failed]
    {{ warn "no-cluster-networkk" "x" "y" }}
       ^^^^
    hint: did you mean "no-cluster-network"?`},
		{"wrong type", `{{ upper 5 }}`, `
templates/x.tmpl:1:10: error: pressing x: expected string; found 5 [template-failed]
    {{ upper 5 }}
             ^`},
		{"a quote in a context", `{{ printf "a>: b %d" (index .Ports 9) }}`, `
templates/x.tmpl:1:23: error: pressing x: index: index out of range: 9 [template-failed]
    {{ printf "a>: b %d" (index .Ports 9) }}
                          ^^^^^`},
		{"endless recursion", `{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}`, `
templates/x.tmpl:1:29: error: pressing x: the templates call each other without end [template-failed]
    {{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}
                                ^
    hint: a recursion needs a condition that ends it`},
		{"a function that panics", `{{ regexFind "(" "x" }}`, `
templates/x.tmpl:1:4: error: pressing x: regexFind: regexp: Compile(` + "`(`" + `): error parsing regexp: missing closing ): ` + "`(`" + ` [template-failed]
    {{ regexFind "(" "x" }}
       ^^^^^^^^^`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := pressTree("x.tmpl", c.text)
			same(t, show(problems), c.want)
		})
	}
}

func TestSyntaxProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"unknown function", "a\n{{ yam .Path }}", `
templates/x.tmpl:2:4: error: there is no function "yam" [template-syntax]
    {{ yam .Path }}
       ^^^
    hint: did you mean "yaml"?`},
		{"function left out", "{{ .Path | quote }}", `
templates/x.tmpl:1:12: error: there is no function "quote" [template-syntax]
    {{ .Path | quote }}
               ^^^^^
    hint: left out, since each format quotes in its own way: use yaml, json, sh or nftComment`},
		{"function that is never the same", "{{ now }}", `
templates/x.tmpl:1:4: error: there is no function "now" [template-syntax]
    {{ now }}
       ^^^
    hint: left out: the same input must always give the same bytes`},
		{"unknown variable", "{{ $x }}", `
templates/x.tmpl:1:4: error: the variable $x is not set here [template-syntax]
    {{ $x }}
       ^^
    hint: a variable ends with the block that sets it`},
		{"missing end", "{{ if true }}\nx\n", `
templates/x.tmpl:3:0: error: the template ends inside an action or a block [template-syntax]
    hint: look for a missing {{ end }} or }}`},
		{"end too many", "x\n{{ end }}", `
templates/x.tmpl:2:0: error: an {{ end }} without a block to end [template-syntax]
    {{ end }}`},
		{"unknown template", `{{ template "rwo" . }}{{ define "row" }}{{ end }}`, `
templates/x.tmpl:1:13: error: there is no template "rwo" [template-syntax]
    {{ template "rwo" . }}{{ define "row" }}{{ end }}
                ^
    hint: did you mean "row"?`},
		{"defined twice", `{{ define "a" }}1{{ end }}
{{ define "a" }}2{{ end }}`, `
templates/x.tmpl:2:0: error: template: multiple definition of template "a" [template-syntax]
    {{ define "a" }}2{{ end }}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := pressTree("x.tmpl", c.text)
			same(t, show(problems), c.want)
		})
	}
}

func TestPartialProblems(t *testing.T) {
	t.Parallel()
	_, problems := pressTree(
		"_a.tmpl", `{{ define "one" }}1{{ end }}`,
		"_b.tmpl", "text\n{{ define \"one\" }}2{{ end }}",
		"_c.tmpl", "{{ define \"deep\" }}\n  {{ .Nope }}{{ end }}{{ define \"lost\" }}{{ template \"none\" }}{{ end }}",
		"x/{host}.tmpl", `{{ template "deep" . }}`,
		"y.tmpl", `{{ template "deep" . }}`,
		"z.tmpl", `{{ template "lost" . }}`,
		"zz.tmpl", `{{ template "lost" . }}`,
	)
	same(t, show(problems), `
templates/_b.tmpl:1:1: error: text outside of {{ define }}, which nothing can press [template-syntax]
    text
    ^^^^
    hint: wrap it in {{ define "NAME" }} and {{ end }}, or take the _ off the name
templates/_b.tmpl:2:19: error: defines "one", as templates/_a.tmpl does [template-syntax]
    {{ define "one" }}2{{ end }}
                      ^
    hint: a name is defined by one file of partials only
templates/_c.tmpl:2:6: error: pressing x/managers and 2 more: there is no field .Nope in the data [template-failed]
      {{ .Nope }}{{ end }}{{ define "lost" }}{{ template "none" }}{{ end }}
         ^^^^^
    hint: did you mean ".Scope"?
templates/_c.tmpl:2:54: error: there is no template "none" [template-syntax]
      {{ .Nope }}{{ end }}{{ define "lost" }}{{ template "none" }}{{ end }}
                                                         ^
    hint: did you mean "one"?`)

	// What a broken file of partials would have defined is not reported as missing.
	_, problems = pressTree("_a.tmpl", "{{ define \"one\" }}{{ end }}{{ nope }}", "x.tmpl", `{{ template "one" }}`)
	if len(problems) != 1 || problems[0].File != "templates/_a.tmpl" {
		t.Error(show(problems))
	}
}

func TestOutputLimit(t *testing.T) {
	t.Parallel()
	long := `{{ range until 1000 }}{{ repeat 1000 "x" }}{{ end }}`
	rows := `{{ range until 1000 }}{{ range $.Ports }}{{ csv .ID .Purpose }}{{ end }}{{ end }}`
	for text, place := range map[string]string{
		long: "1:10: error: pressing x: the export is larger than 20000 bytes [template-failed]\n    " + long + "\n             ^^^^^",
		rows: "1:32: error: pressing x: the export is larger than 20000 bytes [template-failed]\n    " + rows + "\n                                   ^^^^^^^",
	} {
		_, problems := All([]Source{tree("templates", "x.tmpl", text)}, sample(), Options{MaxBytes: 20_000})
		same(t, show(problems), "\ntemplates/x.tmpl:"+place+"\n    hint: look for a loop or a recursion that never ends")
	}
	set, problems := All([]Source{tree("templates", "x.tmpl", long)}, sample(), Options{MaxBytes: 1_000_000})
	if len(problems) > 0 || len(set.Files[0].Content) != 1_000_000 || strings.Trim(string(set.Files[0].Content), "x") != "" {
		t.Errorf("an export of exactly the limit: %s", show(problems))
	}
}

func TestWarn(t *testing.T) {
	t.Parallel()
	set, problems := pressTree(
		"{host}.tmpl", `x{{ warn "no-cluster-network" "closed" "open it" }}{{ warn "no-cluster-network" "closed" "open it" }}`,
		"one.tmpl", `{{ warn "no-cluster-network" (printf "%s" .Product.ID) "" }}`,
		"three-{scope}-{host}.tmpl", `{{ warn "no-cluster-network" "closed" "open it" }}`,
	)
	same(t, show(set)+show(problems), `
managers < templates/{host}.tmpl: "x"
workers < templates/{host}.tmpl: "x"
managers:0:0: warning: closed [no-cluster-network]
    hint: open it
one:0:0: warning: mke [no-cluster-network]
workers:0:0: warning: closed [no-cluster-network]
    hint: open it`)
}

func FuzzParseSpot(f *testing.F) {
	f.Add("template: a:b:12: x:1:2: y")
	f.Add(`template: x:1:2: executing "x" at <.A>: m`)
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		got := parseSpot(s)
		if got.line < 0 || !strings.Contains(s, got.message) || !strings.Contains(s, got.name) {
			t.Errorf("%q gives %+v", s, got)
		}
	})
}

// FuzzTemplate holds that no template, however broken, stops the program, that
// a problem's column lies in its line, and that a second run gives the same.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		`{{ range .Ports }}{{ csv .ID .Number .ProtocolIDs .Hosts.IDs .Configurable 1 true "x" }}{{ .ID }}{{ end }}`,
		`{{ range $i, $p := .Ports }}{{ if $i }},{{ end }}{{ jsonObject "i" $i "id" $p.ID "ranges" .Ranges "n" (len .Hosts) }}{{ end }}`,
		`{{ range .Flows }}{{ yamlItem 2 "d" .Direction "from" .Range.From "peer" .Peer.ID }}
{{ end }}`,
		`{{ $p := index .Ports 0 }}{{ yamlBlock 4 "a" $p.ID "b" $.Path }}{{ mdRow .Path $p.Purpose }}`,
		`{{ range .Ports }}{{ template "row" . }}{{ end }}{{ define "row" }}{{ csv .ID .Purpose }}{{ .ID }}{{ end }}`,
		`{{ range (.FlowsTo (index .Hosts 0)).ByPeer }}{{ csv .Peer.ID .Flows.Ranges }}{{ nftSet .Flows.Ranges }}{{ end }}`,
		`{{ range .Ports }}{{ warn "no-cluster-network" .ID "" }}{{ csv .ID .Nope }}{{ end }}`,
		`{{ csv .Host.ID .Path }}`,
		`{{ range .Ports }}{{ .ID }}{{ . }}{{ end }}`,
		`{{ range .Ports }}{{ jsonObject "a" .ID "a" .ID }}{{ end }}`,
		`{{ $d := dict }}{{ set $d "a" $d }}`,
		`{{ until 5 | json }}{{ set (dict) "a" (list 1) | yaml }}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sources := []Source{tree("templates", "x.tmpl", text)}
		o := Options{MaxBytes: 1 << 20}
		set, problems := All(sources, sample(), o)
		for _, p := range problems {
			if p.Excerpt != "" && p.Column > len([]rune(p.Excerpt))+1 || p.Text == "" || p.Code == "" {
				t.Errorf("%q: %+v", text, p)
			}
		}
		again, problemsAgain := All(sources, sample(), o)
		if got, want := show(set)+show(problems), show(again)+show(problemsAgain); got != want {
			t.Errorf("%q gives\n%s\nand again\n%s", text, got, want)
		}
	})
}
