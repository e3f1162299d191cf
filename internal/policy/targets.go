package policy

import (
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// What exports say of what several targets can't be told.
const (
	noDevice        = "the site has not said which device the DEVICE is"
	noUDPLite       = "firewalld knows no ports of UDP-Lite"
	noZone          = "the site has not said which zone of firewalld the ZONE is in"
	noTypeName      = "firewalld has no name for the PROTOCOL type TYPE"
	passesFirewalld = "the host forwards it, and firewalld lets in all that DNAT forwards"
	passesUfw       = "the host forwards it, and ufw sees what DNAT forwards with another port only"
	passesInput     = "the host forwards it, and what DNAT forwards passes by the rules of INPUT"
	zonesLetIn      = "firewalld's zones let in all of PROTOCOL already, unless they block it"
	legacyUfw       = "of IPv6 it comes in only where ip6tables is the one of nftables; the legacy one passes the header by, and ufw has no other match"
	needsSomething  = "a rule of firewalld needs a protocol, a source or a destination"
)

// What rulesets say of rows that only the host itself reaches.
const openAbove = "only over the loopback interface, which is open above."

// targets are what a host's rules can be told to. Limits stand in the order in
// which they are looked at.
var targets = slices.Concat(rulesets, ansible, clusters)

// rulesets are what a host itself is told.
var rulesets = []*Target{
	{
		id:       "nftables",
		loopback: openAbove,
		os:       dataset.Linux,
		limits:   []limit{{missesDevice, noDevice}},

		icmp:         icmpNarrows,
		ssh:          true,
		egress:       egress{carries: true, icmp: icmpNarrows},
		families:     [2]string{"ip", "ip6"},
		sets:         true,
		setFamilies:  [2]string{"ipv4_addr", "ipv6_addr"},
		each:         []dimension{bySource},
		portMark:     "-",
		words:        map[string]string{"any": "0-255"},
		comments:     quotedComment,
		namesClosed:  true,
		namesRefused: true,

		holdsForwarded: true,
	},
	iptables("iptables", four),
	iptables("ip6tables", six),
	{
		id:       "ufw", // its command
		loopback: "only over the loopback interface, which ufw leaves open.",
		os:       dataset.Linux,
		limits: []limit{
			{missesDevice, noDevice},
			{over("icmp", "icmpv6"), "ufw has no rules for ICMP; its own before.rules let in what hosts commonly need"},
			{notOver("tcp", "udp", "any", "esp", "ah", "gre"), "ufw has no rules for PROTOCOL from IPv4 and IPv6"},
		},

		legacyAH:    legacyUfw,
		ssh:         true,
		egress:      egress{carries: true},
		lists:       true,
		each:        []dimension{bySource, byBind, byDevice},
		portMark:    ":",
		words:       map[string]string{"any": "", "esp": "esp", "ah": "ah", "gre": "gre"},
		comments:    commentForm{oneLine: true, replace: strings.NewReplacer("'", "")}, // it takes no single quote
		namesClosed: true,

		stopsForwarding: true,
		passesForwarded: passesUfw,
	},
	{
		id: "ufw-profiles", // application profiles, which know no source
		os: dataset.Linux,
		limits: []limit{
			{notOver("tcp", "udp"), "ufw's profiles know TCP and UDP, not PROTOCOL"},
			{bound, "ufw's profiles know no address that a port listens on"},
			{onInterfaces, "ufw's profiles know no interface that a port listens on"},
		},

		portMark: ":",
		egress:   egress{leaves: "a profile of ufw opens, and denies nothing"},
		services: true,
		named:    nameLimits{service: 64, list: 1024, reason: "ufw skips a profile with so long a name or so many ports"},

		stopsForwarding: true,
		passesForwarded: passesUfw,
	},
	{
		id:       "firewalld", // a policy before all zones, so that just what it lets in comes in
		loopback: "only over the loopback interface",
		os:       dataset.Linux,
		limits: []limit{
			{missesDevice, noDevice},
			{missesZone, noZone},
			{over("udplite"), noUDPLite},
			{over("icmp", "icmpv6"), ""},
			{everythingToAnyone, needsSomething},
		},

		icmp:        icmpAll, // firewalld has names for few of the types that IPv6 needs
		ssh:         true,
		egress:      egress{carries: true, icmp: icmpAll, name: formOf("firewalld-out")},
		families:    [2]string{"ipv4", "ipv6"},
		setFamilies: [2]string{"inet", "inet6"},
		ipset:       formOf("ipset"),
		each:        []dimension{bySource, byBind},
		portMark:    "-",
		words:       map[string]string{"any": ""},
		comments:    xmlComment,
		name:        formOf("firewalld-policy"),
		zones:       true,

		stopsForwarding: true,
		passesForwarded: passesFirewalld,
	},
	{
		id:       "firewalld-services", // services, and a policy that lets use them and leaves all else to the zones
		loopback: "the loopback interface is always open",
		os:       dataset.Linux,
		limits: []limit{
			{over("udplite"), noUDPLite},
			{missesDevice, noDevice},
			{missesZone, noZone},
			{everythingToAnyone, needsSomething},
		},

		egress:       egress{carries: true, icmp: icmpAll, name: formOf("firewalld-out")},
		icmpOpen:     zonesLetIn,
		families:     [2]string{"ipv4", "ipv6"},
		alwaysFamily: true,
		each:         []dimension{byType, bySource, byBind},
		portMark:     "-",
		words:        map[string]string{"any": ""},
		noTypeName:   noTypeName,
		comments:     xmlComment,
		narrow:       func(f *dataset.Flow) bool { return narrowed(f) || f.Protocol.ID == "any" },
		ofHost:       true,
		zones:        true,

		stopsForwarding: true,
		passesForwarded: passesFirewalld,
	},
}

// In XML nothing but two hyphens ends a comment.
var xmlComment = commentForm{oneLine: true, hyphens: true}

// iptables gives one of the two programs: each knows its own family.
func iptables(id string, f family) *Target {
	words := map[string]string{"any": "", "icmp": "icmp", "icmpv6": "ipv6-icmp"}
	if f == six {
		words["ah"] = "ah" // it is told by a match of its own
	}
	return &Target{
		id:       id,
		loopback: openAbove,
		os:       dataset.Linux,
		limits:   []limit{{missesDevice, noDevice}},

		icmp:         icmpNarrows,
		ssh:          true,
		egress:       egress{carries: true, icmp: icmpNarrows, name: formOf("iptables-out")},
		family:       f,
		singlePorts:  true,
		each:         []dimension{byDevice, byBind, bySource, byType},
		portMark:     ":",
		words:        words,
		comments:     iptablesComment,
		namesClosed:  true,
		namesRefused: true,

		holdsForwarded: true,

		name: formOf("iptables-chain"),
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
	return dataset.Texts(targets, func(t *Target) string { return t.id })
}
