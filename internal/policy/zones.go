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
}

// missesZone: the row listens on an interface of which the site hasn't said the
// zone.
func missesZone(f *dataset.Flow) bool { return f.Port.MissingZone() != "" }

// sentOn: the row is about what leaves by an interface.
func sentOn(f *dataset.Flow) bool { return f.Direction == dataset.Out && onInterfaces(f) }

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
	if !b.target.zones {
		return nil
	}
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
	for _, z := range list {
		for _, p := range b.policy.parts[b.host]() {
			p.flows = p.flows.keep(func(f *dataset.Flow) bool {
				return b.byZone(f) && b.limitOf(f) == nil &&
					slices.ContainsFunc(f.Port.Interfaces, func(i *dataset.Interface) bool { return i.Zone == z.Name })
			})
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
