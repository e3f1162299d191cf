package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/testtool"
)

// cloudConfig is what the tests read of a #cloud-config.
type cloudConfig struct {
	WriteFiles []struct{ Path, Content string } `yaml:"write_files"`
	Runcmd     []string                         `yaml:"runcmd"`
}

// ruleset returns the nft file that a #cloud-config writes.
func ruleset(t *testing.T, content []byte) string {
	t.Helper()
	_, text := writes(t, content, ".nft")
	return text
}

// written is writes for a #cloud-config on disk.
func written(t *testing.T, path, ending string) (name, text string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return writes(t, content, ending)
}

// allWritten gives all that a #cloud-config on disk writes, by path.
func allWritten(t *testing.T, path string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c cloudConfig
	if err := yaml.Unmarshal(content, &c); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range c.WriteFiles {
		files[f.Path] = f.Content
	}
	return files
}

// writes returns the file with an ending that a #cloud-config writes.
func writes(t *testing.T, content []byte, ending string) (name, text string) {
	t.Helper()
	var c cloudConfig
	if err := yaml.Unmarshal(content, &c); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.WriteFiles {
		if strings.HasSuffix(f.Path, ending) {
			return f.Path, f.Content
		}
	}
	t.Fatalf("no file %s is written", ending)
	return "", ""
}

// nftJSON is the part of `nft -j list ruleset` that the tests read.
type nftJSON struct {
	Nftables []struct {
		Chain *struct{ Name, Policy, Hook string }
		Table *struct{ Family, Name string }
		Rule  *struct {
			Chain string
			Expr  []map[string]json.RawMessage
		}
	}
}

// listing puts rulesets into a network namespace of their own, one after the
// other, and returns what nft lists then.
func listing(t *testing.T, rulesets ...string) string {
	t.Helper()
	tool := testtool.Need(t, "nft", "unshare")
	testtool.NeedRoot(t, "loading a ruleset")
	script := "set -e\n"
	for i, rules := range rulesets {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.nft", i))
		if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
			t.Fatal(err)
		}
		script += fmt.Sprintf("%[1]s -c -f %[2]s\n%[1]s -f %[2]s\n", tool[0], path)
	}
	return run(t, "", tool[1], "--net", "sh", "-c", script+tool[0]+" -j list ruleset")
}

// loaded is listing, read.
func loaded(t *testing.T, rulesets ...string) nftJSON {
	t.Helper()
	return listed(t, listing(t, rulesets...))
}

func listed(t *testing.T, out string) nftJSON {
	t.Helper()
	var doc nftJSON
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return doc
}

// match is one condition of a rule in nft's JSON.
type match struct {
	Left struct {
		Payload struct{ Protocol, Field string }
		Meta    struct{ Key string }
		Ct      struct{ Key, Dir string }
	}
	Right json.RawMessage
}

// opened lists what the rules of the input chain accept, as nft itself
// understood them: "tcp 443 from any", "udp 4789 from @cluster_ipv4".
func (doc nftJSON) opened(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, item := range doc.Nftables {
		if item.Rule == nil || item.Rule.Chain != "input" {
			continue
		}
		from, at, on, over, header := "any", "", "", "", false
		var what []string
		for _, e := range item.Rule.Expr {
			raw, isMatch := e["match"]
			if !isMatch {
				continue
			}
			var m match
			if err := json.Unmarshal(raw, &m); err != nil {
				t.Fatal(err)
			}
			values := elements(t, m.Right)
			switch left := m.Left; {
			case left.Payload.Field == "saddr" && strings.HasPrefix(values[0], "@"):
				from = values[0]
			case left.Payload.Field == "daddr", left.Ct.Key == "ip daddr", left.Ct.Key == "ip6 daddr":
				at = " at " + strings.Join(values, ",")
			case left.Meta.Key == "iifname" && values[0] != "lo":
				on = " on " + strings.Join(values, ",")
			case left.Payload.Field == "dport" || left.Payload.Field == "type":
				for _, v := range values {
					what = append(what, left.Payload.Protocol+" "+v)
				}
			case left.Ct.Key == "proto-dst" && left.Ct.Dir == "original": // of what the host forwards
				for _, v := range values {
					what = append(what, over+" "+v)
				}
			case left.Meta.Key == "l4proto" && len(values) == 1:
				over = values[0]
			default:
				header = true // conntrack, loopback, ICMP as such, DHCPv6
			}
		}
		last := item.Rule.Expr[len(item.Rule.Expr)-1]
		if _, accepts := last["accept"]; !accepts || header {
			continue
		}
		if len(what) == 0 && over != "" {
			what = []string{"protocol " + over}
		}
		for _, w := range what {
			out[w+" from "+from+at+on] = true
		}
	}
	return out
}

