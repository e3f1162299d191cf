package policy

import (
	"fmt"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// Firewall is what one host lets in, as one target is told it.
type Firewall struct {
	Target   string // its id
	Product  dataset.Product
	Host     *dataset.Host
	Name     string     // of the chain, table, policy or set, as long as the target allows; empty for most
	SSH      []*Rule    // the way in for those who run the host
	Sets     []*Set     // the site's networks, where the target has named sets of them
	Sections []*Section // in the order of scopes, and in each of peers
}

// Set is the networks of one peer and family.
type Set struct {
	Name     string
	Family   string // in the target's words
	Elements []string
}

// Section is what one peer may reach in one scope.
type Section struct {
	Scope *dataset.Scope
	Peer  *dataset.Peer
	Flows Flows

	// At most one is set. A section with none of them is open to the peer's
	// networks, or where the target finds the cluster's hosts by itself, to them.
	Anyone bool // open to any address
	Self   bool // open to the host itself only, which every host's loopback interface is
	Closed bool // open to nobody, since the site has given no networks of the peer [of the target's family]

	Rules []*Rule
}

// Rule is what a target takes in one piece. Of sources, addresses, devices
// and ICMP types a target takes either one in each rule, or several.
type Rule struct {
	Flow    *dataset.Flow
	Title   string // what it opens, in one line for a comment: tcp 443 web-ui
	Comment string // its row and what that is for, as the target takes comments
	Closed  bool   // it isn't to be opened, only named: the section is closed, or the target can't carry it

	Family   string // in the target's words; empty for both
	Protocol string // in the target's words; empty for any, where the target need not say it
	Ports    string // with the target's mark between the ends of a range; empty for a protocol without ports

	Source, Bind, Device, Type     string // where the target takes one of each; empty for all
	Sources, Binds, Devices, Types []string
}

// Warning is what an export must say of something that it leaves closed.
type Warning struct {
	Code       problem.Code
	Row        string // the row that can't be carried, if that is the warning
	Text, Hint string
}

// CannotCarry is the warning that an export has no form for a row.
func CannotCarry(row *dataset.Port, reason string) Warning {
	return Warning{
		Code: problem.NotExpressible, Row: row.ID,
		Text: fmt.Sprintf("can't carry %q: %s", row.ID, reason),
		Hint: "open it by other means, or leave the export out with --only",
	}
}

// NoNetworks is the warning that a section stays closed since nobody has said
// which addresses its peer has.
func NoNetworks(scope *dataset.Scope, peer *dataset.Peer) Warning {
	return Warning{
		Code: problem.NoClusterNetwork,
		Text: fmt.Sprintf("the dataset has no networks.%s: ports of the scope %s stay closed", peer.ID, scope.ID),
		Hint: fmt.Sprintf(`give them in a layer: [networks] %s = ["10.0.0.0/24", "fd00:1::/64"]`, peer.ID),
	}
}

// Firewall tells a target what a host lets in. The warnings are what an export
// must say that tells it so; the same may be among them more than once.
func (p *Policy) Firewall(h *dataset.Host, t *Target) (*Firewall, []Warning) {
	f := &Firewall{Target: t.id, Product: p.ds.Product, Host: h, Name: t.name.of(p.ds.Product.ID)}
	b := &builder{target: t}
	b.incomingOnly(p, h)
	f.SSH = b.ssh(p.ds.SSH)
	if t.sets {
		for _, n := range p.ds.Networks {
			f.Sets = append(f.Sets, t.setsOf(n)...)
		}
	}
	for _, part := range p.parts[h]() {
		f.Sections = append(f.Sections, b.section(part))
	}
	return f, b.warnings
}

// incomingOnly names the rows of a host that no export of its incoming traffic
// can carry.
func (b *builder) incomingOnly(p *Policy, h *dataset.Host) {
	for _, out := range p.From(h) {
		b.cannot(out.Port, "it is outgoing traffic, which this export leaves alone")
	}
	for _, row := range p.Unopenable(h) {
		b.cannot(row, row.Unopenable())
	}
}

func (b *builder) cannot(row *dataset.Port, reason string) {
	b.warnings = append(b.warnings, CannotCarry(row, reason))
}

// builder makes the rules of one firewall.
type builder struct {
	target   *Target
	warnings []Warning
}

// section decides whether a part is open, and to whom.
func (b *builder) section(p part) *Section {
	s := &Section{Scope: p.scope, Peer: p.peer, Flows: p.flows}
	from := b.sources(p.peer)
	switch {
	case p.peer.Kind == dataset.PeerAny:
		s.Anyone = true
		from = anyone()
	case p.peer.Kind == dataset.PeerSelf:
		s.Self = true
	case from.none() && b.target.findsHosts && p.peer.Kind != dataset.PeerNamed:
		from = anyone() // and the template says who
	case from.none():
		s.Closed = true
		if len(p.peer.Networks) == 0 {
			b.warnings = append(b.warnings, NoNetworks(p.scope, p.peer))
		}
	}
	s.Rules = make([]*Rule, 0, len(p.flows))
	for _, f := range p.flows {
		if s.Self || s.Closed {
			s.Rules = b.closed(s.Rules, f)
			continue
		}
		s.Rules = b.flow(s.Rules, f, from)
	}
	return s
}

// closed names a flow that isn't opened, where the target's export does so.
func (b *builder) closed(rules []*Rule, f *dataset.Flow) []*Rule {
	if !b.target.namesClosed {
		return rules
	}
	return append(rules, &Rule{Flow: f, Title: title(f), Closed: true})
}

// flow adds the rules that let in one flow, or says why the target can't.
func (b *builder) flow(rules []*Rule, f *dataset.Flow, from sources) []*Rule {
	for _, l := range b.target.limits {
		if !l.hit(f) {
			continue
		}
		if l.reason == "" { // it is open already
			return rules
		}
		b.cannot(f.Port, l.words(f))
		return b.closed(rules, f)
	}
	return b.expand(rules, f, from)
}

// title says what a flow opens, in one line.
func title(f *dataset.Flow) string {
	return f.Protocol.ID + " " + f.Range.String() + " " + f.Port.ID
}
