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
			if !slices.EqualFunc(before.Flows, ds.Flows, same) {
				t.Error("with the present values set, other ports are open")
			}
			if len(ds.SSH.Networks) == 0 || len(ds.Networks) < len(before.Networks) || len(ds.Hosts[0].Pods()) == 0 {
				t.Error("the settings did not take effect")
			}
		})
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
