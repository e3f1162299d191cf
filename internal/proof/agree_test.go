package proof

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/source"
)

var agreements = flag.Int("agreements", 2000, "how many random datasets TestExportsAgree tries")

// opener is an export that opens ports.
type opener struct {
	path  string // with HOST
	ssh   bool   // it lets ssh in whatever the rows say
	icmp  bool   // and ICMP
	pods  bool   // it is for pods
	role  bool   // the role lets in pings besides, and our list ICMPv6
	rules func(t *testing.T, e *pressed, host string) []allow
}

// pressed is what one dataset became.
type pressed struct {
	ds    *dataset.Dataset
	files map[string]string
	rows  map[string]map[string]bool // that an export says it can't carry
	peers map[string]map[string]bool // whose networks it says it doesn't have
}

func (p *pressed) file(path, host string) string {
	return p.files[strings.ReplaceAll(path, "HOST", host)]
}

// openers are all exports that open ports, ufw's profiles by the commands that
// they name.
var openers = []opener{
	{path: "nftables/r-HOST.nft", ssh: true, icmp: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		file := e.file("nftables/r-HOST.nft", host)
		_, rules, _ := strings.Cut(file, "delete table")
		if boot := e.file("cloud-init/r-HOST.yaml", host); !strings.Contains(strings.ReplaceAll(boot, "\n      ", "\n"), strings.TrimSpace(rules)) {
			t.Errorf("cloud-init has another ruleset than nftables/:\n%s\n%s", boot, file)
		}
		return readNft(t, file)
	}},
	{path: "iptables/r-HOST.v4.rules", ssh: true, icmp: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readIptables(t, e.file("iptables/r-HOST.v4.rules", host), 4)
	}},
	{path: "iptables/r-HOST.v6.rules", ssh: true, icmp: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readIptables(t, e.file("iptables/r-HOST.v6.rules", host), 6)
	}},
	{path: "cloud-init/ufw/r-HOST.yaml", ssh: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readUfw(t, e.file("cloud-init/ufw/r-HOST.yaml", host), "open")
	}},
	{path: "cloud-init/firewalld/r-HOST.yaml", ssh: true, icmp: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		_, text, _ := strings.Cut(e.file("cloud-init/firewalld/r-HOST.yaml", host), "<?xml")
		text, sets, _ := strings.Cut(text, "</policy>")
		list := readFirewalld(t, "<?xml"+text+"</policy>", nil, bootSets(t, sets))
		list = byZone(t, list, e.file("cloud-init/firewalld/r-HOST.yaml", host))
		return slices.DeleteFunc(list, func(a allow) bool { return len(a.ports) == 1 && a.ports[0].From == 546 })
	}},
	{path: "firewalld/HOST/policies/r-HOST.xml", rules: func(t *testing.T, e *pressed, host string) []allow {
		list := readFirewalld(t, e.file("firewalld/HOST/policies/r-HOST.xml", host), func(name string) string {
			return e.file("firewalld/HOST/services/"+name+".xml", host)
		}, nil)
		return byZone(t, list, e.file("firewalld/HOST/policies/in_r-HOST-storage.xml", host))
	}},
	{path: "calico/r-HOST.yaml", ssh: true, icmp: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readCalico(t, e.file("calico/r-HOST.yaml", host), false)
	}},
	{path: "kubernetes/r-HOST.yaml", pods: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readNetworkPolicy(t, e.file("kubernetes/r-HOST.yaml", host), false)
	}},
	{path: "terraform/r.tf.json", rules: func(t *testing.T, e *pressed, host string) []allow {
		return readGroups(t, e.file("terraform/r.tf.json", host), host)
	}},
	{path: "ansible/firewalld/r_HOST.yml", ssh: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readAnsibleFirewalld(t, e.file("ansible/firewalld/r_HOST.yml", host), "r_"+host)
	}},
	{path: "ansible/ufw/r_HOST.yml", ssh: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readAnsibleItems(t, e.file("ansible/ufw/r_HOST.yml", host), "r_"+host+"_ufw")
	}},
	{path: "ansible/iptables/r_HOST.yml", ssh: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readAnsibleItems(t, e.file("ansible/iptables/r_HOST.yml", host), "r_"+host+"_iptables")
	}},
	{path: "ansible/linux-system-roles.firewall/r_HOST.yml", ssh: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readFirewallRole(t, e.file("ansible/linux-system-roles.firewall/r_HOST.yml", host), "r_"+host)
	}},
	{path: "ansible/geerlingguy.firewall/r_HOST.yml", ssh: true, role: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readGeerlingguy(t, e.file("ansible/geerlingguy.firewall/r_HOST.yml", host), "r_"+host)
	}},
	{path: "ufw/applications.d/r-HOST", rules: func(t *testing.T, e *pressed, host string) []allow {
		return readProfiles(t, e.file("ufw/applications.d/r-HOST", host))
	}},
}

