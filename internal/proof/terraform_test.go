package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/testtool"
)

// terraformRule is a rule of a security group as the reader gives it.
type terraformRule struct {
	Resource    string `json:"resource"`
	Key         string `json:"key"`
	Group       string `json:"group"`
	Description string `json:"description"`
	Protocol    string `json:"protocol"`
	FromPort    *int   `json:"from_port"`
	ToPort      *int   `json:"to_port"`
	Source      string `json:"source"`
}

// readTerraform gives the rules of a product's export in Terraform's own
// language, or what Terraform, its provider or AWS would say against it.
func readTerraform(t *testing.T, ds *dataset.Dataset, set export.Set) ([]terraformRule, error) {
	t.Helper()
	tool := testtool.Need(t, "terraform-language")
	path := filepath.Join(t.TempDir(), "main.tf.json")
	if err := os.WriteFile(path, content(t, set, "terraform/"+ds.Product.ID+".tf.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool[0], "terraform", path).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	var files [][]terraformRule
	if err := json.Unmarshal(out, &files); err != nil || len(files) != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	return files[0], nil
}

// terraformFacts says in the dataset's words what the rules open. The reader
// gives each variable its own name, so a group tells its host.
func terraformFacts(ds *dataset.Dataset, rules []terraformRule) facts {
	name := func(id string) string {
		for _, h := range ds.Hosts {
			if id == "sg-"+snake(ds.Product.ID+"_"+h.ID)+"_security_group_id" {
				return h.ID
			}
		}
		return id
	}
	out := facts{}
	for _, r := range rules {
		port := ""
		switch {
		case r.FromPort == nil:
		case r.Protocol == "icmp" || r.Protocol == "icmpv6":
			port = fmt.Sprintf("type %d code %d", *r.FromPort, *r.ToPort)
		default:
			port = dataset.Range{From: *r.FromPort, To: *r.ToPort}.String()
		}
		way := "from "
		if r.Resource == "aws_vpc_security_group_egress_rule" {
			way = "to "
		}
		out[fact{name(r.Group), r.Protocol, port, way + name(r.Source)}] = true
	}
	return out
}

// groupFacts is what rules of security groups can say of a dataset, the rows
// of which they can't say all, and the peers that rows stay closed to.
func groupFacts(ds *dataset.Dataset) (out facts, cannot, closed map[string]bool) {
	out, cannot, closed = facts{}, map[string]bool{}, map[string]bool{}
	for _, p := range ds.Ports {
		if p.Unopened() != "" {
			cannot[p.ID] = true
		}
	}
	for _, f := range ds.Flows {
		if f.Peer.Kind == dataset.PeerSelf {
			continue
		}
		protocol, ports := strconv.Itoa(f.Protocol.Number), []string{f.Range.String()}
		possible := len(f.Port.Bind)+len(f.Port.Interfaces) == 0
		switch {
		case f.Protocol.ID == "tcp" || f.Protocol.ID == "udp":
			protocol = f.Protocol.ID
		case f.Protocol.ID == "icmp" || f.Protocol.ID == "icmpv6":
			protocol, ports = f.Protocol.ID, dataset.Texts(f.Port.Types, func(n int) string { return fmt.Sprintf("type %d code -1", n) })
			if len(ports) == 0 {
				ports = []string{"type -1 code -1"}
			}
		case f.Protocol.HasPorts: // AWS has them for TCP and UDP only
			ports, possible = []string{""}, possible && f.Range == dataset.Range{From: 1, To: 65535}
		}
		sources := groupSources(ds, f.Peer)
		switch {
		case !possible, len(sources) == 0 && f.Direction == dataset.Out:
			cannot[f.Port.ID] = true
			continue
		case len(sources) == 0:
			closed[f.Peer.ID] = true
		}
		for _, source := range sources {
			if protocol == "icmp" && strings.Contains(source, ":") || protocol == "icmpv6" && strings.Contains(source, ".") {
				continue
			}
			for _, port := range ports {
				out[fact{f.Host.ID, protocol, port, map[dataset.Direction]string{dataset.In: "from ", dataset.Out: "to "}[f.Direction] + source}] = true
			}
		}
	}
	return out, cannot, closed
}

func groupSources(ds *dataset.Dataset, p *dataset.Peer) []string {
	switch {
	case p.Kind == dataset.PeerAny:
		return []string{"0.0.0.0/0", "::/0"}
	case len(p.Networks) > 0:
		return peerNetworks(p)
	case p.Kind == dataset.PeerCluster:
		return dataset.Texts(ds.Hosts, func(h *dataset.Host) string { return h.ID })
	case p.Kind == dataset.PeerHost:
		return []string{p.ID}
	}
	return nil
}

// rareRows are what no dataset has: ICMPv6, a protocol with and without ports
// that AWS knows, and two peers that are the same to AWS.
const rareRows = `
[networks]
agents = "192.168.7.0/25"

[ports.ping6]
protocols = "icmpv6"
types = 128
hosts = "servers"
from = ["any", "cluster"]
purpose = "Reachability"

[ports.neighbour-discovery]
protocols = "icmpv6"
hosts = "agents"
from = "cluster"
purpose = "Neighbours"

[ports.partly]
port = "5000-5001"
protocols = ["tcp", "sctp"]
hosts = "servers"
from = ["agents", "cluster", "any"]
purpose = "The same networks twice"

[ports.nobody]
port = 6000
protocols = "tcp"
hosts = "servers"
from = "registry"
purpose = "From a peer that may have no networks"
`

// TestTerraformOpensTheTable reads the rules back, requires what the dataset
// says, and a warning of each row that the rules leave out. The reader refuses
// names, rules and doubles that Terraform or AWS would.
func TestTerraformOpensTheTable(t *testing.T) {
	all := map[string]*dataset.Dataset{
		"mke at a site":       load(t, "mke", site),
		"every key":           loadEveryKey(t),
		"every key at a site": loadEveryKey(t, site, `networks.registry = "198.51.100.0/24"`, rareRows),
		"every key, canal":    loadEveryKey(t, "options.canal = true\noptions.metrics = true", rareRows),
	}
	for _, id := range shipped(t) {
		all[id] = load(t, id)
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) {
			set, problems := render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, ds,
				render.Options{Only: func(path string) bool { return strings.HasPrefix(path, "terraform/") }})
			if len(ds.Flows) == 0 { // a table that states too little to open anything
				if len(set.Files) > 0 {
					t.Errorf("%s opens something", set.Files[0].Path)
				}
				return
			}
			rules, err := readTerraform(t, ds, set)
			if err != nil {
				t.Fatal(err)
			}
			want, cannot, closed := groupFacts(ds)
			if diff := terraformFacts(ds, rules).compare(want); diff != "" {
				t.Errorf("the rules open something else:\n%s", diff)
			}
			rows, peers := map[string]bool{}, map[string]bool{}
			for _, p := range problems {
				switch p.Code {
				case problem.NotExpressible:
					rows[p.Row] = true
				case problem.NoClusterNetwork:
					_, after, _ := strings.Cut(p.Text, "networks.")
					peer, _, _ := strings.Cut(after, ":")
					peers[peer] = true
				default:
					t.Errorf("%s", p.Text)
				}
			}
			if fmt.Sprint(rows, peers) != fmt.Sprint(cannot, closed) {
				t.Errorf("warnings name the rows %v and peers %v, want %v and %v", rows, peers, cannot, closed)
			}
		})
	}
}

