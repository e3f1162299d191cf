package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// roots are the keys at the top of a file.
var roots = []string{"format", "product", "hosts", "peers", "scopes", "options", "interfaces", "networks", "ssh", "ports", "together"}

// names finds what rows refer to.
type names struct {
	hosts      map[string]*Host
	scopes     map[string]*Scope
	own        map[string]*Scope // by a peer's id: the scope that stands for it alone
	peers      map[string]*Peer
	options    map[string]*Option
	interfaces map[string]*Interface
	protocols  map[string]*Protocol
}

// all returns the files from the dataset up.
func (l *loader) all() []layer { return append([]layer{l.base}, l.layers...) }

// checkRoots looks at the top of each file: the format, and keys that mean
// nothing or hold the wrong thing.
func (l *loader) checkRoots() {
	for _, file := range l.all() {
		for _, key := range sortedKeys(file.part.Tree) {
			value := file.part.Tree[key]
			_, isTable := value.(map[string]any)
			switch {
			case !slices.Contains(roots, key):
				hint := problem.DidYouMean(key, roots)
				if hint == "" {
					hint = "the top of a file has " + strings.Join(roots, ", ")
				}
				l.reportKey(problem.UnknownKey, file.file, []any{key}, "unknown key "+quoted(key), hint)
			case key == "format":
				l.checkFormat(file, value)
			case !isTable:
				l.wrongType(file.file, []any{key}, "a table", value)
			}
		}
	}
	if l.base.part.Tree["format"] == nil && !l.base.part.Broken[""] {
		l.reportAt(problem.MissingKey, l.base.file, source.Span{}, "the dataset has no format",
			fmt.Sprintf("begin the file with format = %d", Format))
	}
}

func (l *loader) checkFormat(file layer, value any) {
	n, ok := value.(int64)
	switch {
	case !ok:
		l.wrongType(file.file, []any{"format"}, "a number", value)
	case n > Format:
		l.report(problem.FormatNewer, file.file, []any{"format"},
			fmt.Sprintf("format %d is newer than this portpress reads, which is %d", n, Format), "use a newer portpress")
	case n < 1:
		l.report(problem.WrongType, file.file, []any{"format"}, fmt.Sprintf("there is no format %d", n),
			fmt.Sprintf("write format = %d", Format))
	}
}

// entries lists the tables of a section, layers merged, in the order of the
// text.
func (l *loader) entries(section string) []entry {
	var out []entry
	at := map[string]int{}
	for _, file := range l.all() {
		for _, id := range file.ids(section) {
			v := file.section(section)[id]
			table, isTable := v.(map[string]any)
			i, seen := at[id]
			switch {
			case !isTable && section == "options": // a choice, read by options
				continue
			case !isTable:
				l.wrongType(file.file, []any{section, id}, "a table", v)
			case seen:
				out[i].over = append(out[i].over, values{file.file, table})
			default:
				l.checkID(file.file, []any{section, id}, id, false)
				at[id] = len(out)
				out = append(out, entry{
					section: section, id: id, base: values{file.file, table}, partial: l.hidden(section, id),
				})
			}
		}
	}
	return out
}

// single returns a section that is one table, layers merged.
func (l *loader) single(section string) entry {
	e := entry{section: section, base: values{l.base.file, l.base.section(section)}, partial: l.hidden(section, "")}
	for _, file := range l.layers {
		if table := file.section(section); table != nil {
			e.over = append(e.over, values{file.file, table})
		}
	}
	return e
}

// head decodes everything but the rows.
func (l *loader) head() {
	l.names = names{
		hosts: map[string]*Host{}, scopes: map[string]*Scope{}, peers: map[string]*Peer{},
		own: map[string]*Scope{}, options: map[string]*Option{}, interfaces: map[string]*Interface{},
		protocols: make(map[string]*Protocol, len(protocols)),
	}
	for _, p := range protocols {
		l.names.protocols[p.ID] = p
	}
	for _, p := range reserved {
		own := *p // its networks are this dataset's
		l.names.peers[p.ID] = &own
	}
	l.expectHidden()
	l.product()
	l.hosts()
	l.peers()
	l.scopes()
	l.options()
	l.interfaces()
	l.networks()
	l.ssh()
}

