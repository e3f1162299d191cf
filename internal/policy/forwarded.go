package policy

import "portpress/internal/dataset"

// What DNAT sends on passes by the rules for what a host receives, and where
// those for what it forwards see it, its port is another one already. So a
// target holds such a port before DNAT, by the port that was asked for: whoever
// may reach it passes, and all others stop there.

// forwarded fills in what a target holds before DNAT, or warns of each row that
// it can't hold there.
func (b *builder) forwarded(fw *Firewall) {
	restricted := b.restricted()
	if len(restricted) == 0 || b.target.afterDNAT {
		return
	}
	if !b.target.holdsForwarded {
		for _, f := range restricted {
			for _, row := range rows(f) {
				if row.Forwarded {
					b.warnings = append(b.warnings, cannotHold(row, b.target.passesForwarded))
				}
			}
		}
		return
	}
	for _, of := range restricted.ByProtocol() {
		ranges := of.Flows.Ranges()
		if !b.target.inventory { // there whoever the rules let in passes
			for _, p := range b.policy.parts[b.host]() {
				fw.Forwarded = b.passing(fw.Forwarded, p, of.Protocol, ranges)
			}
		}
		fw.Held = append(fw.Held, b.held(of.Flows[0], ranges)...)
	}
}

// held makes the rules that keep all others from ranges of a protocol: one, or
// where the target has no lists of ports one for each.
func (b *builder) held(f *dataset.Flow, ranges reach) []*Rule {
	all := &Rule{Protocol: b.target.protocol(f)}
	var each []*Rule
	for _, r := range ranges {
		ports := r.Join(b.target.portMark)
		all.PortList = append(all.PortList, ports)
		each = append(each, &Rule{Protocol: all.Protocol, Ports: ports, PortList: []string{ports}})
	}
	if b.target.singlePorts {
		return each
	}
	return []*Rule{all}
}

// restricted gives the flows of forwarded rows to a host that not everyone may
// use.
func (b *builder) restricted() Flows {
	in := b.policy.To(b.host)
	forwarded := in.keep(func(f *dataset.Flow) bool { return f.Forwarded() && !f.Peer.Anyone() })
	if len(forwarded) == 0 {
		return nil
	}
	open := in.keep(func(f *dataset.Flow) bool { return f.Peer.Anyone() && !narrowed(f) })
	opens := map[*dataset.Protocol]reach{}
	for _, of := range forwarded.ByProtocol() {
		opens[of.Protocol] = open.keep(sameProtocol(of.Protocol)).Ranges()
	}
	return forwarded.keep(func(f *dataset.Flow) bool { return !opens[f.Protocol].holds(f.Range) })
}

// sameProtocol keeps the flows whose ports are those of a protocol.
func sameProtocol(p *dataset.Protocol) func(*dataset.Flow) bool {
	return func(f *dataset.Flow) bool { return f.Protocol == p || f.Protocol.ID == "any" }
}

// passing adds the section of a part that may reach some of the ranges. Rows
// that aren't forwarded count too: what they open stays open.
func (b *builder) passing(sections []*Section, p part, protocol *dataset.Protocol, ranges reach) []*Section {
	p.flows = p.flows.keep(sameProtocol(protocol)).keep(func(f *dataset.Flow) bool {
		return f.Protocol.ID == "any" || ranges.meets(f.Range)
	})
	if len(p.flows) == 0 {
		return sections
	}
	return append(sections, b.section(p))
}

// cannotHold is the warning that an export can't keep anyone from a row.
func cannotHold(row *dataset.Port, reason string) Warning {
	w := CannotCarry(row, reason)
	w.Hint = "hold it by other means, such as the export for nftables, or publish the port on one address only"
	return w
}