// TestTerraformKeysStay changes what may change without another rule: every
// purpose, the order of rows, and a port. A rule that lost its key would be
// removed and made again, while AWS still refuses the double.
func TestTerraformKeysStay(t *testing.T) {
	text, err := os.ReadFile("testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	changed := regexp.MustCompile(`purpose = ".*"`).ReplaceAllString(string(text), `purpose = "Something else"`)
	changed = strings.Replace(changed, "[ports.api]\nport = 6443", `[ports.first]
port = 1000
protocols = "tcp"
hosts = "all"
from = ["any", "cluster"]
purpose = "Before all others"

[ports.api]
port = 7443`, 1)
	changed = strings.Replace(changed, `repeats = "api"`, "", 1) // it stays at 6443
	byKey := func(ds *dataset.Dataset) map[string]terraformRule {
		rules, err := readTerraform(t, ds, press(t, ds))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]terraformRule{}
		for _, r := range rules {
			out[strings.TrimPrefix(r.Resource, "aws_vpc_security_group_")+" "+r.Key] = r
		}
		if len(out) != len(rules) {
			t.Fatalf("%d keys of %d rules", len(out), len(rules))
		}
		return out
	}
	before := byKey(loadEveryKey(t, site))
	after := byKey(loadText(t, changed, site))
	for key, old := range before {
		now, ok := after[key]
		if !ok {
			t.Errorf("the key %s is gone", key)
			continue
		}
		if strings.Contains(key, "--api--") {
			if *old.FromPort != 6443 || *now.FromPort != 7443 || *now.ToPort != 7443 {
				t.Errorf("the port of %s is %d, and was %d", key, *now.FromPort, *old.FromPort)
			}
			now.FromPort, now.ToPort = old.FromPort, old.ToPort
		}
		if !strings.Contains(now.Description, "Something else") {
			t.Errorf("%s is still called %q", key, now.Description)
		}
		now.Description = old.Description
		if was, is := string(mustJSON(t, old)), string(mustJSON(t, now)); was != is {
			t.Errorf("%s is\n%s\nand was\n%s", key, is, was)
		}
	}
	for key := range after {
		_, known := before[key]
		if isNew := strings.Contains(key, "--first--") || strings.Contains(key, "--api-again--"); known == isNew {
			t.Errorf("the key %s is new: %v, want %v", key, !known, isNew)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTerraformTakesTextAsText gives names and purposes that would be
// expressions of Terraform's, or that AWS refuses.
func TestTerraformTakesTextAsText(t *testing.T) {
	ds := load(t, "mke",
		`product.name = "${var.x} %{if true}"`,
		`hosts.managers.name = "${file(\"/etc/passwd\")} %{if true}"`,
		`ports.bgp.purpose = "${var.secret} isn't <b>BGP</b>\t%{if}\nüber \"alles\""`,
		`ports.kubelet.purpose = "`+strings.Repeat("0123456789 ", 40)+`"`)
	rules, err := readTerraform(t, ds, press(t, ds))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"managers--bgp--tcp--workers":     "bgp: -{var.secret} isnt -b-BGP-/b- -{if} -ber -alles-",
		"managers--kubelet--tcp--workers": "kubelet: " + strings.Repeat("0123456789 ", 22) + "0...",
	} {
		i := slices.IndexFunc(rules, func(r terraformRule) bool { return r.Key == key })
		if i < 0 || rules[i].Description != want {
			t.Errorf("%s is not described as %q: %+v", key, want, rules)
		}
	}
}

// TestTerraformProofFindsDamage shows that neither the comparison nor the
// reader lets everything pass.
func TestTerraformProofFindsDamage(t *testing.T) {
	const path = "terraform/{product}.tf.json.tmpl"
	for _, test := range []struct{ name, old, new, diff, refused string }{
		{
			name: "a dropped row", old: `{{- range $i, $rule := . }}{{ if $i }},{{ end }}`,
			new: `{{- $i := 0 }}{{ range . }}{{ if or (contains "--overlay--" .Key) (contains "--web-ui--" .Key) }}{{ continue }}{{ end }}{{ if $i }},{{ end }}{{ $i = 1 }}`,
			diff: "lost:  managers tcp 443 from 0.0.0.0/0\nlost:  managers tcp 443 from 10.0.0.0/24\nlost:  managers tcp 443 from ::/0\n" +
				"lost:  managers udp 4789 from 10.0.0.0/24\nlost:  workers udp 4789 from 10.0.0.0/24",
		},
		{
			name: "a widened source", old: `"cidr_ipv4": "{{ . }}"`, new: `"cidr_ipv4": "{{ replace "10.0.0.0/24" "10.0.0.0/8" . }}"`,
			diff: "from 10.0.0.0/8",
		},
		{
			name: "a range cut short", old: `"to_port": {{ .To }}`, new: `"to_port": {{ .From }}`,
			diff: "added: workers tcp 30000 from 10.0.0.0/24\nlost:  workers tcp 30000-32767 from 10.0.0.0/24",
		},
		{name: "doubles", old: `"cidr_ipv4": "{{ . }}"`, new: `"cidr_ipv4": "0.0.0.0/0"`, refused: "opens the same as"},
		{name: "an attribute that is none", old: `"to_port": {{ .To }}`, new: `"to_port": {{ .To }}, "port": 0`, refused: "Extraneous JSON object property"},
		{name: "a wrong attribute", old: `"cidr_ipv4": "{{ . }}"`, new: `"cidr_ipv6": "{{ . }}"`, refused: "no network of IPv6"},
		{name: "a variable that isn't there", old: `"security_group_id": "${var.`, new: `"security_group_id": "${var.of_`, refused: "Unsupported attribute"},
		{name: "a key that is none", old: `"{{ .Key }}"`, new: `"{{ replace "--" "/" .Key }}"`, refused: "is no identifier"},
		{name: "a description that AWS refuses", old: `"{{ .Description }}"`, new: `"{{ replace "a" "ä" .Description }}"`, refused: "doesn't take the description"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ds := load(t, "mke", `networks.cluster = "10.0.0.0/24"`,
				`networks.managers = "10.0.0.0/24"`,
				`ports.again = {port = 179, protocols = "tcp", hosts = "workers", from = "managers", purpose = "From a peer with the same network"}`,
				`ports.node-ports = {port = "30000-32767", protocols = "tcp", hosts = "workers", scopes = "internal", purpose = "Node ports"}`)
			rules, err := readTerraform(t, ds, press(t, ds, damage(t, path, test.old, test.new)))
			want, _, _ := groupFacts(ds)
			diff := ""
			if err == nil {
				diff = terraformFacts(ds, rules).compare(want)
			}
			switch {
			case test.refused == "" && (err != nil || !strings.Contains(diff, test.diff)):
				t.Errorf("the proof says %v, %q, want %q", err, diff, test.diff)
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
				t.Errorf("the reader says %v, want %q", err, test.refused)
			}
		})
	}
}