// unsure is an id that nothing can have. Where it is known, a syntax error
// hides ids, and none counts as unknown.
const unsure = ""

// hidden reports whether a syntax error hides what a file says of an entry,
// or of a section that is one table.
func (l *loader) hidden(section, id string) bool {
	for _, file := range l.all() {
		if broken := file.part.Broken; broken[section] || id != "" && broken[section+"."+id] {
			return true
		}
	}
	return false
}

// expectHidden makes ids known that are written where they can't be read, so
// that one mistake isn't told again at every row that names the id.
func (l *loader) expectHidden() {
	for _, file := range l.all() {
		for name := range file.part.Broken {
			section, id, _ := strings.Cut(name, ".")
			l.expect(section, id)
		}
		for _, section := range []string{"hosts", "peers", "scopes", "options", "interfaces"} {
			value := file.part.Tree[section]
			table, isTable := value.(map[string]any)
			if value != nil && !isTable {
				l.expect(section, unsure)
			}
			for id, v := range table {
				if _, isTable := v.(map[string]any); !isTable && section != "options" {
					l.expect(section, id)
				}
			}
		}
	}
}

// expect makes an id known of which nothing else is.
func (l *loader) expect(section, id string) {
	top := section == ""
	if top || section == "hosts" {
		l.names.hosts[id] = &Host{ID: id}
	}
	if l.names.peers[id] == nil && (top || section == "peers" || section == "hosts") { // a host is a peer too
		l.names.peers[id] = &Peer{ID: id}
	}
	if top || section == "scopes" {
		l.names.scopes[id] = &Scope{ID: id}
	}
	if top || section == "options" {
		l.names.options[id] = &Option{ID: id}
	}
	if top || section == "interfaces" {
		l.names.interfaces[id] = &Interface{ID: id}
	}
}

func (l *loader) product() {
	e := l.single("product")
	if e.base.table == nil && len(e.over) == 0 {
		if !e.partial && !l.base.part.Broken[""] && l.base.part.Tree["product"] == nil {
			l.reportAt(problem.MissingKey, l.base.file, source.Span{}, "the dataset has no [product]",
				"add [product] with an id and a name")
		}
		return
	}
	l.unknownKeys(&e, []string{"id", "name", "abbreviation", "version", "source", "notes"})
	p := &l.ds.Product
	p.ID = l.text(&e, "id", true)
	if id, file := e.get("id"); p.ID != "" && id != nil {
		l.checkID(file, e.path("id"), p.ID, true)
	}
	p.Name = l.text(&e, "name", true)
	p.Abbreviation = l.text(&e, "abbreviation", false)
	if p.Abbreviation == "" {
		p.Abbreviation = p.Name
	}
	p.Version = l.text(&e, "version", false)
	p.Source = l.text(&e, "source", false)
	p.Notes = l.texts(&e, "notes")
}

// reserved are the peers that every dataset has, so that no host or named peer
// may take their names.
var reserved = []*Peer{
	{ID: "any", Kind: PeerAny, Name: "Anyone", Description: "Any address."},
	{ID: "cluster", Kind: PeerCluster, Name: "Cluster hosts", Description: "Every host of the cluster."},
	{ID: "self", Kind: PeerSelf, Name: "The host itself", Description: "Processes on the same host only."},
	{ID: "unstated", Kind: PeerUnstated, Name: "Not stated", Description: "The source doesn't say who."},
}

