package dataset

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// FuzzLoad holds that no dataset, layer or argument brings Load down; that two
// loads of the same give the same; that every problem stands in its text; and
// that there is a dataset just where there is no error.
func FuzzLoad(f *testing.F) {
	f.Add(sample, "[ports.web]\nport = 8443\n", "ports.web.port=1-2")
	f.Add(sample+row("a", "[1, \"2-3\"]", "to = \"any\"\n")+row("b", "\"all\"", "from = \"agents\"\n"), "[options]\nx = true\n", "")
	f.Add("format = 1\n[ports.a]\nport = [0, \"9-1\", \"1-2\", 2, 2]\nhosts = [\"b\", 1]\nprotocols = []\n", "", "networks.cluster=10.0.0.1/8")
	f.Add("format = 2\nports = 1\nhosts = [[1]]\n[scopes]\na = {from = {}}\n", "hosts.any.name = 1", "a=[")
	f.Add("[a\n[hosts.b]\nname = \"\n[peers.b]\nx.y.z = 1\n[networks]\nb = 1\n", "ports.a.port = \"dynamic\"", "x")
	f.Add(sample+"[interfaces.i]\nname = \"I\"\ndevice = \"e th\"\n[options.o]\nname = \"O\"\ngroup = \"g\"\ndefault = true\n"+
		row("a", "", "one-of = [1, 2]\nbind = [\"::1\", \"x\"]\ninterfaces = \"i\"\ntypes = 300\nsocket = \"/x\"\n"), "", "")
	f.Fuzz(func(t *testing.T, base, layer, set string) {
		if len(base) > 20_000 {
			return
		}
		baseFile, problems := source.FromReader(strings.NewReader(base), "base")
		layerFile, more := source.FromReader(strings.NewReader(layer), "layer")
		if len(problems)+len(more) > 0 {
			return
		}
		layers := []*source.File{layerFile}
		if file, problems := Set(set); file != nil {
			layers = append(layers, file)
		} else {
			inText(t, problems, &source.File{Name: setName, Text: strings.ToValidUTF8(set, "\ufffd")})
		}
		loadTwice(t, baseFile, layers)
	})
}

// loadTwice loads a dataset and checks all that holds for every one.
func loadTwice(t *testing.T, base *source.File, layers []*source.File) {
	t.Helper()
	ds, problems := Load(base, layers...)
	inText(t, problems, append(slices.Clone(layers), base)...)
	if failed := problems.Count(problem.Error) > 0; failed != (ds == nil) {
		t.Fatalf("dataset %v with the problems %v", ds, problems)
	}
	var fresh []*source.File // without what the first load found out
	for _, f := range layers {
		fresh = append(fresh, &source.File{Name: f.Name, Text: f.Text})
	}
	again, problemsAgain := Load(&source.File{Name: base.Name, Text: base.Text}, fresh...)
	if !reflect.DeepEqual(problems, problemsAgain) {
		t.Fatalf("the problems\n%v\nare another time\n%v", problems, problemsAgain)
	}
	if ds != nil {
		if got, want := whole(again), whole(ds); got != want {
			t.Fatalf("the dataset\n%s\nis another time\n%s", want, got)
		}
		consistent(t, ds)
	}
}

// words are the values that FuzzRows writes behind keys: right ones, and
// behind the empty one wrong ones.
var words = map[string][]string{
	"port":         {"1", "80", "[80, 443]", `"8000-8010"`, `[1, "5-9"]`, `{http = 80, https = "443-444"}`, `[135, "dynamic"]`, `"all"`, `"dynamic"`, `"unknown"`, "", "0", `"9-1"`, `[1, "1-2"]`, "[]", "1.5", `"x"`},
	"configurable": {"true", "false", `"http.port"`, "", "1"},
	"protocols":    {`"tcp"`, `["tcp", "udp"]`, `"sctp"`, `"unstated"`, `["tcp", "unstated"]`, "", `"any"`, `"esp"`, `["icmp"]`, `["tcp", "icmp"]`, `"tpc"`, "[]", "[1]"},
	"hosts":        {`"a"`, `["a", "b"]`, `"b"`, `"all"`, "", `["a", "a"]`, `"c"`},
	"scopes":       {`"in"`, `["in", "out"]`, `"out"`, "", `"any"`, `"x"`},
	"from":         {`"any"`, `["b", "lab"]`, `"self"`, `"cluster"`, `"unstated"`, "", `"nobody"`, "[]"},
	"to":           {`"lab"`, `["a", "any"]`, "", "[]"},
	"options":      {`"o"`, `["o", "g1"]`, `["g1", "g2"]`, "", `"x"`},
	"purpose":      {`"P"`, `"P, \"q\" | x"`, "", `""`, `"\u202e"`, "3"},
	"between":      {"", `["a", "b"]`, `["a", "lab"]`, `"cluster"`, `["lab", "self"]`},
	"one-of":       {`[80, 443, "8000-8010"]`, `"1-65535"`, "", "1", "[]"},
	"pattern":      {`"32NN"`, "", `""`},
	"types":        {"", "8", "[0, 8]", "256", `"x"`},
	"instances":    {"3", "", "0", "70000", `"x"`},
	"when":         {"{o = 81}", `{g1 = 82, g2 = "83-84"}`, "", "{}", "{x = 1}", "{o = 0}", "1"},
	"either":       {"true", "false", "", "1"},
	"alternative":  {"", "2375", `"x"`},
	"bind":         {`["::1", "10.0.0.1"]`, "", `"127.0.0.1"`, `"localhost"`},
	"interfaces":   {`"i"`, "", `"j"`},
	"forwarded":    {"true", "false", "", "1"},
	"target":       {"8080", "", `"x"`},
	"application":  {`"HTTPS"`, "", "1"},
	"selinux":      {`"http_port_t"`, `"a.b_t"`, "", `"no type"`, `"1_t"`, "1"},
	"columns":      {`{owner = "A"}`, `{owner = "", since = "1"}`, "", `{x = "1"}`, `{owner = 1}`, "1"},
	"component":    {`"core"`, "", "[]"},
	"socket":       {"", `"/run/x.sock"`, "true", `""`, "1"},
	"notes":        {`"n"`, `["n", "m"]`, "", `[""]`, "1"},
	"since":        {`"1.2"`, "", "1.2"},
	"until":        {`"3"`, "", "[3]"},
	"opens":        {"true", "false", "", "1"},
	"repeats":      {"", `"r0"`, `["r0", "r1"]`, `"x"`},
	"colour":       {"", "1"},
}

