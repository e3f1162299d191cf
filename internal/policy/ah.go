package policy

import (
	"net/netip"
	"slices"

	"portpress/internal/dataset"
)

// tooClosed says of which rows less may be open than they say. To IPv6 the
// header of AH is one that may stand before another, and ip6tables of before
// nftables passes it by: a rule for protocol 51 never matches there, only the
// match ah does, which not every target has words for. Who lets in nothing else
// then closes the row.
func (b *builder) tooClosed() {
	if b.target.legacyAH == "" {
		return
	}
	for _, f := range b.policy.To(b.host) {
		if f.Protocol.ID == "ah" && b.mayBeIPv6(f) {
			w := CannotCarry(f.Port, b.target.legacyAH)
			w.Hint = "see to it with: update-alternatives --config ip6tables"
			b.warnings = append(b.warnings, w)
		}
	}
}

// mayBeIPv6 reports whether a flow can arrive by IPv6.
func (b *builder) mayBeIPv6(f *dataset.Flow) bool {
	p := f.Peer
	switch {
	case p.Kind == dataset.PeerSelf, len(f.Port.Bind) > 0 && len(f.Port.BindTo(false)) == 0:
		return false
	case p.Anyone(), slices.ContainsFunc(p.Networks, func(n netip.Prefix) bool { return n.Addr().Is6() }):
		return true
	}
	return len(p.Networks) == 0 && (b.target.inventory || b.target.findsHosts && p.Kind != dataset.PeerNamed)
}