// elements reads the right side of a match: one value, a range, or a set.
func elements(t *testing.T, raw json.RawMessage) []string {
	t.Helper()
	var number int
	var text string
	var set struct {
		Set    []json.RawMessage
		Range  []int
		Prefix json.RawMessage
	}
	switch {
	case json.Unmarshal(raw, &number) == nil:
		return []string{strconv.Itoa(number)}
	case json.Unmarshal(raw, &text) == nil:
		return []string{text}
	case json.Unmarshal(raw, &set) != nil:
		return []string{string(raw)} // conntrack states stand in a plain list
	case set.Prefix != nil:
		return []string{string(set.Prefix)}
	case len(set.Range) == 2:
		return []string{fmt.Sprintf("%d-%d", set.Range[0], set.Range[1])}
	}
	var out []string
	for _, e := range set.Set {
		out = append(out, elements(t, e)...)
	}
	if len(out) == 0 {
		t.Fatalf("nothing to compare in %s", raw)
	}
	return out
}

// nftNames are the protocols that nft prints by name where they are given by
// number, from /etc/protocols; 4 is called ipencap there.
var nftNames = map[int]string{1: "icmp", 2: "igmp", 4: "ipencap", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp", 89: "ospf", 103: "pim", 112: "vrrp"}

// icmpTypes are those that the datasets use, as nft prints them.
var icmpTypes = map[int]string{0: "echo-reply", 8: "echo-request"}

// wanted lists what the dataset opens on a host, in the same words. ssh is
// open besides, so that nobody is locked out.
func wanted(ds *dataset.Dataset, host string) map[string]bool {
	out := map[string]bool{"tcp 22 from any": true}
	if saysICMP(ds, host) { // else all of it is let in by one rule, which is no row's
		for _, what := range []string{"icmp destination-unreachable", "icmp time-exceeded", "icmp parameter-problem", "protocol ipv6-icmp"} {
			out[what+" from any"] = true
		}
	}
	for _, f := range ds.Flows {
		if f.Host.ID != host || f.Direction != dataset.In || f.Peer.Kind == dataset.PeerSelf || f.Port.MissingDevice() != "" {
			continue
		}
		whats := []string{f.Protocol.ID + " " + f.Range.String()}
		if !f.Protocol.HasPorts {
			whats = []string{"protocol " + nftNames[f.Protocol.Number]}
		}
		if f.Protocol.ID == "any" {
			whats = []string{"protocol 0-255"}
		}
		if len(f.Port.Types) > 0 {
			whats = nil
			for _, n := range f.Port.Types {
				whats = append(whats, f.Protocol.ID+" "+icmpTypes[n])
			}
		}
		on := ""
		if devices := f.Port.Devices(); len(devices) > 0 {
			on = " on " + strings.Join(devices, ",")
		}
		for _, what := range whats {
			for from, four := range sources(f.Peer) {
				ats := []string{""}
				if len(f.Port.Bind) > 0 {
					ats = nil
					for _, a := range f.Port.Bind {
						if from == "any" || a.Is4() == four {
							ats = append(ats, " at "+a.String())
						}
					}
				}
				for _, at := range ats {
					out[what+" from "+from+at+on] = true
				}
			}
		}
	}
	return out
}

// saysICMP reports whether the dataset has a row of ICMP on a host, so that a
// ruleset lets in of it what IP needs and what the rows say. None is of ICMPv6.
func saysICMP(ds *dataset.Dataset, host string) bool {
	return slices.ContainsFunc(ds.Flows, func(f dataset.Flow) bool {
		return f.Host.ID == host && f.Direction == dataset.In && f.Protocol.ID == "icmp"
	})
}

// sources gives the names of a peer's sets, and whether each is IPv4.
func sources(p *dataset.Peer) map[string]bool {
	if p.Kind == dataset.PeerAny {
		return map[string]bool{"any": true}
	}
	out := map[string]bool{}
	for _, prefix := range p.Networks {
		if prefix.Addr().Is4() {
			out["@"+snake(p.ID)+"_ipv4"] = true
		} else {
			out["@"+snake(p.ID)+"_ipv6"] = false
		}
	}
	return out
}

// networks is a layer that gives addresses to every peer that needs them.
func networks(ds *dataset.Dataset) string {
	var b strings.Builder
	b.WriteString("[networks]\n")
	written := map[string]bool{}
	for _, f := range ds.Flows {
		if p := f.Peer; p.Kind != dataset.PeerAny && p.Kind != dataset.PeerSelf && !written[p.ID] {
			written[p.ID] = true
			fmt.Fprintf(&b, "%s = [\"10.%d.0.0/16\", \"fd00:%d::/64\"]\n", p.ID, len(written), len(written))
		}
	}
	return b.String()
}

// holds loads a host's ruleset into the kernel and compares what nft lists
// with the dataset. The host's nft file must load as the same.
func holds(t *testing.T, ds *dataset.Dataset, set export.Set, h *dataset.Host) {
	t.Helper()
	rules := ruleset(t, content(t, set, "cloud-init/"+ds.Product.ID+"-"+h.ID+".yaml"))
	file := string(content(t, set, "nftables/"+ds.Product.ID+"-"+h.ID+".nft"))
	out := listing(t, rules)
	if other := listing(t, file); other != out {
		t.Errorf("%s: nftables/ loads as\n%s\nand cloud-init/ as\n%s", h.ID, other, out)
	}
	once, twice := listed(t, out), loaded(t, rules, file)
	got, want := once.opened(t), wanted(ds, h.ID)
	for x := range got {
		if !want[x] {
			t.Errorf("%s: opened, and the dataset says nothing of it: %s", h.ID, x)
		}
	}
	for x := range want {
		if !got[x] {
			t.Errorf("%s: not opened: %s", h.ID, x)
		}
	}
	if a, b := len(once.Nftables), len(twice.Nftables); a != b {
		t.Errorf("%s: loaded twice the ruleset has %d items, once %d", h.ID, b, a)
	}
	for _, item := range once.Nftables {
		if c := item.Chain; c != nil && c.Hook == "input" && c.Policy != "drop" {
			t.Errorf("%s: the policy of the input chain is %s", h.ID, c.Policy)
		}
	}
}

// TestEveryRulesetOpensItsTable does so for every shipped dataset, and for the
// one that uses every key.
func TestEveryRulesetOpensItsTable(t *testing.T) {
	check := func(t *testing.T, load func(layers ...string) *dataset.Dataset, layers ...string) {
		ds := load(append(layers, networks(load(layers...)))...)
		set := press(t, ds)
		for _, h := range ds.Hosts.Of(dataset.Linux) {
			holds(t, ds, set, h)
		}
	}
	for _, id := range shipped(t) {
		t.Run(id, func(t *testing.T) {
			check(t, func(layers ...string) *dataset.Dataset { return load(t, id, layers...) })
		})
	}
	for _, layer := range []string{"", `interfaces.storage.device = "eth1"`} {
		t.Run("every key "+layer, func(t *testing.T) {
			check(t, func(layers ...string) *dataset.Dataset {
				return loadEveryKey(t, layers...)
			}, layer)
		})
	}
}

// TestCloudInitRulesetOpensTheTable does so for the MKE table as a site may
// change it.
func TestCloudInitRulesetOpensTheTable(t *testing.T) {
	for name, layers := range map[string][]string{
		"shipped": nil,
		"site":    {site},
		"v4 only": {`networks.cluster = "10.0.0.0/8"`},
		"range":   {site, `ports.node-ports = {port = ["30000-32767", 40000], protocols = ["tcp", "sctp"], hosts = "workers", scopes = "external", purpose = "Node \"ports\" {}; accept"}`},
	} {
		t.Run(name, func(t *testing.T) {
			ds := load(t, "mke", layers...)
			set := press(t, ds)
			for _, h := range ds.Hosts {
				holds(t, ds, set, h)
			}
		})
	}
}

// TestRulesetKeepsOtherTables loads a ruleset beside another program's.
func TestRulesetKeepsOtherTables(t *testing.T) {
	set := press(t, load(t, "mke", site))
	rules := ruleset(t, content(t, set, "cloud-init/mke-managers.yaml"))
	doc := loaded(t, "table ip kube-proxy {\n\tchain services {\n\t}\n}\n", rules)
	var tables []string
	for _, item := range doc.Nftables {
		if item.Table != nil {
			tables = append(tables, item.Table.Family+" "+item.Table.Name)
		}
	}
	if got := strings.Join(tables, ", "); got != "ip kube-proxy, inet portpress_mke" {
		t.Errorf("the tables are then: %s", got)
	}
}
