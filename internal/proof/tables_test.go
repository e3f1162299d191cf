package proof

// Each shipped dataset is held to a transcription of the table it was made
// from: testdata/tables/ID.txt, written by reading the product's page, never
// from the TOML. A transcription is lines of cells between pipes; blank lines
// and lines that begin with # are remarks, and say which part of the page
// follows. It opens with
//
//	source  | URL of the page
//	version | the product's version
//	option  | id | group, or - | on or off by default      one for each option
//
// and then has one line for each row of the page:
//
//	direction | protocols | ports | hosts | peers | options | flags | row
//
//	direction  in, out (peers are then destinations), or both, for a page
//	           that says one thing of both directions
//	protocols  tcp, udp, esp, …, or unstated; - for a unix socket
//	ports      443, 2379-2380, all, dynamic, unknown, a pattern such as 32NN;
//	           "type 8" for a type of ICMP; the path of a unix socket; - for a
//	           protocol without ports. "443 of 443/8443" is one of several.
//	hosts      ids of the dataset's hosts: where the port is opened, or for
//	           out, where the traffic begins
//	peers      any, cluster, self, or ids of hosts and peers: a scope is
//	           written as the peers that it stands for
//	options    ids of the options that the row needs, or -
//	flags      - or any of
//	             loopback          listens on the loopback interface alone
//	             bind ADDRESS      listens on this address alone
//	             interface ID      listens on this network alone
//	             documented        listed and not opened
//	             configurable      or "setting NAME"
//	             target PORT       where it is forwarded to
//	             application NAME  the protocol above
//	             since VERSION, until VERSION
//	row        id of the dataset's row that says it
//
// A cell holds several values with commas between. Everything is compared in
// lower case but paths. A row's lines, taken together, must say of it what the
// dataset says: each combination of direction, protocol, port, host and peer,
// with the same options and flags; so that two lines of a page may be one row
// of the dataset, and one line of a page two lines here. A row that only one of
// the two has is a difference.

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/source"
)

// saying is one thing that a table says: of the product when row is empty.
type saying struct{ row, text string }

type sayings map[saying]bool

// says adds each combination of the cells' values.
func (s sayings) says(row string, cells ...[]string) {
	texts := []string{""}
	for _, values := range cells {
		var longer []string
		for _, text := range texts {
			for _, v := range values {
				longer = append(longer, strings.TrimPrefix(text+" | "+v, " | "))
			}
		}
		texts = longer
	}
	for _, text := range texts {
		s[saying{row, text}] = true
	}
}

