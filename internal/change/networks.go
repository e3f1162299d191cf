package change

import (
	"net/netip"
	"slices"
)

// gained gives the networks that aren't inside those of before, whether whole
// or in parts: two halves cover a network.
func gained(before, after []netip.Prefix) []netip.Prefix {
	blocks := spans(before)
	var out []netip.Prefix
	for _, p := range after {
		s := spanOf(p)
		inside := func(b span) bool { return b.first.Compare(s.first) <= 0 && s.last.Compare(b.last) <= 0 }
		if !slices.ContainsFunc(blocks, inside) {
			out = append(out, p)
		}
	}
	return out
}

// span is a run of addresses of one family, both ends included.
type span struct{ first, last netip.Addr }

// spans sorts networks and joins those that overlap or touch.
func spans(list []netip.Prefix) []span {
	all := make([]span, len(list))
	for i, p := range list {
		all[i] = spanOf(p)
	}
	slices.SortFunc(all, func(a, b span) int { return a.first.Compare(b.first) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && out[n-1].reaches(s) {
			if out[n-1].last.Less(s.last) {
				out[n-1].last = s.last
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// reaches reports whether t, which doesn't begin before s, begins inside s or
// right behind it. Behind the last address of a family there is none, and all
// of IPv6 sort behind IPv4.
func (s span) reaches(t span) bool {
	return t.first.Compare(s.last) <= 0 || s.last.Next() == t.first
}

func spanOf(p netip.Prefix) span {
	p = p.Masked()
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(last)*8; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last) // as long as it was
	return span{p.Addr(), end}
}
