package change

import (
	"net/netip"
	"slices"

	"portpress/internal/dataset"
)

// comparer gathers the entries that differ.
type comparer struct {
	was, is    *view
	more, less *surplus
	entries    []Entry
}

// add keeps an entry if there is something to say of it.
func (c *comparer) add(e Entry) {
	if e.State == Unchanged && len(e.Fields) > 0 {
		e.State = Changed
	}
	if e.State != Unchanged || len(e.More)+len(e.Less) > 0 {
		c.entries = append(c.entries, e)
	}
}

// section compares the entries of a section: fields tells what two of them
// write differently, opens adds what they open, where either may be nil.
func section[T any](c *comparer, name string, before, after []*T, id, title func(*T) string,
	fields func(d *differ, a, b *T), opens func(e *Entry, a, b *T),
) {
	old := make(map[string]*T, len(before))
	for _, a := range before {
		old[id(a)] = a
	}
	for _, b := range after {
		e := Entry{Section: name, ID: id(b), Name: title(b), State: Unchanged}
		oldID := c.is.id(name, e.ID)
		a := old[oldID]
		delete(old, oldID)
		if a == nil {
			e.State = Added
		} else {
			d := differ{was: c.was, is: c.is}
			fields(&d, a, b)
			e.Fields = d.fields
			if oldID != e.ID {
				e.State, e.Was = Renamed, oldID
			}
		}
		opens(&e, a, b)
		c.add(e)
	}
	for _, a := range before {
		if old[id(a)] != nil {
			e := Entry{Section: name, ID: id(a), Name: title(a), State: Removed}
			opens(&e, a, nil)
			c.add(e)
		}
	}
}

// fieldsOf compares by the keys of a section.
func fieldsOf[T any](keys []dataset.Key[T]) func(d *differ, a, b *T) {
	return func(d *differ, a, b *T) { fields(d, keys, a, b) }
}

// opensNothing is for sections whose entries only matter through rows.
func opensNothing[T any](*Entry, *T, *T) {}

func (c *comparer) product() {
	a, b := c.was.ds.Product, c.is.ds.Product
	d := differ{was: c.was, is: c.is}
	fields(&d, dataset.ProductKeys(), &a, &b)
	c.add(Entry{Section: "product", ID: b.ID, Name: b.Name, State: Unchanged, Fields: d.fields})
}

// hosts also tells when the cluster grew or shrank: what is open to it is open
// to other hosts than before.
func (c *comparer) hosts() {
	section(c, "hosts", c.was.ds.Hosts, c.is.ds.Hosts,
		func(h *dataset.Host) string { return h.ID }, func(h *dataset.Host) string { return h.Name },
		fieldsOf(dataset.HostKeys()),
		func(e *Entry, a, b *dataset.Host) {
			cluster := party{dataset.PeerCluster, string(dataset.PeerCluster)}
			joins := func(s *surplus) []Opening {
				return []Opening{{Peers: []string{cluster.id}, Rows: s.parties[cluster]}}
			}
			if c.both(cluster) && a == nil {
				e.More = joins(c.more)
			}
			if c.both(cluster) && b == nil {
				e.Less = joins(c.less)
			}
		})
}

// assume compares what stands for what is unstated. What it opens is told row
// by row.
func (c *comparer) assume() {
	d := differ{was: c.was, is: c.is}
	fields(&d, dataset.AssumeKeys(), &c.was.ds.Assume, &c.is.ds.Assume)
	c.add(Entry{Section: "assume", State: Unchanged, Fields: d.fields})
}

// both reports whether rows of either dataset open to a peer. If those of one
// don't, all that the other opens to it is told row by row.
func (c *comparer) both(p party) bool { return c.more.parties[p] > 0 && c.less.parties[p] > 0 }

func (c *comparer) peers() {
	section(c, "peers", c.was.ds.Peers, c.is.ds.Peers,
		func(p *dataset.Peer) string { return p.ID }, func(p *dataset.Peer) string { return p.Name },
		fieldsOf(dataset.PeerKeys()), opensNothing)
}

func (c *comparer) scopes() {
	own := func(s *dataset.Scope) bool { return s.Own }
	section(c, "scopes", slices.DeleteFunc(slices.Clone(c.was.ds.Scopes), own), slices.DeleteFunc(slices.Clone(c.is.ds.Scopes), own),
		func(s *dataset.Scope) string { return s.ID }, func(s *dataset.Scope) string { return s.Name },
		fieldsOf(dataset.ScopeKeys()),
		func(e *Entry, a, b *dataset.Scope) {
			if a != nil && b != nil {
				e.More = letsIn(c.was, c.is, a, b, c.more)
				e.Less = letsIn(c.is, c.was, b, a, c.less)
			}
		})
}

