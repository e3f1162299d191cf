package dataset

import (
	"net/netip"
	"slices"
)

// everything is all addresses of each family.
var everything = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// apart leaves of a list of networks those that lie in no other, in its order:
// sets of firewalls refuse elements that overlap, and firewalld then lets in
// everyone. Networks that together are all of a family are one, so that nobody
// has to find out again that they mean anyone.
func apart(list []netip.Prefix) []netip.Prefix {
	for _, all := range everything {
		if list = widened(list, all); len(list) == 0 {
			return nil
		}
	}
	wide := make(map[netip.Prefix]bool, len(list))
	var lengths []int
	for _, p := range list {
		wide[p] = true
		if !slices.Contains(lengths, p.Bits()) { // there are 129 at most
			lengths = append(lengths, p.Bits())
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(p netip.Prefix) bool {
		return slices.ContainsFunc(lengths, func(bits int) bool {
			around, _ := p.Addr().Prefix(bits)
			return bits < p.Bits() && wide[around]
		})
	})
}

// widened puts all addresses of a family in the place of the networks that
// together are that.
func widened(list []netip.Prefix, all netip.Prefix) []netip.Prefix {
	own := func(p netip.Prefix) bool { return p.Addr().Is4() == all.Addr().Is4() }
	if !fill(slices.DeleteFunc(slices.Clone(list), func(p netip.Prefix) bool { return !own(p) }), all) {
		return list
	}
	first := slices.IndexFunc(list, own)
	rest := slices.DeleteFunc(slices.Clone(list[first:]), own)
	return slices.Concat(list[:first], []netip.Prefix{all}, rest)
}

// fill reports whether networks leave out no address of another one: each of
// its halves is filled, or it is one of them.
func fill(list []netip.Prefix, whole netip.Prefix) bool {
	inside := slices.DeleteFunc(slices.Clone(list), func(p netip.Prefix) bool { return !p.Overlaps(whole) })
	if len(inside) == 0 || slices.ContainsFunc(inside, func(p netip.Prefix) bool { return p.Bits() <= whole.Bits() }) {
		return len(inside) > 0
	}
	low, high := Halves(whole)
	return fill(inside, low) && fill(inside, high)
}

// Halves cuts a network in two. Sets of addresses that know no network without
// a prefix length take all of a family so.
func Halves(p netip.Prefix) (low, high netip.Prefix) {
	bits := p.Bits() + 1
	bytes := p.Addr().AsSlice()
	bytes[(bits-1)/8] |= 0x80 >> ((bits - 1) % 8)
	second, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(p.Addr(), bits), netip.PrefixFrom(second, bits)
}

// Everything is all addresses.
func Everything() []netip.Prefix { return slices.Clone(everything) }

// IsEverything reports whether a network is all addresses of its family.
func IsEverything(p netip.Prefix) bool { return p.Bits() == 0 }

// Anyone reports whether networks are all addresses of both families. No
// networks are nobody's.
func Anyone(list []netip.Prefix) bool {
	return slices.Contains(list, everything[0]) && slices.Contains(list, everything[1])
}

// Anyone reports whether the peer is any address: that is what it is, or the
// site has given all of both families as its networks.
func (p *Peer) Anyone() bool { return p.Kind == PeerAny || Anyone(p.Networks) }
