package proof

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/export"
)

// flowFacts is what the dataset opens.
func flowFacts(ds *dataset.Dataset) facts {
	out := facts{}
	for _, f := range ds.Flows {
		out[factOf(&f)] = true
	}
	return out
}

func factOf(f *dataset.Flow) fact {
	return fact{f.Host.ID, f.Protocol.ID, f.Range.String(), scopeOf(string(f.Direction), f.Scope.ID)}
}

// rowFacts is what the dataset documents: every row, whether it is on and
// whether it could be opened or not. Sockets are of another world.
func rowFacts(ds *dataset.Dataset) facts {
	out := facts{}
	for _, p := range ds.Ports {
		if p.Socket == "" && len(p.Protocols) > 0 {
			out.product(p.Hosts.IDs(), p.ProtocolIDs(), list(p.Number(), ","), append(p.Scopes.IDs(), append(outgoing(p.ToIDs()), either(p.BetweenIDs())...)...))
		}
	}
	return out
}

// plainFacts is what the dataset opens without more conditions than protocol,
// port and peer, which is all that a list of ports can say.
func plainFacts(ds *dataset.Dataset) facts {
	out := facts{}
	for _, f := range ds.Flows {
		p := f.Port
		if f.Peer.Kind == dataset.PeerSelf || len(p.Bind)+len(p.Interfaces)+len(p.Types) == 0 {
			out[factOf(&f)] = true
		}
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
	want facts
	read func([]byte) (facts, error)
}

// carriers lists every shipped export that carries the table as it is.
// cloud-init does too, in nft's words: see nft_test.go.
func carriers(ds *dataset.Dataset) []carrier {
	id := ds.Product.ID
	rows, flows, plain := rowFacts(ds), flowFacts(ds), joined(plainFacts(ds))
	var scopes []string
	byName := names{}
	for _, h := range ds.Hosts {
		byName[strings.ToLower(h.Name)] = h.ID
	}
	for _, s := range ds.Scopes {
		scopes = append(scopes, s.ID)
		byName[strings.ToLower(s.Name)] = s.ID
	}
	list := []carrier{
		{id + "-ports.json", "", rows, readJSONPorts},
		{id + "-ports.json", "", flows, readJSONFlows},
		{id + "-ports.csv", "", rows, readCSVPorts},
		{id + "-flows.csv", "", flows, readCSVFlows},
		{id + "-ports.md", "", rows, readMarkdown(byName)},
		{"ansible/vars/" + snake(id) + "_ports.yml", "", rows, readVars},
	}
	for _, h := range ds.Hosts {
		path := "ansible/group_vars/" + snake(id+"_"+h.ID) + ".yml"
		list = append(list,
			carrier{path, h.ID, flows, readGroupFlows(h.ID)},
			carrier{path, h.ID, plain, readGroupLists(id, h.ID, scopes)})
	}
	return list
}

// joined makes one range of those that overlap, as the lists of ports do.
func joined(f facts) facts {
	byRest := map[fact][]dataset.Range{}
	for x := range f {
		rest := x
		rest.port = ""
		byRest[rest] = append(byRest[rest], readSpan(x.port))
	}
	out := facts{}
	for rest, ranges := range byRest {
		slices.SortFunc(ranges, func(a, b dataset.Range) int { return cmp.Compare(a.From, b.From) })
		last := ranges[0]
		for _, r := range ranges[1:] {
			if r.From <= last.To {
				last.To = max(last.To, r.To)
				continue
			}
			out[fact{rest.host, rest.protocol, last.String(), rest.scope}] = true
			last = r
		}
		out[fact{rest.host, rest.protocol, last.String(), rest.scope}] = true
	}
	return out
}

// readSpan reads "443", "8000-8010" or "".
func readSpan(text string) (r dataset.Range) {
	from, to, isRange := strings.Cut(text, "-")
	r.From, _ = strconv.Atoi(from)
	if r.To = r.From; isRange {
		r.To, _ = strconv.Atoi(to)
	}
	return r
}

// prove returns what is wrong with a set of exports, by path.
func prove(t *testing.T, ds *dataset.Dataset, set export.Set) map[string]string {
	t.Helper()
	wrong := map[string]string{}
	for _, c := range carriers(ds) {
		got, err := c.read(content(t, set, c.path))
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		expect := c.want
		if c.host != "" {
			expect = expect.of(c.host)
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
	if n := len(flowFacts(load(t, "mke"))); n != 39 {
		t.Fatalf("the MKE table has %d facts, want 39", n)
	}
	for _, id := range shipped(t) {
		t.Run(id, func(t *testing.T) {
			ds := load(t, id)
			for path, diff := range prove(t, ds, press(t, ds)) {
				t.Errorf("%s differs from the dataset:\n%s", path, diff)
			}
		})
	}
	t.Run("every key", func(t *testing.T) {
		for _, layers := range [][]string{nil, {site}, {"options.canal = true\noptions.metrics = true"}} {
			ds := loadEveryKey(t, layers...)
			for path, diff := range prove(t, ds, press(t, ds)) {
				t.Errorf("%s differs from the dataset:\n%s", path, diff)
			}
		}
	})
}

// TestProofFindsDamage shows that the proof is none that can't fail: a row
// that a template drops, and a scope that it widens, are both found.
func TestProofFindsDamage(t *testing.T) {
	for _, test := range []struct{ name, path, template, old, new, want string }{
		{
			"a dropped row", "mke-flows.csv", "{product}-flows.csv.tmpl",
			"{{ csv .Host .Direction", `{{ if eq .Port.ID "kubelet" }}{{ continue }}{{ end }}{{ csv .Host .Direction`,
			"lost:  managers tcp 10250 internal\nlost:  workers tcp 10250 internal\n",
		},
		{
			"a widened scope", "mke-ports.json", "{product}-ports.json.tmpl",
			`{{ jsonFlow . "direction" "host" "protocol" "first_port" "last_port" "scope" "peer" "id" "also" "assumption" }}`,
			`{{ replace "internal" (ternary "external" "internal" (eq .Port.ID "overlay")) (jsonFlow . "direction" "host" "protocol" "first_port" "last_port" "scope" "peer" "id" "also" "assumption") }}`,
			"added: managers udp 4789 external\nadded: workers udp 4789 external\n" +
				"lost:  managers udp 4789 internal\nlost:  workers udp 4789 internal\n",
		},
		{
			"a range cut short", "ansible/group_vars/mke_workers.yml", "ansible/group_vars/{group}.yml.tmpl",
			`"port" .Range`, `"port" (print .Range.From)`, "added: workers tcp 30000 internal\nlost:  workers tcp 30000-32767 internal\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ds := load(t, "mke", `ports.node-ports = {port = "30000-32767", protocols = "tcp", hosts = "workers", scopes = "internal", purpose = "Node ports"}`)
			wrong := prove(t, ds, press(t, ds, damage(t, test.template, test.old, test.new)))
			if got := wrong[test.path]; got != test.want || len(wrong) != 1 {
				t.Errorf("the proof says %q, want %q at %s", wrong, test.want, test.path)
			}
		})
	}
}
