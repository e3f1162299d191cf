package policy

import (
	"slices"

	"portpress/internal/dataset"
)

// firewalld knows a device by the zone that it is in. So what a row opens on
// an interface alone is opened for what comes by that zone, where the site says
// which it is.

// Zone is what a host lets in by one zone of firewalld.
type Zone struct {
	Name     string     // the zone's
	Policy   string     // that of the policy that holds the rules
	Devices  []string   // that are in it
	Sections []*Section // as those of the firewall
	Firewall *Firewall  // whose it is
}

// DefaultZone gives what the host lets in by all other zones, as one without a
// name.
func (f *Firewall) DefaultZone() *Zone { return &Zone{Sections: f.Sections, Firewall: f} }

// missesZone: the row listens on an interface of which the site hasn't said the
// zone.
func missesZone(f *dataset.Flow) bool { return f.Port.MissingZone() != "" }

// sharesZone is the limit of a row whose interface is in one zone with another,
// on which the row would be open too.
var sharesZone = &limit{reason: "the ZONE is in one zone of firewalld with another interface, which would open it too"}

// limitOf gives the first limit that a flow hits, or nil.
func (b *builder) limitOf(f *dataset.Flow) *limit {
	if l := b.target.limitOf(f); l != nil || !b.byZone(f) {
		return l
	}
	on := f.Port.Interfaces
	for _, i := range b.policy.ds.Interfaces {
		if !slices.Contains(on, i) && slices.ContainsFunc(on, func(own *dataset.Interface) bool { return own.Zone == i.Zone }) {
			return sharesZone
		}
	}
	return nil
}

// byZone reports whether a flow is for a zone's policy, and not for that of all.
func (b *builder) byZone(f *dataset.Flow) bool { return b.target.zones && onInterfaces(f) }

// zones gives what rows open on interfaces alone, by their zones, in the order
// of the interfaces.
func (b *builder) zones() []*Zone {
	switch {
	case !b.target.zones:
		return nil
	case b.target.inventory:
		return b.wholeZones()
	}
	list := b.namedZones()
	for _, z := range list {
		for _, p := range b.policy.parts[b.host]() {
			p.flows = p.flows.keep(func(f *dataset.Flow) bool { return b.opensBy(z, f) })
			if s, from := b.open(p); len(p.flows) > 0 && !s.Self && !s.Closed {
				for _, f := range p.flows {
					s.Rules = b.expand(s.Rules, f, from)
				}
				z.Sections = append(z.Sections, s)
			}
		}
	}
	return slices.DeleteFunc(list, func(z *Zone) bool { return len(z.Sections) == 0 })
}

// zonesOut is zones for what the host sends by interfaces alone.
func (b *builder) zonesOut() []*Zone {
	if !b.target.zones || b.target.inventory {
		return nil
	}
	list := b.namedZones()
	for _, z := range list {
		z.Policy = ZoneOutName(b.policy.ds.Product.ID, b.host.ID, z.Name)
		for _, p := range b.destinations() {
			p.flows = p.flows.keep(func(f *dataset.Flow) bool { return b.opensBy(z, f) })
			if s, from := b.open(p); len(p.flows) > 0 && !s.Self && !s.Closed {
				s.Title = b.target.comments.apart("to " + p.peer.ID)
				from = b.inSetTo(s, from)
				for _, f := range p.flows {
					s.Rules = b.expand(s.Rules, f, from)
				}
				z.Sections = append(z.Sections, s)
			}
		}
	}
	return slices.DeleteFunc(list, func(z *Zone) bool { return len(z.Sections) == 0 })
}

// opensBy reports whether a flow is one of those that a zone's policy lets in.
func (b *builder) opensBy(z *Zone, f *dataset.Flow) bool {
	return b.byZone(f) && b.limitOf(f) == nil && slices.ContainsFunc(f.Port.Interfaces, func(i *dataset.Interface) bool { return i.Zone == z.Name })
}

// wholeZones gives the zones for a target whose other rules stand in one zone
// too, and so don't count for a device in another: each has all that the host lets
// in there. A host that lets in nothing by its interfaces has no devices there, but
// its rules: a machine of two types has the device of the other.
func (b *builder) wholeZones() []*Zone {
	list := b.namedZones()
	for _, z := range list {
		used := func(f *dataset.Flow) bool {
			return f.Direction == dataset.In && f.Peer.Kind != dataset.PeerSelf && b.opensBy(z, f)
		}
		if !slices.ContainsFunc(b.policy.Flows(), used) {
			continue
		}
		if !slices.ContainsFunc(b.policy.To(b.host), used) {
			z.Devices = nil
		}
		for _, p := range byPeer(b.policy.To(b.host)) {
			p.flows = p.flows.keep(func(f *dataset.Flow) bool {
				return b.limitOf(f) == nil && (!b.byZone(f) || b.opensBy(z, f))
			})
			if s, from := b.open(p); len(p.flows) > 0 && !s.Self {
				b.zone = z
				b.bundles(s, from)
				b.zone = nil
				z.Sections = append(z.Sections, s)
			}
		}
	}
	return slices.DeleteFunc(list, func(z *Zone) bool { return len(z.Sections) == 0 })
}

// namedZones gives the zones of interfaces of which the site has said device and
// zone.
func (b *builder) namedZones() []*Zone {
	var list []*Zone
	ds := b.policy.ds
	for _, i := range ds.Interfaces {
		if i.Device == "" || i.Zone == "" {
			continue
		}
		z := &Zone{Name: i.Zone, Policy: ZoneName(ds.Product.ID, b.host.ID, i.Zone)}
		if at := slices.IndexFunc(list, func(z *Zone) bool { return z.Name == i.Zone }); at >= 0 {
			z = list[at]
		} else {
			list = append(list, z)
		}
		z.Devices = append(z.Devices, i.Device)
	}
	return list
}
