package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"portpress/internal/dataset"
)

// TestShortName holds names that machines have already, and that no id makes
// one that is too long, or two the same.
func TestShortName(t *testing.T) {
	t.Parallel()
	const long = "a-product-with-a-very-long-id"
	for _, c := range []struct{ kind, id, want string }{
		{"iptables-chain", "mke", "PORTPRESS-MKE"},
		{"iptables-chain", long, "PORTPRESS-A-PRODUCT-0C3A6722"},
		{"firewalld-policy", "mke", "portpress-mke"},
		{"firewalld-policy", "openshift", "pp-openshi-d1f6a0"},
		{"firewalld-host", "vault-servers", "vault-servers"},
		{"firewalld-host", "kubernetes-control-plane", "kubernetes-9e4d26"},
		{"firewalld-pods", "mke", "pp-pods-mke"},
		{"firewalld-pods", "docker-swarm", "pods-docke-39ee66"},
		{"ipset", "mke-cluster", "mke-cluster"},
		{"ipset", long, "a-product-with-a--55fa82fc"},
		{"ansible-chain", long, "a-produc-55fa82f"},
		{"label", strings.Repeat("x", 64), strings.Repeat("x", 54) + "-7ce10097"},
	} {
		if got, ok := ShortName(c.kind, c.id); !ok || got != c.want {
			t.Errorf("the %s of %s is %q, want %q", c.kind, c.id, got, c.want)
		}
	}
	if _, ok := ShortName("no-kind", "mke"); ok {
		t.Error("there is a name of no kind")
	}
	for _, n := range nameForms {
		seen := map[string]string{}
		for length := range 120 {
			for _, end := range []string{"a", "b"} {
				id := strings.Repeat("x", length) + end
				name := n.of(id)
				if len(name) > n.max {
					t.Errorf("%s %q has more than %d characters", n.kind, name, n.max)
				}
				if other, taken := seen[name]; taken {
					t.Errorf("%s %q is that of %s and of %s", n.kind, name, id, other)
				}
				seen[name] = id
			}
		}
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 100)
	for _, c := range []struct {
		form          commentForm
		purpose, want string
	}{
		{quotedComment, `the "web" UI`, `row: the 'web' UI`},
		{quotedComment, "two\nlines\u2028three", "row: two lines three"},
		{quotedComment, `C:\`, `row: C:\`},
		{iptablesComment, `C:\`, `row: C:\\`},
		{quotedComment, long, "row: " + strings.Repeat("ü", 60) + "…"},
		{commentForm{oneLine: true}, " a \t b\n", "row: a b"},
	} {
		f := &dataset.Flow{Port: &dataset.Port{ID: "row", Purpose: c.purpose}}
		if got := c.form.of(f); got != c.want {
			t.Errorf("%q makes the comment %q, want %q", c.purpose, got, c.want)
		}
	}
	f := &dataset.Flow{Port: &dataset.Port{ID: "row", Purpose: long}}
	if got := quotedComment.of(f); len(got) > 128 || !utf8.ValidString(got) {
		t.Errorf("%q has %d bytes", got, len(got))
	}
}

// TestTypeNames holds the table to itself: a number and a name once in each
// protocol; and to firewalld's own list, where it is installed.
func TestTypeNames(t *testing.T) {
	t.Parallel()
	numbers := map[icmpType]bool{}
	names := map[icmpType]bool{}
	for _, x := range icmpTypes {
		number, name := icmpType{x.protocol, x.number, ""}, icmpType{x.protocol, 0, x.name}
		if numbers[number] || names[name] {
			t.Errorf("%s %d, %s, stands twice", x.protocol, x.number, x.name)
		}
		numbers[number], names[name] = true, true
		if got := TypeName(&dataset.Protocol{ID: x.protocol}, x.number, -1); got != x.name {
			t.Errorf("%s %d is %q, want %q", x.protocol, x.number, got, x.name)
		}
	}
	for _, x := range icmpCodes {
		if got := TypeName(&dataset.Protocol{ID: x.protocol}, x.number, x.code); got != x.name {
			t.Errorf("%s %d/%d is %q, want %q", x.protocol, x.number, x.code, got, x.name)
		}
	}
	if got := TypeName(&dataset.Protocol{ID: "icmp"}, 8, 0); got != "" {
		t.Errorf("ICMP type 8, code 0 is %q", got)
	}
	if got := TypeName(&dataset.Protocol{ID: "icmp"}, 200, -1); got != "" {
		t.Errorf("ICMP type 200 is %q", got)
	}
	const folder = "/usr/lib/firewalld/icmptypes"
	if _, err := os.Stat(folder); err != nil {
		return // the table above still holds; internal/proof loads the rules into firewalld
	}
	for _, x := range icmpTypes {
		text, err := os.ReadFile(filepath.Join(folder, x.name+".xml"))
		if err != nil {
			t.Errorf("firewalld knows no %s: %v", x.name, err)
			continue
		}
		family := map[string]string{"icmp": "ipv4", "icmpv6": "ipv6"}[x.protocol]
		if limited := strings.Contains(string(text), "<destination "); limited && !strings.Contains(string(text), family+`="yes"`) {
			t.Errorf("firewalld knows %s, but not for %s", x.name, x.protocol)
		}
	}
}
