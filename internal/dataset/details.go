package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// noDetails is what rows share that say nothing out of the ordinary.
var noDetails Details

// HasDetails reports whether the row says more than most.
func (p *Port) HasDetails() bool { return p.Details != &noDetails }

// configurable reads a key that is true, false, or the name of the product's
// setting that changes the port.
func (d *portDecoder) configurable(e *entry, p *Port) {
	v, file := e.get("configurable")
	switch v := v.(type) {
	case nil:
	case bool:
		p.Configurable = v
	case string:
		p.Configurable = true
		p.Setting = d.text(e, "configurable", true)
	default:
		d.wrongType(file, e.path("configurable"), "true, false or the name of a setting", v)
	}
}

// details reads the keys that few rows have.
func (d *portDecoder) details(e *entry, p *Port) {
	names := &d.loader.names
	p.To = references(&d.reporter, e, "to", problem.UnknownPeer, "peer", names.peers, has(e, "to"))
	p.Interfaces = references(&d.reporter, e, "interfaces", problem.UnknownInterface, "interface", names.interfaces, has(e, "interfaces"))
	for _, text := range []struct {
		key string
		to  *string
	}{
		{"pattern", &p.Pattern},
		{"application", &p.Application},
		{"component", &p.Component},
		{"socket", &p.Socket},
		{"since", &p.Since},
		{"until", &p.Until},
	} {
		*text.to = d.text(e, text.key, has(e, text.key))
	}
	p.Notes = d.texts(e, "notes")
	p.Repeats = d.texts(e, "repeats")
	if has(e, "one-of") {
		p.OneOf = d.ranges(e, "one-of")
		d.checkChoice(e, p)
	}
	if has(e, "target") {
		p.Target = d.ranges(e, "target")
	}
	d.bind(e, p)
	d.types(e, p)
	d.socket(e, p)
}

// documented reads opens, which is true unless a row says otherwise.
func (d *portDecoder) documented(e *entry) bool {
	v, file := e.get("opens")
	opens, isBool := v.(bool)
	if v != nil && !isBool {
		d.wrongType(file, e.path("opens"), "true or false", v)
	}
	return isBool && !opens
}

func has(e *entry, key string) bool {
	v, _ := e.get(key)
	return v != nil
}

// texts reads one text or a list of them.
func (r *reporter) texts(e *entry, key string) []string {
	if !has(e, key) {
		return nil
	}
	list, file := r.list(e, key, true)
	var out []string
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			r.wrongType(file, e.element(key, i), "text or a list of texts", v)
			continue
		}
		r.checkText(file, e.element(key, i), key, s, true)
		out = append(out, s)
	}
	return out
}

// checkChoice wants the row's port to be one of those that it may be.
func (d *portDecoder) checkChoice(e *entry, p *Port) {
	v, file := e.get("port")
	if v == nil || len(p.OneOf) == 0 {
		return
	}
	if r, wrong := parseRange(v); wrong == nil && !offers(e, v) && !p.Configurable {
		d.report(problem.NotOffered, file, e.path("port"), fmt.Sprintf("port %s is not one of %s", r, joinRanges(p.OneOf)),
			"choose one of them, or call the row configurable")
	}
}

// bind reads the addresses that a row listens on. One that listens on the
// loopback interface only can be reached by its own host only.
func (d *portDecoder) bind(e *entry, p *Port) {
	if !has(e, "bind") {
		return
	}
	list, file := d.list(e, "bind", true)
	for i, v := range list {
		s, ok := v.(string)
		a, err := netip.ParseAddr(s)
		switch {
		case !ok:
			d.wrongType(file, e.element("bind", i), "an address or a list of them", v)
		case err != nil || a.Zone() != "" || a.Is4In6():
			hint := `write an IPv4 or IPv6 address such as "127.0.0.1"`
			if strings.EqualFold(s, "localhost") || strings.EqualFold(s, "loopback") {
				hint = `write ["127.0.0.1", "::1"]`
			}
			d.report(problem.BadAddress, file, e.element("bind", i), fmt.Sprintf("%q is not an IP address", s), hint)
		case slices.Contains(p.Bind, a):
			d.report(problem.Repeated, file, e.element("bind", i), fmt.Sprintf("%s is in the list twice", s), "remove one")
		default:
			p.Bind = append(p.Bind, a)
		}
	}
	if !p.Loopback() {
		return
	}
	for _, s := range p.Scopes {
		for _, peer := range s.From {
			if peer.Kind != PeerSelf {
				d.report(problem.UnreachableBind, file, e.path("bind"),
					fmt.Sprintf("%s can't be reached from %s: it listens on the loopback interface", e.name(), peer.ID),
					`write from = "self", or take the loopback address out`)
				return
			}
		}
	}
}

// types reads ICMP types: numbers of 0 to 255.
func (d *portDecoder) types(e *entry, p *Port) {
	if !has(e, "types") {
		return
	}
	list, file := d.list(e, "types", true)
	for i, v := range list {
		n, ok := v.(int64)
		switch {
		case !ok:
			d.wrongType(file, e.element("types", i), "a number or a list of them", v)
		case n < 0 || n > 255:
			d.report(problem.PortRange, file, e.element("types", i), fmt.Sprintf("type %d is outside 0–255", n), "")
		case slices.Contains(p.Types, int(n)):
			d.report(problem.Repeated, file, e.element("types", i), fmt.Sprintf("type %d is in the list twice", n), "remove one")
		default:
			p.Types = append(p.Types, int(n))
		}
	}
	protocols, file := d.list(e, "protocols", false)
	for i, v := range protocols {
		if v != "icmp" && v != "icmpv6" {
			d.report(problem.PortNeedless, file, e.element("protocols", i), "only icmp and icmpv6 have types", "remove the line types = …")
			return
		}
	}
}

// socket checks a row that is a unix socket: it has hosts and nothing else of
// a network.
func (d *portDecoder) socket(e *entry, p *Port) {
	if p.Socket == "" {
		return
	}
	p.Hosts = d.hosts(e)
	for _, key := range []string{"port", "protocols", "scopes", "from", "to", "one-of", "types", "bind", "interfaces", "target"} {
		if v, file := e.get(key); v != nil {
			d.reportKey(problem.PortNeedless, file, e.path(key), "a unix socket has no "+key, "remove the line")
		}
	}
	p.Scopes = nil
}
