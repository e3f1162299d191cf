package change

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

func (c *comparer) ports() {
	section(c, "ports", c.was.ds.Ports, c.is.ds.Ports,
		func(p *dataset.Port) string { return p.ID }, func(p *dataset.Port) string { return p.Purpose },
		c.row,
		func(e *Entry, a, b *dataset.Port) {
			if b != nil {
				e.More = c.more.rows[b.ID]
			}
			if a != nil {
				e.Less = c.less.rows[a.ID]
			}
			switch {
			case a == nil:
				e.Summary = summary(b)
			case b == nil:
				e.Summary = summary(a)
			}
		})
}

// row tells which keys of two rows differ.
func (c *comparer) row(d *differ, a, b *dataset.Port) {
	if !samePorts(a, b) {
		d.add("port", portText(a), portText(b))
	}
	if a.Configurable != b.Configurable || a.Setting != b.Setting {
		d.add("configurable", configurable(a), configurable(b))
	}
	d.set("protocols", a.ProtocolIDs(), b.ProtocolIDs(), "")
	d.set("hosts", a.Hosts.IDs(), b.Hosts.IDs(), "hosts")
	c.sources(d, a, b)
	d.set("options", a.OptionIDs(), b.OptionIDs(), "options")
	d.text("purpose", a.Purpose, b.Purpose)
	if a.HasDetails() || b.HasDetails() {
		c.details(d, a, b)
	}
}

// sources compares scopes, and apart from them the peers that rows name
// themselves.
func (c *comparer) sources(d *differ, a, b *dataset.Port) {
	if slices.Equal(a.Scopes.IDs(), b.Scopes.IDs()) && slices.EqualFunc(a.Scopes, b.Scopes, func(s, t *dataset.Scope) bool { return s.Own == t.Own }) {
		return
	}
	scopes, from := split(a)
	newScopes, newFrom := split(b)
	d.set("scopes", scopes.IDs(), newScopes.IDs(), "scopes")
	peers := func(v *view, list dataset.Scopes) string {
		return sorted(each(list, func(s *dataset.Scope) string { return v.peers(s.From)[0] }))
	}
	if peers(c.was, from) != peers(c.is, newFrom) {
		d.add("from", strings.Join(from.IDs(), ", "), strings.Join(newFrom.IDs(), ", "))
	}
}

func split(p *dataset.Port) (scopes, from dataset.Scopes) {
	for _, s := range p.Scopes {
		if s.Own {
			from = append(from, s)
		} else {
			scopes = append(scopes, s)
		}
	}
	return scopes, from
}

// details compares the keys that few rows have.
func (c *comparer) details(d *differ, a, b *dataset.Port) {
	if sorted(c.was.peers(a.To)) != sorted(c.is.peers(b.To)) {
		d.add("to", strings.Join(a.ToIDs(), ", "), strings.Join(b.ToIDs(), ", "))
	}
	ranges := func(list []dataset.Range) []string { return each(set(list), dataset.Range.String) }
	interfaces := func(p *dataset.Port) []string {
		return each(p.Interfaces, func(i *dataset.Interface) string { return i.ID })
	}
	d.set("one-of", ranges(a.OneOf), ranges(b.OneOf), "")
	d.text("pattern", a.Pattern, b.Pattern)
	d.set("types", each(a.Types, strconv.Itoa), each(b.Types, strconv.Itoa), "")
	d.set("bind", each(a.Bind, netip.Addr.String), each(b.Bind, netip.Addr.String), "")
	d.set("interfaces", interfaces(a), interfaces(b), "interfaces")
	d.set("target", ranges(a.Target), ranges(b.Target), "")
	d.text("application", a.Application, b.Application)
	d.text("component", a.Component, b.Component)
	d.text("socket", a.Socket, b.Socket)
	d.text("notes", strings.Join(a.Notes, "\n"), strings.Join(b.Notes, "\n"))
	d.text("since", a.Since, b.Since)
	d.text("until", a.Until, b.Until)
	d.text("opens", strconv.FormatBool(!a.Documented), strconv.FormatBool(!b.Documented))
	d.set("repeats", a.Repeats, b.Repeats, "ports")
}

// samePorts compares sets of ports: 80 and 81 are 80-81.
func samePorts(a, b *dataset.Port) bool {
	return a.Unstated == b.Unstated && (slices.Equal(a.Ranges, b.Ranges) || slices.Equal(set(a.Ranges), set(b.Ranges)))
}

func portText(p *dataset.Port) string {
	if p.Unstated != "" {
		return p.Unstated
	}
	return strings.Join(each(p.Ranges, dataset.Range.String), ", ")
}

// configurable writes the key as a dataset does.
func configurable(p *dataset.Port) string {
	if p.Setting != "" {
		return p.Setting
	}
	return strconv.FormatBool(p.Configurable)
}

// summary says of a whole row what it is.
func summary(p *dataset.Port) string {
	s := fmt.Sprintf("%s on %s", p.Title(), strings.Join(p.Hosts.IDs(), ", "))
	if len(p.Scopes) > 0 {
		s += " from " + strings.Join(p.Scopes.IDs(), ", ")
	}
	if len(p.To) > 0 {
		s += " to " + strings.Join(p.ToIDs(), ", ")
	}
	switch {
	case !p.On:
		s += " (off: needs " + strings.Join(p.OptionIDs(), ", ") + ")"
	case p.Documented:
		s += " (opens nothing)"
	}
	return s
}

// differ gathers the fields in which two entries differ.
type differ struct {
	is     *view // of the second entry
	fields []Field
}

func (d *differ) add(key, before, after string) {
	d.fields = append(d.fields, Field{key, before, after})
}

func (d *differ) text(key, before, after string) {
	if before != after {
		d.add(key, before, after)
	}
}

// set compares lists whose order means nothing. With a section they are ids of
// it, which count as equal where the entry was renamed.
func (d *differ) set(key string, before, after []string, section string) {
	if slices.Equal(before, after) {
		return
	}
	same := after
	if section != "" {
		same = each(after, func(id string) string { return d.is.id(section, id) })
	}
	if !slices.Equal(slices.Sorted(slices.Values(before)), slices.Sorted(slices.Values(same))) {
		d.add(key, strings.Join(before, ", "), strings.Join(after, ", "))
	}
}
