package render

import (
	"fmt"
	"testing"
	"testing/fstest"

	"portpress/internal/dataset"
)

// bigDataset has n rows that look like real ones.
func bigDataset(n int) *dataset.Dataset {
	tcp := &dataset.Protocol{ID: "tcp", Name: "TCP", Number: 6, HasPorts: true}
	udp := &dataset.Protocol{ID: "udp", Name: "UDP", Number: 17, HasPorts: true}
	hosts := dataset.Hosts{{ID: "managers", Name: "Managers"}, {ID: "workers", Name: "Workers"}}
	cluster := &dataset.Peer{ID: "cluster", Kind: dataset.PeerCluster, Name: "Cluster"}
	scopes := dataset.Scopes{{ID: "internal", Name: "Internal", From: []*dataset.Peer{cluster}}}
	ds := &dataset.Dataset{
		Product: dataset.Product{ID: "mke", Name: "Mirantis Kubernetes Engine", Abbreviation: "MKE"},
		Hosts:   hosts, Scopes: scopes,
	}
	none := &dataset.Details{}
	for i := range n {
		r := dataset.Range{From: 1 + i%60000, To: 1 + i%60000}
		p := &dataset.Port{
			ID: fmt.Sprintf("row-%06d", i), Ranges: []dataset.Range{r}, Protocols: []*dataset.Protocol{tcp, udp}[:1+i%2],
			Hosts: hosts[:1+i%2], Scopes: scopes, Purpose: "BGP peers, used for Kubernetes networking", On: true,
			Configurable: i%3 == 0, Details: none,
		}
		ds.Ports = append(ds.Ports, p)
		for _, h := range p.Hosts {
			for _, proto := range p.Protocols {
				ds.Flows = append(ds.Flows, dataset.Flow{
					Direction: "in", Host: h, Protocol: proto, Range: r, Scope: scopes[0], Peer: cluster, Port: p,
				})
			}
		}
	}
	return ds
}

// rowTemplates are the rows of a table in each format, as templates write them.
var rowTemplates = map[string]string{
	"fields": `{{ range .Ports }}{{ .ID }} {{ .Purpose }}
{{ end }}`,
	"csv": `{{ csv "id" "port" "protocols" "hosts" "scopes" "configurable" "purpose" "x" }}{{ range .Ports }}
{{- csv .ID .Number .Protocols .Hosts .Scopes .Configurable .Purpose "x" }}{{ end }}`,
	"md": `{{ mdHeader "ID" "Port" "Protocols" "Hosts" "Scopes" "Configurable" "Purpose" "X" }}
{{ range .Ports }}{{ mdRow .ID .Number .ProtocolTitle .Hosts.Title .Scopes.Title .Configurable .Purpose "x" }}
{{ end }}`,
	"json": `[
{{ range $i, $p := .Ports }}{{ if $i }},
{{ end }}  {{ jsonObject "id" .ID "port" .Number "protocols" .Protocols "hosts" .Hosts "scopes" .Scopes "configurable" .Configurable "purpose" .Purpose "x" 1 }}{{ end }}
]`,
	"yaml": `ports:
{{ range .Ports }}{{ yamlItem 2 "id" .ID "port" .Number "protocols" .Protocols "hosts" .Hosts "scopes" .Scopes "configurable" .Configurable "purpose" .Purpose "x" 1 }}
{{ end }}`,
}

func BenchmarkRender(b *testing.B) {
	const rows = 100_000
	ds := bigDataset(rows)
	for _, name := range []string{"fields", "csv", "md", "json", "yaml"} {
		b.Run(name, func(b *testing.B) {
			tree := fstest.MapFS{"x." + name + ".tmpl": {Data: []byte(rowTemplates[name])}}
			b.ReportAllocs()
			before := cpu()
			for b.Loop() {
				set, problems := All([]Source{{"templates", tree}}, ds, Options{})
				if len(set.Files) != 1 || len(problems) > 0 {
					b.Fatal(problems)
				}
				b.SetBytes(int64(len(set.Files[0].Content)))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
			b.ReportMetric(float64(cpu()-before)/float64(b.N)/rows, "cpu-ns/row")
		})
	}
}

// BenchmarkSmall measures the least that any run pays: reading and parsing a
// tree, and pressing a table of a few rows.
func BenchmarkSmall(b *testing.B) {
	ds := bigDataset(25)
	var files []string
	for name, text := range rowTemplates {
		for _, folder := range []string{"a", "b", "c"} {
			files = append(files, folder+"/x."+name+".tmpl", text)
		}
	}
	sources := []Source{tree("templates", files...)}
	for b.Loop() {
		if set, problems := All(sources, ds, Options{}); len(set.Files) != len(files)/2 || len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkFlows measures the index of flows and what templates ask of it.
func BenchmarkFlows(b *testing.B) {
	ds := bigDataset(100_000)
	text := `{{ range .Hosts }}{{ range ($.FlowsTo .).ByPeer }}{{ range .Flows.ByProtocol }}{{ len .Flows.Ranges }}{{ end }}{{ end }}{{ end }}`
	sources := []Source{tree("templates", "x.tmpl", text)}
	b.ReportMetric(float64(len(ds.Flows)), "flows")
	for b.Loop() {
		if _, problems := All(sources, ds, Options{}); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
