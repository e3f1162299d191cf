package render

import (
	"testing"
	"testing/fstest"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

func TestSmoke(t *testing.T) {
	tcp := &dataset.Protocol{ID: "tcp", Name: "TCP", Number: 6, HasPorts: true}
	m := &dataset.Host{ID: "managers", Name: "Managers"}
	w := &dataset.Host{ID: "workers", Name: "Workers"}
	cl := &dataset.Peer{ID: "cluster", Kind: dataset.PeerCluster}
	in := &dataset.Scope{ID: "internal", Name: "Internal", From: []*dataset.Peer{cl}}
	bgp := &dataset.Port{ID: "bgp", Ranges: []dataset.Range{{From: 179, To: 179}}, Protocols: []*dataset.Protocol{tcp}, Hosts: dataset.Hosts{m, w}, Scopes: dataset.Scopes{in}, Purpose: "BGP peers | used for *x*"}
	ds := &dataset.Dataset{Product: dataset.Product{ID: "mke"}, Hosts: dataset.Hosts{m, w}, Scopes: dataset.Scopes{in}, Ports: []*dataset.Port{bgp},
		Flows: []dataset.Flow{{Host: m, Protocol: tcp, Range: bgp.Ranges[0], Scope: in, Peer: cl, Port: bgp}, {Host: w, Protocol: tcp, Range: bgp.Ranges[0], Scope: in, Peer: cl, Port: bgp}}}
	tree := fstest.MapFS{}
	for k, v := range map[string]string{
		"ports.md.tmpl":     "{{ mdHeader \"ID\" \"Port\" }}\n{{ range .Ports }}{{ mdRow .ID .Number .Hosts .Purpose }}\n{{ end }}",
		"ports.yml.tmpl":    "{{ range .Ports }}{{ yamlItem 2 \"id\" .ID \"port\" .Number \"hosts\" .Hosts \"purpose\" .Purpose }}\n{{ end }}",
		"ports.csv.tmpl":    "{{ range .Ports }}{{ csv .ID .Number .Hosts .Purpose }}{{ end }}",
		"h/{host}.nft.tmpl": "{{ range (.FlowsTo .Host).ByPeer }}{{ .Peer.ID }} {{ range .Flows.ByProtocol }}{{ .Protocol.ID }} dport {{ nftSet .Flows.Ranges }}{{ end }}{{ end }}{{ warn \"no-cluster-network\" \"no network\" \"set it\" }}",
		"bad1.tmpl":         "x\n{{ .Host.ID }}",
		"bad2.tmpl":         "x\n{{ range .Ports }}{{ .Purpos }}{{ end }}",
		"bad3.tmpl":         "x\n{{ quote .Ports }}",
		"bad4.tmpl":         "x\n{{ template \"nax\" }}",
		"bad5.tmpl":         "{{ .Ports }}",
		"b/{host}.tmpl":     "{{ .Host.Name }} {{ .Host.Nam }}",
		"b/{hots}.tmpl":     "{{ .Host.Name }} {{ .Host.Nam }}",
		"_p/x.tmpl":         "{{ define \"nay\" }}{{ fail \"no\" }}{{ end }}",
		"usep.tmpl":         "{{ template \"nay\" . }}",
	} {
		tree[k] = &fstest.MapFile{Data: []byte(v)}
	}
	set, ps := All([]Source{{"templates", tree}}, ds, Options{})
	for _, f := range set.Files {
		t.Logf("%s (%s)\n%s", f.Path, f.Template, f.Content)
	}
	for _, p := range ps {
		t.Logf("%s:%d:%d(%d): %s %s [%s]\n   %s | %s", p.File, p.Line, p.Column, p.Width, p.Severity, p.Text, p.Code, p.Hint, p.Excerpt)
	}
	_ = problem.Error
}
