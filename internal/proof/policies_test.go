package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// calicoPolicy is the part of a GlobalNetworkPolicy that the tests read.
type calicoPolicy struct {
	Metadata struct{ Name string }
	Spec     struct {
		Order    float64
		Selector string
		Types    []string
		Ingress  []calicoRule
		Egress   []calicoRule

		PreDNAT, ApplyOnForward bool
	}
}

type calicoRule struct {
	Action              string
	IPVersion           int
	Protocol            any // a name or a number
	ICMP                struct{ Type *int }
	Source, Destination struct {
		Nets                        []string
		Ports                       []any // numbers, and ranges as text
		Selector, NamespaceSelector string
	}
}

// networkPolicy is the part of a NetworkPolicy that the tests read.
type networkPolicy struct {
	Spec struct {
		PodSelector podSelector
		PolicyTypes []string
		Ingress     []networkRule
		Egress      []networkRule
	}
}

type networkRule struct {
	From, To []struct {
		PodSelector *podSelector
		IPBlock     *struct{ CIDR string }
	}
	Ports []struct {
		Protocol      string
		Port, EndPort int
	}
}

type podSelector struct{ MatchLabels map[string]string }

func (s podSelector) String() string { return fmt.Sprint("pods ", s.MatchLabels) } // sorted by key

// readPolicies has the code of the program that applies them read the policies
// of every host type that has one, by host type.
func readPolicies[T any](t *testing.T, kind, tool string, ds *dataset.Dataset, dir string) map[string]T {
	t.Helper()
	program := testtool.Need(t, tool)[0]
	folder := map[string]string{"calico": "calico", "networkpolicy": "kubernetes"}[kind]
	var hosts, paths []string
	for _, h := range ds.Hosts {
		if folder == "calico" || len(h.Pods()) > 0 {
			hosts = append(hosts, h.ID)
			paths = append(paths, filepath.Join(dir, folder, ds.Product.ID+"-"+h.ID+".yaml"))
		}
	}
	if got := len(files(t, filepath.Join(dir, folder), ".yaml")); got != len(paths) {
		t.Fatalf("%d files in %s, want one for each of %q", got, folder, hosts)
	}
	var list []T
	if err := json.Unmarshal([]byte(run(t, "", program, append([]string{kind}, paths...)...)), &list); err != nil || len(list) != len(paths) {
		t.Fatalf("%d policies: %v", len(list), err)
	}
	out := map[string]T{}
	for i, host := range hosts {
		out[host] = list[i]
	}
	return out
}

// calicoPolicies gives the policy of each host type that is for what the host
// itself receives.
func calicoPolicies(t *testing.T, ds *dataset.Dataset, dir string) map[string]calicoPolicy {
	t.Helper()
	out := map[string]calicoPolicy{}
	for host, list := range readPolicies[[]calicoPolicy](t, "calico", "calico-validator", ds, dir) {
		out[host] = list[0]
	}
	return out
}

func networkPolicies(t *testing.T, ds *dataset.Dataset, dir string) map[string]networkPolicy {
	t.Helper()
	if len(podsOf(ds)) == 0 {
		return nil
	}
	return readPolicies[networkPolicy](t, "networkpolicy", "kubernetes-validator", ds, dir)
}

var hasLabel = regexp.MustCompile(`^has\((portpress/[a-z0-9-]{1,63})\)$`)

// labelsIn gives the labels of which a selector wants any.
func labelsIn(t *testing.T, selector string) []string {
	t.Helper()
	var labels []string
	for part := range strings.SplitSeq(selector, " || ") {
		m := hasLabel.FindStringSubmatch(part)
		if m == nil {
			t.Fatalf("no test can read the selector %s", selector)
		}
		labels = append(labels, m[1])
	}
	return labels
}

// from lists the sources of a rule: networks, labels, or "any".
func (r *calicoRule) from(t *testing.T) []string {
	t.Helper()
	if s := r.Source.Selector; s != "" {
		if len(r.Source.Nets) > 0 || r.Source.NamespaceSelector != "global()" {
			t.Fatalf("the source takes in pods, or networks besides: %+v", r.Source)
		}
		return labelsIn(t, s)
	}
	if len(r.Source.Nets) > 0 {
		return r.Source.Nets
	}
	return []string{"any"}
}

// facts lists what a policy opens. A rule's networks, ports and destinations
// are facts of their own.
func (p *calicoPolicy) facts(t *testing.T, host string) facts {
	t.Helper()
	if !slices.Equal(p.Spec.Types, []string{"Ingress"}) {
		t.Errorf("%s governs %q", p.Metadata.Name, p.Spec.Types)
	}
	out := facts{}
	for _, r := range p.Spec.Ingress {
		if r.Action != "Allow" {
			t.Errorf("%s has a rule to %s", p.Metadata.Name, r.Action)
		}
		protocol := "any"
		if r.Protocol != nil {
			protocol = strings.ToLower(fmt.Sprint(r.Protocol))
		}
		if r.ICMP.Type != nil {
			protocol += fmt.Sprintf(" type %d", *r.ICMP.Type)
		}
		if r.IPVersion != 0 {
			protocol += fmt.Sprintf(" of IPv%d", r.IPVersion)
		}
		if len(r.Source.Ports) > 0 {
			protocol += fmt.Sprint(" from port ", r.Source.Ports)
		}
		for _, from := range r.from(t) {
			for _, at := range orNone(r.Destination.Nets) {
				if at != "" {
					at = " at " + at
				}
				for _, port := range orNone(dataset.Texts(r.Destination.Ports, func(p any) string { return fmt.Sprint(p) })) {
					out[fact{host, protocol, strings.ReplaceAll(port, ":", "-"), from + at}] = true
				}
			}
		}
	}
	return out
}

