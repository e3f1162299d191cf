package proof

import (
	"encoding/xml"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/policy"
	"portpress/internal/testtool"
)

// atSites runs a test on the exports of every shipped dataset and of the one
// that uses every key, with networks for all peers; and on MKE's without any.
func atSites(t *testing.T, test func(t *testing.T, ds *dataset.Dataset, dir string)) {
	t.Helper()
	all := map[string]*dataset.Dataset{
		"mke without networks": load(t, "mke"),
		"every key":            loadEveryKey(t, networks(loadEveryKey(t)), `interfaces.storage.device = "eth1"`),
	}
	for _, id := range shipped(t) {
		all[id] = load(t, id, networks(load(t, id)))
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) { test(t, ds, writeSet(t, ds)) })
	}
}

// agree is a test for atSites: the gap between an export and the dataset, as
// the function finds it, must be none.
func agree(gap func(t *testing.T, ds *dataset.Dataset, dir string) string) func(*testing.T, *dataset.Dataset, string) {
	return func(t *testing.T, ds *dataset.Dataset, dir string) {
		t.Parallel()
		if lines := gap(t, ds, dir); lines != "" {
			t.Errorf("not as the dataset says:\n%s", lines)
		}
	}
}

// peerNetworks gives who a flow's peer is, as firewalld's rules name it.
func peerNetworks(p *dataset.Peer) []string {
	if p.Kind == dataset.PeerAny {
		return []string{"any"}
	}
	return dataset.Texts(p.Networks, netip.Prefix.String)
}

// plainFlow reports whether protocol, port and peer say all of a flow.
func plainFlow(f *dataset.Flow) bool {
	return f.Direction == dataset.In && f.Peer.Kind != dataset.PeerSelf && len(f.Port.Bind)+len(f.Port.Interfaces)+len(f.Port.Types) == 0
}

var ruleWords = regexp.MustCompile(`(source ipset|source address|destination address|service name|port port|protocol value|protocol|icmp-type name)="([^"]+)"`)

