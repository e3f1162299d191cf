package dataset

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/source"
)

func layersOf(t *testing.T, text string) []*source.File {
	t.Helper()
	if text == "" {
		return nil
	}
	return []*source.File{file(t, "site.toml", text)}
}

// allows reports whether a type takes a value, as an editor would.
func (t Type) allows(v any) bool {
	if list, isList := v.([]any); isList {
		return t.Many && !slices.ContainsFunc(list, func(v any) bool { return !t.allows(v) })
	}
	return slices.ContainsFunc(t.Of, func(of Value) bool {
		switch v := v.(type) {
		case string:
			return of.Kind == KindText && (of.Words == nil || slices.Contains(of.Words, v)) && regexp.MustCompile(of.Pattern).MatchString(v)
		case int64:
			return of.Kind == KindNumber && int64(of.Min) <= v && v <= int64(of.Max)
		case bool:
			return of.Kind == KindTruth
		case map[string]any:
			if of.Kind == KindTable {
				return !slices.ContainsFunc(slices.Collect(maps.Values(v)), func(v any) bool { return !Type{Of: of.Each, Many: of.Lists}.allows(v) })
			}
			return of.Kind == KindTexts
		}
		return false
	})
}

// everyKey is the dataset that says every key.
func everyKey(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../proof/testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestEveryKeyIsUsed wants every-key.toml to say each key of the table: it is
// what other tests press, combine and compare.
func TestEveryKeyIsUsed(t *testing.T) {
	part, problems := file(t, "every-key.toml", everyKey(t)).Parse()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, s := range Sections() {
		tables := []any{part.Tree[s.Root()]}
		switch named, _ := tables[0].(map[string]any); {
		case s.Name == "":
			tables[0] = part.Tree
		case strings.HasPrefix(s.Name, "together."): // of layers
			continue
		case strings.Contains(s.Name, "."):
			tables = nil
			for _, table := range named {
				tables = append(tables, table)
			}
		}
		if s.Any.Name != "" {
			if table, _ := tables[0].(map[string]any); len(table) == 0 {
				t.Errorf("every-key.toml says nothing in [%s]", s.Name)
			}
		}
		for _, k := range s.Keys {
			if !slices.ContainsFunc(tables, func(v any) bool { table, _ := v.(map[string]any); return table[k.Name] != nil }) {
				t.Errorf("every-key.toml has no [%s] that says %s", s.Name, k.Name)
			}
		}
	}
}

// derived are the fields of the model that no key fills.
var derived = []string{
	"Host.ID", "Peer.ID", "Scope.ID", "Option.ID", "Interface.ID", "Port.ID", // the entries' names
	"Peer.Kind", "Peer.Networks", "Scope.Own", "Port.On", "Port.Details",
}

// TestEveryFieldHasAKey finds fields of the model that nothing fills when a
// dataset says every key.
func TestEveryFieldHasAKey(t *testing.T) {
	ds := mustLoad(t, everyKey(t), "[ssh]\nnetworks = \"192.0.2.0/24\"\n[egress]\ndeny = true\n")
	filled := map[string]bool{}
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				look(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				look(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Type().Field(i)
				if f.IsExported() {
					name := v.Type().Name() + "." + f.Name
					filled[name] = filled[name] || !v.Field(i).IsZero()
				}
				if f.Name == "Details" {
					look(v.Field(i))
				}
			}
		}
	}
	for _, entries := range []any{&ds.Product, ds.Hosts, ds.Peers, ds.Scopes, ds.Options, ds.Interfaces, &ds.SSH, &ds.Egress, ds.Ports} {
		look(reflect.ValueOf(entries))
	}
	if len(filled) < 40 {
		t.Errorf("found %d fields", len(filled))
	}
	for name, is := range filled {
		if !is && !slices.Contains(derived, name) {
			t.Errorf("no key of keytable.go fills %s", name)
		}
	}
}

