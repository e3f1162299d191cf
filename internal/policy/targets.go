package policy

import "strings"

// What exports say of what several targets can't be told.
const (
	noDevice       = "the site has not said which device the DEVICE is"
	noUDPLite      = "firewalld knows no ports of UDP-Lite"
	noInterfaces   = "a policy of firewalld knows zones, not interfaces"
	needsSomething = "a rule of firewalld needs a protocol, a source or a destination"
)

// targets are what a host's rules can be told to. Limits stand in the order in
// which they are looked at.
var targets = []*Target{
	{
		id:     "nftables",
		limits: []limit{{missesDevice, noDevice}},

		families:    [2]string{"ip", "ip6"},
		sets:        true,
		setFamilies: [2]string{"ipv4_addr", "ipv6_addr"},
		each:        []dimension{bySource},
		portMark:    "-",
		words:       map[string]string{"any": "0-255"},
		comments:    quotedComment,
		namesClosed: true,
	},
	iptables("iptables", four),
	iptables("ip6tables", six),
}

// iptables gives one of the two programs: each knows its own family.
func iptables(id string, f family) *Target {
	return &Target{
		id:     id,
		limits: []limit{{missesDevice, noDevice}},

		family:      f,
		each:        []dimension{byDevice, byBind, bySource, byType},
		portMark:    ":",
		words:       map[string]string{"any": "", "icmp": "icmp", "icmpv6": "ipv6-icmp"},
		comments:    iptablesComment,
		namesClosed: true,
		name:        formOf("iptables-chain"),
	}
}

// nft takes 128 bytes between quotes, and no quote or escape inside
// (NFTNL_UDATA_COMMENT_MAXLEN).
var quotedComment = commentForm{max: 128, replace: strings.NewReplacer(`"`, `'`)}

// To iptables-restore, which takes 255 bytes, a backslash escapes.
var iptablesComment = commentForm{max: 128, replace: strings.NewReplacer(`"`, `'`, `\`, `\\`)}

// Find gives the target that templates call by an id, or nil.
func Find(id string) *Target {
	for _, t := range targets {
		if t.id == id {
			return t
		}
	}
	return nil
}

// Targets lists the ids of all targets.
func Targets() []string {
	ids := make([]string, len(targets))
	for i, t := range targets {
		ids[i] = t.id
	}
	return ids
}