func orNone(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// calicoGap lists what Calico's policies open otherwise than the dataset says.
func calicoGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	policies := calicoPolicies(t, ds, dir)
	labels := map[string]string{}
	for host, p := range policies {
		labels[host] = strings.Join(labelsIn(t, p.Spec.Selector), " ")
		if plain := ds.Product.ID + "-" + host; len(plain) <= 63 && labels[host] != "portpress/"+plain {
			t.Errorf("the policy of %s is for endpoints with the label %s", host, labels[host])
		}
	}
	if len(slices.Compact(slices.Sorted(maps.Values(labels)))) != len(ds.Hosts) {
		t.Errorf("host types share a label: %v", labels)
	}
	got, want := facts{}, facts{}
	for host, p := range policies {
		maps.Copy(got, p.facts(t, host))
		for _, header := range []fact{
			{host, "any", "", "127.0.0.0/8 at 127.0.0.0/8"},
			{host, "any", "", "::1/128 at ::1/128"},
			{host, "icmpv6 of IPv6", "", "any"},
			{host, "udp from port [547]", "546", "fe80::/10"},
		} {
			want[header] = true
		}
		if saysICMP(ds, host) {
			for _, n := range []int{3, 11, 12} {
				want[fact{host, fmt.Sprintf("icmp type %d of IPv4", n), "", "any"}] = true
			}
		} else {
			want[fact{host, "icmp of IPv4", "", "any"}] = true
		}
		ssh := dataset.Texts(ds.SSH.Networks, netip.Prefix.String)
		if len(ssh) == 0 {
			ssh = []string{"any"}
		}
		for _, from := range ssh {
			want[fact{host, "tcp", strconv.Itoa(ds.SSH.Port), from}] = true
		}
	}
	for _, f := range ds.Flows {
		if f.Direction == dataset.Out || f.Peer.Kind == dataset.PeerSelf || len(f.Port.Interfaces) > 0 ||
			f.Protocol.HasPorts && !slices.Contains([]string{"tcp", "udp", "sctp"}, f.Protocol.ID) {
			continue
		}
		from := peerNetworks(f.Peer)
		if len(f.Peer.Networks) == 0 {
			switch f.Peer.Kind {
			case dataset.PeerCluster:
				from = slices.Collect(maps.Values(labels))
			case dataset.PeerHost:
				from = []string{labels[f.Peer.ID]}
			}
		}
		protocols := []string{f.Protocol.ID}
		four, six := true, true
		switch {
		case f.Protocol.ID == "icmp":
			six, protocols = false, []string{"icmp of IPv4"}
		case f.Protocol.ID == "icmpv6":
			four, protocols = false, []string{"icmpv6 of IPv6"}
		case !f.Protocol.HasPorts && f.Protocol.ID != "any":
			protocols = []string{strconv.Itoa(f.Protocol.Number)}
		}
		if len(f.Port.Types) > 0 {
			name, version, _ := strings.Cut(protocols[0], " ")
			protocols = dataset.Texts(f.Port.Types, func(n int) string { return fmt.Sprintf("%s type %d %s", name, n, version) })
		}
		for _, source := range from {
			prefix, err := netip.ParsePrefix(source)
			may4, may6 := four && (err != nil || prefix.Addr().Is4()), six && (err != nil || prefix.Addr().Is6())
			ats := orNone(nil)
			if len(f.Port.Bind) > 0 {
				ats = nil
				for _, a := range f.Port.Bind {
					if a.Is4() && may4 || a.Is6() && may6 {
						ats = append(ats, " at "+netip.PrefixFrom(a, a.BitLen()).String())
					}
				}
			}
			for _, at := range ats {
				for _, protocol := range protocols {
					if may4 || may6 {
						want[fact{f.Host.ID, protocol, f.Range.String(), source + at}] = true
					}
				}
			}
		}
	}
	return joined(got).compare(joined(want))
}

// podsOf gives the labels of each host type that runs as pods.
func podsOf(ds *dataset.Dataset) map[string]podSelector {
	out := map[string]podSelector{}
	for _, h := range ds.Hosts {
		for key, value := range h.Pods() {
			if out[h.ID].MatchLabels == nil {
				out[h.ID] = podSelector{map[string]string{}}
			}
			out[h.ID].MatchLabels[key] = value.(string)
		}
	}
	return out
}