// TestEveryKeyIsTold wants of each key a type and a meaning that fits a cell.
func TestEveryKeyIsTold(t *testing.T) {
	for _, s := range Sections() {
		names := map[string]bool{}
		for _, k := range s.Keys {
			if k.Type.Name == "" || len(k.Type.Of) == 0 || !strings.HasSuffix(k.Means, ".") || strings.Contains(k.Means, "\n") {
				t.Errorf("[%s] %s: the type %q and the meaning %q", s.Name, k.Name, k.Type.Name, k.Means)
			}
			if names[k.Name] {
				t.Errorf("[%s] has %s twice", s.Name, k.Name)
			}
			names[k.Name] = true
		}
		if len(s.Keys) > 64 {
			t.Errorf("[%s] has more keys than a keySet", s.Name)
		}
	}
}

// TestTypesAllowWhatIsWritten holds the types to the values of every-key.toml
// and of the shipped datasets: an editor that goes by them would mark none.
func TestTypesAllowWhatIsWritten(t *testing.T) {
	texts := []string{everyKey(t)}
	paths, err := filepath.Glob("../../data/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		texts = append(texts, shipped(t, filepath.Base(path)))
	}
	for _, text := range texts {
		part, _ := file(t, "x.toml", text).Parse()
		for _, s := range Sections() {
			tables, _ := part.Tree[s.Root()].(map[string]any)
			if !strings.Contains(s.Name, ".") {
				tables = map[string]any{"": tables}
			}
			for id, v := range tables {
				table, isTable := v.(map[string]any)
				if !isTable {
					if !s.Plain.allows(v) {
						t.Errorf("[%s] %s is %v", s.Name, id, v)
					}
					continue
				}
				for key, value := range table {
					kind := s.Any
					if i := slices.IndexFunc(s.Keys, func(k About) bool { return k.Name == key }); i >= 0 {
						kind = s.Keys[i].Type
					}
					if s.Name != "" && !kind.allows(value) {
						t.Errorf("[%s] %s: %s = %v is not %s", s.Name, id, key, value, kind.Name)
					}
				}
			}
		}
	}
}

// survives wants of each key that an entry says each text of its value in the
// combination's value of that key.
func survives[T any](t *testing.T, s *section[T], was, is *T) {
	t.Helper()
	for i := range s.keys {
		k := &s.keys[i]
		if !s.said(was).has(i) || saysNothing(k.Value(was)) || s.about.Name == "product" && k.Name == "id" {
			continue
		}
		if !s.said(is).has(i) {
			t.Errorf("[%s] %s was %s and is gone", s.about.Name, k.Name, tomlValue(k.Value(was)))
			continue
		}
		for _, text := range valueTexts(k.Value(was)) {
			if !slices.ContainsFunc(valueTexts(k.Value(is)), func(s string) bool { return strings.Contains(s, text) }) {
				t.Errorf("[%s] %s was %s and is %s", s.about.Name, k.Name, tomlValue(k.Value(was)), tomlValue(k.Value(is)))
			}
		}
	}
}

func valueTexts(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []Range:
		return Texts(v, Range.String)
	case map[string]string:
		return Texts(sortedKeys(v), func(key string) string { return key + "=" + v[key] })
	case map[string][]string:
		return Texts(sortedKeys(v), func(key string) string { return key + "=" + strings.Join(v[key], "+") })
	}
	return []string{fmt.Sprint(v)}
}