// compare gives what only one of the two says, row by row.
func (s sayings) compare(ds sayings) string {
	var lines []string
	add := func(what string, x saying) {
		row := x.row
		if row == "" {
			row = "(head)"
		}
		lines = append(lines, fmt.Sprintf("%s: only %s: %s\n", row, what, x.text))
	}
	for x := range s {
		if !ds[x] {
			add("the transcription", x)
		}
	}
	for x := range ds {
		if !s[x] {
			add("the dataset", x)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// transcribed reads a transcription.
func transcribed(text string) (sayings, error) {
	out := sayings{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		var cells [][]string
		for cell := range strings.SplitSeq(line, "|") {
			cells = append(cells, values(cell))
		}
		switch kind := cells[0][0]; {
		case (kind == "source" || kind == "version") && len(cells) == 2:
			_, value, _ := strings.Cut(line, "|")
			out.says("", []string{kind}, []string{strings.TrimSpace(value)})
		case kind == "option" && len(cells) == 4:
			out.says("", cells...)
		case (kind == "in" || kind == "out" || kind == "both") && len(cells) == 8 && len(cells[7]) == 1:
			directions := cells[0]
			if kind == "both" {
				directions = []string{"in", "out"}
			}
			out.says(cells[7][0], directions, cells[1], cells[2], cells[3], cells[4], together(cells[5]), together(cells[6]))
		default:
			return nil, fmt.Errorf("line %d is not of the layout: %q", i+1, line)
		}
	}
	return out, nil
}

// values splits a cell at its commas. What begins with / is a path.
func values(cell string) []string {
	var out []string
	for v := range strings.SplitSeq(cell, ",") {
		if v = strings.TrimSpace(v); !strings.HasPrefix(v, "/") {
			v = strings.ToLower(v)
		}
		out = append(out, v)
	}
	return out
}

// together makes one value of a cell that is no choice.
func together(list []string) []string {
	list = slices.Sorted(slices.Values(list))
	if len(list) == 0 {
		list = []string{"-"}
	}
	return []string{strings.Join(list, ", ")}
}

// said gives what a dataset says, in the transcriptions' words.
func said(ds *dataset.Dataset) sayings {
	out := sayings{}
	out.says("", []string{"source"}, []string{ds.Product.Source})
	out.says("", []string{"version"}, []string{ds.Product.Version})
	for _, o := range ds.Options {
		group, on := "-", "off"
		if o.Group != "" {
			group = o.Group
		}
		if o.On {
			on = "on"
		}
		out.says("", []string{"option"}, []string{o.ID}, []string{group}, []string{on})
	}
	for _, p := range ds.Ports {
		var protocols, hosts, sources, destinations, options []string
		for _, x := range p.Protocols {
			protocols = append(protocols, x.ID)
		}
		for _, h := range p.Hosts {
			hosts = append(hosts, h.ID)
		}
		for _, s := range p.Scopes {
			for _, peer := range s.From {
				sources = append(sources, peer.ID)
			}
		}
		for _, peer := range p.To {
			destinations = append(destinations, peer.ID)
		}
		for _, o := range p.Options {
			options = append(options, o.ID)
		}
		if p.Socket != "" {
			protocols, sources = []string{"-"}, []string{"self"}
		}
		tail := [][]string{together(options), together(flagsOf(p))}
		out.says(p.ID, append([][]string{{"in"}, protocols, portsOf(p), hosts, sources}, tail...)...)
		out.says(p.ID, append([][]string{{"out"}, protocols, portsOf(p), hosts, destinations}, tail...)...)
	}
	return out
}

// portsOf gives a row's port cell.
func portsOf(p *dataset.Port) []string {
	var out []string
	for _, r := range p.Ranges {
		out = append(out, r.String())
	}
	var choices []string
	for _, r := range p.OneOf {
		choices = append(choices, r.String())
	}
	switch {
	case p.Socket != "":
		return []string{p.Socket}
	case p.Pattern != "":
		return []string{strings.ToLower(p.Pattern)}
	case p.Unstated != "":
		return []string{p.Unstated}
	case len(choices) > 0:
		for i := range out {
			out[i] += " of " + strings.Join(choices, "/")
		}
	case len(p.Types) > 0:
		for _, n := range p.Types {
			out = append(out, fmt.Sprintf("type %d", n))
		}
	case len(out) == 1 && out[0] == "1-65535":
		return []string{"all"}
	case len(out) == 0:
		return []string{"-"}
	}
	return out
}

// flagsOf gives a row's cell of flags.
func flagsOf(p *dataset.Port) []string {
	var out []string
	add := func(word, value string) {
		if value != "" {
			out = append(out, strings.ToLower(word+" "+value))
		}
	}
	for _, a := range p.Bind {
		if !p.Loopback() {
			add("bind", a.String())
		}
	}
	for _, i := range p.Interfaces {
		add("interface", i.ID)
	}
	for _, r := range p.Target {
		add("target", r.String())
	}
	switch {
	case p.Setting != "":
		add("setting", p.Setting)
	case p.Configurable:
		out = append(out, "configurable")
	}
	if p.Loopback() {
		out = append(out, "loopback")
	}
	if p.Documented {
		out = append(out, "documented")
	}
	add("application", p.Application)
	add("since", p.Since)
	add("until", p.Until)
	return out
}

// tables lists the datasets that have a transcription or should have one. MKE
// is older than the transcriptions.
func tables(t *testing.T) []string {
	t.Helper()
	ids := map[string]bool{}
	for _, in := range []struct {
		files fs.FS
		glob  string
	}{{portpress.Data(), "*.toml"}, {os.DirFS("testdata/tables"), "*.txt"}} {
		names, err := fs.Glob(in.files, in.glob)
		if err != nil || len(names) == 0 {
			t.Fatal(in.glob, names, err)
		}
		for _, name := range names {
			ids[strings.TrimSuffix(name, filepath.Ext(name))] = true
		}
	}
	delete(ids, "mke")
	return slices.Sorted(maps.Keys(ids))
}

// transcription reads the transcription of a dataset.
func transcription(t *testing.T, id string) sayings {
	t.Helper()
	text, err := os.ReadFile("testdata/tables/" + id + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	out, err := transcribed(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDatasetsSayWhatTheirSourcesSay holds each shipped dataset to its
// transcription.
func TestDatasetsSayWhatTheirSourcesSay(t *testing.T) {
	for _, id := range tables(t) {
		t.Run(id, func(t *testing.T) {
			want := transcription(t, id)
			base, problems := source.Open(portpress.Data(), id+".toml", "data/"+id+".toml")
			var ds *dataset.Dataset
			if len(problems) == 0 {
				ds, problems = dataset.Load(base)
			}
			if len(problems) > 0 {
				t.Error(printed(t, problems))
			}
			if ds == nil {
				t.FailNow()
			}
			if ds.Product.ID != id {
				t.Errorf("the product's id is %q", ds.Product.ID)
			}
			if diff := want.compare(said(ds)); diff != "" {
				t.Error("\n" + diff)
			}
		})
	}
}

// TestOptionsChooseWhatOpens compares, for the defaults and for each option
// turned on, what a dataset opens with what its transcription's lines say.
func TestOptionsChooseWhatOpens(t *testing.T) {
	for _, id := range tables(t) {
		t.Run(id, func(t *testing.T) {
			table := transcription(t, id)
			layers := []string{""}
			for x := range table {
				if cells := strings.Split(x.text, " | "); cells[0] == "option" {
					layers = append(layers, "options."+cells[1]+" = true")
				}
			}
			for _, layer := range layers {
				got := sayings{}
				for _, f := range load(t, id, layer).Flows {
					number := f.Range.String()
					if number == "" {
						number = "-"
					}
					for _, row := range append([]*dataset.Port{f.Port}, f.Also...) { // rows that repeat it
						got.says(row.ID, []string{string(f.Direction)}, []string{f.Protocol.ID}, []string{number}, []string{f.Host.ID}, []string{f.Peer.ID})
					}
				}
				chosen := strings.TrimSuffix(strings.TrimPrefix(layer, "options."), " = true")
				if diff := table.opens(chosen).compare(got); diff != "" {
					t.Errorf("%s\n%s", layer, diff)
				}
			}
		})
	}
}

// opens gives what a transcription's lines open with one option turned on
// beside the defaults.
func (s sayings) opens(chosen string) sayings {
	group, on := map[string]string{}, map[string]bool{}
	for x := range s {
		if cells := strings.Split(x.text, " | "); cells[0] == "option" {
			group[cells[1]], on[cells[1]] = strings.TrimPrefix(cells[2], "-"), cells[3] == "on"
		}
	}
	for o := range on {
		if o == chosen || group[chosen] != "" && group[o] == group[chosen] {
			on[o] = o == chosen
		}
	}
	out := sayings{}
	for x := range s {
		if x.row == "" {
			continue
		}
		cells := strings.Split(x.text, " | ")
		needs := values(strings.TrimPrefix(cells[5], "-"))
		ok := !slices.Contains(values(cells[6]), "documented") && cells[1] != "unstated"
		for _, o := range needs {
			ok = ok && (o == "" || on[o] || slices.ContainsFunc(needs, func(other string) bool {
				return group[o] != "" && group[o] == group[other] && on[other]
			}))
		}
		number, _, _ := strings.Cut(cells[2], " of ")
		switch {
		case number == "all":
			number = "1-65535"
		case strings.HasPrefix(number, "type "):
			number = "-"
		case number != "-" && strings.Trim(number, "0123456789-") != "":
			ok = false
		}
		if ok {
			out.says(x.row, []string{cells[0]}, []string{cells[1]}, []string{number}, []string{cells[3]}, []string{cells[4]})
		}
	}
	return out
}

// TestTranscriptionFindsDamage shows that the comparison fails when it should:
// for a row that is missing on either side, and for each cell.
func TestTranscriptionFindsDamage(t *testing.T) {
	const line = "in | tcp | 443 | managers | any, cluster | - | configurable | web-ui\n"
	ds := said(load(t, "mke"))
	for x := range ds {
		if x.row != "web-ui" {
			delete(ds, x)
		}
	}
	for _, test := range []struct{ name, text, want string }{
		{"the same", line, ""},
		{"the same in two lines", strings.Replace(line, "any, cluster", "any", 1) + strings.Replace(line, "any, cluster", "cluster", 1), ""},
		{"a missing row", "", "only the dataset"},
		{"another row", line + strings.Replace(line, "web-ui", "web", 1), "web: only the transcription"},
		{"both directions", strings.Replace(line, "in", "both", 1), "only the transcription"},
		{"protocol", strings.Replace(line, "tcp", "udp", 1), "only"},
		{"port", strings.Replace(line, "443", "444", 1), "only"},
		{"host", strings.Replace(line, "managers", "workers", 1), "only"},
		{"one host more", strings.Replace(line, "managers", "managers, workers", 1), "only the transcription"},
		{"one source less", strings.Replace(line, "any, ", "", 1), "only the dataset"},
		{"options", strings.Replace(line, "| - |", "| cilium |", 1), "only"},
		{"flags", strings.Replace(line, "configurable", "loopback", 1), "only"},
	} {
		want, err := transcribed(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := want.compare(ds); !strings.Contains(diff, test.want) || (diff == "") != (test.want == "") {
			t.Errorf("%s: %q", test.name, diff)
		}
	}
	if _, err := transcribed("in | tcp | 443 | managers | any | - | web-ui"); err == nil {
		t.Error("a line with a cell too few is read")
	}
}