// asPressed gives the ports of a flow as a NetworkPolicy has them: a range whole,
// or where the network plugin ignores its end port by port, up to a thousand.
func asPressed(f *dataset.Flow) []string {
	if !f.Host.SinglePorts || f.Range.Single() || !f.Protocol.HasPorts {
		return []string{f.Range.String()}
	}
	var ports []string
	for n := f.Range.From; n <= f.Range.To && f.Range.To-f.Range.From < 1000; n++ {
		ports = append(ports, strconv.Itoa(n))
	}
	return ports
}

// networkPolicyGap does so for Kubernetes's policies.
func networkPolicyGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	pods := podsOf(ds)
	got, want := facts{}, facts{}
	for host, p := range networkPolicies(t, ds, dir) {
		if !maps.Equal(p.Spec.PodSelector.MatchLabels, pods[host].MatchLabels) || !slices.Equal(p.Spec.PolicyTypes, []string{"Ingress"}) {
			t.Errorf("the policy of %s governs %q of %v", host, p.Spec.PolicyTypes, p.Spec.PodSelector)
		}
		for _, r := range p.Spec.Ingress {
			var from []string
			for _, peer := range r.From {
				switch {
				case peer.IPBlock != nil:
					from = append(from, peer.IPBlock.CIDR)
				case peer.PodSelector != nil:
					from = append(from, peer.PodSelector.String())
				}
			}
			if len(r.From) == 0 {
				from = []string{"any"}
			}
			if len(r.Ports) == 0 {
				for _, source := range from {
					got[fact{host, "any", "", source}] = true
				}
			}
			for _, port := range r.Ports {
				for _, source := range from {
					got[fact{host, strings.ToLower(port.Protocol), span(port.Port, max(port.Port, port.EndPort)), source}] = true
				}
			}
		}
	}
	for _, f := range ds.Flows {
		_, asPods := pods[f.Host.ID]
		if !asPods || !plainFlow(&f) || !slices.Contains([]string{"tcp", "udp", "sctp", "any"}, f.Protocol.ID) {
			continue
		}
		from := peerNetworks(f.Peer)
		for host, selector := range pods {
			if f.Peer.Kind == dataset.PeerCluster || f.Peer.ID == host {
				from = append(from, selector.String())
			}
		}
		for _, source := range from {
			for _, ports := range asPressed(&f) {
				want[fact{f.Host.ID, f.Protocol.ID, ports, source}] = true
			}
		}
	}
	return got.compare(want)
}

// podsLayer is a layer by which host types run as pods, all but the first few.
func podsLayer(ds *dataset.Dataset, but int) string {
	var b strings.Builder
	for _, h := range ds.Hosts[but:] {
		fmt.Fprintf(&b, "hosts.%s.pods = {\"app.kubernetes.io/name\" = %q, type = \"%s\"}\n", h.ID, trim63(ds.Product.ID), trim63(h.ID))
	}
	return b.String()
}

func trim63(s string) string { return strings.TrimSuffix(s[:min(63, len(s))], "-") }

// long is a dataset whose ids are as long as they may be.
func long(t *testing.T, layers ...string) *dataset.Dataset {
	t.Helper()
	product, host := strings.Repeat("p", 64), strings.Repeat("h", 63)
	text := strings.NewReplacer(`"small"`, `"`+product+`"`, "[hosts.servers]\n", "[hosts."+host+"1]\nname = \"More\"\n[hosts."+host+"2]\n",
		`hosts = "servers"`, `hosts = "all"`, "[networks]\ncluster", "[networks]\n"+host+"1").Replace(small)
	return loadText(t, text, layers...)
}

// TestPoliciesOpenTheTable has Calico's and Kubernetes's own code read the
// policies, and compares what they open with the dataset.
func TestPoliciesOpenTheTable(t *testing.T) {
	loaders := map[string]func(layers ...string) *dataset.Dataset{
		"every key": func(layers ...string) *dataset.Dataset { return loadEveryKey(t, layers...) },
		"long ids":  func(layers ...string) *dataset.Dataset { return long(t, layers...) },
	}
	for _, id := range shipped(t) {
		loaders[id] = func(layers ...string) *dataset.Dataset { return load(t, id, layers...) }
	}
	policies := 0
	for name, load := range loaders {
		t.Run(name, func(t *testing.T) {
			plain := load()
			for site, layers := range map[string][]string{
				"as shipped":    nil,
				"with networks": {networks(plain), sshLayer, podsLayer(plain, 0)},
				"some as pods":  {podsLayer(plain, 1)},
				"one family":    {`networks.cluster = "fd00:1::/64"`, podsLayer(plain, 0)},
			} {
				ds := load(layers...)
				dir := writeSet(t, ds)
				if gap := calicoGap(t, ds, dir); gap != "" {
					t.Errorf("%s, Calico opens something else:\n%s", site, gap)
				}
				if gap := networkPolicyGap(t, ds, dir); gap != "" {
					t.Errorf("%s, Kubernetes opens something else:\n%s", site, gap)
				}
				policies += len(podsOf(ds))
			}
		})
	}
	if policies == 0 {
		t.Error("no host type ran as pods")
	}
}
