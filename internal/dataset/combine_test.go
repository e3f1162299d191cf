package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// opened lists what a dataset opens, with the host's and row's ids as they
// are; prefix is taken off the rows'.
func opened(ds *Dataset, prefix string) []string {
	var out []string
	for _, f := range ds.Flows {
		for _, p := range append([]*Port{f.Port}, f.Also...) {
			out = append(out, fmt.Sprintln(f.Direction, f.Host.ID, f.Protocol.ID, f.Range, f.Scope.ID, f.Peer.ID, strings.TrimPrefix(p.ID, prefix)))
		}
	}
	slices.Sort(out)
	return out
}

// TestCombinedAloneIsTheSame combines every shipped dataset, and the one that
// uses every key, with nothing else: it must open what it opened before.
func TestCombinedAloneIsTheSame(t *testing.T) {
	paths, err := filepath.Glob("../../data/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no datasets: %v", err)
	}
	for _, path := range append(paths, "../proof/testdata/every-key.toml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, problems := source.Open(os.DirFS(filepath.Dir(path)), filepath.Base(path), path)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			ds, _ := Load(file)
			if ds == nil {
				t.Fatal("it does not load")
			}
			combined, problems := Combine("both", []*Dataset{ds}, nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			again, problems := Load(combined)
			if again == nil {
				t.Fatalf("%v in\n%s", problems, combined.Text)
			}
			if got, want := opened(again, ds.Product.ID+"-"), opened(ds, ""); !slices.Equal(got, want) {
				t.Errorf("opens\n%s\nand opened\n%s", got, want)
			}
			if got, want := len(again.Ports), len(ds.Ports); got != want {
				t.Errorf("%d rows, want %d", got, want)
			}
			for i, p := range again.Ports {
				if got, want := p.Title(), ds.Ports[i].Title(); got != want {
					t.Errorf("row %s is %q, was %q", p.ID, got, want)
				}
				if got, want := strings.Join(p.Remarks(), "|"), strings.Join(ds.Ports[i].Remarks(), "|"); got != want {
					t.Errorf("row %s remarks %q, was %q", p.ID, got, want)
				}
			}
		})
	}
}

const acme = `
format = 1
product = {id = "acme", name = "Acme"}
hosts.nodes.name = "Nodes"
scopes.internal = {name = "Internal", from = "%s"}
ports.bgp = {port = 179, protocols = "tcp", hosts = "nodes", scopes = "internal", purpose = "%s"}
`

// TestCombine maps the hosts of two products onto each other.
func TestCombine(t *testing.T) {
	load := func(text string) *Dataset {
		t.Helper()
		ds, problems := Load(&source.File{Name: "acme.toml", Text: text})
		if ds == nil {
			t.Fatal(problems)
		}
		return ds
	}
	a := load(fmt.Sprintf(acme, "cluster", "BGP of Acme"))
	b := load(strings.ReplaceAll(fmt.Sprintf(acme, "any", "Peering"), "acme", "bolt"))
	layer := &source.File{Name: "project.toml", Text: "[together]\nacme.nodes = [\"servers\", \"agents\"]\nbolt.nodes = \"servers\"\n"}
	file, problems := Combine("site", []*Dataset{a, b}, []*source.File{layer})
	if len(problems) != 1 || problems[0].Code != problem.SharedPort ||
		problems[0].Text != `acme "bgp" (BGP of Acme) and bolt "bgp" (Peering) both use TCP 179 on servers` {
		t.Errorf("the problems are %+v", problems)
	}
	ds, problems := Load(file, layer)
	if len(problems) > 0 {
		t.Fatal(problems, file.Text)
	}
	want := []string{
		"in agents tcp 179 internal cluster acme-bgp\n",
		"in servers tcp 179 bolt-internal any bolt-bgp\n", // the scopes mean different things
		"in servers tcp 179 internal cluster acme-bgp\n",
	}
	if got := opened(ds, ""); !slices.Equal(got, want) {
		t.Errorf("opens %q, want %q", got, want)
	}

	// Equal flows become one, with both purposes.
	b = load(strings.ReplaceAll(fmt.Sprintf(acme, "cluster", "Peering"), "acme", "bolt"))
	file, _ = Combine("site", []*Dataset{a, b}, nil)
	ds, problems = Load(file)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(ds.Flows) != 1 || ds.Flows[0].Purpose() != "BGP of Acme; Peering" {
		t.Errorf("the flows are %+v", ds.Flows)
	}
}

