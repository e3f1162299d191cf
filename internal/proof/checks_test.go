package proof

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// These tests read the exports that check rather than open: every row must be
// checked there, or named with why it isn't.

// unchecked is the comment that names a row.
var unchecked = regexp.MustCompile(`(?m)^# not (?:checked|probed): (\S+?)(?: (\S+)(?: ([\d-]+))?(?: on (\S+))?)?, \S.*$`)

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// named reads these comments.
func named(text, host string, out facts) {
	for _, m := range unchecked.FindAllStringSubmatch(text, -1) {
		out[fact{host + m[4], m[2], m[3], m[1] + " is named"}] = true
	}
}

// flowsOf gives the flows that a row opens, alone or with others.
func flowsOf(ds *dataset.Dataset, p *dataset.Port) []*dataset.Flow {
	var out []*dataset.Flow
	for i := range ds.Flows {
		if f := &ds.Flows[i]; f.Port == p || slices.Contains(f.Also, p) {
			out = append(out, f)
		}
	}
	return out
}

var (
	gossName = regexp.MustCompile(`^(\S+) (tcp|udp) (\d+) listens( nowhere else)?$`)
	gossExec = regexp.MustCompile(`^ss -Hln([tu]) 'sport = :(\d+)(?: and (not )?\( (.+) \))?'$`)
)

// gossGap compares what goss itself reads of each host's file with the dataset.
func gossGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	tool := testtool.Need(t, "goss")
	got, want := facts{}, facts{}
	for _, h := range ds.Hosts.Of(dataset.Linux) { // which ss is of
		path := filepath.Join(dir, "goss", ds.Product.ID+"-"+h.ID+".yaml")
		var doc struct {
			Command map[string]struct{ Exec, Title string }
		}
		if err := yaml.Unmarshal([]byte(run(t, "", tool[0], "-g", path, "render")), &doc); err != nil {
			t.Fatal(err)
		}
		for name, c := range doc.Command {
			m, ss := gossName.FindStringSubmatch(name), gossExec.FindStringSubmatch(c.Exec)
			if m == nil || ss == nil || ss[1] != m[2][:1] || ss[2] != m[3] || (ss[3] == "") != (m[4] == "") {
				t.Fatalf("%q does %q", name, c.Exec)
			}
			says := m[1] + " listens"
			if m[4] != "" {
				says = m[1] + " only at " + addressesOf(ss[4])
			}
			got[fact{h.ID, m[2], m[3], says}] = true
			if p := rowOf(ds, m[1]); c.Title != p.Caption() {
				t.Errorf("goss reads the title %q, and the purpose is %q", c.Title, p.Caption())
			}
		}
		named(readText(t, path), h.ID, got)
		want.add(gossChecks(ds, h))
	}
	return got.compare(want)
}

func rowOf(ds *dataset.Dataset, id string) *dataset.Port {
	return ds.Ports[slices.IndexFunc(ds.Ports, func(p *dataset.Port) bool { return p.ID == id })]
}

