package policy

import (
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

// living are the types of ICMP without which IP itself doesn't work, whoever
// sends them: errors, so that packets find their size and senders give up, and
// for IPv6 how neighbours, routers and listeners to groups find each other. They
// are those that RFC 4890 says must not be dropped (4.3.1 and 4.4.1) but for
// echoes, which are what rows are about, and for IPv4 the errors alike.
var living = map[string][]int{
	"icmp":   {3, 11, 12},
	"icmpv6": {1, 2, 3, 4, 130, 131, 132, 133, 134, 135, 136, 141, 142, 143, 148, 149, 151, 152, 153},
}

// icmp makes the rules that let in ICMP of both families whatever the rows say.
// That is all of it, so that hosts can be pinged; but where the table has rows
// of ICMP it is what IP needs to live, and they say the rest.
func (b *builder) icmp() []*Rule {
	if b.target.icmp == icmpUngoverned {
		return nil
	}
	var rules []*Rule
	for _, f := range bothFamilies {
		if b.target.family != both && b.target.family != f {
			continue
		}
		narrows := b.target.icmp == icmpNarrows && b.says(icmpOf(f).ID)
		rules = each(rules, b.icmpRule(f, narrows), b.target.each)
	}
	return rules
}

// icmpRule makes the rule of one family: of all of its ICMP, or of what IP needs.
func (b *builder) icmpRule(f family, narrows bool) *Rule {
	protocol := icmpOf(f)
	rule := &Rule{Title: protocol.ID, Family: b.target.word(f), Protocol: b.target.protocol(&dataset.Flow{Protocol: protocol})}
	if narrows {
		for _, n := range living[protocol.ID] {
			rule.Types = append(rule.Types, strconv.Itoa(n))
		}
	}
	return rule
}

// icmpOf gives a family's ICMP.
func icmpOf(f family) *dataset.Protocol {
	if f == four {
		return &dataset.Protocol{ID: "icmp", Number: 1}
	}
	return &dataset.Protocol{ID: "icmpv6", Number: 58}
}

// says reports whether a row is about a protocol of ICMP on the host.
func (b *builder) says(id string) bool {
	return slices.ContainsFunc(b.policy.To(b.host), func(f *dataset.Flow) bool { return f.Protocol.ID == id && f.Peer.Kind != dataset.PeerSelf })
}

// icmpPolicy is what a target's exports let in of ICMP before all rows.
type icmpPolicy uint8

const (
	icmpUngoverned icmpPolicy = iota // nothing: it is somebody else's to say
	icmpAll                          // all of it, whatever rows say
	icmpNarrows                      // all of it, or where rows are about it what IP needs
)

// openToMore reports what is open to more than a row says, whatever its rules
// are, and why.
func (b *builder) openToMore(f *dataset.Flow) (reason, hint string) {
	p := f.Port
	switch types := living[f.Protocol.ID]; {
	case f.Peer.Kind == dataset.PeerSelf || f.Peer.Anyone() && !narrowed(f):
	case b.target.icmp == icmpAll && types != nil:
		return "all of " + f.Protocol.Name + " is open to anyone there", "take another export where that must not be"
	case b.target.icmpOpen != "" && types != nil && b.target.familiesOf(f, false) != nil:
		return strings.ReplaceAll(b.target.icmpOpen, "PROTOCOL", f.Protocol.Name), "close it by other means, or take another export"
	case b.target.icmp == icmpNarrows && slices.ContainsFunc(p.Types, func(n int) bool { return slices.Contains(types, n) }):
		return "IP needs some of its types from anyone, so they are open", "leave them out of the row"
	case b.target.ssh && f.Protocol.ID == "tcp" && f.Range == dataset.Range{From: b.policy.ds.SSH.Port, To: b.policy.ds.SSH.Port} &&
		len(b.policy.ds.SSH.Networks) == 0 && !f.Peer.Anyone():
		return "ssh is open to anyone, so that nobody is locked out", `say in a layer who may come in: [ssh] networks = ["10.0.0.0/24", "fd00:1::/64"]`
	}
	return "", ""
}

// tooOpen says of which rows more is open than they say.
func (b *builder) tooOpen() {
	for _, f := range b.policy.To(b.host) {
		if reason, hint := b.openToMore(f); reason != "" {
			w := CannotCarry(f.Port, reason)
			w.Hint = hint
			b.warnings = append(b.warnings, w)
		}
	}
}
