package dataset

import "portpress/internal/problem"

// portKeys are what a row may say.
var portKeys = newSection("ports.ID", func(p *Port) *keySet { return &p.said },
	Key[Port]{
		About: About{
			Name: "port", Type: typeRowPorts,
			Means: "`443`, `\"8000-8010\"`, or a list of these: `[80, \"8000-8010\"]`. `\"all\"` is every port. `\"dynamic\"` and `\"unknown\"` say that there is no number: " +
				"such a row is shown, and exports that open ports name it as not expressible, unless [`[assume]`](#assume) says from what range dynamic ports are taken; among numbers, `[135, \"dynamic\"]`, they stand for the others. " +
				"Ports that differ in a word have names: `{http = 12300, https = [12343, 12443]}`, of which a layer may set each by itself. Where the names are protocols, " +
				"`{tcp = [88, 389], udp = 88}`, each port goes with its own alone, and `protocols` need not name them. Required for protocols with ports, unless `one-of` or `pattern` says it.",
		},
		Value: func(p *Port) any { return p.statedPort() },
		read:  readPort,
		layer: judgePort,
	},
	Key[Port]{
		About: About{
			Name: "configurable", Type: typeTruthOrText,
			Means: "Whether the product can be told to use another port; a text is the name of the setting. Documents say \"(configurable)\". Only such a row's port can be changed by a layer, and only of such a row can a layer say the number where the dataset has `\"dynamic\"`, `\"unknown\"` or a `pattern`.",
		},
		Value: func(p *Port) any {
			if p.Setting != "" {
				return p.Setting
			}
			return p.Configurable
		},
		read: readConfigurable,
	},
	Key[Port]{
		About: About{Name: "protocols", Type: typeProtocols, Must: true, Means: "[See below](#protocols). Those without ports may stand beside others: `[\"udp\", \"esp\"]` with `port = 500` is UDP 500 and ESP. Not required for a row with `opens = false` or `socket`, or whose `port` names them."},
		Value: func(p *Port) any { return p.ProtocolIDs() },
		read:  readProtocols,
	},
	Key[Port]{
		About: About{
			Name: "hosts", Type: typeHosts, Must: true,
			Means: "The host types that listen, or with `to` connect. `\"all\"` is every one. `\"unstated\"` says that the source doesn't tell: " +
				"such a row is shown, and opens what [`[assume]`](#assume) says. Not required for a row with `between`.",
		},
		Value: func(p *Port) any {
			if len(p.Between) > 0 {
				return nil
			}
			return p.Hosts.IDs()
		},
		read: func(r *reader, e *entry, p *Port) {
			if !has(e, "between") {
				p.Hosts = r.hosts(e)
			}
		},
	},
	Key[Port]{
		About: About{Name: "scopes", Type: typeScopes, Means: "Who may connect. A row has `scopes`, `from` or `to`; or several of them."},
		Value: func(p *Port) any { return p.scopesThat(false).IDs() },
		read: func(r *reader, e *entry, p *Port) {
			p.Scopes = references(&r.reporter, e, "scopes", problem.UnknownScope, "scope", r.names.scopes, false)
		},
		kept: true, // from says it where a scope has the name of a peer
	},
	Key[Port]{
		About: About{Name: "from", Type: typePeers, Means: "Who may connect, where no scope is declared for it. Each peer counts as a scope of its own."},
		Value: func(p *Port) any { return p.scopesThat(true).IDs() },
		read:  readFrom,
		kept:  true,
	},
	ids(About{Name: "options", Type: typeOptions, None: true, Means: "What the row needs: every option that it names must be on, but of one group any."},
		"option", problem.UnknownOption, func(n *names) map[string]*Option { return n.options }, func(p *Port) *[]*Option { return &p.Options },
		func(o *Option) string { return o.ID }),
	Key[Port]{
		About: About{Name: "purpose", Type: typeSomeText, Means: "What the port is for. Documents and comments call a row without one by its id."},
		Value: func(p *Port) any { return p.Purpose },
		read:  func(r *reader, e *entry, p *Port) { p.Purpose = r.text(e, "purpose", true) },
	},

	// From here on they are of Details.
	ids(About{Name: "to", Few: true, Type: typePeers, Means: "Destinations: the row is traffic that the hosts send, to the ports there. A host type is let send and lets nothing in by that: its own firewall opens what a row with `hosts` and `from` or `scopes` says of it (`one-sided` warns where none does). With `scopes` or `from` too, it goes both ways."},
		"peer", problem.UnknownPeer, namedPeers, func(p *Port) *[]*Peer { return &p.To }, peerID),
	Key[Port]{
		About: About{
			Name: "between", Few: true, Type: typePeers,
			Means: "In the place of `hosts`, `scopes`, `from` and `to`: traffic that any of these parties may start. Each host type among them lets in the others; " +
				"one that stands alone is among itself. What goes to outside parties is outgoing traffic.",
		},
		Value: func(p *Port) any { return p.BetweenIDs() },
		read:  readBetween,
	},
	Key[Port]{
		About: About{
			Name: "one-of", Few: true, Type: typePorts,
			Means: "The product uses one of these. Without `port` it is the first; a layer may choose another one.",
		},
		Value: func(p *Port) any { return p.OneOf },
		read:  func(r *reader, e *entry, p *Port) { p.OneOf = r.ranges(e, "one-of"); r.checkChoice(e, p) },
	},
	text(About{
		Name: "pattern", Few: true,
		Means: "How the source writes the number, such as `32NN` or, of ranges that overlap, `1024-65535, 49152-65535`. Documents show it; with `port` beside it, that is what is opened.",
	}, func(p *Port) *string { return &p.Pattern }),
	Key[Port]{
		About: About{
			Name: "when", Few: true, Type: typeWhen,
			Means: "The port that takes the place of `port` while an option is on: `when = {tls = 8443}`. Of several that are on the first counts, in the order of the dataset. " +
				"A port that a layer says by itself counts before all.",
		},
		Value: func(p *Port) any { return p.PortsWith() },
		read:  readWhen,
	},
	Key[Port]{
		About: About{
			Name: "either", Few: true, Type: typeTruth,
			Means: "`true` where the product uses one of the row's protocols. Documents say \"TCP or UDP\"; all are opened until a layer says in `protocols` which it is.",
		},
		Value: func(p *Port) any { return p.Either },
		read:  func(r *reader, e *entry, p *Port) { p.Either = r.truth(e, "either") && len(p.Protocols) > 1 },
	},
	Key[Port]{
		About: About{
			Name: "instances", Few: true, Type: typeCount,
			Means: "How many ports there are from each number of `port`, as clusters number their daemons: with `port = 49152` and `instances = 5` it is 49152 to 49156. Mostly a layer says it.",
		},
		Value: func(p *Port) any {
			if p.Instances == 0 {
				return ""
			}
			return p.Instances
		},
		read: readInstances,
	},
	Key[Port]{
		About: About{Name: "types", Few: true, Type: typeICMP, Means: "ICMP or ICMPv6 types, 0 to 255, with a code behind where that is said: `[8, \"3/4\"]`; by default all."},
		Value: func(p *Port) any { return p.statedTypes() },
		read:  func(r *reader, e *entry, p *Port) { r.types(e, p) },
	},
	Key[Port]{
		About: About{
			Name: "bind", Few: true, Type: typeAddresses,
			Means: "The addresses that it listens on; by default all. A row on loopback addresses can only be from `self`. Addresses of multicast and `255.255.255.255`, " +
				"the broadcast, are what the traffic is sent to: firewalls open the port to that alone.",
		},
		Value: func(p *Port) any { return addrTexts(p.Bind) },
		read:  func(r *reader, e *entry, p *Port) { r.bind(e, p) },
	},
	ids(About{Name: "interfaces", Few: true, Type: typeInterfaces, Means: "The networks that it listens on; by default all."},
		"interface", problem.UnknownInterface, func(n *names) map[string]*Interface { return n.interfaces }, func(p *Port) *[]*Interface { return &p.Interfaces },
		func(i *Interface) string { return i.ID }),
	Key[Port]{
		About: About{
			Name: "forwarded", Few: true, Type: typeTruth,
			Means: "`true` for a port whose traffic the host sends on by DNAT, such as a published port of a container or a NodePort. Such traffic passes by the rules " +
				"for what the host itself receives. [exports.md](exports.md#what-each-one-governs) says which exports hold it.",
		},
		Value: func(p *Port) any { return p.Forwarded },
		read:  func(r *reader, e *entry, p *Port) { p.Forwarded = r.truth(e, "forwarded") },
	},
	ranges(About{Name: "target", Few: true, Means: "Where the traffic is forwarded to behind the port. Shown only."}, func(p *Port) *[]Range { return &p.Target }),
	text(About{Name: "application", Few: true, Means: "The protocol above, such as `HTTPS`. Shown only."}, func(p *Port) *string { return &p.Application }),
	Key[Port]{
		About: About{
			Name: "selinux", Few: true, Type: typeSELinux,
			Means: "The type that the port has to SELinux, such as `\"http_port_t\"`, without which the program may not listen there. A host's port has one type. " +
				"[Exports for Ansible](exports.md#ansibleconsumergroupyml) carry it, so that a port that moves still works.",
		},
		Value: func(p *Port) any { return p.SELinux },
		read:  readSELinux,
	},
	text(About{Name: "component", Few: true, Means: "The part of the product. Documents have one heading for each, in the order of their first rows; rows without one stand before them."}, func(p *Port) *string { return &p.Component }),
	Key[Port]{
		About: About{
			Name: "socket", Few: true, Type: typeTruthOrText,
			Means: "The path of a unix socket, or `true` where the source doesn't say it. Such a row has hosts and a purpose, and nothing of a network.",
		},
		Value: func(p *Port) any {
			if p.Socket == socketUnknown {
				return true
			}
			return p.Socket
		},
		read: readSocket,
	},
	Key[Port]{
		About: About{
			Name: "alternative", Few: true, Type: typePorts,
			Means: "The ports that stand for the socket where the product is told so. Shown only: one that is to be opened is a row of its own.",
		},
		Value: func(p *Port) any { return p.Alternative },
		read:  readAlternative,
	},
	Key[Port]{
		About: About{
			Name: "columns", Few: true, Type: typeColumns,
			Means: "What the row says in columns of the dataset: `columns = {owner = \"Platform\", encrypted = \"TLS\"}`. Shown, and no firewall's concern. Layers set each by itself.",
		},
		Value: func(p *Port) any { return p.columns },
		read:  func(r *reader, e *entry, p *Port) { p.columns = r.columns(e) },
	},
	ordered(texts(About{Name: "notes", Few: true, Means: "Footnotes."}, func(p *Port) *[]string { return &p.Notes })),
	text(About{Name: "since", Few: true, Means: "The first version with the row. Shown only."}, func(p *Port) *string { return &p.Since }),
	text(About{Name: "until", Few: true, Means: "The last version with the row. Shown only."}, func(p *Port) *string { return &p.Until }),
	Key[Port]{
		About: About{Name: "opens", Few: true, Type: typeTruth, Means: "`false` for a row that is listed and opens nothing."},
		Value: func(p *Port) any { return !p.Documented },
		read:  readOpens,
	},
	texts(About{
		Name: "repeats", Few: true, Type: typeRows,
		Means: "The ids of rows that open the same on purpose, with another purpose: no warning then, also of rows that those repeat.",
	}, func(p *Port) *[]string { return &p.Repeats }),
)

func namedPeers(n *names) map[string]*Peer { return n.peers }

func peerID(p *Peer) string { return p.ID }

// scopesThat gives the row's scopes that stand for a peer, or the others.
func (p *Port) scopesThat(own bool) Scopes {
	var out Scopes
	for _, s := range p.Scopes {
		if s.Own == own {
			out = append(out, s)
		}
	}
	return out
}