// needed are the types that IP needs, once more: RFC 4890, 4.3.1 and 4.4.1.
var needed = map[string][]int{"1": {3, 11, 12}, "58": {1, 2, 3, 4, 130, 131, 132, 133, 134, 135, 136, 141, 142, 143, 148, 149, 151, 152, 153}}

// matching gives the flows to a host that are about what a question asks for,
// whoever asks.
func matching(ds *dataset.Dataset, host string, q question) []*dataset.Flow {
	var list []*dataset.Flow
	for i := range ds.Flows {
		f := &ds.Flows[i]
		p := f.Port
		devices := p.Devices()
		switch {
		case f.Direction == dataset.Out, f.Host.ID != host, f.Peer.Kind == dataset.PeerSelf,
			f.Protocol.ID != "any" && fmt.Sprint(f.Protocol.Number) != q.protocol,
			f.Protocol.HasPorts && (q.port < f.Range.From || q.port > f.Range.To),
			len(p.Types) > 0 && !slices.Contains(p.Types, q.port),
			len(p.Bind) > 0 && !slices.Contains(p.Bind, q.at),
			len(p.Interfaces) > 0 && !slices.Contains(devices, q.on):
			continue
		}
		list = append(list, f)
	}
	return list
}

// meansSource reports whether a source is a peer: by its address, or where the
// site has said none, by what it is.
func meansSource(p *dataset.Peer, q question) bool {
	switch {
	case p.Kind == dataset.PeerAny, slices.ContainsFunc(p.Networks, func(n netip.Prefix) bool { return n.Contains(q.from) }):
		return true
	case len(p.Networks) > 0:
		return false
	}
	return q.fromHost != "" && (p.Kind == dataset.PeerCluster || p.Kind == dataset.PeerHost && p.ID == q.fromHost)
}

// base reports whether an export lets in what no row says.
func base(e *opener, ds *dataset.Dataset, host string, q question) bool {
	if e.ssh && q.protocol == "6" && q.port == ds.SSH.Port &&
		(len(ds.SSH.Networks) == 0 || slices.ContainsFunc(ds.SSH.Networks, func(n netip.Prefix) bool { return n.Contains(q.from) })) {
		return true
	}
	if e.role && (q.protocol == "58" || q.protocol == "1" && q.port == 8) {
		return true
	}
	says := slices.ContainsFunc(ds.Flows, func(f dataset.Flow) bool {
		return f.Host.ID == host && f.Direction == dataset.In && f.Peer.Kind != dataset.PeerSelf && fmt.Sprint(f.Protocol.Number) == q.protocol
	})
	return e.icmp && q.icmp() && (!says || slices.Contains(needed[q.protocol], q.port))
}

// disagreement says what an export answers otherwise than the dataset, and
// doesn't name; "" is none.
func (e *opener) disagreement(p *pressed, host string, q question, rules []allow) string {
	path := strings.ReplaceAll(e.path, "HOST", host)
	got := slices.ContainsFunc(rules, func(a allow) bool { return a.lets(q) })
	about := matching(p.ds, host, q)
	want, silent := base(e, p.ds, host, q), false
	for _, f := range about {
		if meansSource(f.Peer, q) {
			want = true
			silent = silent || !p.rows[path][f.Port.ID] && !p.peers[path][f.Peer.ID]
		}
	}
	switch {
	case got && !want:
		for _, f := range about {
			if p.rows[path][f.Port.ID] {
				return ""
			}
		}
		if q.icmp() && slices.ContainsFunc(p.ds.Ports, func(row *dataset.Port) bool { return len(row.Ranges) == 0 && p.rows[path][row.ID] }) {
			return ""
		}
		return "opens what the dataset closes"
	case want && !got && (silent || base(e, p.ds, host, q)):
		return "closes what the dataset opens"
	}
	return ""
}

var noNetworksOf = regexp.MustCompile(`has no networks\.([a-z]+)`)

// opening are the exports that pressAll presses.
var opening = regexp.MustCompile(`^(nftables|iptables|cloud-init|firewalld|calico|kubernetes|terraform|prometheus|ufw|goss|ansible/(firewalld|ufw|iptables|linux-system-roles.firewall|geerlingguy.firewall))/`)