// addPeer makes a peer known, unless its name is taken.
func (l *loader) addPeer(e *entry, p *Peer) bool {
	if old := l.names.peers[p.ID]; old != nil && old.Kind != "" { // without a kind it is only expected
		text := fmt.Sprintf("%q is already the name of a host", p.ID)
		if old.Kind != PeerHost {
			text = fmt.Sprintf("%q is a peer that every dataset has", p.ID)
		}
		l.reportKey(problem.BadID, e.base.file, e.path(), text, "choose another id")
		return false
	}
	l.names.peers[p.ID] = p
	return true
}

func (l *loader) hosts() {
	for _, e := range l.entries("hosts") {
		l.unknownKeys(&e, []string{"name", "group"})
		h := &Host{ID: e.id, Name: l.text(&e, "name", true), Group: l.group(&e)}
		if h.ID == allHosts {
			l.reportKey(problem.BadID, e.base.file, e.path(), `"all" stands for every host`, "choose another id")
			continue
		}
		if l.addPeer(&e, &Peer{ID: h.ID, Kind: PeerHost, Name: h.Name}) {
			l.ds.Hosts = append(l.ds.Hosts, h)
			l.names.hosts[h.ID] = h
		}
	}
	l.needSome("hosts", len(l.ds.Hosts))
}

// group reads the name of a host's inventory group, which by default is made
// of the product's id and its own. Ansible takes what Python takes for a name.
func (l *loader) group(e *entry) string {
	name := l.text(e, "group", has(e, "group"))
	if name == "" {
		return strings.ReplaceAll(l.ds.Product.ID+"_"+e.id, "-", "_")
	}
	valid := func(c rune) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }
	if strings.IndexFunc(name, func(c rune) bool { return !valid(c) }) >= 0 || name[0] >= '0' && name[0] <= '9' {
		_, file := e.get("group")
		l.report(problem.BadID, file, e.path("group"), quoted(name)+" is not a group name for Ansible",
			"write letters, digits and underscores, no digit first")
	}
	return name
}

func (l *loader) peers() {
	for _, e := range l.entries("peers") {
		l.unknownKeys(&e, []string{"name", "description", "addresses"})
		p := &Peer{ID: e.id, Kind: PeerNamed, Name: l.text(&e, "name", true), Description: l.text(&e, "description", false)}
		p.Addresses = l.texts(&e, "addresses")
		if l.addPeer(&e, p) {
			l.ds.Peers = append(l.ds.Peers, p)
		}
	}
}

func (l *loader) scopes() {
	for _, e := range l.entries("scopes") {
		l.unknownKeys(&e, []string{"name", "description", "from"})
		s := &Scope{ID: e.id, Name: l.text(&e, "name", true), Description: l.text(&e, "description", false)}
		s.From = references(&l.reporter, &e, "from", problem.UnknownPeer, "peer", l.names.peers, true)
		l.ds.Scopes = append(l.ds.Scopes, s)
		l.names.scopes[s.ID] = s
	}
	for id, peer := range l.names.peers {
		if s := l.names.scopes[id]; s != nil {
			l.names.own[id] = s
			if len(s.From) > 0 && (len(s.From) > 1 || s.From[0] != peer) {
				l.reportKey(problem.BadID, l.fileOf("scopes", id), []any{"scopes", id},
					fmt.Sprintf("scope %q has the name of a peer, and another meaning", id), "choose another id")
			}
			continue
		}
		l.names.own[id] = &Scope{ID: id, Name: peer.Name, Description: peer.Description, From: []*Peer{peer}, Own: true}
	}
}

// addOwnScopes adds the scopes that stand for a peer and that a row names.
func (l *loader) addOwnScopes() {
	used := map[*Scope]bool{}
	for _, p := range l.ds.Ports {
		for _, s := range p.Scopes {
			if s.Own {
				used[s] = true
			}
		}
		for _, peer := range p.To {
			if s := l.names.own[peer.ID]; s.Own {
				used[s] = true
			}
		}
	}
	peers := slices.Clone(reserved)
	for _, h := range l.ds.Hosts {
		peers = append(peers, l.names.peers[h.ID])
	}
	for _, p := range append(peers, l.ds.Peers...) {
		if s := l.names.own[p.ID]; used[s] {
			l.ds.Scopes = append(l.ds.Scopes, s)
		}
	}
}