// TestCombineReportsTheMap points at what is wrong in [together].
func TestCombineReportsTheMap(t *testing.T) {
	ds, _ := Load(&source.File{Name: "acme.toml", Text: fmt.Sprintf(acme, "any", "BGP")})
	layer := &source.File{Name: "project.toml", Text: "[together.acme]\nnods = \"servers\"\nnodes = [1, \"Big Servers\"]\n[together.acne]\nx = 1\n"}
	_, problems := Combine("site", []*Dataset{ds}, []*source.File{layer})
	problems.Sort()
	var got []string
	for i := range problems {
		got = append(got, fmt.Sprintf("%s %s", problems[i].Place(), problems[i].Code))
	}
	want := []string{"project.toml:2:1 unknown-host", "project.toml:3:10 wrong-type", "project.toml:3:13 bad-id", "project.toml:4:1 unknown-product"}
	if !slices.Equal(got, want) {
		t.Errorf("the problems are %q, want %q", got, want)
	}
}

// TestRepeatedRowsBecomeOneFlow merges a row that repeats another on purpose,
// and leaves one that listens on another address alone.
func TestRepeatedRowsBecomeOneFlow(t *testing.T) {
	text := fmt.Sprintf(acme, "cluster", "First") + `
ports.again = {port = 179, protocols = "tcp", hosts = "nodes", scopes = "internal", repeats = "bgp", purpose = "Second"}
ports.bound = {port = 179, protocols = "tcp", hosts = "nodes", scopes = "internal", bind = "192.0.2.1", repeats = ["bgp", "again"], purpose = "Third"}
`
	ds, problems := Load(&source.File{Name: "acme.toml", Text: text})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for i := range ds.Flows {
		got = append(got, ds.Flows[i].Purpose())
	}
	if want := []string{"First; Second", "Third"}; !slices.Equal(got, want) {
		t.Errorf("the flows are for %q, want %q", got, want)
	}
}

// However many rows products have together, each is looked at beside those with
// a port near its own only, and all that meet are found.
func TestCombineManyRows(t *testing.T) {
	const products, rows = 12, 40
	var parts []*Dataset
	for i := range products {
		var b strings.Builder
		fmt.Fprintf(&b, "format = 1\n[product]\nid = \"p%d\"\nname = \"P\"\n[hosts.h]\nname = \"H\"\n[hosts.g]\nname = \"G\"\n[scopes.s]\nname = \"S\"\nfrom = \"any\"\n", i)
		for j := range rows {
			n := (i*7919 + j*j*631) % 65000
			port := []string{fmt.Sprint(n + 1), fmt.Sprintf("[%d, \"%d-%d\"]", n/3+1, n/2+33000, n/2+33015), `"1-65535"`}[min(2, (i+j)%23/11)]
			fmt.Fprintf(&b, "[ports.r%d]\nport = %s\nprotocols = [%q]\nhosts = %q\nscopes = \"s\"\npurpose = \"P %d\"\n", j, port, []string{"tcp", "udp"}[j%2], []string{"h", "g"}[j/2%2], i)
		}
		ds, problems := Load(file(t, "x.toml", b.String()))
		if ds == nil {
			t.Fatal(printed(t, problems))
		}
		parts = append(parts, ds)
	}
	_, problems := Combine("all", parts, nil)
	want := 0
	c := &combination{parts: parts}
	c.readMap(nil)
	for i, a := range parts {
		for _, b := range parts[i+1:] {
			for _, q := range a.Ports {
				for _, p := range b.Ports {
					if host, _ := c.meet(a, q, b, p); host != "" {
						want++
					}
				}
			}
		}
	}
	if want <= perFile {
		t.Fatalf("only %d rows meet", want)
	}
	if len(problems) != perFile || !strings.HasSuffix(problems[perFile-1].Text, fmt.Sprintf(" (and %d more like it)", want-perFile)) {
		t.Errorf("%d problems, the last %q; %d rows meet", len(problems), problems[len(problems)-1].Text, want)
	}
}
