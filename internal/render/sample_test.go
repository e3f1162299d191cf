package render

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
)

// sample is a small dataset with something of everything. The examples of
// docs/templates.md speak of it too.
func sample() *dataset.Dataset {
	tcp := &dataset.Protocol{ID: "tcp", Name: "TCP", Number: 6, HasPorts: true}
	udp := &dataset.Protocol{ID: "udp", Name: "UDP", Number: 17, HasPorts: true}
	ipip := &dataset.Protocol{ID: "ip-in-ip", Name: "IP-in-IP", Number: 4}
	managers := &dataset.Host{ID: "managers", Name: "Managers"}
	workers := &dataset.Host{ID: "workers", Name: "Workers"}
	nets := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00:1::/64")}
	everyone := &dataset.Peer{ID: "any", Kind: dataset.PeerAny, Name: "Anyone"}
	cluster := &dataset.Peer{ID: "cluster", Kind: dataset.PeerCluster, Name: "Cluster", Networks: nets}
	external := &dataset.Scope{ID: "external", Name: "External", Description: "Anyone.", From: []*dataset.Peer{everyone}}
	internal := &dataset.Scope{
		ID: "internal", Name: "Internal", Description: "Hosts of the cluster.", From: []*dataset.Peer{cluster},
	}
	gossip := &dataset.Option{ID: "gossip", Name: "Gossip", On: true}
	ds := &dataset.Dataset{
		Product:  dataset.Product{ID: "mke", Name: "Mirantis Kubernetes Engine", Abbreviation: "MKE"},
		Hosts:    dataset.Hosts{managers, workers},
		Scopes:   dataset.Scopes{external, internal},
		Options:  []*dataset.Option{gossip},
		Networks: []*dataset.Network{{ID: "cluster", Prefixes: nets}},
		Ports: []*dataset.Port{
			{
				ID: "bgp", Ranges: []dataset.Range{{From: 179, To: 179}}, Protocols: []*dataset.Protocol{tcp},
				Hosts: dataset.Hosts{managers, workers}, Scopes: dataset.Scopes{internal},
				Purpose: "BGP peers, used for Kubernetes networking", On: true,
			},
			{
				ID: "web", Ranges: []dataset.Range{{From: 443, To: 443}}, Protocols: []*dataset.Protocol{tcp},
				Hosts: dataset.Hosts{managers}, Scopes: dataset.Scopes{external, internal}, Configurable: true,
				Purpose: "Web interface | API", On: true,
			},
			{
				ID: "gossip", Ranges: []dataset.Range{{From: 7946, To: 7946}, {From: 8000, To: 8010}},
				Protocols: []*dataset.Protocol{tcp, udp}, Hosts: dataset.Hosts{managers, workers},
				Scopes: dataset.Scopes{internal}, Options: []*dataset.Option{gossip}, Purpose: "Gossip", On: true,
			},
			{
				ID: "overlay", Protocols: []*dataset.Protocol{ipip}, Hosts: dataset.Hosts{workers},
				Scopes: dataset.Scopes{internal}, Purpose: "Overlay", On: true,
			},
		},
	}
	for _, p := range ds.Ports {
		p.Details = &dataset.Details{}
		for _, h := range p.Hosts {
			for _, proto := range p.Protocols {
				ranges := p.Ranges
				if !proto.HasPorts {
					ranges = []dataset.Range{{}}
				}
				for _, r := range ranges {
					for _, s := range p.Scopes {
						ds.Flows = append(ds.Flows, dataset.Flow{
							Direction: "in", Host: h, Protocol: proto, Range: r, Scope: s, Peer: s.From[0], Port: p,
						})
					}
				}
			}
		}
	}
	return ds
}

// tree makes a source of paths and texts.
func tree(name string, files ...string) Source {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return Source{Name: name, FS: fsys}
}

// press renders one tree over the sample.
func pressTree(files ...string) (export.Set, problem.List) {
	return All([]Source{tree("templates", files...)}, sample(), Options{})
}

// pressOne gives what one template presses, and fails the test on a problem.
func pressOne(t *testing.T, text string) string {
	t.Helper()
	set, problems := pressTree("x.tmpl", text)
	if len(problems) > 0 {
		t.Fatalf("%s\n%s", text, show(problems))
	}
	if len(set.Files) == 0 {
		return ""
	}
	return string(set.Files[0].Content)
}

// show writes exports or problems for comparison, every field included.
func show(v any) string {
	var b strings.Builder
	switch v := v.(type) {
	case export.Set:
		for _, f := range v.Files {
			fmt.Fprintf(&b, "%s < %s: %q\n", f.Path, f.Template, f.Content)
		}
	case problem.List:
		for _, p := range v {
			fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", p.File, p.Line, p.Column, p.Severity, p.Text, p.Code)
			if p.Excerpt != "" {
				fmt.Fprintf(&b, "    %s\n", p.Excerpt)
				if p.Column > 0 {
					fmt.Fprintf(&b, "    %s%s\n", strings.Repeat(" ", p.Column-1), strings.Repeat("^", max(1, p.Width)))
				}
			}
			if p.Hint != "" {
				fmt.Fprintf(&b, "    hint: %s\n", p.Hint)
			}
		}
	}
	return b.String()
}

// same compares texts that a test shows in full.
func same(t *testing.T, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