// interfaces decodes the named networks that rows may be bound to.
func (l *loader) interfaces() {
	for _, e := range l.entries("interfaces") {
		l.unknownKeys(&e, []string{"name", "device"})
		i := &Interface{ID: e.id, Name: l.text(&e, "name", true), Device: l.text(&e, "device", false)}
		if v, file := e.get("device"); i.Device != "" && !isDevice(i.Device) {
			l.report(problem.BadID, file, e.path("device"), fmt.Sprintf("%q is not the name of a network device", v),
				"write a name such as eth1: up to 15 letters, digits, and . - _ @ :")
		}
		l.ds.Interfaces = append(l.ds.Interfaces, i)
		l.names.interfaces[i.ID] = i
	}
}

// isDevice holds a name to what Linux and nft take: IFNAMSIZ is 16, with the
// byte at the end.
func isDevice(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(".-_@:", c) < 0 {
			return false
		}
	}
	return len(s) <= 15
}

// options decodes the declared options, then what the layers choose: in a
// layer, [options] may also hold plain true or false.
func (l *loader) options() {
	for _, e := range l.entries("options") {
		l.unknownKeys(&e, []string{"name", "description", "default", "group"})
		o := &Option{
			ID: e.id, Name: l.text(&e, "name", true), Description: l.text(&e, "description", false),
			Group: l.text(&e, "group", false), On: l.truth(&e, "default"),
		}
		if other := l.chosen(o.Group, nil); o.On && other != nil {
			_, file := e.get("default")
			l.report(problem.OptionsExclude, file, e.path("default"), excludes(o, other), "let only one of a group be the default")
			o.On = false
		}
		l.ds.Options = append(l.ds.Options, o)
		l.names.options[o.ID] = o
	}
	byHand := map[*Option]bool{}
	for _, file := range l.all() {
		table := file.section("options")
		for _, id := range file.ids("options") {
			if _, isTable := table[id].(map[string]any); isTable {
				continue
			}
			on, isBool := table[id].(bool)
			o := l.names.options[id]
			path := []any{"options", id}
			switch {
			case o == nil && l.names.options[unsure] != nil:
			case o == nil:
				l.reportKey(problem.UnknownOption, file.file, path, "unknown option "+quoted(id),
					known("options", id, sortedKeys(l.names.options)))
			case !isBool:
				l.wrongType(file.file, path, "true or false", table[id])
			default:
				l.choose(o, on, byHand, file.file)
			}
		}
	}
}

// choose turns an option on or off. Turning one on turns off the default of
// its group; a second choice in one group is a problem.
func (l *loader) choose(o *Option, on bool, byHand map[*Option]bool, file *source.File) {
	other := l.chosen(o.Group, o)
	switch {
	case on && other != nil && byHand[other]:
		l.reportKey(problem.OptionsExclude, file, []any{"options", o.ID}, excludes(o, other), "choose one of the two")
		return
	case on && other != nil:
		other.On = false
	}
	o.On, byHand[o] = on, true
}

// ssh reads how the site's people come in.
func (l *loader) ssh() {
	e := l.single("ssh")
	l.unknownKeys(&e, []string{"port", "networks"})
	l.ds.SSH.Port = 22
	if v, file := e.get("port"); v != nil {
		r, wrong := parseRange(v)
		switch {
		case wrong != nil:
			l.report(wrong.code, file, e.path("port"), wrong.text, wrong.hint)
		case !r.Single():
			l.report(problem.PortRange, file, e.path("port"), "ssh has one port", "write port = 22")
		default:
			l.ds.SSH.Port = r.From
		}
	}
	if list, file := l.list(&e, "networks", false); len(list) > 0 {
		l.ds.SSH.Networks = l.prefixes(&e, "networks", list, file)
	}
}

