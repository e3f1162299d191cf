package dataset

import "portpress/internal/problem"

// The keys of a dataset, section by section, in the order in which documents
// list them. One that is added here is read, checked, compared and combined,
// and make golden writes it into docs/dataset.md.

var productKeys = newSection("product", func(p *Product) *keySet { return &p.said },
	Key[Product]{
		About: About{Name: "id", Type: typeID, Must: true, Means: "Prefix of file and variable names, and the name of the folder of exports: `dist/acme-db/`."},
		Value: func(p *Product) any { return p.ID },
		read: func(r *reader, e *entry, p *Product) {
			p.ID = r.text(e, "id", true)
			if id, file := e.get("id"); p.ID != "" && id != nil {
				r.checkFileID(file, e.path("id"), p.ID, true)
			}
		},
	},
	name("The name in titles.", func(p *Product) *string { return &p.Name }),
	text(About{Name: "abbreviation", Means: "The short name in titles; by default `name`."}, func(p *Product) *string { return &p.Abbreviation }),
	text(About{Name: "version", Means: "The product's version that the table was read from. In quotes: `\"4.2\"`."}, func(p *Product) *string { return &p.Version }),
	text(About{Name: "source", Means: "Where the table was read."}, func(p *Product) *string { return &p.Source }),
	Key[Product]{
		About: About{
			Name: "keep-case", Type: typeTruth,
			Means: "`true` where the names of hosts and scopes keep their capitals in lists, as the source has them: `External, Internal`. " +
				"By default names begin in lower case behind another, unless they are abbreviations or of several words: `External, internal`.",
		},
		Value: func(p *Product) any { return p.KeepCase },
		read:  func(r *reader, e *entry, p *Product) { p.KeepCase = r.truth(e, "keep-case") },
	},
	ordered(texts(About{Name: "notes", Means: "Remarks on the whole table. Documents show them below it."}, func(p *Product) *[]string { return &p.Notes })),
)

var hostKeys = newSection("hosts.ID", func(h *Host) *keySet { return &h.said },
	name("The name in tables.", func(h *Host) *string { return &h.Name }),
	Key[Host]{
		About: About{Name: "group", Type: typeGroup, Means: "The inventory group in Ansible; by default product and host with underscores: `acme_db_servers`."},
		Value: func(h *Host) any { return h.Group },
		read:  readGroup,
	},
	Key[Host]{
		About: About{
			Name: "os", Type: typeOS,
			Means: "What the hosts run, `\"linux\"` or `\"windows\"`; by default Linux. A host type of Windows gets the exports for Windows' firewall, in the place of those for Linux'.",
		},
		Value: func(h *Host) any { return h.OS },
		read:  readOS,
	},
	Key[Host]{
		About: About{
			Name: "pods", Type: typeLabels,
			Means: "The Kubernetes labels of the pods that the host type runs as, mostly said by a layer: `pods = {\"app.kubernetes.io/name\" = \"acme-db\", tier = \"sql\"}`. " +
				"A pod is meant if it has all of them. Layers set each label by itself. Without `pods` no NetworkPolicy is pressed.",
		},
		Value: func(h *Host) any { return h.pods },
		read:  func(r *reader, e *entry, h *Host) { h.pods = r.pods(e) },
	},
	Key[Host]{
		About: About{
			Name: "end-port", Type: typeTruth,
			Means: "`false` where the network plugin of the pods' cluster ignores `endPort` of a NetworkPolicy, and would open the first port of a range only: " +
				"each port then stands by itself, up to 1,000 of a range; a longer one is named as not expressible. By default `true`.",
		},
		Value: func(h *Host) any { return !h.SinglePorts },
		read:  readEndPort,
	},
)

var peerKeys = newSection("peers.ID", func(p *Peer) *keySet { return &p.said },
	name("The name in tables.", func(p *Peer) *string { return &p.Name }),
	joined(text(About{Name: "description", Means: "Who that is."}, func(p *Peer) *string { return &p.Description })),
	texts(About{
		Name:  "addresses",
		Means: "Host names or addresses that the product's documentation gives. They are shown; what firewalls open is said in `[networks]`.",
	}, func(p *Peer) *[]string { return &p.Addresses }),
)