// addressesOf sorts the addresses of ss's "src A or src [B]".
func addressesOf(filter string) string {
	list := strings.Split(strings.TrimPrefix(filter, "src "), " or src ")
	for i, a := range list {
		list[i] = strings.Trim(a, "[]")
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// gossChecks is what the file of a host should check and name.
func gossChecks(ds *dataset.Dataset, h *dataset.Host) facts {
	out := facts{}
	for _, p := range ds.Ports {
		if !slices.Contains(p.OpenHosts(), h) && !p.HostsUnstated() {
			continue
		}
		flows := flowsOf(ds, p)
		if len(flows) == 0 {
			out[fact{h.ID, "", "", p.ID + " is named"}] = true
		}
		for _, f := range flows {
			if f.Host != h {
				continue
			}
			x := fact{h.ID, f.Protocol.ID, f.Range.String(), p.ID + " is named"}
			listens := f.Direction == dataset.In && f.Range.Single() && (f.Protocol.ID == "tcp" || f.Protocol.ID == "udp")
			if listens && !p.Forwarded { // of a forwarded port something else may hold the socket, or nothing
				x.scope = p.ID + " listens"
				if at := onlyAt(ds, f); at != "" {
					out[fact{x.host, x.protocol, x.port, p.ID + " only at " + at}] = true
				}
			}
			out[x] = true
		}
	}
	return out
}

// onlyAt gives the addresses that all rows with a port narrow it to, if all do.
func onlyAt(ds *dataset.Dataset, f *dataset.Flow) string {
	at := map[string]bool{}
	for _, g := range ds.Flows {
		if g.Direction != dataset.In || g.Host != f.Host || g.Protocol != f.Protocol || g.Range.From > f.Range.From || g.Range.To < f.Range.To {
			continue
		}
		self := g.Peer.Kind == dataset.PeerSelf
		switch {
		case !g.Range.Single() && self:
		case g.Range.Single() && len(g.Port.Bind) > 0 && !g.Port.ToMany():
			for _, a := range g.Port.Bind {
				at[a.String()] = true
			}
		case g.Range.Single() && self:
			at["127.0.0.0/8"], at["::1"] = true, true
		default:
			return ""
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(at)), " ")
}

func TestGossChecksTheTable(t *testing.T) {
	testtool.Need(t, "goss")
	everywhere(t, agree(gossGap))
	ds := loadText(t, shared)
	agree(gossGap)(t, ds, writeSet(t, ds))
}

// probesGap has promtool check the jobs, and compares them with the dataset.
func probesGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	tool := testtool.Need(t, "promtool")
	path := filepath.Join(dir, "prometheus", ds.Product.ID+"-blackbox.yml")
	if out := run(t, "", tool[0], "check", "config", path); !strings.Contains(out, "SUCCESS") {
		t.Errorf("promtool says %s", out)
	}
	text := readText(t, path)
	var doc struct {
		Jobs []struct {
			Name    string                     `yaml:"job_name"`
			Files   []struct{ Files []string } `yaml:"file_sd_configs"`
			Relabel []struct {
				Target      string `yaml:"target_label"`
				Replacement string
			} `yaml:"relabel_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	got := facts{}
	for _, j := range doc.Jobs {
		name := strings.Split(j.Name, "/")
		sets := map[string]string{}
		for _, r := range j.Relabel {
			sets[r.Target] = r.Replacement
		}
		port := strings.TrimPrefix(sets["__param_target"], "$1:")
		if len(name) != 4 || name[0] != ds.Product.ID || name[2] != sets["row"] || name[3] != port ||
			j.Files[0].Files[0] != "targets/"+name[0]+"-"+name[1]+".json" {
			t.Fatalf("job %s has %v and %v", j.Name, sets, j.Files)
		}
		got[fact{name[1], "tcp", port, sets["row"] + " is " + sets["reach"]}] = true
	}
	named(text, "", got)
	return got.compare(probes(ds))
}

// probes is what the jobs should probe and name.
func probes(ds *dataset.Dataset) facts {
	out := facts{}
	for _, p := range ds.Ports {
		flows := flowsOf(ds, p)
		if len(flows) == 0 {
			out[fact{"", "", "", p.ID + " is named"}] = true
		}
		for _, f := range flows {
			x := fact{"", f.Protocol.ID, f.Range.String(), p.ID + " is named"}
			elsewhere := len(p.Interfaces) > 0 || len(p.Bind) > 0 && !p.Loopback()
			if f.Direction == dataset.In && f.Protocol.ID == "tcp" && f.Range.Single() && !elsewhere {
				x.host = f.Host.ID
				if reach := fromOutside(ds, f); reach != "" {
					x.scope = p.ID + " is " + reach
				}
			}
			out[x] = true
		}
	}
	return out
}

// fromOutside tells whether anyone gets in where a flow does: open, closed, or
// nothing if it depends on the address.
func fromOutside(ds *dataset.Dataset, f *dataset.Flow) string {
	reach := "closed"
	if ssh := ds.SSH.Port; f.Protocol.ID == "tcp" && f.Range.From <= ssh && ssh <= f.Range.To { // which firewalls let in
		reach = ""
	}
	for _, g := range ds.Flows {
		covers := g.Protocol.ID == "any" || g.Protocol == f.Protocol && g.Range.From <= f.Range.From && g.Range.To >= f.Range.To
		switch {
		case g.Direction != dataset.In || g.Host != f.Host || g.Peer.Kind != dataset.PeerAny || !covers:
		case len(g.Port.Bind)+len(g.Port.Interfaces) == 0:
			return "open"
		default:
			reach = ""
		}
	}
	return reach
}

func TestBlackboxProbesTheTable(t *testing.T) {
	testtool.Need(t, "promtool")
	everywhere(t, agree(probesGap))
	ds := loadText(t, shared)
	agree(probesGap)(t, ds, writeSet(t, ds))
}

// shared has ports that several rows use in different ways, and a purpose that
// goss would run as a template.
const shared = `
format = 1

[product]
id = "shared"
name = "Shared {{ ports }}"

[hosts.servers]
name = "Servers"

[hosts.others]
name = "Others"

[options.extra]
name = "{{ extra }}"

[ports.two-addresses]
port = [80, 1600]
protocols = "tcp"
hosts = "servers"
from = "any"
bind = ["192.0.2.1", "fd00::1"]
purpose = "Read {{ readFile ` + "`/etc/hostname`" + ` }}"

[ports.another-address]
port = 80
protocols = "tcp"
hosts = "servers"
from = "others"
bind = "192.0.2.2"
purpose = "Another address"

[ports.from-self]
port = [80, 81, 82, 1500]
protocols = ["tcp", "udp"]
hosts = "all"
from = "self"
purpose = "What only the host itself uses"

[ports.wide]
port = 81
protocols = "tcp"
hosts = "servers"
from = "others"
purpose = "The same port, for others too"

[ports.range]
port = "1000-2000"
protocols = "tcp"
hosts = "servers"
from = "any"
purpose = "A range with a port of its own"

[ports.own-range]
port = "80-90"
protocols = "udp"
hosts = "servers"
from = "self"
purpose = "A range of the host itself"

[ports.everything]
protocols = "any"
hosts = "others"
from = "any"
purpose = "All protocols"

[ports.off]
port = 99
protocols = "tcp"
hosts = "others"
from = "any"
options = "extra"
purpose = "Only with the option"
`

// TestChecksFindDamage shows that these comparisons are none that can't fail.
func TestChecksFindDamage(t *testing.T) {
	const goss, blackbox = "goss/{product}-{host}.yaml.tmpl", "prometheus/{product}-blackbox.yml.tmpl"
	for _, test := range []struct {
		name, template, old, new string
		gap                      func(*testing.T, *dataset.Dataset, string) string
		want                     []string
	}{
		{
			"a row without its check", goss, "{{- range .Checked }}", `{{- range .Checked }}{{ if eq .Row.ID "wide" }}{{ continue }}{{ end }}`, gossGap,
			[]string{"lost:  servers tcp 81 wide listens"},
		},
		{
			"a row that goes unsaid", goss, "{{- range .Skipped }}", "{{- range .Skipped }}{{ if .Protocol }}{{ continue }}{{ end }}", gossGap,
			[]string{"lost:  others any  everything is named", "lost:  servers tcp 1000-2000 range is named", "lost:  servers udp 80-90 own-range is named"},
		},
		{
			"a port that others may reach", goss, ".Only", `(.Only | default (ternary (list "127.0.0.0/8" "[::1]") .Only (eq .Port 81)))`, gossGap,
			[]string{"added: servers tcp 81 from-self only at 127.0.0.0/8 ::1", "added: servers tcp 81 wide only at 127.0.0.0/8 ::1"},
		},
		{
			"a closed port that should answer", blackbox, "{{ else }}closed", "{{ else }}open", probesGap,
			[]string{
				"added: servers tcp 81 from-self is open",
				"added: servers tcp 81 wide is open",
				"added: servers tcp 82 from-self is open",
				"lost:  servers tcp 81 from-self is closed",
				"lost:  servers tcp 81 wide is closed",
				"lost:  servers tcp 82 from-self is closed",
			},
		},
		{
			"a row that goes unsaid, by the exporter", blackbox, "{{- range .Skipped }}", "{{- range .Skipped }}{{ if not .Protocol }}{{ continue }}{{ end }}", probesGap,
			[]string{"lost:     off is named"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ds := loadText(t, shared)
			dir := writeSet(t, ds, damage(t, test.template, test.old, test.new))
			if got, want := test.gap(t, ds, dir), strings.Join(test.want, "\n"); got != want {
				t.Errorf("the comparison says\n%s\nwant\n%s", got, want)
			}
		})
	}
}