// chosen returns the option of a group that is on, but for one.
func (l *loader) chosen(group string, but *Option) *Option {
	for _, o := range l.ds.Options {
		if group != "" && o.Group == group && o.On && o != but {
			return o
		}
	}
	return nil
}

func excludes(o, other *Option) string {
	return fmt.Sprintf("option %q can't be on beside %q: both are of the group %q", o.ID, other.ID, o.Group)
}

func (l *loader) networks() {
	e := l.single("networks")
	keys := map[string]bool{}
	for _, v := range append([]values{e.base}, e.over...) {
		for id := range v.table {
			keys[id] = true
		}
	}
	for _, id := range sortedKeys(keys) {
		list, file := l.list(&e, id, true)
		peer := l.names.peers[id]
		if peer == nil && l.names.peers[unsure] != nil {
			continue
		}
		if peer == nil || !peer.hasNetworks() {
			var may []string
			for _, p := range l.names.peers {
				if p.hasNetworks() {
					may = append(may, p.ID)
				}
			}
			slices.Sort(may)
			l.reportKey(problem.UnknownPeer, file, e.path(id), fmt.Sprintf("no peer %s has networks", quoted(id)), known("peers", id, may))
			continue
		}
		peer.Networks = l.prefixes(&e, id, list, file)
		if len(peer.Networks) > 0 {
			l.ds.Networks = append(l.ds.Networks, &Network{ID: id, Prefixes: peer.Networks})
		}
	}
}

// hasNetworks reports whether a site can say which addresses the peer has.
func (p *Peer) hasNetworks() bool {
	return p.Kind == PeerCluster || p.Kind == PeerHost || p.Kind == PeerNamed
}

// prefixes reads CIDRs of IPv4 and IPv6. Bits behind the mask are refused:
// they mean that one of the two is not what was intended.
func (l *loader) prefixes(e *entry, key string, list []any, file *source.File) []netip.Prefix {
	var out []netip.Prefix
	for i, v := range list {
		path := e.element(key, i)
		s, ok := v.(string)
		if !ok {
			l.wrongType(file, path, "a CIDR such as \"10.0.0.0/24\"", v)
			continue
		}
		p, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			hint := "write an address and a prefix length, such as \"10.0.0.0/24\" or \"fd00:1::/64\""
			if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
				hint = fmt.Sprintf("for one address write %q", netip.PrefixFrom(a, a.BitLen()).String())
			}
			l.report(problem.BadCIDR, file, path, quoted(s)+" is not a CIDR", hint)
		case p != p.Masked():
			l.report(problem.BadCIDR, file, path, fmt.Sprintf("%s has address bits behind its prefix length", s),
				fmt.Sprintf("write %q", p.Masked().String()))
		case p.Addr().Is4In6():
			l.report(problem.BadCIDR, file, path, fmt.Sprintf("%s is an IPv4 address written as IPv6", s), "write the IPv4 CIDR")
		case slices.Contains(out, p):
			l.report(problem.Repeated, file, path, fmt.Sprintf("%s is in the list twice", s), "remove one")
		default:
			out = append(out, p)
		}
	}
	return out
}

// needSome reports a section without which no row can be written.
func (l *loader) needSome(section string, n int) {
	table, isTable := l.base.part.Tree[section].(map[string]any)
	switch {
	case n > 0 || len(table) > 0 || len(l.base.part.Broken) > 0:
	case l.base.part.Tree[section] != nil && !isTable: // reported already
	default:
		place, _ := l.base.file.Locate(section)
		l.reportAt(problem.MissingKey, l.base.file, place.Key, fmt.Sprintf("the dataset has no [%s.…]", section),
			fmt.Sprintf("add at least one table [%s.ID]", section))
	}
}
