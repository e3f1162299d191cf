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
	Key[Assume]{
		About: About{Name: "dynamic", Type: typePorts, Means: "The ports of rows whose port is `\"dynamic\"`, or of which others are: the range from which the site's systems take them, such as `\"49152-65535\"`."},
		Value: func(a *Assume) any { return a.Dynamic },
		read:  func(r *reader, e *entry, a *Assume) { a.Dynamic = r.ranges(e, "dynamic") },
	},
)

// hostsUnstated spares a source that names no hosts to have one made up.
var hostsUnstated = Spare{Root: "ports", Key: "hosts", Word: wordUnstated}

// Sections lists what a dataset may have, in the order in which documents
// tell of it.
func Sections() []Section {
	top := Section{Keys: []About{{Name: "format", Type: typeFormat, Must: true, Means: "The version of this format: 1. Required in the dataset, optional in a layer."}}}
	product, hosts, options, ports := productKeys.about, hostKeys.about, optionKeys.about, portKeys.about
	product.Must, hosts.Must, ports.Must = true, true, true
	hosts.Spare = hostsUnstated
	options.Plain = typeTruth
	ports.Needs = [][]string{{"hosts", "between"}, {"scopes", "from", "to", "between", "opens", "socket"}, {"protocols", "opens", "socket", "port" + InTable}}
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
