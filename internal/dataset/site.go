package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// interfaces decodes the named networks that rows may be bound to.
func (l *loader) interfaces() {
	for _, e := range l.entries("interfaces") {
		i := &Interface{ID: e.id}
		interfaceKeys.read(&l.reader, &e, i)
		l.ds.Interfaces = append(l.ds.Interfaces, i)
		l.names.interfaces[i.ID] = i
	}
}

func readDevice(r *reader, e *entry, i *Interface) {
	i.Device = r.text(e, "device", false)
	if v, file := e.get("device"); i.Device != "" && !isDevice(i.Device) {
		r.report(problem.BadID, file, e.path("device"), fmt.Sprintf("%q is not the name of a network device", v),
			"write a name such as eth1: up to 15 letters, digits, and . - _ @ :")
	}
}

// readZone reads the name of a zone. firewalld makes chains of it, and takes
// 17 characters; ANY and HOST are words of its policies.
func readZone(r *reader, e *entry, i *Interface) {
	i.Zone = r.text(e, "zone", false)
	_, file := e.get("zone")
	switch {
	case i.Zone == "":
	case !isZone(i.Zone):
		r.report(problem.BadID, file, e.path("zone"), quoted(i.Zone)+" is not the name of a zone",
			"write a name such as internal: up to 17 letters, digits, and _ -")
	case i.Zone == "ANY" || i.Zone == "HOST":
		r.report(problem.BadID, file, e.path("zone"), quoted(i.Zone)+" is no zone, but a word of firewalld's policies", "write the zone's own name")
	}
}

func isZone(s string) bool {
	for i := range len(s) {
		c := s[i]
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) <= 17
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

// ssh reads how the site's people come in.
func (l *loader) ssh() {
	e := l.single("ssh")
	l.ds.SSH.Port = 22
	sshKeys.read(&l.reader, &e, &l.ds.SSH)
}

func readSSHPort(r *reader, e *entry, s *SSH) {
	v, file := e.get("port")
	one, wrong := parseRange(v)
	switch {
	case wrong != nil:
		r.report(wrong.code, file, e.path("port"), wrong.text, wrong.hint)
	case !one.Single():
		r.report(problem.PortRange, file, e.path("port"), "ssh has one port", "write port = 22")
	default:
		s.Port = one.From
	}
}

func readSSHNetworks(r *reader, e *entry, s *SSH) {
	if list, file := r.list(e, "networks", false); len(list) > 0 {
		if s.Networks = r.prefixes(e, "networks", list, file); Anyone(s.Networks) {
			s.Networks = nil // which is anyone
		}
	}
}

func prefixTexts(list []netip.Prefix) []string { return Texts(list, netip.Prefix.String) }

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
		if peer == nil || !peer.HasNetworks() {
			l.reportKey(problem.UnknownPeer, file, e.path(id), fmt.Sprintf("no peer %s has networks", quoted(id)),
				l.known(problem.UnknownPeer, "peers", id, l.names.withNetworks))
			continue
		}
		peer.Networks = l.prefixes(&e, id, list, file)
		if len(peer.Networks) > 0 {
			l.ds.Networks = append(l.ds.Networks, &Network{ID: id, Prefixes: peer.Networks})
		}
	}
}

// withNetworks are the ids of the peers that a site can give addresses for.
func (n *names) withNetworks() []string {
	var may []string
	for _, p := range n.peers {
		if p.HasNetworks() {
			may = append(may, p.ID)
		}
	}
	slices.Sort(may)
	return may
}

// HasNetworks reports whether a site can say which addresses the peer has.
func (p *Peer) HasNetworks() bool {
	return p.Kind == PeerCluster || p.Kind == PeerHost || p.Kind == PeerNamed
}

// prefixes reads CIDRs of IPv4 and IPv6. Bits behind the mask are refused:
// they mean that one of the two is not what was intended. What it gives doesn't
// overlap.
func (r *reader) prefixes(e *entry, key string, list []any, file *source.File) []netip.Prefix {
	var out set[netip.Prefix]
	for i, v := range list {
		path := e.element(key, i)
		s, ok := v.(string)
		if !ok {
			r.wrongType(file, path, "a CIDR such as \"10.0.0.0/24\"", v)
			continue
		}
		p, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			hint := "write an address and a prefix length, such as \"10.0.0.0/24\" or \"fd00:1::/64\""
			if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
				hint = fmt.Sprintf("for one address write %q", netip.PrefixFrom(a, a.BitLen()).String())
			}
			r.report(problem.BadCIDR, file, path, quoted(s)+" is not a CIDR", hint)
		case p != p.Masked():
			r.report(problem.BadCIDR, file, path, fmt.Sprintf("%s has address bits behind its prefix length", s),
				fmt.Sprintf("write %q", p.Masked().String()))
		case p.Addr().Is4In6():
			r.report(problem.BadCIDR, file, path, fmt.Sprintf("%s is an IPv4 address written as IPv6", s), "write the IPv4 CIDR")
		case out.has(p):
			r.report(problem.Repeated, file, path, fmt.Sprintf("%s is in the list twice", s), "remove one")
		default:
			out.add(p)
		}
	}
	return apart(out.list)
}
