package main

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/source"
)

// over loads a shipped dataset with a layer over it.
func over(t *testing.T, id, layer string) *dataset.Dataset {
	t.Helper()
	base, _ := openDataset(&terminal{in: strings.NewReader("")}, id)
	ds, problems := dataset.Load(base, &source.File{Name: "site.toml", Text: layer})
	if problems.Count(problem.Error) > 0 {
		var b bytes.Buffer
		if err := report.Problems(&b, problems, false); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%s\n%s", &b, layer)
	}
	return ds
}

// TestSiteLayer writes the layer of every shipped dataset: as it stands it
// changes nothing, and with every line taken out of its comment it loads.
func TestSiteLayer(t *testing.T) {
	commented := regexp.MustCompile(`(?m)^# `)
	for _, id := range shipped() {
		t.Run(id, func(t *testing.T) {
			var out bytes.Buffer
			if status := run([]string{"init", "site", id}, &terminal{in: strings.NewReader(""), Output: report.Output{Out: &out, Err: io.Discard}}); status != 0 {
				t.Fatalf("exit status %d", status)
			}
			before, after := over(t, id, ""), over(t, id, out.String())
			same := func(a, b dataset.Flow) bool {
				return a.Host.ID == b.Host.ID && a.Protocol == b.Protocol && a.Range == b.Range && a.Peer.ID == b.Peer.ID && a.Port.ID == b.Port.ID
			}
			if !slices.EqualFunc(before.Flows, after.Flows, same) {
				t.Error("as written the layer changes what is open")
			}
			set := commented.ReplaceAllString(out.String(), "")
			if set == out.String() {
				t.Fatal("nothing is commented out")
			}
			ds := over(t, id, set)
			// Once their addresses are said, pods come with the cluster.
			ofPods := func(f dataset.Flow) bool { return f.Peer.ID == "pods" }
			without := slices.DeleteFunc(slices.Clone(before.Flows), ofPods)
			if !slices.EqualFunc(without, slices.DeleteFunc(slices.Clone(ds.Flows), ofPods), same) {
				t.Error("with the present values set, other ports are open")
			}
			if len(ds.SSH.Networks) == 0 || len(ds.Networks) < len(before.Networks) || len(ds.Hosts[0].Pods()) == 0 {
				t.Error("the settings did not take effect")
			}
		})
	}
}

// A text of the dataset, or the name of its file, can't make a line of the layer
// that sets something.
func TestSiteLayerOfAnyText(t *testing.T) {
	t.Chdir(t.TempDir())
	name := "acme\n[networks]\ncluster = [\"0.0.0.0\"]\n#.toml"
	bad := "\"x\\n[networks]\\ncluster = [\\\"0.0.0.0/0\\\"]\\nports.web.port = 22\\t\\\\\""
	table := strings.ReplaceAll(tableOf, "NAME", bad) + `
[interfaces.lan]
name = NAME
[ssh]
networks = ["10.0.0.0/24"]
`
	table = strings.Replace(strings.ReplaceAll(table, "NAME", bad), "[ports.web]", "[options.other]\nname = "+bad+"\ngroup = "+bad+"\n[ports.web]\nconfigurable = true\ninterfaces = \"lan\"", 1)
	if err := os.WriteFile(name, []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	out, errors, status := ran(t, "init", "site", name)
	if status != 0 {
		t.Fatal(errors)
	}
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "[") && line != "\n" {
			t.Errorf("this line sets something: %q", line)
		}
	}
	// It loads as it is, and with every line taken out of its comment.
	for _, layer := range []string{out, regexp.MustCompile(`(?m)^# `).ReplaceAllString(out, "")} {
		if _, errors, status := ran(t, "show", "-d", name, "--set", "product.abbreviation=x"); status != 0 {
			t.Error(errors)
		}
		if err := os.WriteFile("site.toml", []byte(layer), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, errors, status := ran(t, "show", "-d", name, "--layer", "site.toml"); status != 0 {
			t.Errorf("%s\n%s", errors, layer)
		}
	}
}

// TestSitePage loads the example of docs/site.md.
func TestSitePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/site.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```toml\n")
	layer, _, _ := strings.Cut(rest, "```")
	ds := over(t, "mke", layer)
	if ds.SSH.Port != 2222 || ds.Hosts[0].Group != "prod_managers" || len(ds.Networks) != 1 || ds.Ports[1].Number() != "8443" {
		t.Errorf("the example gives %+v, %+v, %+v, %s", ds.SSH, ds.Hosts[0], ds.Networks, ds.Ports[1].Number())
	}
}