const wordsHead = `format = 1
product = {id = "demo", name = "Demo"}
hosts = {a = {name = "A"}, b = {name = "B"}}
peers = {lab = {name = "Lab"}}
columns = {owner = {name = "Owner"}, since = {name = "Since"}}
interfaces = {i = {name = "I", device = "eth0"}}
scopes = {in = {name = "In", from = ["cluster", "lab"]}, out = {name = "Out", from = "any"}}
networks = {lab = "192.0.2.0/24"}
[options]
o = {name = "O", default = true}
g1 = {name = "G1", group = "g"}
g2 = {name = "G2", group = "g", default = true}
`

// FuzzRows holds the same as FuzzLoad for rows made of keys and values that
// mean something, which blind changes to a text seldom give.
func FuzzRows(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		mistakes := r.Float64() * 0.1 // few, or no dataset would ever load
		write := func(b *strings.Builder, key string) {
			right, wrong := words[key], []string(nil)
			if i := slices.Index(right, ""); i >= 0 {
				right, wrong = right[:i], right[i+1:]
			}
			list := right
			if r.Float64() < mistakes {
				list = wrong
			}
			if len(list) > 0 {
				fmt.Fprintf(b, "%s = %s\n", key, list[r.IntN(len(list))])
			}
		}
		all := slices.Sorted(maps.Keys(words))
		var base, layer strings.Builder
		base.WriteString(wordsHead)
		for i := range 1 + r.IntN(6) {
			fmt.Fprintf(&base, "[ports.r%d]\n", i)
			keys := []string{"port", "protocols", "hosts", "purpose", []string{"scopes", "from", "to"}[r.IntN(3)]}
			for range r.IntN(4) {
				if key := all[r.IntN(len(all))]; !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
			for _, key := range keys {
				write(&base, key)
			}
		}
		for i := range r.IntN(3) {
			fmt.Fprintf(&layer, "[ports.r%d]\n", i)
			write(&layer, all[r.IntN(len(all))])
		}
		loadTwice(t, &source.File{Name: "base", Text: base.String()}, []*source.File{{Name: "layer", Text: layer.String()}})
	})
}

// inText fails unless each problem stands in the text of its file, at most one
// column behind the end of its line.
func inText(t *testing.T, list problem.List, files ...*source.File) {
	t.Helper()
	for _, p := range list {
		found := false
		for _, f := range files {
			lines := strings.Split(f.Text, "\n")
			if p.File == f.Name && p.Line >= 1 && p.Line <= len(lines) {
				line := lines[p.Line-1]
				found = found || p.Excerpt == line && p.Column >= 1 && p.Column+max(p.Width-1, 0) <= len([]rune(line))+1
			}
		}
		if !found {
			t.Fatalf("%s, %d wide, on %q, is in no text: %s", p.Place(), p.Width, p.Excerpt, p.Text)
		}
		if p.Code == "" || p.Text == "" || strings.HasSuffix(p.Text, ".") {
			t.Fatalf("%s has the code %q and the text %q", p.Place(), p.Code, p.Text)
		}
	}
}

// whole writes down everything that a dataset says.
func whole(ds *Dataset) string {
	var b strings.Builder
	b.WriteString(says(ds))
	for _, p := range ds.Ports {
		fmt.Fprintf(&b, "%s %v %v %q %q\n", p.ID, p.Ranges, p.On, p.OptionIDs(), p.Remarks())
	}
	for _, n := range ds.Networks {
		fmt.Fprintf(&b, "network %s %v\n", n.ID, n.Prefixes)
	}
	b.WriteString(strings.Join(flows(ds), "\n"))
	return b.String()
}

// consistent checks what templates rely on.
func consistent(t *testing.T, ds *Dataset) {
	t.Helper()
	hosts, scopes := map[*Host]bool{}, map[*Scope]bool{}
	for _, h := range ds.Hosts {
		hosts[h] = true
	}
	for _, s := range ds.Scopes {
		scopes[s] = true
	}
	for _, p := range ds.Ports {
		if p.Details == nil || !isKebab(p.ID) {
			t.Fatalf("row %q is not whole", p.ID)
		}
		for _, r := range p.Ranges {
			if r.From < 1 || r.To < r.From || r.To > 65535 {
				t.Fatalf("row %q has the range %v", p.ID, r)
			}
		}
		for _, s := range p.Scopes {
			if !scopes[s] {
				t.Fatalf("row %q has a scope %q that the dataset has not", p.ID, s.ID)
			}
		}
	}
	for _, f := range ds.Flows {
		if !hosts[f.Host] || !scopes[f.Scope] || f.Peer == nil || !f.Port.On || f.Protocol == unstatedProtocol || f.Peer.Kind == PeerUnstated || f.Protocol.HasPorts == (f.Range == Range{}) {
			t.Fatalf("flow %+v is not whole", f)
		}
	}
}
