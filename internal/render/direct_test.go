package render

import (
	"errors"
	"testing"
)

// directTemplates call row functions in every form that is compiled, and in
// some that can't be.
var directTemplates = []string{
	`{{ range .Ports }}{{ csv .ID .Number .ProtocolIDs .Hosts.IDs .Scopes.IDs .OptionIDs .Configurable .Purpose 1 true "x" }}{{ end }}`,
	`{{ range .Ports }}{{ csv .ID .Hosts .Protocols .Ranges .Options .Scopes .Remarks .To }}{{ end }}`,
	`{{ range .Ports }}{{ mdRow .Title .Hosts.Title .Scopes.Title .ProtocolTitle .ScopeTitle .Purpose (upper .ID) $.Product.ID }}
{{ end }}`,
	`{{ range $i, $p := .Ports }}{{ if $i }},{{ end }}{{ jsonObject "i" $i "id" $p.ID "on" $p.On "ranges" .Ranges "n" (len .Hosts) }}{{ end }}`,
	`{{ range .Flows }}{{ yamlItem 2 "d" .Direction "id" .Port.ID "port" .Range "from" .Range.From "peer" .Peer.ID "kind" .Peer.Kind }}
{{ end }}`,
	`{{ range .Flows }}{{ yamlMap "s" .Range.String "single" .Range.Single "scope" .Scope "host" .Host }}{{ .Range }} {{ .Port.ID }}{{ end }}`,
	`{{ range .Ports }}{{ with .Hosts }}{{ range . }}{{ .ID }}={{ .Name }} {{ end }}{{ end }}{{ .Number }}{{ end }}`,
	`{{ $p := index .Ports 0 }}{{ yamlBlock 4 "a" $p.ID "b" $.Path "c" $p.Purpose }}{{ yamlBlock 0 "a" .Path }}{{ $p.ID }}`,
	`{{ range .Ports }}{{ template "row" . }}{{ end }}{{ define "row" }}{{ csv .ID .Purpose }}{{ .ID }}{{ end }}`,
	`{{ range $k, $v := dict "a" (dict "x" 1) "b" (dict "x" 2) }}{{ csv $k $v.x }}{{ $v.x }}{{ end }}`,
	`{{ range (.FlowsTo (index .Hosts 0)).ByPeer }}{{ csv .Peer.ID .Flows.Ranges }}{{ nftSet .Flows.Ranges }}{{ end }}`,
	`{{ range .Ports }}{{ warn "no-cluster-network" .ID "" }}{{ csv .ID .Purpose }}{{ end }}`,
	`{{ range .Ports }}{{ csv .ID .Nope }}{{ end }}`,
	`{{ range .Ports }}{{ csv .Host.ID .ID }}{{ end }}`,
	`{{ csv .Host.ID .Path }}`,
	`{{ range .Ports }}{{ csv .ID . }}{{ end }}`,
	`{{ range .Flows.ByHost }}{{ csv .Host.ID .Peer.ID }}{{ end }}`,
	`{{ range .Flows.ByHost }}{{ csv .Host.ID .Peer }}{{ end }}`,
	`{{ range .Ports }}{{ .ID }}{{ . }}{{ end }}`,
	`{{ range .Ports }}{{ .ID.Nope }}{{ end }}`,
	`{{ range .Ports }}{{ warn "no-cluster-network" .ID "" }}{{ yamlItem 2 "a" .ID "b" .Ranges.Nope }}{{ end }}`,
	`{{ range .Ports }}{{ jsonObject "a" .ID "a" .ID }}{{ end }}`,
}

// TestDirect holds that the short cut gives what the tree as written gives,
// files, problems and warnings alike.
func TestDirect(t *testing.T) {
	t.Parallel()
	for _, text := range directTemplates {
		sources := []Source{tree("templates", "x.tmpl", text)}
		set, problems := All(sources, sample(), Options{compile: always})
		wantSet, wantProblems := All(sources, sample(), Options{compile: never})
		same(t, text+"\n"+show(set)+show(problems), text+"\n"+show(wantSet)+show(wantProblems))
		if len(set.Files) == 0 && len(problems) == 0 {
			t.Errorf("%s: neither an export nor a problem", text)
		}
	}
}

// TestDirectIsTaken holds that the rows of the shipped templates' kind do take
// the short cut, without which a long table takes four times as long.
func TestDirectIsTaken(t *testing.T) {
	t.Parallel()
	for _, text := range directTemplates[:9] {
		files, _ := readTree([]Source{tree("templates", "x.tmpl", text)})
		programs, problems := parseTree(files, true)
		jobs, _ := plan(files, sample())
		if len(problems) > 0 {
			t.Fatal(show(problems))
		}
		j := jobs[0]
		j.program = programs[j.file]
		x := &execution{out: &output{limit: maxExport}}
		if !j.program.hasShortCut() {
			t.Errorf("nothing is compiled in %s", text)
		} else if err := x.run(j.program, newData(sample()).forJob(j), true); err != nil {
			t.Errorf("%s: %v (not direct: %t)", text, err, errors.Is(err, errNotDirect))
		}
	}
}