// servicesBeside lists the files of services below a folder of firewalld's, if
// there are any.
func servicesBeside(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "services", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// withConfig gives the arguments of firewall-offline-cmd for each question, with
// a folder in the place of /etc/firewalld.
func withConfig(dir string, asked []string) [][]string {
	var lists [][]string
	for _, question := range asked {
		lists = append(lists, []string{"--system-config=" + dir, question})
	}
	return lists
}

// policyOpened installs a host's files below dir in the place of firewalld's
// own, and reads back what a policy lets in, as firewalld understood it. The
// policy must stand between all zones and the host.
func policyOpened(t *testing.T, dir, host, policy, target string) facts {
	t.Helper()
	tool := testtool.Need(t, "firewalld")
	testtool.NeedRoot(t, "firewall-offline-cmd")
	// What is asked for, and what the program says of it: the policy, and the
	// services that lie beside it.
	asked := []string{"--check-config", "--info-policy=" + policy}
	for _, path := range servicesBeside(t, dir) {
		asked = append(asked, "--info-service="+strings.TrimSuffix(filepath.Base(path), ".xml"))
	}
	said := map[string]string{}
	for i, r := range runMany(t, tool[0], []string{"firewall.client", "firewall.command", "firewall.core.fw"}, withConfig(dir, asked)) {
		if r.Status != 0 {
			t.Fatalf("%s %s: status %d\n%s", tool[0], asked[i], r.Status, r.Said)
		}
		said[asked[i]] = r.Said
	}
	out, services := facts{}, facts{}
	known := map[string]bool{}
	serve := func(service, from string) {
		if !known[service] {
			known[service] = true
			text, isThere := said["--info-service="+service]
			if !isThere {
				t.Fatalf("the policy %s names the service %s, which no file beside it describes", policy, service)
			}
			for port := range strings.FieldsSeq(field(text, "ports")) {
				number, protocol, _ := strings.Cut(port, "/")
				services[fact{host, protocol, number, service}] = true
			}
			for number := range strings.FieldsSeq(field(text, "protocols")) {
				services[fact{host, number, "", service}] = true
			}
		}
		for f := range services {
			if f.scope == service {
				f.scope = from
				out[f] = true
			}
		}
	}
	add := func(protocol, port string, from []string, at string) {
		for _, source := range from {
			out[fact{host, protocol, port, source + at}] = true
		}
	}
	text := said["--info-policy="+policy]
	if got := field(text, "ingress-zones") + " " + field(text, "egress-zones") + " " + field(text, "target"); got != "ANY HOST "+target {
		t.Errorf("%s: the policy's zones and target are %q", policy, got)
	}
	for service := range strings.FieldsSeq(field(text, "services")) {
		serve(service, "any")
	}
	for line := range strings.Lines(text) {
		rule, isRule := strings.CutPrefix(strings.TrimSpace(line), "rule ")
		if !isRule {
			continue
		}
		words := map[string]string{"source address": "any"}
		for _, m := range ruleWords.FindAllStringSubmatch(rule, -1) {
			words[m[1]] = m[2]
		}
		from, at := []string{words["source address"]}, ""
		if set := words["source ipset"]; set != "" {
			from = entriesOf(t, dir, set)
		}
		if a := words["destination address"]; a != "" {
			at = " at " + a
		}
		switch {
		case !strings.HasSuffix(rule, " accept"):
			t.Errorf("a rule that doesn't accept: %s", rule)
		case words["service name"] != "":
			serve(words["service name"], from[0]+at)
		case words["port port"] != "":
			add(words["protocol"], words["port port"], from, at)
		case words["protocol value"]+words["icmp-type name"] != "":
			add(words["protocol value"]+words["icmp-type name"], "", from, at)
		default:
			add("any", "", from, at)
		}
	}
	return out
}

// entriesOf reads a set that lies beside the policies.
func entriesOf(t *testing.T, dir, name string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "ipsets", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	return setEntries(t, string(content))
}

// setEntries reads the entries of a set of firewalld's.
func setEntries(t *testing.T, text string) []string {
	t.Helper()
	var set struct {
		Entries []string `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(text), &set); err != nil || len(set.Entries) == 0 {
		t.Fatalf("%v in\n%s", err, text)
	}
	return set.Entries
}

// field gives what firewalld prints after a name on a line of its own.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && key == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// policyOpens lists what the dataset opens on a host, in the same words.
func policyOpens(ds *dataset.Dataset, h *dataset.Host) facts {
	out := facts{}
	for _, f := range ds.Flows {
		if f.Host != h || f.Direction == dataset.Out || len(f.Port.Interfaces) > 0 || f.Peer.Kind == dataset.PeerSelf {
			continue
		}
		for _, from := range peerNetworks(f.Peer) {
			switch p := f.Port; {
			case len(p.Types) > 0:
				if !strings.Contains(from, ":") { // the datasets have types of IPv4's ICMP only
					for _, n := range p.Types {
						out[fact{h.ID, icmpTypes[n], "", from}] = true
					}
				}
			case len(p.Bind) > 0:
				for _, at := range p.Bind {
					if prefix, err := netip.ParsePrefix(from); err != nil || prefix.Addr().Is4() == at.Is4() {
						out[fact{h.ID, f.Protocol.ID, f.Range.String(), from + " at " + at.String()}] = true
					}
				}
			case f.Protocol.HasPorts || f.Protocol.Number < 0:
				out[fact{h.ID, f.Protocol.ID, f.Range.String(), from}] = true
			default:
				out[fact{h.ID, strconv.Itoa(f.Protocol.Number), "", from}] = true
			}
		}
	}
	return out
}

// filesGap compares the policies and services of firewalld/HOST.
func filesGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	got, want := facts{}, facts{}
	for _, h := range ds.Hosts {
		got.add(policyOpened(t, filepath.Join(dir, "firewalld", h.ID), h.ID, policy.HostName(ds.Product.ID, h.ID), "CONTINUE"))
		want.add(policyOpens(ds, h))
	}
	return joined(got).compare(joined(want))
}

func (f facts) add(more facts) {
	for x := range more {
		f[x] = true
	}
}

func TestFirewalldOpensTheTable(t *testing.T) {
	atSites(t, agree(filesGap))
}

// bootPolicyGap compares the policy that a #cloud-config writes, which also
// lets in what a closed host needs.
func bootPolicyGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	got, want := facts{}, facts{}
	for _, h := range ds.Hosts {
		boot := filepath.Join(dir, "cloud-init", "firewalld", ds.Product.ID+"-"+h.ID+".yaml")
		path, _ := written(t, boot, ".xml")
		config := t.TempDir()
		for path, text := range allWritten(t, boot) {
			at, below := strings.CutPrefix(path, "/etc/firewalld/")
			if !below {
				continue
			}
			at = filepath.Join(config, at)
			if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got.add(policyOpened(t, config, h.ID, strings.TrimSuffix(filepath.Base(path), ".xml"), "DROP"))
		for f := range policyOpens(ds, h) {
			if f.protocol != "1" && !strings.HasPrefix(f.protocol, "echo-") { // all of ICMP is open
				want[f] = true
			}
		}
		want.add(facts{
			{h.ID, "icmp", "", "any"}:         true,
			{h.ID, "ipv6-icmp", "", "any"}:    true,
			{h.ID, "udp", "546", "fe80::/10"}: true,
			{h.ID, "tcp", "22", "any"}:        true,
		})
	}
	return joined(got).compare(joined(want))
}

func TestFirewalldByCloudInitOpensTheTable(t *testing.T) {
	atSites(t, agree(bootPolicyGap))
}
