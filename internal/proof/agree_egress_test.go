package proof

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// sender is how an export that can deny what hosts send says what they may.
// Its rules are turned round, so that a question's source is the destination and
// the host is the sender.
type sender struct {
	icmp   string // what it lets out of ICMP: "needed", "all" or nothing
	labels bool   // it knows the cluster's hosts without networks
	rules  func(t *testing.T, e *pressed, host string) []allow
}

// around exchanges two words of a text.
func around(text, one, other string) string {
	return strings.NewReplacer(one, other, other, one).Replace(text)
}

// policyTo gives the policy that a file holds of what comes by a zone or, for
// HOST, leaves the host.
func policyTo(text, zone string) string {
	for part := range strings.SplitSeq(text, "<?xml") {
		if policy, _, whole := strings.Cut(part, "</policy>"); whole && strings.Contains(policy, `<ingress-zone name="`+zone+`"/>`) {
			return "<?xml" + policy + "</policy>"
		}
	}
	return ""
}

// byZone adds what firewalld lets in by the zone that eth1 is in.
func byZone(t *testing.T, list []allow, text string) []allow {
	t.Helper()
	policy := policyTo(text, "storage")
	if policy == "" {
		return list
	}
	for _, a := range readFirewalld(t, policy, nil, nil) {
		a.on = []string{"eth1"}
		list = append(list, a)
	}
	return list
}

func sentByFirewalld(t *testing.T, text string) []allow {
	t.Helper()
	_, sets, _ := strings.Cut(text, "</policy>")
	var list []allow
	for part := range strings.SplitSeq(text, "<?xml") {
		policy, _, whole := strings.Cut(part, "</policy>")
		if !whole || !strings.Contains(policy, `<ingress-zone name="HOST"/>`) {
			continue
		}
		rules := readFirewalld(t, around("<?xml"+policy+"</policy>", "<source ", "<destination "), nil, bootSets(t, sets))
		for _, a := range rules {
			if strings.Contains(policy, `<egress-zone name="storage"/>`) {
				a.on = []string{"eth1"}
			}
			list = append(list, a)
		}
	}
	return list
}

// senders are by the path of the opener.
var senders = map[string]sender{
	"nftables/r-HOST.nft": {icmp: "needed", rules: func(t *testing.T, e *pressed, host string) []allow {
		text := e.file("nftables/r-HOST.nft", host)
		sets, _, _ := strings.Cut(text, "chain input {")
		_, chain, _ := strings.Cut(text, "chain output {")
		return readNft(t, sets+"chain input {"+strings.ReplaceAll(around(chain, "saddr", "daddr"), "oifname", "iifname"))
	}},
	"iptables/r-HOST.v4.rules": {icmp: "needed", rules: func(t *testing.T, e *pressed, host string) []allow {
		return readIptables(t, outChain(e.file("iptables/r-HOST.v4.rules", host)), 4)
	}},
	"iptables/r-HOST.v6.rules": {icmp: "needed", rules: func(t *testing.T, e *pressed, host string) []allow {
		return readIptables(t, outChain(e.file("iptables/r-HOST.v6.rules", host)), 6)
	}},
	"cloud-init/ufw/r-HOST.yaml": {rules: func(t *testing.T, e *pressed, host string) []allow {
		return readUfw(t, e.file("cloud-init/ufw/r-HOST.yaml", host), "reach")
	}},
	"cloud-init/firewalld/r-HOST.yaml": {icmp: "all", rules: func(t *testing.T, e *pressed, host string) []allow {
		return sentByFirewalld(t, e.file("cloud-init/firewalld/r-HOST.yaml", host))
	}},
	"firewalld/HOST/policies/r-HOST.xml": {icmp: "all", rules: func(t *testing.T, e *pressed, host string) []allow {
		if e.file("firewalld/HOST/policies/portpress_deny.xml", host) == "" {
			t.Error("firewalld/ has no policy that denies")
		}
		return sentByFirewalld(t, e.file("firewalld/HOST/policies/out_r-HOST.xml", host)+e.file("firewalld/HOST/policies/to_r-HOST-storage.xml", host))
	}},
	"calico/r-HOST.yaml": {icmp: "needed", labels: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readCalico(t, e.file("calico/r-HOST.yaml", host), true)
	}},
	"kubernetes/r-HOST.yaml": {rules: func(t *testing.T, e *pressed, host string) []allow {
		return readNetworkPolicy(t, e.file("kubernetes/r-HOST.yaml", host), true)
	}},
	"terraform/r.tf.json": {labels: true, rules: func(t *testing.T, e *pressed, host string) []allow {
		return readGroups(t, around(e.file("terraform/r.tf.json", host), "group_ingress_rule", "group_egress_rule"), host)
	}},
}

// outChain gives the chain of what leaves, as one of what arrives.
func outChain(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if rule, is := strings.CutPrefix(line, "-A PORTPRESS_OUT-"); is {
			out.WriteString("-A PORTPRESS-" + strings.ReplaceAll(around(rule, " -s ", " -d "), " -o ", " -i "))
		}
	}
	return out.String()
}

// mention is a row that speaks of what a question asks for: whether it lets it
// out, and of which peers it needs the networks for that.
type mention struct {
	row   string
	peers []string
	lets  bool
}

