package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/source"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		title string
		query Query
		want  string
	}{
		{"all", Query{}, `
| Hosts | Port | Scope | Purpose | Remarks |
| --- | --- | --- | --- | --- |
| Managers, workers | TCP 179 | Internal | BGP peers, used for Kubernetes networking | |
| Managers | TCP 443 (configurable) | External, internal | Web interface \| API | |
| Managers, workers | TCP, UDP 7946, 8000-8010 | Internal | Gossip | only with Gossip |
| Workers | IP-in-IP | Internal | Overlay | |
`},
		{"rows", Query{Hosts: []string{"managers"}, Scopes: []string{"external"}, Columns: []string{"id"}}, "\n| ID |\n| --- |\n| web |\n"},
		{"protocols", Query{Protocols: []string{"udp", "ip-in-ip"}, Columns: []string{"protocol", "id"}}, "\n| Protocol | ID |\n| --- | --- |\n| TCP, UDP | gossip |\n| IP-in-IP | overlay |\n"},
		{"an option", Query{Options: []string{"gossip"}, Columns: []string{"id", "options"}}, "\n| ID | Only with |\n| --- | --- |\n| gossip | Gossip |\n"},
		{"no option", Query{Options: []string{NoOption}, Columns: []string{"id"}}, "\n| ID |\n| --- |\n| bgp |\n| web |\n| overlay |\n"},
		{"by number", Query{Sort: "number", Columns: []string{"number", "configurable"}}, "\n| Number | Configurable |\n| --- | --- |\n| 179 | no |\n| 443 | yes |\n| 7946, 8000-8010 | no |\n| | no |\n"},
		{"by id", Query{Sort: "id", Columns: []string{"id"}}, "\n| ID |\n| --- |\n| bgp |\n| gossip |\n| overlay |\n| web |\n"},
		{"heading", Query{Heading: 3, Scopes: []string{"external"}, Columns: []string{"port"}}, "\n### Mirantis Kubernetes Engine: open ports\n\n| Port |\n| --- |\n| TCP 443 (configurable) |\n"},
		{"title", Query{Heading: 1, Title: "1. Way *in*", Scopes: []string{"external"}, Columns: []string{"port"}}, "\n# 1\\. Way \\*in\\*\n\n| Port |\n| --- |\n| TCP 443 (configurable) |\n"},
	} {
		got, err := Table(sample(), c.query, "markdown")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, "\n"+string(got)); diff != "" {
			t.Errorf("%s: %s", c.title, diff)
		}
	}
	short := Query{Heading: 2, Title: "A *b*", Scopes: []string{"external"}, Columns: []string{"id", "purpose"}}
	for form, want := range map[string]string{
		"rst":  "A \\*b\\*\n-------\n\n.. list-table::\n   :header-rows: 1\n\n   * - ID\n     - Purpose\n   * - web\n     - Web interface \\| API\n",
		"adoc": "== A &#42;b&#42;\n\n[%header,cols=2*]\n|===\n| ID\n| Purpose\n\n| web\n| Web interface &#124; API\n|===\n",
		"html": "<h2>A *b*</h2>\n\n<table>\n<thead>\n<tr><th scope=\"col\">ID</th><th scope=\"col\">Purpose</th></tr>\n</thead>\n<tbody>\n" +
			"<tr><td>web</td><td>Web interface | API</td></tr>\n</tbody>\n</table>\n",
	} {
		got, err := Table(sample(), short, form)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s: %s", form, diff)
		}
	}
	for form, want := range map[string]string{
		"markdown": "| <a id=\"mke-web\"></a>web |", "adoc": "| [[mke-web]]web", "html": `<tr id="mke-web"><td>web</td></tr>`,
	} {
		got, err := Table(sample(), Query{Scopes: []string{"external"}, Columns: []string{"id"}, Anchors: true}, form)
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s with anchors: %v\n%s", form, err, got)
		}
	}
	if _, err := Table(sample(), Query{}, "papyrus"); err == nil {
		t.Error("a format that nobody knows is no error")
	}
}

// A table that a document asks for without more has the rows of the exports'
// own, as they are written there.
func TestTableIsThatOfTheExport(t *testing.T) {
	for _, id := range []string{"mke", "etcd", "kubernetes"} {
		file, found := source.Open(portpress.Data(), id+".toml", id)
		if len(found) > 0 {
			t.Fatal(found)
		}
		ds, found := dataset.Load(file)
		if ds == nil {
			t.Fatal(found)
		}
		set, _ := All([]Source{{Name: "templates", FS: portpress.Templates()}}, ds, Options{Only: func(p string) bool { return p == id+"-ports.md" }})
		table, err := Table(ds, Query{}, "markdown")
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for line := range strings.Lines(string(table)) {
			if !strings.Contains(string(set.Files[0].Content), line) && !strings.HasPrefix(line, "| Hosts ") && !strings.HasPrefix(line, "| --- ") {
				t.Errorf("%s: the export lacks %s", id, line)
			}
			rows++
		}
		if rows != len(ds.Ports)+2 {
			t.Errorf("%s: %d lines for %d rows", id, rows, len(ds.Ports))
		}
	}
}