func pressAll(t *testing.T, tree []render.Source, text, layer string) *pressed {
	t.Helper()
	ds, problems := dataset.Load(&source.File{Name: "r.toml", Text: text}, &source.File{Name: "site.toml", Text: layer})
	if ds == nil {
		t.Fatalf("%s\n%s\n%s", printed(t, problems), text, layer)
	}
	set, problems := render.All(tree, ds, render.Options{Only: opening.MatchString, Parsed: &parsed})
	if problems.Count(problem.Error) > 0 {
		t.Fatalf("%s\n%s\n%s", printed(t, problems), text, layer)
	}
	p := &pressed{ds, map[string]string{}, map[string]map[string]bool{}, map[string]map[string]bool{}}
	for _, f := range set.Files {
		p.files[f.Path] = string(f.Content)
	}
	note := func(m map[string]map[string]bool, path, id string) {
		if m[path] == nil {
			m[path] = map[string]bool{}
		}
		m[path][id] = true
	}
	for _, w := range problems {
		if w.Row != "" {
			note(p.rows, w.File, w.Row)
		}
		if m := noNetworksOf.FindStringSubmatch(w.Text); m != nil {
			note(p.peers, w.File, m[1])
		}
	}
	return p
}

// TestExportsAgree asks every export that opens ports of random datasets with
// layers the same questions: may this source reach this port of this host and,
// where the site has all else denied, may the host send there? What an export
// answers otherwise than the dataset, it must have named when it was pressed.
func TestExportsAgree(t *testing.T) {
	t.Parallel()
	asked, open := 0, 0
	if wrong := disagreements(t, *agreements, &asked, &open); wrong != "" {
		t.Error(wrong)
	}
	t.Logf("%d datasets, %d questions, %d of them open", *agreements, asked, open)
	if open == 0 || open == asked {
		t.Error("the questions tell nothing apart")
	}
}

// disagreements tells of the first one among random datasets, pressed with trees
// over the shipped templates.
func disagreements(t *testing.T, datasets int, asked, open *int, trees ...fs.FS) string {
	t.Helper()
	tree := []render.Source{{Name: "templates", FS: portpress.Templates()}}
	for _, over := range trees {
		tree = append(tree, render.Source{Name: "overlay", FS: over})
	}
	for seed := range datasets {
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		text, site := randomTable(random), randomSite(random)
		p := pressAll(t, tree, text, site)
		list := questions(random)
		for _, h := range p.ds.Hosts {
			for i := range openers {
				e := &openers[i]
				if e.pods && len(h.Pods()) == 0 {
					continue
				}
				path := strings.ReplaceAll(e.path, "HOST", h.ID)
				rules := e.rules(t, p, h.ID)
				var sent []allow
				s, sends := senders[e.path]
				if sends = sends && p.ds.Egress.Deny; sends {
					sent = s.rules(t, p, h.ID)
				}
				for _, q := range list {
					if !askable(p.ds, q) || strings.HasSuffix(path, "v4.rules") && q.from.Is6() || strings.HasSuffix(path, "v6.rules") && q.from.Is4() {
						continue
					}
					*asked++
					if slices.ContainsFunc(rules, func(a allow) bool { return a.lets(q) }) {
						*open++
					}
					if wrong := e.disagreement(p, h.ID, q, rules); wrong != "" {
						return fmt.Sprintf("seed %d: %s %s: %+v\nwith\n%s\nand\n%s\nit has\n%s", seed, path, wrong, q, text, site, p.files[path])
					}
					if !sends {
						continue
					}
					if wrong := s.disagreement(e, p, path, h.ID, q, sent); wrong != "" {
						return fmt.Sprintf("seed %d: %s %s: %+v\nwith\n%s\nand\n%s\nit has\n%s", seed, path, wrong, q, text, site, p.files[path])
					}
				}
			}
		}
		for _, h := range p.ds.Hosts {
			if wrong := p.forwardedAgree(t, h.ID, list) + p.checksAgree(h.ID, list); wrong != "" {
				return fmt.Sprintf("seed %d: %s, with\n%s\nand\n%s", seed, wrong, text, site)
			}
		}
		if wrong := p.probesAgree(t); wrong != "" {
			return fmt.Sprintf("%s, with\n%s\nand\n%s", wrong, text, site)
		}
	}
	return ""
}