// TestCombinationKeepsEveryKey combines the dataset that says every key with
// one that says little: each key of the table is as it was, and the combination
// opens what it opened.
func TestCombinationKeepsEveryKey(t *testing.T) {
	const site = "[ssh]\nport = 2222\nnetworks = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n[hosts.servers]\ngroup = \"control\"\n[egress]\ndeny = true\n"
	ds := mustLoad(t, everyKey(t), site)
	other := mustLoad(t, strings.NewReplacer("servers", "others", "agents", "more").Replace(sample))
	for _, parts := range [][]*Dataset{{ds}, {ds, other}, {other, ds}} {
		combined, problems := Combine("site", parts, nil)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		again, problems := Load(combined)
		if again == nil {
			t.Fatalf("%v in\n%s", problems, combined.Text)
		}
		survives(t, productKeys, &ds.Product, &again.Product)
		survives(t, sshKeys, &ds.SSH, &again.SSH)
		survives(t, egressKeys, &ds.Egress, &again.Egress)
		survivors(t, hostKeys, ds.Hosts, again.Hosts, "", func(h *Host) string { return h.ID })
		survivors(t, peerKeys, ds.Peers, again.Peers, "", peerID)
		survivors(t, scopeKeys, ds.Scopes, again.Scopes, "", func(s *Scope) string { return s.ID })
		survivors(t, optionKeys, ds.Options, again.Options, "every-key-", func(o *Option) string { return o.ID })
		survivors(t, interfaceKeys, ds.Interfaces, again.Interfaces, "", func(i *Interface) string { return i.ID })
		survivors(t, portKeys, ds.Ports, again.Ports, "every-key-", func(p *Port) string { return p.ID })
		for _, n := range ds.Networks {
			if !slices.ContainsFunc(again.Networks, func(m *Network) bool { return m.ID == n.ID && slices.Equal(m.Prefixes, n.Prefixes) }) {
				t.Errorf("the networks of %s are gone", n.ID)
			}
		}
	}
}

func survivors[T any](t *testing.T, s *section[T], was, is []*T, prefix string, id func(*T) string) {
	t.Helper()
	for _, a := range was {
		name := prefix + id(a)
		i := slices.IndexFunc(is, func(b *T) bool { return id(b) == name || prefix == "" && strings.HasSuffix(id(b), "-"+name) })
		if i < 0 {
			t.Errorf("[%s] %s is gone", s.about.Name, id(a))
			continue
		}
		survives(t, s, a, is[i])
	}
}

