package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/testtool"
)

// denied is a layer that has hosts send nothing but what the table and allow
// name.
const denied = "egress.deny = true\n"

// TestPoliciesThatDenyEgressAreTaken has Calico's and Kubernetes' own code judge
// the policies of every dataset, and of random ones, where hosts may send
// nothing else.
func TestPoliciesThatDenyEgressAreTaken(t *testing.T) {
	readers := map[string]string{"calico": testtool.Need(t, "calico-validator")[0], "kubernetes": testtool.Need(t, "kubernetes-validator")[0]}
	kinds := map[string]string{"calico": "calico", "kubernetes": "networkpolicy"}
	t.Parallel()
	dir := t.TempDir()
	paths := map[string][]string{}
	only := render.Options{Only: regexp.MustCompile(`^(calico|kubernetes)/`).MatchString}
	put := func(name string, ds *dataset.Dataset) {
		set, problems := render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, ds, only)
		if problems.Count(problem.Error) > 0 {
			t.Fatal(printed(t, problems))
		}
		for _, f := range set.Files {
			folder, file, _ := strings.Cut(f.Path, "/")
			own := filepath.Join(dir, fmt.Sprintf("%s-%s-%s", folder, name, file))
			if err := os.WriteFile(own, f.Content, 0o600); err != nil {
				t.Fatal(err)
			}
			paths[folder] = append(paths[folder], own)
		}
	}
	for _, id := range append(shipped(t), "every-key", "long") {
		load := func(layers ...string) *dataset.Dataset {
			switch id {
			case "every-key":
				return loadEveryKey(t, layers...)
			case "long":
				return long(t, layers...)
			}
			return load(t, id, layers...)
		}
		plain := load()
		for site, layers := range map[string][]string{
			"labels":   {denied, podsLayer(plain, 0)},
			"networks": {denied + `egress.allow = ["dhcp", "dns", "metadata", "ntp", "ping", "web"]`, networks(plain), sshLayer, podsLayer(plain, 1)},
		} {
			put(id+"-"+site, load(layers...))
		}
	}
	for seed := range 200 {
		random := rand.New(rand.NewPCG(uint64(seed), 11))
		text, site := randomTable(random), randomSite(random)
		if !strings.Contains(site, denied) {
			site += denied
		}
		put(fmt.Sprint(seed), loadText(t, text, site))
	}
	for folder, list := range paths {
		var policies []any
		if out := run(t, "", readers[folder], append([]string{kinds[folder]}, list...)...); json.Unmarshal([]byte(out), &policies) != nil {
			t.Fatalf("it says %s", out)
		}
		if len(policies) != len(list) || len(list) < 200 {
			t.Errorf("%s: of %d files %d were read", folder, len(list), len(policies))
		}
		for i, p := range policies {
			if said := fmt.Sprint(p); !strings.Contains(said, "Egress") {
				t.Errorf("%s governs no outgoing traffic: %s", list[i], said)
			}
		}
	}
}

// TestPoliciesDenyEgress asks the policies of a small cluster who may send what:
// both the sender's and the receiver's have to let it pass.
func TestPoliciesDenyEgress(t *testing.T) {
	_, rows, _ := strings.Cut(egressTable, "[ports.api]")
	head, _, _ := strings.Cut(egressTable, "[networks]")
	for name, table := range map[string]string{
		"networks": egressTable,
		"labels":   head + "networks.registry = [\"10.77.9.9/32\", \"fd77:0:0:9::/64\"]\n[ports.api]" + rows,
	} {
		t.Run(name, func(t *testing.T) {
			plain := loadText(t, table)
			ds := loadText(t, table, podsLayer(plain, 0))
			dir := writeSet(t, ds)
			hosts, pods := calicoPolicies(t, ds, dir), networkPolicies(t, ds, dir)
			calico := func(c cell) bool {
				p := packetOf(c)
				return calicoJudges(t, hosts, p.fromLabels, p, "Egress") && calicoJudges(t, hosts, p.toLabels, p, "Ingress")
			}
			kubernetes := func(c cell) bool {
				p := packetOf(c)
				from, to := pods[c.from.host], pods[c.to.host]
				return c.from == c.to || // a pod can't be kept from itself
					(c.from.host == "" || networkRulesLet(from.Spec.Egress, p.to, c.to, c)) &&
						(c.to.host == "" || networkRulesLet(to.Spec.Ingress, p.from, c.from, c))
			}
			for export, lets := range map[string]func(cell) bool{"calico": calico, "kubernetes": kubernetes} {
				got, want := matrix{}, egressWant()
				maps.DeleteFunc(want, func(c cell, _ bool) bool {
					switch {
					case c.port == 9400 || c.port == 9402: // rows on an interface, which neither carries
						return true
					case export == "kubernetes": // pods have no ssh, and need no clock
						return c.port == 22 && c.from.host == "" || c.port == 123
					}
					return false
				})
				for c := range want {
					got[c] = lets(c)
				}
				if wrong := got.differences(want); len(wrong) > 0 {
					t.Errorf("%s:\n%s", export, strings.Join(wrong, "\n"))
				}
				open := slices.Collect(maps.Values(want))
				if !slices.Contains(open, true) || !slices.Contains(open, false) {
					t.Error("the questions tell nothing apart")
				}
			}
		})
	}
}
