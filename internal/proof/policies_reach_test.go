package proof

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// packet is what a policy judges: the first one of a connection.
type packet struct {
	from, to             netip.Addr
	fromLabels, toLabels []string // of the host endpoints that have the addresses, if any
	protocol             string
	port                 int
}

func inside(a netip.Addr, prefixes []string) bool {
	return len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

// matches reports whether a rule speaks of a packet.
func (r *calicoRule) matches(t *testing.T, p packet) bool {
	t.Helper()
	family := 6
	if p.to.Is4() {
		family = 4
	}
	switch {
	case r.Protocol != nil && strings.ToLower(fmt.Sprint(r.Protocol)) != p.protocol,
		r.IPVersion != 0 && r.IPVersion != family,
		len(r.Source.Ports) > 0, // a client's port is none of those
		!inside(p.from, r.Source.Nets), !inside(p.to, r.Destination.Nets):
		return false
	}
	for selector, labels := range map[string][]string{r.Source.Selector: p.fromLabels, r.Destination.Selector: p.toLabels} {
		if selector != "" && !slices.ContainsFunc(labelsIn(t, selector), func(l string) bool { return slices.Contains(labels, l) }) {
			return false
		}
	}
	return len(r.Destination.Ports) == 0 || slices.ContainsFunc(r.Destination.Ports, func(v any) bool {
		from, to, isRange := strings.Cut(fmt.Sprint(v), ":")
		if !isRange {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			t.Fatalf("no test can read the port %v", v)
		}
		return first <= p.port && p.port <= last
	})
}

// calicoLets judges a packet that arrives as Calico does at a host endpoint: the
// policies that select it in their order, each one's rules in theirs, and the
// first that matches counts. After the last policy everything is denied; where
// none selects the endpoint, its profile lets everything in.
func calicoLets(t *testing.T, policies map[string]calicoPolicy, labels []string, p packet) bool {
	t.Helper()
	return calicoJudges(t, policies, labels, p, "Ingress")
}

func calicoJudges(t *testing.T, policies map[string]calicoPolicy, labels []string, p packet, direction string) bool {
	t.Helper()
	sorted := slices.SortedFunc(maps.Values(policies), func(a, b calicoPolicy) int {
		return cmp.Or(cmp.Compare(a.Spec.Order, b.Spec.Order), cmp.Compare(a.Metadata.Name, b.Metadata.Name))
	})
	governed := false
	for _, policy := range sorted {
		selects := slices.ContainsFunc(labelsIn(t, policy.Spec.Selector), func(l string) bool { return slices.Contains(labels, l) })
		if !selects || len(policy.Spec.Types) > 0 && !slices.Contains(policy.Spec.Types, direction) {
			continue
		}
		governed = true
		for _, r := range map[string][]calicoRule{"Ingress": policy.Spec.Ingress, "Egress": policy.Spec.Egress}[direction] {
			if r.matches(t, p) {
				return r.Action == "Allow"
			}
		}
	}
	return !governed
}

// packetOf is what a cell of the matrix asks about. A host reaches itself over
// the loopback interface.
func packetOf(c cell) packet {
	p := packet{protocol: c.protocol, port: c.port, fromLabels: labelsOf(c.from), toLabels: labelsOf(c.to)}
	switch {
	case c.from == c.to && c.family == "IPv4":
		p.from, p.to = netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.1")
	case c.from == c.to:
		p.from, p.to = netip.IPv6Loopback(), netip.IPv6Loopback()
	case c.family == "IPv4":
		p.from, p.to = netip.MustParseAddr(c.from.four), netip.MustParseAddr(c.to.four)
	default:
		p.from, p.to = netip.MustParseAddr(c.from.six), netip.MustParseAddr(c.to.six)
	}
	return p
}

func labelsOf(n *node) []string {
	if n.host == "" {
		return nil
	}
	return []string{"portpress/mke-" + n.host}
}

// rowsOnly is the layer of the small cluster without its networks.
func rowsOnly() string {
	_, rows, _ := strings.Cut(clusterLayer, "\n[ports.")
	return "[ports." + rows
}

// compared reports what is not as it is meant, and what was promised.
func compared(t *testing.T, got, want matrix) {
	t.Helper()
	if wrong := got.differences(want); len(wrong) > 0 {
		t.Errorf("%d of %d are not as the dataset says, such as %s\n%s", len(wrong), len(want), wrong[0], got.table(want))
	}
	said, broken := got.promises()
	for _, line := range broken {
		t.Error(line)
	}
	t.Log(strings.Join(said, "\n"))
}

// TestCalicoReach asks the policies of a small MKE cluster who may reach what:
// by networks, and by the labels of the nodes alone.
func TestCalicoReach(t *testing.T) {
	for name, layers := range map[string][]string{
		"networks": {clusterLayer, sshLayer},
		"labels":   {rowsOnly()},
	} {
		t.Run(name, func(t *testing.T) {
			ds := load(t, "mke", layers...)
			policies := calicoPolicies(t, ds, writeSet(t, ds))
			want := meant(ds, members)
			got := matrix{}
			for c := range want {
				got[c] = calicoLets(t, policies, labelsOf(c.to), packetOf(c))
			}
			compared(t, got, want)

			// A node of both types has both labels, and opens what either does.
			opens := map[string]bool{}
			for c, open := range want {
				if c.from != c.to {
					opens[c.from.name+" "+c.line()] = opens[c.from.name+" "+c.line()] || open
				}
			}
			both := []string{"portpress/mke-managers", "portpress/mke-workers"}
			for c := range want {
				if c.from != c.to && calicoLets(t, policies, both, packetOf(c)) != opens[c.from.name+" "+c.line()] {
					t.Errorf("a node of both types is not the union of the two: %s", c)
				}
			}
		})
	}
}

// TestCalicoBesideOtherPolicies holds what docs/exports.md says of a site's
// own policies, and of endpoints without a label.
func TestCalicoBesideOtherPolicies(t *testing.T) {
	ds := load(t, "mke")
	policies := calicoPolicies(t, ds, writeSet(t, ds))
	outside := func(port int) packet {
		return packet{from: netip.MustParseAddr("203.0.113.1"), to: netip.MustParseAddr("10.0.0.1"), protocol: "tcp", port: port}
	}
	for _, test := range []struct {
		order        float64
		action       string
		port         int
		web, kubelet bool // whether 443 and 10250 are open then
	}{
		{50, "Deny", 443, false, false},  // before ours it closes
		{150, "Deny", 443, true, false},  // behind ours it comes too late
		{50, "Allow", 10250, true, true}, // and what it lets in is open either way
		{150, "Allow", 10250, true, true},
		{150, "Allow", 1, true, false},
	} {
		own, rule := calicoPolicy{}, calicoRule{Action: test.action, Protocol: "TCP"}
		rule.Destination.Ports = []any{test.port}
		own.Spec.Order, own.Spec.Selector, own.Spec.Ingress = test.order, "has(portpress/mke-managers)", []calicoRule{rule}
		all := maps.Clone(policies)
		all["own"] = own
		for port, want := range map[int]bool{443: test.web, 10250: test.kubelet} {
			if got := calicoLets(t, all, []string{"portpress/mke-managers"}, outside(port)); got != want {
				t.Errorf("beside a policy of order %v to %s %d, %d is open: %t", test.order, test.action, test.port, port, got)
			}
		}
	}
	if !calicoLets(t, policies, nil, outside(10250)) {
		t.Error("a node without a label is governed")
	}
}

// TestNetworkPolicyReach does so for hosts that run as pods.
func TestNetworkPolicyReach(t *testing.T) {
	for name, layer := range map[string]string{"networks": clusterLayer, "labels": rowsOnly()} {
		t.Run(name, func(t *testing.T) {
			ds := load(t, "mke", layer, podsLayer(load(t, "mke"), 0))
			policies := networkPolicies(t, ds, writeSet(t, ds))
			got, want := matrix{}, matrix{}
			for c := range meant(ds, members) {
				want[c] = mayConnect(ds, c.from, c.to, c.protocol, c.port, c.family)
				got[c] = c.from == c.to || networkPolicyLets(policies[c.to.host], c) // a pod can't be kept from itself
			}
			compared(t, got, want)
		})
	}
}

// networkPolicyLets judges the one policy that selects a pod: what no rule
// lets in is denied.
func networkPolicyLets(p networkPolicy, c cell) bool {
	return networkRulesLet(p.Spec.Ingress, packetOf(c).from, c.from, c)
}

// networkRulesLet judges by rules of which other is the other side.
func networkRulesLet(rules []networkRule, address netip.Addr, other *node, c cell) bool {
	for _, r := range rules {
		peers := append(slices.Clone(r.From), r.To...)
		meant := len(peers) == 0
		for _, peer := range peers {
			switch {
			case peer.IPBlock != nil:
				meant = meant || inside(address, []string{peer.IPBlock.CIDR})
			case peer.PodSelector != nil:
				meant = meant || peer.PodSelector.MatchLabels["type"] == other.host
			}
		}
		if meant && len(r.Ports) == 0 {
			return true
		}
		for _, port := range r.Ports {
			if meant && strings.ToLower(port.Protocol) == c.protocol && port.Port <= c.port && c.port <= max(port.Port, port.EndPort) {
				return true
			}
		}
	}
	return false
}

// TestPolicyTestsFindDamage shows that the comparison is none that can't fail.
func TestPolicyTestsFindDamage(t *testing.T) {
	networksPart := "[networks]\ncluster = [\"10.0.0.0/24\", \"fd00:1::/64\"]\n"
	labels := strings.Replace(small, networksPart, "", 1)
	if labels == small {
		t.Fatal("the small dataset has other networks now")
	}
	bound := small + "bind = \"192.0.2.7\"\n" // its last row is that of time
	for _, test := range []struct {
		name, dataset, template, old, new string
		gap                               func(*testing.T, *dataset.Dataset, string) string
		want                              []string
	}{
		{"nothing, for Calico", small, "", "", "", calicoGap, nil},
		{"nothing, for Kubernetes", labels, "", "", "", networkPolicyGap, nil},
		{
			"a protocol that a policy drops", small, "calico/{product}-{host}.yaml.tmpl",
			`{{- range .Bundles }}`, `{{- range .Bundles }}{{ if eq (index .Flows 0).Protocol.ID "udp" }}{{ continue }}{{ end }}`, calicoGap,
			[]string{"lost:  servers udp 123 10.0.0.0/24", "lost:  servers udp 123 fd00:1::/64"},
		},
		{
			"a rule for everyone", small, "calico/{product}-{host}.yaml.tmpl",
			`{{- with .From }}`, `{{- with ternary "" .From (eq .Protocol "UDP") }}`, calicoGap,
			[]string{"added: servers udp 123 any", "lost:  servers udp 123 10.0.0.0/24", "lost:  servers udp 123 fd00:1::/64"},
		},
		{
			"a range cut short", labels, "calico/{product}-{host}.yaml.tmpl",
			`"{{ . }}"{{ else }}`, `{{ splitList ":" . | first }}{{ else }}`, calicoGap,
			[]string{"added: servers tcp 30000 portpress/small-servers", "lost:  servers tcp 30000-32767 portpress/small-servers"},
		},
		{
			"a bound address that is forgotten", bound, "calico/{product}-{host}.yaml.tmpl",
			`destination: {{ template "calico-end" . }}`,
			`destination: {{ if .Ports }}{ports: [{{ template "calico-ports" .Ports }}]}{{ else }}{{ template "calico-end" . }}{{ end }}`, calicoGap,
			[]string{
				"added: servers udp 123 10.0.0.0/24", "lost:  servers udp 123 10.0.0.0/24 at 192.0.2.7/32",
			},
		},
		{
			"a policy that locks out", small, "calico/{product}-{host}.yaml.tmpl",
			`destination: {ports: [{{ .Ports }}]}`, `destination: {ports: [23]}`, calicoGap,
			[]string{"added: servers tcp 23 any", "lost:  servers tcp 22 any"},
		},
		{
			"a peer that is forgotten", labels, "kubernetes/{product}-{host}.yaml.tmpl",
			`{{- range $section := . }}`,
			`{{- range $section := . }}{{ if eq .Peer.Kind "cluster" }}{{ continue }}{{ end }}`, networkPolicyGap,
			[]string{"lost:  servers tcp 30000-32767 pods map[app:small]", "lost:  servers udp 123 pods map[app:small]"},
		},
		{
			"a rule without its peers", labels, "kubernetes/{product}-{host}.yaml.tmpl",
			`-{{ if not $section.Anyone }}`, `-{{ if false }}`, networkPolicyGap,
			[]string{
				"added: servers tcp 30000-32767 any", "added: servers udp 123 any",
				"lost:  servers tcp 30000-32767 pods map[app:small]", "lost:  servers udp 123 pods map[app:small]",
			},
		},
		{
			"a range without its end", labels, "kubernetes/{product}-{host}.yaml.tmpl",
			`{{ if not .Flow.Range.Single }}, endPort: {{ .Flow.Range.To }}{{ end }}`, ``, networkPolicyGap,
			[]string{"added: servers tcp 30000 pods map[app:small]", "lost:  servers tcp 30000-32767 pods map[app:small]"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ds := loadText(t, test.dataset, `hosts.servers.pods.app = "small"`)
			dir := writeSet(t, ds, damage(t, test.template, test.old, test.new))
			if got, want := test.gap(t, ds, dir), strings.Join(test.want, "\n"); got != want {
				t.Errorf("the test says\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestPolicyReadersRefuse shows that the readers are none that take anything.
func TestPolicyReadersRefuse(t *testing.T) {
	ds := load(t, "mke", site, podsLayer(load(t, "mke"), 0))
	dir := writeSet(t, ds)
	for _, test := range []struct{ kind, tool, path, old, new string }{
		{"calico", "calico-validator", "calico/mke-managers.yaml", "selector:", "selektor:"},
		{"calico", "calico-validator", "calico/mke-managers.yaml", "has(portpress/mke-managers)", "has(portpress/"},
		{"calico", "calico-validator", "calico/mke-managers.yaml", `nets: ["fd00:1::/64"]`, `nets: ["fd00:1::/64", 10.0.0.0/8]`},
		{"calico", "calico-validator", "calico/mke-managers.yaml", "ports: [179,", "ports: [65536,"},
		{"calico", "calico-validator", "calico/mke-managers.yaml", "kind: Global", "kind: "},
		{"networkpolicy", "kubernetes-validator", "kubernetes/mke-managers.yaml", "ingress:", "ingres:"},
		{"networkpolicy", "kubernetes-validator", "kubernetes/mke-managers.yaml", "networking.k8s.io/v1", "extensions/v1beta1"},
		{"networkpolicy", "kubernetes-validator", "kubernetes/mke-managers.yaml", "type: managers", "type: managers!"},
		{"networkpolicy", "kubernetes-validator", "kubernetes/mke-managers.yaml", "port: 179", "port: 179, endPort: 1"},
		{"networkpolicy", "kubernetes-validator", "kubernetes/mke-managers.yaml", "192.168.7.0/25", "192.168.7.0/33"},
	} {
		program := testtool.Need(t, test.tool)[0]
		good, err := os.ReadFile(filepath.Join(dir, test.path))
		if err != nil || !strings.Contains(string(good), test.old) {
			t.Fatalf("%s no longer holds %s: %v", test.path, test.old, err)
		}
		bad := filepath.Join(t.TempDir(), "bad.yaml")
		if err := os.WriteFile(bad, []byte(strings.ReplaceAll(string(good), test.old, test.new)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(program, test.kind, bad).CombinedOutput(); err == nil {
			t.Errorf("%s takes %s in the place of %s: %s", test.kind, test.new, test.old, out)
		}
	}
}