var scopeKeys = newSection("scopes.ID", func(s *Scope) *keySet { return &s.said },
	name("The name in tables.", func(s *Scope) *string { return &s.Name }),
	joined(text(About{Name: "description", Means: "The definition that documents give."}, func(s *Scope) *string { return &s.Description })),
	ids(About{Name: "from", Type: typePeers, Must: true, Means: "The ids of the peers that belong to it."},
		"peer", problem.UnknownPeer, namedPeers, func(s *Scope) *[]*Peer { return &s.From }, peerID),
)

var optionKeys = newSection("options.ID", func(o *Option) *keySet { return &o.said },
	name("The name in documents.", func(o *Option) *string { return &o.Name }),
	text(About{Name: "description", Means: "When it applies."}, func(o *Option) *string { return &o.Description }),
	Key[Option]{
		About: About{Name: "default", Type: typeTruth, Means: "Whether it is on unless somebody chooses; by default it is off."},
		Value: func(o *Option) any { return o.On },
		read:  func(r *reader, e *entry, o *Option) { o.On = r.truth(e, "default") },
		kept:  true, // a choice counts too
	},
	text(About{Name: "group", Means: "Options of one group exclude each other: one is on at most."}, func(o *Option) *string { return &o.Group }),
	texts(About{Name: "excludes", Type: typeOptions, Means: "Other options that can't be on beside it, of whatever group; it need only be said at one of two."}, func(o *Option) *[]string { return &o.Excludes }),
)

var interfaceKeys = newSection("interfaces.ID", func(i *Interface) *keySet { return &i.said },
	name("The name in documents.", func(i *Interface) *string { return &i.Name }),
	Key[Interface]{
		About: About{
			Name: "device", Type: typeDevice,
			Means: "The network device, such as `eth1`. Mostly a layer says it, since it differs between sites. Without it, firewalls keep the rows closed.",
		},
		Value: func(i *Interface) any { return i.Device },
		read:  readDevice,
	},
	Key[Interface]{
		About: About{
			Name: "zone", Type: typeZone,
			Means: "The zone of firewalld that the device is in, such as `internal`, mostly said by a layer. firewalld knows no devices but those of its zones: with " +
				"`device` and this its exports open the rows for what comes by the zone; without, the build names them.",
		},
		Value: func(i *Interface) any { return i.Zone },
		read:  readZone,
	},
)

var columnKeys = newSection("columns.ID", func(c *Column) *keySet { return &c.said },
	name("The heading in documents.", func(c *Column) *string { return &c.Name }),
	joined(text(About{Name: "description", Means: "What it holds."}, func(c *Column) *string { return &c.Description })),
)

var sshKeys = newSection("ssh", func(s *SSH) *keySet { return &s.said },
	Key[SSH]{
		About: About{Name: "port", Type: typePort, Means: "The port of the ssh server; by default 22."},
		Value: func(s *SSH) any { return s.Port },
		read:  readSSHPort,
	},
	Key[SSH]{
		About: About{Name: "networks", Type: typeNetworks, None: true, Means: "Where it may come from; by default anywhere."},
		Value: func(s *SSH) any { return prefixTexts(s.Networks) },
		read:  readSSHNetworks,
		both:  joinLists,
	},
)

var egressKeys = newSection("egress", func(e *Egress) *keySet { return &e.said },
	Key[Egress]{
		About: About{
			Name: "deny", Type: typeTruth,
			Means: "`true` where hosts may send nothing but what the table and `allow` name; by default exports leave outgoing traffic alone.",
		},
		Value: func(e *Egress) any { return e.Deny },
		read:  func(r *reader, e *entry, g *Egress) { g.Deny = r.truth(e, "deny") },
	},
	Key[Egress]{
		About: About{
			Name: "allow", Type: typeNeeds, None: true,
			Means: "What hosts need to live, where `deny` is true: any of the words below; by default `[\"dhcp\", \"dns\", \"ntp\"]`.",
		},
		Value: func(e *Egress) any { return e.Allow },
		read:  readAllow,
		both:  joinLists,
		kept:  true, // the default counts too
	},
)

