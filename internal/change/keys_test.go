package change

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/source"
)

// someValues are values for a key of a type, of which a dataset may refuse some.
func someValues(kind dataset.Type, ids []string) (values []string) {
	for _, of := range kind.Of {
		switch of.Kind {
		case dataset.KindTruth:
			values = append(values, "true", "false")
		case dataset.KindNumber:
			values = append(values, fmt.Sprint(of.Min), fmt.Sprint(of.Max), "2222")
		case dataset.KindTexts:
			for _, id := range append(ids, "colour") {
				values = append(values, fmt.Sprintf("{%s = \"blue\"}", id))
			}
		case dataset.KindTable:
			for _, id := range ids {
				values = append(values, fmt.Sprintf("{%s = 2222}", id))
			}
		case dataset.KindText:
			for _, text := range slices.Concat(of.Words, ids, []string{"other", "198.51.100.0/24", "192.0.2.99", "127.0.0.2"}) {
				values = append(values, `"`+text+`"`)
			}
		}
	}
	return values
}

// TestEveryKeyIsSeen changes each key of the table in turn, in the dataset that
// says all of them: what exports can tell apart, diff must.
func TestEveryKeyIsSeen(t *testing.T) {
	text, err := os.ReadFile("../proof/testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	base := source.File{Name: "every-key.toml", Text: string(text)}
	part, _ := base.Parse()
	before := load(t, base.Text)
	for _, s := range dataset.Sections() {
		if s.Name == "" || strings.HasPrefix(s.Name, "together") { // the format, and what only --as reads
			continue
		}
		named := strings.Contains(s.Name, ".")
		tables, _ := part.Tree[s.Root()].(map[string]any)
		paths := []string{s.Root()}
		if named {
			paths = nil
			for _, id := range slices.Sorted(maps.Keys(tables)) {
				paths = append(paths, s.Root()+"."+id)
			}
		}
		keys := s.Keys
		if s.Any.Name != "" {
			keys = append(slices.Clone(keys), dataset.About{Name: "neighbours", Type: s.Any})
		}
		for _, k := range keys {
			refers, _ := part.Tree[k.Type.Refers].(map[string]any)
			ids := slices.Sorted(maps.Keys(refers))
			if k.Type.Refers == "peers" {
				hosts, _ := part.Tree["hosts"].(map[string]any)
				ids = append(ids, slices.Sorted(maps.Keys(hosts))...)
			}
			if !seen(before, &base, paths, k, someValues(k.Type, ids)) {
				t.Errorf("no change of %s in [%s] is seen", k.Name, s.Name)
			}
		}
	}
}

// seen reports whether a dataset with another value of the key differs in it.
func seen(before *dataset.Dataset, base *source.File, paths []string, k dataset.About, values []string) bool {
	for _, path := range paths {
		for _, value := range values {
			layer := &source.File{Name: "layer.toml", Text: path + "." + k.Name + " = " + value}
			after, _ := dataset.Load(&source.File{Name: base.Name, Text: base.Text}, layer)
			if after == nil {
				continue
			}
			for _, e := range Between(before, after).Entries {
				section := e.Section
				for _, f := range e.Fields {
					if section == "networks" || f.Key == k.Name && strings.HasPrefix(path, section) {
						return true
					}
				}
			}
		}
	}
	return false
}

// TestSites holds what a layer says that isn't a row: what opens more by it.
func TestSites(t *testing.T) {
	const ssh = "[ssh]\n"
	storage := row("web", `interfaces = "storage"`)
	for _, test := range []struct {
		name, rows    string
		before, after string // the layers
		more, less    []string
		others        []string
	}{
		{
			name: "ssh from anywhere", before: ssh + "networks = \"10.0.0.0/8\"\n",
			more: []string{"ssh: TCP 22 on servers, agents from any"},
		},
		{
			name: "ssh from fewer", after: ssh + "networks = [\"10.0.0.0/8\", \"fd00::/8\"]\n",
			less: []string{"ssh: TCP 22 on servers, agents from any"},
		},
		{
			name: "ssh from another network", before: ssh + "networks = \"10.0.0.0/8\"\n", after: ssh + "networks = [\"10.1.0.0/16\", \"192.0.2.0/24\"]\n",
			more: []string{"ssh: TCP 22 on servers, agents from 192.0.2.0/24"},
			less: []string{"ssh: TCP 22 on servers, agents from 10.0.0.0/8"},
		},
		{
			name: "ssh on another port", before: ssh + "networks = \"10.0.0.0/8\"\n", after: ssh + "port = 2222\nnetworks = \"10.0.0.0/8\"\n",
			more: []string{"ssh: TCP 2222 on servers, agents from 10.0.0.0/8"},
			less: []string{"ssh: TCP 22 on servers, agents from 10.0.0.0/8"},
		},
		{name: "ssh as it is without a word", after: ssh + "port = 22\nnetworks = []\n"},
		{
			name: "anywhere in so many words", before: ssh + "networks = [\"0.0.0.0/0\", \"::/0\"]\n",
		},
		{
			name: "a device", rows: storage, after: "interfaces.storage.device = \"eth1\"\n",
			more: []string{"interfaces.storage: opens eth1, in 1 row"},
		},
		{
			name: "another device", rows: storage, before: "interfaces.storage.device = \"eth1\"\n", after: "interfaces.storage.device = \"eth2\"\n",
			more: []string{"interfaces.storage: opens eth2, in 1 row"},
			less: []string{"interfaces.storage: closes eth1, in 1 row"},
		},
		{name: "a device of no row", after: "interfaces.storage.device = \"eth1\"\n", others: []string{"interfaces.storage"}},
		{
			name: "nothing is denied any more", before: "egress.deny = true\n",
			more: []string{"egress: Any protocol on servers, agents to any"},
		},
		{
			name: "all is denied", after: "egress.deny = true\n",
			less: []string{"egress: Any protocol on servers, agents to any"},
		},
		{
			name: "more is allowed", before: "egress = {deny = true, allow = [\"dns\"]}\n", after: "egress = {deny = true, allow = [\"ping\", \"dns\", \"ntp\", \"metadata\"]}\n",
			more: []string{
				"egress: TCP 80 on servers, agents to egress.metadata", "egress: UDP 123 on servers, agents to any",
				"egress: ICMP type 8 on servers, agents to any", "egress: ICMPv6 type 128 on servers, agents to any",
			},
		},
		{
			name: "less is allowed", before: "egress.deny = true\n", after: "egress = {deny = true, allow = [\"dns\", \"ntp\"]}\n",
			less: []string{"egress: UDP 67, 547 on servers, agents to any"},
		},
		{name: "allowed where nothing is denied", after: "egress.allow = \"ping\"\n", others: []string{"egress"}},
		{
			name: "an outgoing row under deny", before: "egress.deny = true\n",
			after: "egress.deny = true\n" + row("packages", "to = \"any\"", "no-scopes"), more: []string{"ports.packages (added): TCP 443 on servers to any"},
		},
		{name: "a group", after: "hosts.servers.group = \"g\"\n", others: []string{"hosts.servers"}},
		{name: "pods", after: "hosts.servers.pods = {a = \"b\"}\n", others: []string{"hosts.servers"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			side := func(site string) *dataset.Dataset {
				base := &source.File{Name: "test.toml", Text: whole(test.rows)}
				ds, problems := dataset.Load(base, &source.File{Name: "site.toml", Text: site})
				if ds == nil {
					t.Fatal(problems)
				}
				return ds
			}
			c := Between(side(test.before), side(test.after))
			more, less, others := told(c)
			if !slices.Equal(more, test.more) || !slices.Equal(less, test.less) || !slices.Equal(others, test.others) {
				t.Errorf("opens more: %q\nopens less: %q\nothers: %q", more, less, others)
			}
			if c.Widened() != (len(test.more) > 0) {
				t.Errorf("widened: %t", c.Widened())
			}
		})
	}
}
