package policy

import "portpress/internal/dataset"

// ansible are the modules and roles that Ansible opens ports by. Where packets
// come from is the inventory's to say, when the playbook runs, so their sections
// are open whatever networks the site has given.
var ansible = []*Target{
	ansibleFirewalld("ansible-firewalld"),
	{
		id: "ansible-ufw",
		os: dataset.Linux,
		limits: []limit{
			{missesDevice, noDevice},
			{typed, "ufw has no ICMP types; before.rules of the host let ping in"},
			{notOver("tcp", "udp", "esp", "ah", "gre", "igmp", "ipv6", "any"), "ufw has no rule for PROTOCOL"},
			{everythingEverywhere, "a rule of ufw for any protocol from anyone would open the whole host"},
		},

		inventory: true, ssh: true, egress: inPlaybooks, rowsTogether: true, marks: true,
		families: [2]string{"4", "6"},
		each:     []dimension{byBind, byDevice},
		portMark: ":",
		chunk:    7, // iptables has multiport, which takes 15, and a range is two
		words:    map[string]string{"any": "any", "esp": "esp", "ah": "ah", "gre": "gre", "igmp": "igmp", "ipv6": "ipv6"},

		legacyAH:        legacyUfw,
		passesForwarded: passesUfw,
		stopsForwarding: true,
	},
	{
		id:     "ansible-iptables",
		os:     dataset.Linux,
		limits: []limit{{missesDevice, noDevice}},

		inventory: true, ssh: true, egress: inPlaybooks, rowsTogether: true, marks: true,
		families: [2]string{"4", "6"},
		each:     []dimension{byBind, byDevice, byType},
		portMark: ":",
		chunk:    7,
		words:    map[string]string{"any": "all", "icmp": "icmp", "icmpv6": "ipv6-icmp"},

		legacyAH:       "of IPv6 it comes in only where ip6tables is the one of nftables; the legacy one passes the header by",
		icmpOpen:       "its rules close no PROTOCOL, which is open unless others do",
		holdsForwarded: true,
	},
	withoutPolicies(ansibleFirewalld("linux-system-roles")),
	geerlingguy("geerlingguy-ipv4", four),
	geerlingguy("geerlingguy-ipv6", six),
	{
		id: "windows", // community.windows.win_firewall_rule
		os: dataset.Windows,
		limits: []limit{
			{onInterfaces, "a rule of Windows' firewall knows kinds of interfaces, not devices"},
			{over("udplite", "sctp", "dccp"), "Windows' firewall knows no ports of PROTOCOL"},
			{everythingEverywhere, "a rule of Windows' firewall for any protocol from anyone would open the whole host"},
		},

		inventory: true, egress: inPlaybooks, rowsTogether: true, marks: true,
		families: [2]string{"4", "6"},
		each:     []dimension{byBind, byType},
		portMark: "-",
		chunk:    15, // so that the name of a rule stays readable, which lists them
		words:    map[string]string{"any": "any", "icmp": "icmpv4", "icmpv6": "icmpv6"},

		passesForwarded: "the host forwards it, and Windows' firewall holds what the host itself receives",
	},
}

// inPlaybooks: what Ansible opens ports by here is of incoming traffic.
var inPlaybooks = egress{leaves: "Ansible's exports govern incoming traffic only"}

// ansibleFirewalld is a port or a protocol for everyone, a rich rule for
// everything else. Rich rules can't match a device; a device is a matter of
// zones there, and what the host forwards one of policies.
func ansibleFirewalld(id string) *Target {
	return &Target{
		id: id,
		os: dataset.Linux,
		limits: []limit{
			{missesDevice, noDevice},
			{missesZone, noZone},
			{everythingToAnyone, "firewalld opens everything to everyone by a zone's target only"},
		},

		inventory: true, ssh: true, egress: inPlaybooks, rowsTogether: true, alwaysFamily: true,
		icmpOpen:    zonesLetIn,
		families:    [2]string{"ipv4", "ipv6"},
		setFamilies: [2]string{"inet", "inet6"},
		ipset:       formOf("ipset"),
		each:        []dimension{bySource, byBind, byType},
		portMark:    "-",
		chunk:       1,
		words:       map[string]string{"any": ""},
		noTypeName:  noTypeName,
		zones:       true,

		passesForwarded: passesFirewalld,
		stopsForwarding: true,
	}
}

// withoutPolicies: the role has no word for a policy of firewalld.
func withoutPolicies(t *Target) *Target {
	t.stopsForwarding = false
	t.stopsPods = "firewalld forwards for pods only what a policy allows, and the role has no word for one"
	return t
}

// geerlingguy is one of the role's two lists of commands, for what its lists of
// ports, which are open to anyone, can't say.
func geerlingguy(id string, f family) *Target {
	return &Target{
		id:     id,
		os:     dataset.Linux,
		limits: []limit{{missesDevice, noDevice}, {inListOfPorts, ""}},

		inventory: true, ssh: true, egress: inPlaybooks, rowsTogether: true,
		family:   f,
		families: [2]string{"4", "6"},
		each:     []dimension{bySource, byBind, byDevice, byType},
		portMark: ":",
		chunk:    7,
		words:    map[string]string{"any": "", "icmp": "icmp", "icmpv6": "ipv6-icmp"},

		icmpOpen:        "the role lets in pings from anyone, and the list for IPv6 all of ICMPv6",
		passesForwarded: passesInput,
	}
}

// inListOfPorts: a port that is open to anyone, and nothing narrower.
func inListOfPorts(f *dataset.Flow) bool {
	return f.Peer.Kind == dataset.PeerAny && (f.Protocol.ID == "tcp" || f.Protocol.ID == "udp") && !narrowed(f)
}

// typed: only some types of ICMP messages.
func typed(f *dataset.Flow) bool { return len(f.Port.Types) > 0 }

// everythingEverywhere: any protocol, from any address, by any way.
func everythingEverywhere(f *dataset.Flow) bool {
	return everythingToAnyone(f) && len(f.Port.Interfaces) == 0
}
