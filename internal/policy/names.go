package policy

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// nameForm is how a target names one kind of thing. A name that is too long
// is cut, and what it was cut from stands behind it as digits of a hash, so that
// two of them stay apart.
type nameForm struct {
	kind          string // as templates call it
	prefix, short string // before the id, and before one that is cut
	max           int    // how many characters the target takes
	digits        int    // of the hash
	sha1          bool   // else SHA-256
	upper         bool
}

// nameForms are the names that exports give. Machines have them already: another
// hash or cut would leave the old thing behind, beside the new one.
var nameForms = []nameForm{
	// iptables: XT_EXTENSION_MAXNAMELEN is 29, with the byte at the end.
	{kind: "iptables-chain", prefix: "PORTPRESS-", short: "PORTPRESS-", max: 28, digits: 8, upper: true},
	{kind: "iptables-out", prefix: "PORTPRESS_OUT-", short: "PORTPRESS_OUT-", max: 28, digits: 8, upper: true}, // no id has an underscore
	// firewalld: 17 characters for a policy, since chains carry its name.
	{kind: "firewalld-policy", prefix: "portpress-", short: "pp-", max: 17, digits: 6},
	{kind: "firewalld-host", max: 17, digits: 6},                                 // product and host
	{kind: "firewalld-sends", prefix: "out_", short: "out_", max: 17, digits: 6}, // the same
	{kind: "firewalld-zone", prefix: "in_", short: "in_", max: 17, digits: 6},    // product, host and zone
	{kind: "firewalld-zone-out", prefix: "to_", short: "to_", max: 17, digits: 6},
	{kind: "firewalld-out", prefix: "pp-out-", short: "out-", max: 17, digits: 6},
	{kind: "firewalld-pods", prefix: "pp-pods-", short: "pods-", max: 17, digits: 6},
	// ipset: 31 characters, with "-ipv4" behind the name.
	{kind: "ipset", max: 26, digits: 8, sha1: true},
	// The playbook's two chains have prefixes of their own.
	{kind: "ansible-chain", max: 16, digits: 7, sha1: true},
	// Kubernetes: 63 characters for the name in a label.
	{kind: "label", max: 63, digits: 8},
}

// NameKinds lists what ShortName can name.
func NameKinds() []string {
	kinds := make([]string, len(nameForms))
	for i, n := range nameForms {
		kinds[i] = n.kind
	}
	return kinds
}

// ShortName gives the name of a thing of a kind, made of an id of the dataset,
// and as long as the target allows. It is false for an unknown kind.
func ShortName(kind, id string) (string, bool) {
	n := formOf(kind)
	return n.of(id), n.kind != ""
}

// HostName gives the name of the policy that firewalld has for a host of a
// product: machines may have those of several products.
func HostName(product, host string) string { return formOf("firewalld-host").of(product + "-" + host) }

// PodsName gives the name of the policy that firewalld has for what the hosts of
// a product forward for pods.
func PodsName(product string) string { return formOf("firewalld-pods").of(product) }

// ZoneName names the policy of what a host of a product lets in by a zone.
func ZoneName(product, host, zone string) string {
	return formOf("firewalld-zone").of(product + "-" + host + "-" + zone)
}

// ZoneOutName names the policy of what a host of a product may send by a zone.
func ZoneOutName(product, host, zone string) string {
	return formOf("firewalld-zone-out").of(product + "-" + host + "-" + zone)
}

// SendsName names the policy of what a host of a product may send.
func SendsName(product, host string) string {
	return formOf("firewalld-sends").of(product + "-" + host)
}

func formOf(kind string) nameForm {
	for _, n := range nameForms {
		if n.kind == kind {
			return n
		}
	}
	return nameForm{}
}

// of gives the name made of an id; none of no form.
func (n nameForm) of(id string) string {
	if n.kind == "" {
		return ""
	}
	name := n.prefix + id
	if len(name) > n.max {
		name = n.short + id[:n.max-len(n.short)-1-n.digits] + "-" + n.sum(id)[:n.digits]
	}
	if n.upper {
		name = strings.ToUpper(name)
	}
	return name
}

// sum gives hexadecimal digits of the text's hash.
func (n nameForm) sum(text string) string {
	if n.sha1 {
		sum := sha1.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
