package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/dataset"
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
	var c cloudConfig
	if err := yaml.Unmarshal(content, &c); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.WriteFiles {
		if strings.HasSuffix(f.Path, ".nft") {
			return f.Content
		}
	}
	t.Fatal("no nft file is written")
	return ""
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

// loaded puts rulesets into a network namespace of their own, one after the
// other, and returns what nft lists then.
func loaded(t *testing.T, rulesets ...string) nftJSON {
	t.Helper()
	tool := testtool.Need(t, "nft", "unshare")
	if os.Geteuid() != 0 {
		t.Skip("loading a ruleset needs root")
	}
	script := "set -e\n"
	for i, rules := range rulesets {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.nft", i))
		if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
			t.Fatal(err)
		}
		script += fmt.Sprintf("%[1]s -c -f %[2]s\n%[1]s -f %[2]s\n", tool[0], path)
	}
	out := run(t, "", tool[1], "--net", "sh", "-c", script+tool[0]+" -j list ruleset")
	var doc nftJSON
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return doc
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
		from, what, accept, header := "any", "", false, false
		for _, e := range item.Rule.Expr {
			if _, ok := e["accept"]; ok {
				accept = true
			}
			raw, isMatch := e["match"]
			if !isMatch {
				continue
			}
			var m struct {
				Left struct {
					Payload struct{ Protocol, Field string }
					Meta    struct{ Key string }
					Ct      struct{ Key string }
				}
				Right json.RawMessage
			}
			if err := json.Unmarshal(raw, &m); err != nil {
				t.Fatal(err)
			}
			var set string
			switch {
			case m.Left.Payload.Field == "saddr" && json.Unmarshal(m.Right, &set) == nil && strings.HasPrefix(set, "@"):
				from = set
			case m.Left.Payload.Field == "dport":
				what = m.Left.Payload.Protocol + " " + ports(t, m.Right)
			case m.Left.Meta.Key == "l4proto" && len(item.Rule.Expr) > 2:
				what = "proto " + strings.Trim(string(m.Right), `"`)
			default:
				header = true // conntrack, loopback, ICMP, DHCPv6
			}
		}
		if accept && what != "" && !header {
			out[what+" from "+from] = true
		}
	}
	return out
}

// ports reads a port or range of nft's JSON.
func ports(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var one int
	if json.Unmarshal(raw, &one) == nil {
		return strconv.Itoa(one)
	}
	var r struct{ Range []int }
	if err := json.Unmarshal(raw, &r); err != nil || len(r.Range) != 2 {
		t.Fatalf("neither port nor range: %s", raw)
	}
	return span(r.Range[0], r.Range[1])
}

// wanted lists what the dataset opens on a host, in the same words. ssh is
// open besides, so that nobody is locked out.
func wanted(ds *dataset.Dataset, host string) map[string]bool {
	out := map[string]bool{"tcp 22 from any": true}
	for _, f := range ds.Flows {
		if f.Host.ID != host {
			continue
		}
		what := strings.TrimSpace(f.Protocol.ID + " " + f.Range.String())
		switch f.Peer.Kind {
		case dataset.PeerSelf:
		case dataset.PeerAny:
			out[what+" from any"] = true
		default:
			for _, p := range f.Peer.Networks {
				family := "ipv6"
				if p.Addr().Is4() {
					family = "ipv4"
				}
				out[fmt.Sprintf("%s from @%s_%s", what, snake(f.Peer.ID), family)] = true
			}
		}
	}
	return out
}

// TestCloudInitRulesetOpensTheTable loads each host's ruleset into the kernel
// and compares what nft lists with the dataset.
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
				rules := ruleset(t, content(t, set, "cloud-init/mke-"+h.ID+".yaml"))
				once, twice := loaded(t, rules), loaded(t, rules, rules)
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