// mentions gives what the dataset says of a host that sends to the question's
// source.
func (s *sender) mentions(e *opener, ds *dataset.Dataset, host string, q question) (list []mention) {
	is := func(row *dataset.Port, protocol *dataset.Protocol, r dataset.Range) bool {
		return (protocol.ID == "any" || fmt.Sprint(protocol.Number) == q.protocol) &&
			(!protocol.HasPorts || r.From <= q.port && q.port <= r.To) && (len(row.Types) == 0 || slices.Contains(row.Types, q.port))
	}
	networks := func(id string) []netip.Prefix {
		for _, n := range ds.Networks {
			if n.ID == id {
				return n.Prefixes
			}
		}
		return nil
	}
	within := func(list []netip.Prefix) bool {
		return slices.ContainsFunc(list, func(n netip.Prefix) bool { return n.Contains(q.from) })
	}
	toHost := func(row, to string) {
		m := mention{row: row, peers: []string{to}, lets: within(networks(to))}
		at := slices.IndexFunc(ds.Hosts, func(h *dataset.Host) bool { return h.ID == to })
		pods := e.pods && len(ds.Hosts[at].Pods()) > 0
		switch {
		case pods:
			m.lets = m.lets || q.fromHost == to
		case len(networks(to)) > 0:
		case s.labels:
			m.lets = q.fromHost == to
		default: // the host is one of the cluster's
			m.peers, m.lets = append(m.peers, "cluster"), within(networks("cluster"))
		}
		list = append(list, m)
	}
	for _, row := range ds.Egress.Rows(e.pods) {
		for _, protocol := range row.Protocols {
			for _, r := range append(slices.Clone(row.Ranges), dataset.Range{}) {
				if is(row, protocol, r) && (r.From > 0 || !protocol.HasPorts) {
					list = append(list, mention{row: row.ID, lets: row.To[0].Kind == dataset.PeerAny || within(row.To[0].Networks)})
				}
			}
		}
	}
	if within(ds.Pods()) && !e.pods {
		list = append(list, mention{row: "egress.pods", lets: true})
	}
	for i := range ds.Flows {
		f := &ds.Flows[i]
		switch own := f.Port; {
		case !is(own, f.Protocol, f.Range):
		case f.Direction == dataset.In:
			if f.Peer.Kind != dataset.PeerCluster && f.Peer.ID != host && (f.Peer.Kind == dataset.PeerSelf || !f.Peer.Anyone()) {
				continue
			}
			// What is sent to many goes to the address of these, not to the host.
			many := slices.ContainsFunc(own.Bind, isMany)
			if many {
				list = append(list, mention{row: own.ID, lets: isMany(q.from) && slices.Contains(own.Bind, q.from)})
			}
			if !many || slices.ContainsFunc(own.Bind, func(a netip.Addr) bool { return !isMany(a) }) {
				toHost(own.ID, f.Host.ID)
			}
		case f.Host.ID != host, len(own.Bind) > 0 && !slices.Contains(own.Bind, q.at), len(own.Interfaces) > 0 && !slices.Contains(own.Devices(), q.on):
		case f.Peer.Kind == dataset.PeerHost:
			toHost(own.ID, f.Peer.ID)
		default:
			list = append(list, mention{own.ID, []string{f.Peer.ID}, meansSource(f.Peer, q) || f.Peer.Anyone()})
		}
	}
	return list
}

// isMany reports whether an address is one of multicast, or the broadcast.
func isMany(a netip.Addr) bool { return a.IsMulticast() || a.String() == "255.255.255.255" }

// disagreement says what an export lets out otherwise than the dataset, and
// doesn't name; "" is none.
func (s *sender) disagreement(e *opener, p *pressed, path, host string, q question, rules []allow) string {
	got := slices.ContainsFunc(rules, func(a allow) bool { return a.lets(q) })
	want := q.icmp() && (s.icmp == "all" || s.icmp == "needed" && slices.Contains(needed[q.protocol], q.port))
	silent, named := want, false
	for _, m := range s.mentions(e, p.ds, host, q) {
		said := p.rows[path][m.row] || slices.ContainsFunc(m.peers, func(id string) bool { return p.peers[path][id] })
		named = named || said
		if m.lets {
			want, silent = true, silent || !said
		}
	}
	switch {
	case got && !want && !named:
		return "lets out what the dataset denies"
	case want && !got && silent:
		return "denies what the dataset lets out"
	}
	return ""
}

// TestEgressAgreementFindsDamage shows that the comparison is none that can't
// fail.
func TestEgressAgreementFindsDamage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ template, old, new, want string }{
		{"_partials/nft.tmpl", "{{- if .Source }}{{ .Family }} daddr @{{ .Source }} {{ end }}", "", "nftables/"},
		{"_partials/iptables.tmpl", "{{- with .Source }} -d {{ . }}{{ end }}", "", "iptables/r-"},
		{"cloud-init/ufw/{product}-{host}.yaml.tmpl", `reach {{ template "ufw-list" . }}`, "reach any", "cloud-init/ufw/"},
		{"_partials/firewalld.tmpl", `{{- with .Source }}<destination {{ if $rule.OfSet }}ipset{{ else }}address{{ end }}="{{ . }}"/>{{ end }}`, "", "firewalld/"},
		{"calico/{product}-{host}.yaml.tmpl", "{{- with .To }}", "{{- with false }}", "calico/"},
		{"kubernetes/{product}-{host}.yaml.tmpl", "egress:\n{{- template \"kubernetes-rules\" .Sections }}", "egress:\n{{- template \"kubernetes-rules\" list }}", "kubernetes/"},
		{"terraform/{product}.tf.json.tmpl", `{{- template "rules" .Egress }}`, `{{- template "rules" .Ingress }}`, "terraform/"},
	} {
		var asked, open int
		if got := disagreements(t, 200, &asked, &open, damage(t, test.template, test.old, test.new)); !strings.Contains(got, test.want) {
			t.Errorf("with %q in the place of %q the comparison says %q", test.new, test.old, got)
		}
	}
}
