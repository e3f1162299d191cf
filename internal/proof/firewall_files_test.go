package proof

import (
	"bytes"
	"encoding/xml"
	"errors"
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
// that uses every key, with networks for all peers; and on MKE's without any. Those
// of Windows alone have no such exports.
func atSites(t *testing.T, test func(t *testing.T, ds *dataset.Dataset, dir string)) {
	t.Helper()
	all := map[string]*dataset.Dataset{
		"mke without networks": common.load("mke", func() *dataset.Dataset { return load(t, "mke") }),
		"every key": common.load("every key with networks for all", func() *dataset.Dataset {
			return loadEveryKey(t, networks(loadEveryKey(t)), `interfaces.storage.device = "eth1"`)
		}),
	}
	for _, id := range shipped(t) {
		ds := common.load(id+" with networks for all", func() *dataset.Dataset { return load(t, id, networks(load(t, id))) })
		if len(ds.Hosts.Of(dataset.Linux)) > 0 {
			all[id] = ds
		}
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

// installed is a host's files in the place of firewalld's own.
type installed struct {
	dir, host      string
	policy, target string          // the policy must stand between all zones and the host
	services       map[string]bool // those that lie beside it
}

// put writes a file, and the folders that it lies in.
func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// policiesOpened reads back what policies let in, as firewalld understood them.
func policiesOpened(t *testing.T, list []installed) facts {
	t.Helper()
	tool := testtool.Need(t, "firewalld")
	testtool.NeedRoot(t, "firewall-offline-cmd")
	// What is asked for, and what the program says of it: the policy, and the
	// services that lie beside it.
	var asked [][]string
	checked := map[string]bool{}
	for _, i := range list {
		config := "--system-config=" + i.dir
		if !checked[i.dir] {
			asked = append(asked, []string{config, "--check-config"})
			checked[i.dir] = true
		}
		asked = append(asked, []string{config, "--info-policy=" + i.policy})
		for service, is := range i.services {
			if is {
				asked = append(asked, []string{config, "--info-service=" + service})
			}
		}
	}
	said := map[string]map[string]string{} // by folder and question
	for n, r := range runMany(t, tool[0], []string{"firewall.client", "firewall.command", "loaded"}, asked) {
		if r.Status != 0 {
			t.Fatalf("%s %s: status %d\n%s", tool[0], asked[n], r.Status, r.Said)
		}
		dir := strings.TrimPrefix(asked[n][0], "--system-config=")
		if said[dir] == nil {
			said[dir] = map[string]string{}
		}
		said[dir][asked[n][1]] = r.Said
	}
	out := facts{}
	for _, i := range list {
		out.add(i.opened(t, said[i.dir]))
	}
	return out
}

// opened reads what firewalld said of a host's policy and services.
func (i installed) opened(t *testing.T, said map[string]string) facts {
	t.Helper()
	host, policy, target := i.host, i.policy, i.target
	out, services := facts{}, facts{}
	known := map[string]bool{}
	serve := func(service, from string) {
		if !known[service] {
			known[service] = true
			if !i.services[service] {
				t.Fatalf("the policy %s names the service %s, which no file beside it describes", policy, service)
			}
			text := said["--info-service="+service]
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
			from = entriesOf(t, i.dir, set)
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
		protocol, ports := f.Protocol.ID, f.Range.String()
		if !f.Protocol.HasPorts && f.Protocol.Number >= 0 {
			protocol, ports = strconv.Itoa(f.Protocol.Number), ""
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
						out[fact{h.ID, protocol, ports, from + " at " + at.String()}] = true
					}
				}
			default:
				out[fact{h.ID, protocol, ports, from}] = true
			}
		}
	}
	return out
}

// filesGap compares the policies and services of firewalld/HOST.
func filesGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	// The names carry product and host, so one folder takes the files of all hosts.
	config := t.TempDir()
	var list []installed
	want := facts{}
	for _, h := range ds.Hosts {
		beside := map[string]bool{}
		own := filepath.Join(dir, "firewalld", h.ID)
		for _, path := range files(t, own, ".xml") {
			name, err := filepath.Rel(own, path)
			if err != nil {
				t.Fatal(err)
			}
			text := []byte(readText(t, path))
			if old, err := os.ReadFile(filepath.Join(config, name)); err == nil && !bytes.Equal(old, text) {
				t.Errorf("%s and the file of another host have one name", path)
			}
			put(t, filepath.Join(config, name), text)
			beside[strings.TrimSuffix(filepath.Base(path), ".xml")] = filepath.Dir(name) == "services"
		}
		list = append(list, installed{config, h.ID, policy.HostName(ds.Product.ID, h.ID), "CONTINUE", beside})
		want.add(policyOpens(ds, h))
	}
	return joined(policiesOpened(t, list)).compare(joined(want))
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
	var list []installed
	want := facts{}
	for _, h := range ds.Hosts {
		boot := filepath.Join(dir, "cloud-init", "firewalld", ds.Product.ID+"-"+h.ID+".yaml")
		path, _ := written(t, boot, ".xml")
		config := t.TempDir()
		for path, text := range allWritten(t, boot) {
			if at, below := strings.CutPrefix(path, "/etc/firewalld/"); below {
				put(t, filepath.Join(config, at), []byte(text))
			}
		}
		list = append(list, installed{config, h.ID, strings.TrimSuffix(filepath.Base(path), ".xml"), "DROP", nil})
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
	return joined(policiesOpened(t, list)).compare(joined(want))
}

func TestFirewalldByCloudInitOpensTheTable(t *testing.T) {
	atSites(t, agree(bootPolicyGap))
}