// TestProductsThatDiffer lists what becomes of a key that two products say
// differently: both values where both can hold, else a problem that a layer
// settles. ssh is never closed to anybody who came in by one of them.
func TestProductsThatDiffer(t *testing.T) {
	first := sample + "[interfaces.storage]\nname = \"Storage\"\n[peers.lab]\nname = \"Lab\"\n" +
		row("bound", "1", "interfaces = \"storage\"\nfrom = \"lab\"\n")
	second := strings.NewReplacer(`"demo"`, `"other"`, `"Demo"`, `"Other"`).Replace(first)
	for _, tc := range []struct {
		name         string
		one, another string // what the products say
		layer        string
		want         string // the problem, or below what the combination holds
		holds        string
	}{
		{name: "ssh of one", one: "[ssh]\nport = 2222\nnetworks = \"10.0.0.0/8\"\n", holds: "port = 2222\nnetworks = [\"10.0.0.0/8\"]\n"},
		{name: "ssh of the other", another: "[ssh]\nport = 2222\n", holds: "[ssh]\nport = 2222\n"},
		{
			name: "two ports of ssh", one: "[ssh]\nport = 22\n", another: "[ssh]\nport = 2222\n",
			want: "error: ssh.port: demo says 22, and other says 2222",
		},
		{name: "two ports of ssh, and a layer", one: "[ssh]\nport = 22\n", another: "[ssh]\nport = 2222\n", layer: "ssh.port = 2222\n", holds: "[ssh]\n"},
		{
			name: "networks of ssh", one: "[ssh]\nnetworks = \"10.0.0.0/8\"\n", another: "[ssh]\nnetworks = [\"192.0.2.0/24\", \"10.0.0.0/8\"]\n",
			holds: "networks = [\"10.0.0.0/8\", \"192.0.2.0/24\"]\n",
		},
		{name: "networks of ssh, and anyone", one: "[ssh]\nport = 22\nnetworks = \"10.0.0.0/8\"\n", another: "[ssh]\nnetworks = []\n", holds: "[ssh]\nport = 22\n\n"},
		{
			name: "devices", one: "interfaces.storage.device = \"eth1\"\n", another: "interfaces.storage.device = \"eth2\"\n",
			want: `error: interfaces.storage.device: demo says "eth1", and other says "eth2"`,
		},
		{name: "a device of one", another: "interfaces.storage.device = \"eth2\"\n", holds: "device = \"eth2\"\n"},
		{
			name: "groups", one: "hosts.servers.group = \"a\"\n", another: "hosts.servers.group = \"b\"\n",
			want: `error: hosts.servers.group: demo says "a", and other says "b"`,
		},
		{
			name: "pods", one: "hosts.servers.pods = {a = \"1\"}\n", another: "hosts.servers.pods = {a = \"2\"}\n",
			want: `error: hosts.servers.pods: demo says {"a" = "1"}, and other says {"a" = "2"}`,
		},
		{name: "pods of one", one: "hosts.servers.pods = {a = \"1\"}\n", holds: "pods = {\"a\" = \"1\"}\n"},
		{
			name: "names", another: "hosts.servers.name = \"Machines\"\n",
			want: `warning: hosts.servers.name: demo says "Servers", and other says "Machines"`,
		},
		{name: "names, and a layer", another: "hosts.servers.name = \"Machines\"\n", layer: "[hosts.servers]\nname = \"Machines\"\n", holds: "name = \"Servers\"\n"},
		{name: "descriptions", one: "peers.lab.description = \"One.\"\n", another: "peers.lab.description = \"Two.\"\n", holds: "description = \"One. Two.\"\n"},
		{name: "addresses", one: "peers.lab.addresses = \"a\"\n", another: "peers.lab.addresses = [\"b\", \"a\"]\n", holds: "addresses = [\"a\", \"b\"]\n"},
		{name: "notes", one: "product.notes = \"N\"\n", another: "product.notes = \"M\"\n", holds: "notes = [\"Demo: N\", \"Other: M\"]\n"},
		{name: "versions", one: "product.version = \"1\"\n", another: "product.version = \"2\"\n", holds: "version = \"Demo 1, Other 2\"\n"},
		{
			name: "a group of a host that is several", one: "hosts.servers.group = \"a\"\n", layer: "together.demo.servers = [\"x\", \"servers\"]\nhosts.x.group = \"y\"\n",
			want: "error: hosts.servers.group: group is said of servers, which is several here: x, servers",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			parts := []*Dataset{mustLoad(t, first, tc.one), mustLoad(t, second, tc.another)}
			combined, problems := Combine("both", parts, layersOf(t, tc.layer))
			got := ""
			for _, p := range problems {
				got += fmt.Sprintf("%s: %s", p.Severity, p.Text)
			}
			if got != tc.want {
				t.Fatalf("the problems are %q, want %q", got, tc.want)
			}
			if !strings.Contains(combined.Text, tc.holds) {
				t.Errorf("no %q in\n%s", tc.holds, combined.Text)
			}
			if ds, problems := Load(combined, layersOf(t, tc.layer)...); ds == nil {
				t.Errorf("%v in\n%s", problems, combined.Text)
			}
		})
	}
}

// TestRemarks holds that what a row says beside its columns is remarked.
func TestRemarks(t *testing.T) {
	const said = `application = "HTTPS"
bind = ["10.0.0.1", "::2"]
interfaces = "lan"
target = [8080, "9000-9009"]
since = "1"
until = "2"
notes = ["First.", "Second."]
options = "extra"
opens = false
`
	ds := mustLoad(t, sample+"[interfaces.lan]\nname = \"LAN\"\n[options.extra]\nname = \"Extra\"\n"+row("a", "1", said))
	want := []string{
		"only with Extra", "HTTPS", "listens on 10.0.0.1, ::2", "on LAN", "forwards to 8080, 9000-9009", "from version 1 to 2", "opens nothing",
		"First.", "Second.",
	}
	if got := ds.Ports[len(ds.Ports)-1].Remarks(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
