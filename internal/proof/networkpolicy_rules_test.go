package proof

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// allOfAPolicy uses what a NetworkPolicy can say. Kubernetes' own validation
// takes it.
const allOfAPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: mke-managers
  labels: {a: b}
spec:
  podSelector:
    matchLabels: {type: managers}
  policyTypes: [Ingress]
  ingress:
  - from:
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    - podSelector: {matchLabels: {x: y}}
    ports:
    - {protocol: TCP, port: 179, endPort: 200}
    - {port: web}
`

// TestNetworkPolicyRules holds the reader to Kubernetes 1.32. Its validation
// package judged each of these documents so, but for one with a leading zero
// that it took. The reader has the rules, and not that package.
func TestNetworkPolicyRules(t *testing.T) {
	t.Parallel()
	program := testtool.Need(t, "kubernetes-validator")[0]
	type change struct{ name, old, new string }
	read := func(t *testing.T, c change) (said string, refused bool) {
		t.Helper()
		if !strings.Contains(allOfAPolicy, c.old) {
			t.Fatalf("the policy no longer holds %s", c.old)
		}
		path := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(path, []byte(strings.Replace(allOfAPolicy, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, "networkpolicy", path).CombinedOutput()
		return string(out), err != nil
	}
	for _, c := range []change{
		{"the policy itself", "", ""},
		{"number as label", `{a: b}`, `{a: 1}`},
		{"host bits", `10.0.0.0/8`, `10.0.0.1/8`},
		{"egress good", `policyTypes: [Ingress]`, `egress: [{ports: [{port: 7}], to: [{ipBlock: {cidr: 'fd00::/8'}}]}]`},
		{"no types", "  policyTypes: [Ingress]\n", ``},
		{"mapped", `10.0.0.0/8, except: [10.1.0.0/16]`, `'::ffff:10.0.0.0/104'`},
	} {
		if said, refused := read(t, c); refused {
			t.Errorf("%s is refused: %s", c.name, said)
		}
	}
	for _, c := range []change{
		{"ingres", `  ingress:`, `  ingres:`},
		{"double key", "metadata:\n", "metadata: {}\nmetadata:\n"},
		{"version", `networking.k8s.io/v1`, `extensions/v1beta1`},
		{"kind", `kind: NetworkPolicy`, `kind: Policy`},
		{"no name", `name: mke-managers`, `namespace: x`},
		{"upper name", `mke-managers`, `MKE`},
		{"long name", `mke-managers`, strings.Repeat("m", 254)},
		{"bad namespace", `name: mke-managers`, "name: a\n  namespace: A_b"},
		{"label key", `{a: b}`, `{'a b': b}`},
		{"label value", `{a: b}`, `{a: 'b!'}`},
		{"annotation key", `labels: {a: b}`, `annotations: {'a b': c}`},
		{"generateName", `name: mke-managers`, "name: a\n  generateName: 'A_'"},
		{"finalizer", `labels: {a: b}`, `finalizers: [x]`},
		{"selector value", `type: managers`, `type: managers!`},
		{"selector key", `type: managers`, `-type: managers`},
		{"expression", `matchLabels: {type: managers}`, `matchExpressions: [{key: a, operator: In}]`},
		{"operator", `matchLabels: {type: managers}`, `matchExpressions: [{key: a, operator: Is, values: [b]}]`},
		{"exists values", `matchLabels: {type: managers}`, `matchExpressions: [{key: a, operator: Exists, values: [b]}]`},
		{"policy type", `[Ingress]`, `[Inbound]`},
		{"three types", `[Ingress]`, `[Ingress, Egress, Ingress]`},
		{"protocol", `protocol: TCP`, `protocol: tcp`},
		{"icmp", `protocol: TCP`, `protocol: ICMP`},
		{"port 0", `port: 179, endPort: 200`, `port: 0`},
		{"port 65536", `port: 179, endPort: 200`, `port: 65536`},
		{"end before", `endPort: 200`, `endPort: 1`},
		{"end high", `endPort: 200`, `endPort: 65536`},
		{"end of name", `port: web`, `port: web, endPort: 2`},
		{"end alone", `{port: web}`, `{endPort: 2}`},
		{"name upper", `port: web`, `port: Web`},
		{"name long", `port: web`, `port: sixteen-letters-x`},
		{"name digits", `port: web`, `port: '80'`},
		{"port text range", `port: web`, `port: 1-2`},
		{"no peer", `- podSelector: {matchLabels: {x: y}}`, `- {}`},
		{"both", `except: [10.1.0.0/16]}`, "except: [10.1.0.0/16]}\n      podSelector: {}"},
		{"peer label", `{x: y}`, `{x: 'y y'}`},
		{"namespace label", `podSelector: {matchLabels: {x: y}}`, `namespaceSelector: {matchLabels: {x: 'y!'}}`},
		{"cidr len", `10.0.0.0/8`, `10.0.0.0/33`},
		{"no cidr", `cidr: 10.0.0.0/8, `, ``},
		{"cidr text", `10.0.0.0/8`, `any`},
		{"address", `10.0.0.0/8`, `10.0.0.1`},
		{"except outside", `10.1.0.0/16`, `11.0.0.0/16`},
		{"except same", `10.1.0.0/16`, `10.0.0.0/8`},
		{"except wider", `10.1.0.0/16`, `10.0.0.0/7`},
		{"except six", `10.1.0.0/16`, `'fd00::/64'`},
		{"except text", `10.1.0.0/16`, `x`},
		{"unknown field", "podSelector:\n    match", "podSelector:\n    extra: 1\n    match"},
		{"status", "spec:\n", "status: {a: b}\nspec:\n"},
		{"port float", `port: 179`, `port: 1.5`},
		{"egress", `policyTypes: [Ingress]`, `egress: [{ports: [{port: 70000}]}]`},
		{"leading zero", `10.0.0.0/8, except: [10.1.0.0/16]`, `010.0.0.0/8`},
	} {
		if said, refused := read(t, c); !refused {
			t.Errorf("%s is taken: %s", c.name, said)
		}
	}
	said, _ := read(t, change{"no protocol, no types", "  policyTypes: [Ingress]\n", ""})
	for _, want := range []string{`"policyTypes":["Ingress"]`, `{"protocol":"TCP","port":"web"}`} {
		if !strings.Contains(said, want) {
			t.Errorf("the defaults lack %s: %s", want, said)
		}
	}
}