// letsIn tells of a scope which peers it lets in that it didn't, as far as that
// opens anything.
func letsIn(other, side *view, without, with *dataset.Scope, s *surplus) []Opening {
	var out []Opening
	old := other.peers(without.From)
	for i, p := range with.From {
		rows := s.scopes[with.ID][p]
		if rows > 0 && !slices.Contains(old, side.peers(with.From[i : i+1])[0]) {
			out = append(out, Opening{Peers: []string{p.ID}, Rows: rows})
		}
	}
	return out
}

func (c *comparer) options() {
	section(c, "options", c.was.ds.Options, c.is.ds.Options,
		func(o *dataset.Option) string { return o.ID }, func(o *dataset.Option) string { return o.Name },
		fieldsOf(dataset.OptionKeys()), opensNothing)
}

func (c *comparer) interfaces() {
	section(c, "interfaces", c.was.ds.Interfaces, c.is.ds.Interfaces,
		func(i *dataset.Interface) string { return i.ID }, func(i *dataset.Interface) string { return i.Name },
		fieldsOf(dataset.InterfaceKeys()),
		func(e *Entry, a, b *dataset.Interface) {
			if a != nil && b != nil {
				e.More = moved(c.was, c.is, a, b)
				e.Less = moved(c.is, c.was, b, a)
			}
		})
}

func (c *comparer) columns() {
	section(c, "columns", c.was.ds.Columns, c.is.ds.Columns,
		func(x *dataset.Column) string { return x.ID }, func(x *dataset.Column) string { return x.Name },
		fieldsOf(dataset.ColumnKeys()), opensNothing)
}

// moved tells of an interface which device it is that it wasn't, as far as rows
// of both sides listen there. Without a device, exports keep those closed, so
// that its first one opens more.
func moved(other, side *view, without, with *dataset.Interface) []Opening {
	rows := min(other.rowsOn(without), side.rowsOn(with))
	if with.Device == "" || with.Device == without.Device || rows == 0 {
		return nil
	}
	return []Opening{{Devices: []string{with.Device}, Rows: rows}}
}

// rowsOn counts the rows that open something on an interface.
func (v *view) rowsOn(i *dataset.Interface) int {
	rows := map[*dataset.Port]bool{}
	for _, f := range v.ds.Flows {
		for _, p := range append([]*dataset.Port{f.Port}, f.Also...) {
			if slices.Contains(p.Interfaces, i) {
				rows[p] = true
			}
		}
	}
	return len(rows)
}

// networks compares the addresses of each peer. A peer without any opens
// nothing in an export that needs addresses, so that its first ones open more.
func (c *comparer) networks() {
	before, after := c.was.networks(), c.is.networks()
	var order []party
	for _, n := range c.is.ds.Networks {
		order = append(order, c.is.network(n))
	}
	for _, n := range c.was.ds.Networks {
		if p := c.was.network(n); after[p] == nil {
			order = append(order, p)
		}
	}
	for _, p := range order {
		a, b := before[p], after[p]
		e := Entry{Section: "networks", State: Unchanged}
		var old, now []netip.Prefix
		if a != nil {
			e.ID, old = a.ID, a.Prefixes
		}
		if b != nil {
			e.ID, now = b.ID, b.Prefixes
		}
		opened, closed := gained(old, now), gained(now, old)
		if len(opened)+len(closed) == 0 {
			continue
		}
		d := differ{was: c.was, is: c.is}
		d.key(&dataset.About{Name: "networks"}, false, dataset.Texts(old, netip.Prefix.String), dataset.Texts(now, netip.Prefix.String))
		switch {
		case a == nil:
			e.State = Added
		case b == nil:
			e.State = Removed
		}
		e.Fields = d.fields
		if c.both(p) {
			e.More = reaches(opened, c.more.parties[p])
			e.Less = reaches(closed, c.less.parties[p])
		}
		c.add(e)
	}
}

func reaches(list []netip.Prefix, rows int) []Opening {
	if len(list) == 0 {
		return nil
	}
	return []Opening{{Networks: dataset.Texts(list, netip.Prefix.String), Rows: rows}}
}

func (v *view) networks() map[party]*dataset.Network {
	out := make(map[party]*dataset.Network, len(v.ds.Networks))
	for _, n := range v.ds.Networks {
		out[v.network(n)] = n
	}
	return out
}

// network gives the peer whose networks these are.
func (v *view) network(n *dataset.Network) party {
	kind := dataset.PeerNamed
	switch {
	case n.ID == string(dataset.PeerCluster):
		kind = dataset.PeerCluster
	case slices.Contains(v.ds.Hosts.IDs(), n.ID):
		kind = dataset.PeerHost
	}
	return v.party(&dataset.Peer{ID: n.ID, Kind: kind})
}
