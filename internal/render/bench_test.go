package render

import (
	"fmt"
	"syscall"
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

// cpu gives the processor time used so far, in nanoseconds: on a busy machine
// it says more than the clock.
func cpu() int64 {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return use.Utime.Nano() + use.Stime.Nano()
}

func BenchmarkRender(b *testing.B) {
	const rows = 100_000
	ds := bigDataset(rows)
	for _, name := range []string{"fields", "csv", "md", "json", "yaml"} {
		for _, asWritten := range []bool{false, true} {
			how := map[bool]string{false: "/direct", true: "/as-written"}[asWritten]
			b.Run(name+how, func(b *testing.B) {
				tree := fstest.MapFS{"x." + name + ".tmpl": {Data: []byte(rowTemplates[name])}}
				b.ReportAllocs()
				before := cpu()
				for b.Loop() {
					set, problems := All([]Source{{"templates", tree}}, ds, Options{asWritten: asWritten})
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
}