// TestAgreementFindsDamage shows that the comparison is none that can't fail.
func TestAgreementFindsDamage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ template, old, new, want string }{
		{"_partials/nft.tmpl", "{{ .Protocol }} dport {{ .Ports }}", "meta l4proto {{ .Flow.Protocol.Number }}", "nftables/"},
		{"_partials/iptables.tmpl", "{{- with .Source }} -s {{ . }}{{ end }}", "", "iptables/r-"},
		{"cloud-init/ufw/{product}-{host}.yaml.tmpl", `open {{ template "ufw-list" . }}`, `open any`, "cloud-init/ufw/"},
		{"cloud-init/firewalld/{product}-{host}.yaml.tmpl", `{{- with .Bind }}<destination address="{{ . }}"/>{{ end }}`, "", "cloud-init/firewalld/"},
		{"firewalld/{host}/policies/{policy}.xml.tmpl", "{{- range .Users }}", "{{- range list }}", "firewalld/"},
		{"calico/{product}-{host}.yaml.tmpl", "{{- with .From }}", "{{- with false }}", "calico/"},
		{"kubernetes/{product}-{host}.yaml.tmpl", "{{- if not (or .Closed .Protocol) }}", "{{- if false }}", "kubernetes/"},
		{"ansible/ufw/{group}.yml.tmpl", "to_port: ", "no_port: ", "ansible/ufw/"},
		{"_partials/nft.tmpl", "drop comment \"forwarded", "accept comment \"forwarded", "nftables/"},
		{"calico/{product}-{host}.yaml.tmpl", "action: Deny", "action: Pass", "calico/"},
		{"ansible/linux-system-roles.firewall/{group}.yml.tmpl", "rich_rule:", "rich_rules:", "linux-system-roles"},
		{"ansible/geerlingguy.firewall/{group}.yml.tmpl", "--dports", "--sports", "geerlingguy"},
		{"ufw/applications.d/{product}-{host}.tmpl", "# ufw allow {{ $name }}", "# ufw deny {{ $name }}", "ufw/applications.d/"},
		{"goss/{product}-{host}.yaml.tmpl", "listens:", "talks:", "goss"},
		{"prometheus/{product}-blackbox.yml.tmpl", "{{ if .Open }}open{{ else }}closed{{ end }}", "closed", "Prometheus"},
	} {
		var asked, open int
		if got := disagreements(t, 200, &asked, &open, damage(t, test.template, test.old, test.new)); !strings.Contains(got, test.want) {
			t.Errorf("with %q in the place of %q the comparison says %q", test.new, test.old, got)
		}
	}
}

// probesAgree compares what Prometheus expects of a probe from outside with
// what the firewalls do there.
func (p *pressed) probesAgree(t *testing.T) string {
	t.Helper()
	var doc struct {
		Jobs []struct {
			Name    string `yaml:"job_name"`
			Relabel []struct {
				Target string `yaml:"target_label"`
				Value  string `yaml:"replacement"`
			} `yaml:"relabel_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal([]byte(p.files["prometheus/r-blackbox.yml"]), &doc); err != nil {
		t.Fatal(err)
	}
	for _, job := range doc.Jobs {
		var port int
		words := strings.Split(job.Name, "/")
		if _, err := fmt.Sscan(words[3], &port); err != nil {
			t.Fatal(err)
		}
		for _, r := range job.Relabel {
			if r.Target != "reach" {
				continue
			}
			for _, from := range []string{"203.0.113.9", "2001:db8:ffff::9"} {
				q := question{from: netip.MustParseAddr(from), protocol: "6", port: port, on: "eth0"}
				if p.inside(q.from) {
					continue // it is no outsider
				}
				q.at = netip.MustParseAddr(map[bool]string{true: "192.0.2.2", false: "2001:db8::2"}[q.from.Is4()])
				open := base(&opener{ssh: true}, p.ds, words[1], q)
				for _, f := range matching(p.ds, words[1], q) {
					open = open || meansSource(f.Peer, q)
				}
				if open != (r.Value == "open") {
					return fmt.Sprintf("Prometheus says that %s is %s from %s", job.Name, r.Value, from)
				}
			}
		}
	}
	return ""
}

// inside reports whether an address is one of a party that is not everyone.
func (p *pressed) inside(a netip.Addr) bool {
	lists := [][]netip.Prefix{p.ds.SSH.Networks}
	for _, n := range p.ds.Networks {
		lists = append(lists, n.Prefixes)
	}
	return slices.ContainsFunc(slices.Concat(lists...), func(n netip.Prefix) bool { return n.Bits() > 0 && n.Contains(a) })
}