var assumeKeys = newSection("assume", func(a *Assume) *keySet { return &a.said },
	Key[Assume]{
		About: About{Name: "protocols", Type: typeWithPorts, Means: "The protocols of rows whose protocol is unstated."},
		Value: func(a *Assume) any { return Texts(a.Protocols, func(p *Protocol) string { return p.ID }) },
		read:  readAssumed,
	},
	Key[Assume]{
		About: About{Name: "from", Type: typePeers, Means: "Who may connect by rows from `unstated`."},
		Value: func(a *Assume) any { return Texts(a.From, peerID) },
		read:  readAssumedFrom,
	},
	Key[Assume]{
		About: About{Name: "hosts", Type: typeHosts, Means: "The host types of rows whose hosts are unstated. `\"all\"` is every one."},
		Value: func(a *Assume) any { return a.Hosts.IDs() },
		read:  readAssumedHosts,
	},
)

// portKeys are what a row may say.
var portKeys = newSection("ports.ID", func(p *Port) *keySet { return &p.said },
	Key[Port]{
		About: About{
			Name: "port", Type: typeRowPorts,
			Means: "`443`, `\"8000-8010\"`, or a list of these: `[80, \"8000-8010\"]`. `\"all\"` is every port. `\"dynamic\"` and `\"unknown\"` say that there is no number: " +
				"such a row is shown, and exports that open ports name it as not expressible; among numbers, `[135, \"dynamic\"]`, they stand for the others. " +
				"Ports that differ in a word have names: `{http = 12300, https = 12343}`, of which a layer may set each by itself. Required for protocols with ports, unless `one-of` or `pattern` says it.",
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
		About: About{Name: "protocols", Type: typeProtocols, Must: true, Means: "[See below](#protocols). Not required for a row with `opens = false` or `socket`."},
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
		Means: "How the source writes the number, such as `32NN`. Documents show it; with `port` beside it, that is what is opened.",
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
		About: About{Name: "types", Few: true, Type: typeICMP, Means: "ICMP or ICMPv6 types, 0 to 255; by default all."},
		Value: func(p *Port) any { return p.Types },
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

// Sections lists what a dataset may have, in the order in which documents
// tell of it.
func Sections() []Section {
	top := Section{Keys: []About{{Name: "format", Type: typeFormat, Must: true, Means: "The version of this format: 1. Required in the dataset, optional in a layer."}}}
	product, hosts, options, ports := productKeys.about, hostKeys.about, optionKeys.about, portKeys.about
	product.Must, hosts.Must, ports.Must = true, true, true
	options.Plain = typeTruth
	ports.Needs = [][]string{{"hosts", "between"}, {"scopes", "from", "to", "between", "opens", "socket"}, {"protocols", "opens", "socket"}}
	return []Section{
		top, product, hosts, peerKeys.about, scopeKeys.about, options, interfaceKeys.about, columnKeys.about,
		{Name: "networks", Any: typeNetworks},
		sshKeys.about, egressKeys.about, assumeKeys.about, ports,
		{Name: "together.PRODUCT", Any: typeHosts},
		{Name: forSection + ".PRODUCT", Layer: true},
	}
}

// The sections for those who compare their entries key by key.

// ProductKeys are the keys of [product].
func ProductKeys() []Key[Product] { return productKeys.keys }

// HostKeys are the keys of a host type.
func HostKeys() []Key[Host] { return hostKeys.keys }

// PeerKeys are the keys of an outside party.
func PeerKeys() []Key[Peer] { return peerKeys.keys }

// ScopeKeys are the keys of a declared scope.
func ScopeKeys() []Key[Scope] { return scopeKeys.keys }

// OptionKeys are the keys of an option.
func OptionKeys() []Key[Option] { return optionKeys.keys }

// InterfaceKeys are the keys of an interface.
func InterfaceKeys() []Key[Interface] { return interfaceKeys.keys }

// ColumnKeys are the keys of a column.
func ColumnKeys() []Key[Column] { return columnKeys.keys }

// SSHKeys are the keys of [ssh].
func SSHKeys() []Key[SSH] { return sshKeys.keys }

// EgressKeys are the keys of [egress].
func EgressKeys() []Key[Egress] { return egressKeys.keys }

// AssumeKeys are the keys of [assume].
func AssumeKeys() []Key[Assume] { return assumeKeys.keys }

// PortKeys are the keys of a row.
func PortKeys() []Key[Port] { return portKeys.keys }

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
