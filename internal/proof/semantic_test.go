package proof

import (
	"strings"
	"testing"
	"testing/fstest"

	"portpress/internal/dataset"
	"portpress/internal/export"
)

// datasetFacts is what the dataset says.
func datasetFacts(ds *dataset.Dataset) facts {
	out := facts{}
	for _, f := range ds.Flows {
		out[fact{f.Host.ID, f.Protocol.ID, f.Range.String(), f.Scope.ID}] = true
	}
	return out
}

// of keeps what concerns one host.
func (f facts) of(host string) facts {
	out := facts{}
	for x := range f {
		if x.host == host {
			out[x] = true
		}
	}
	return out
}

// carrier is an export that carries the table, or a host's part of it.
type carrier struct {
	path string
	host string // empty for the whole table
	read func([]byte) (facts, error)
}

// carriers lists every shipped export that carries the table as it is.
// cloud-init does too, in nft's words: see nft_test.go.
func carriers(ds *dataset.Dataset) []carrier {
	id := ds.Product.ID
	list := []carrier{
		{id + "-ports.json", "", readJSONPorts},
		{id + "-ports.json", "", readJSONFlows},
		{id + "-ports.csv", "", readCSVPorts},
		{id + "-flows.csv", "", readCSVFlows},
		{id + "-ports.md", "", readMarkdown},
		{"ansible/vars/" + snake(id) + "_ports.yml", "", readVars},
	}
	var scopes []string
	for _, s := range ds.Scopes {
		scopes = append(scopes, s.ID)
	}
	for _, h := range ds.Hosts {
		path := "ansible/group_vars/" + snake(id+"_"+h.ID) + ".yml"
		list = append(list,
			carrier{path, h.ID, readGroupFlows(h.ID)},
			carrier{path, h.ID, readGroupLists(id, h.ID, scopes)})
	}
	return list
}

// prove returns what is wrong with a set of exports, by path.
func prove(t *testing.T, ds *dataset.Dataset, set export.Set) map[string]string {
	t.Helper()
	want := datasetFacts(ds)
	wrong := map[string]string{}
	for _, c := range carriers(ds) {
		got, err := c.read(content(t, set, c.path))
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		expect := want
		if c.host != "" {
			expect = want.of(c.host)
		}
		if len(got) == 0 && len(expect) > 0 {
			t.Fatalf("%s: the reader found nothing", c.path)
		}
		if diff := got.compare(expect); diff != "" {
			wrong[c.path] += diff + "\n"
		}
	}
	return wrong
}

// TestExportsSayWhatTheDatasetSays reads every export back without our
// templates, and requires the same facts in each.
func TestExportsSayWhatTheDatasetSays(t *testing.T) {
	ds := load(t, "mke")
	if n := len(datasetFacts(ds)); n != 39 {
		t.Fatalf("the MKE table has %d facts, want 39", n)
	}
	for path, diff := range prove(t, ds, press(t, ds)) {
		t.Errorf("%s differs from the dataset:\n%s", path, diff)
	}
}

// TestProofFindsDamage shows that the proof is none that can't fail: a row
// that a template drops, and a scope that it widens, are both found.
func TestProofFindsDamage(t *testing.T) {
	for _, test := range []struct{ name, path, template, old, new, want string }{
		{
			"a dropped row", "mke-flows.csv", "{product}-flows.csv.tmpl",
			"{{ csv .Host.ID", `{{ if eq .Port.ID "kubelet" }}{{ continue }}{{ end }}{{ csv .Host.ID`,
			"lost:  managers tcp 10250 internal\nlost:  workers tcp 10250 internal\n",
		},
		{
			"a widened scope", "mke-ports.json", "{product}-ports.json.tmpl",
			`"scope" .Scope.ID`, `"scope" (ternary "external" .Scope.ID (eq .Port.ID "overlay"))`,
			"added: managers udp 4789 external\nadded: workers udp 4789 external\n" +
				"lost:  managers udp 4789 internal\nlost:  workers udp 4789 internal\n",
		},
		{
			"a range cut short", "ansible/group_vars/mke_workers.yml", "ansible/group_vars/{product_ident}_{host_ident}.yml.tmpl",
			`"port" .Range`, `"port" (print .Range.From)`, "added: workers tcp 30000 internal\nlost:  workers tcp 30000-32767 internal\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			shipped := string(template(t, test.template))
			if !strings.Contains(shipped, test.old) {
				t.Fatalf("%s no longer holds %s", test.template, test.old)
			}
			damaged := fstest.MapFS{test.template: {Data: []byte(strings.ReplaceAll(shipped, test.old, test.new))}}
			ds := load(t, "mke", `ports.node-ports = {port = "30000-32767", protocols = "tcp", hosts = "workers", scopes = "internal", purpose = "Node ports"}`)
			wrong := prove(t, ds, press(t, ds, damaged))
			if got := wrong[test.path]; got != test.want || len(wrong) != 1 {
				t.Errorf("the proof says %q, want %q at %s", wrong, test.want, test.path)
			}
		})
	}
}
