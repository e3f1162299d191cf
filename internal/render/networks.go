package render

import "net/netip"

// ipv4 keeps the IPv4 networks of a list.
func ipv4(list []netip.Prefix) []netip.Prefix { return family(list, true) }

// ipv6 keeps the IPv6 networks of a list.
func ipv6(list []netip.Prefix) []netip.Prefix { return family(list, false) }

func family(list []netip.Prefix, four bool) []netip.Prefix {
	var kept []netip.Prefix
	for _, p := range list {
		if p.Addr().Is4() == four {
			kept = append(kept, p)
		}
	}
	return kept
}
