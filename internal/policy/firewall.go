package policy

import (
	"fmt"
	"net/netip"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// Firewall is what one host lets in, as one target is told it.
type Firewall struct {
	Target    string // its id
	Product   dataset.Product
	Host      *dataset.Host
	Lead      string     // the white space before each of its lines, where it stands inside another file
	Name      string     // of the chain or policy that holds the rules; empty where there is none, or none that the target takes
	ICMP      []*Rule    // what is let in of ICMP before all rows, where the target's exports do so: all of it, or the types that IP needs
	SSH       []*Rule    // the way in for those who run the host
	Sets      []*Set     // the site's networks, where the target has named sets or lists of them
	Sections  []*Section // in the order of scopes, and in each of peers
	Forwarded []*Section // who may reach ports that the host forwards, where the target holds them before DNAT
	Held      []*Rule    // those ports, by protocol, which all others are kept from; none where anyone may reach them
	Routes    []*Rule    // what the host must forward for its pods, by Source and Bind, the destination; where the target stops that otherwise
	Zones     []*Zone    // what it lets in by some zones only, where the target knows interfaces by these
	Services  []*Service // where the target is told of services only
	Out       *Outgoing  // what the host may send, where the site denies all else; nil if it may send anything
}

// Set is the networks of one peer and family.
type Set struct {
	Name     string
	Family   string // in the target's words
	Elements []string
	Peer     *dataset.Peer // whose addresses it holds, where the inventory says them
	List     string        // the variable of its elements there
}

// Section is what one peer may reach in one scope.
type Section struct {
	Title   string // scope and peer, as the target takes comments
	Heading string // the same, and why nothing of it needs a rule
	Scope   *dataset.Scope
	Peer    *dataset.Peer
	Flows   Flows

	// At most one is set. A section with none of them is open to the peer's
	// networks, or where the target finds the cluster's hosts by itself, to them.
	Anyone bool // open to any address
	Self   bool // open to the host itself only, which every host's loopback interface is
	Closed bool // open to nobody, since the site has given no networks of the peer [of the target's family]

	Rules []*Rule
	Users []*Rule // whom the scope's service is open to, by family and source; empty if the section needs nothing of it

	Labels   []string        // those of the host types that the peer is, for targets that know hosts by them
	Outside  []string        // who of the peer stays closed out, since neither labels of pods nor networks name them
	Hosts    []*dataset.Host // the host types that the peer is
	Variable string          // in which the inventory gives the peer's addresses, for targets that ask it
	Own      string          // in which it gives those of one host
	List     string          // that of the list of them, which the target's own export makes
	Networks []netip.Prefix  // what stands there where the inventory says nothing
	from     sources
	Bundles  []*Bundle // in place of rules, where the target takes many rows in one
}

// Rule is what a target takes in one piece. Of sources, addresses, devices
// and ICMP types a target takes either one in each rule, or several.
type Rule struct {
	Flow    *dataset.Flow
	Title   string // what it opens, in one line for a comment: tcp 443 web-ui
	Comment string // its row and what that is for, as the target takes comments
	Closed  bool   // it isn't to be opened, only named: the section is closed, or the target can't carry it
	Mark    string // then what the target's exports call it: closed, closed to others, denied
	Refused bool   // the latter

	Family   string   // in the target's words; empty for both
	Protocol string   // in the target's words; empty for any, where the target need not say it
	Ports    string   // with the target's mark between the ends of a range; empty for a protocol without ports
	PortList []string // the same one by one, in a bundle

	From, To *End // whom it lets talk to whom, where the target says both in one form; nil for anyone

	Source, Bind, Device, Type     string // where the target takes one of each; empty for all
	OfSet                          bool   // its Source is the name of one of the Sets, which may be lists
	List                           string // of a route, the variable that holds its sources in the inventory
	Sources, Binds, Devices, Types []string

	Code string // of the one ICMP type, where the target takes types in one rule and each code in its own
}

// End is one side of a rule.
type End struct {
	Networks []string // its addresses, or where nobody gave them
	Labels   []string // those of the host types that it is, of which each counts
	Ports    []string // those that it is reached by
}

// Warning is what an export must say of something that it leaves closed.
type Warning struct {
	Code       problem.Code
	Row        string // the row that can't be carried, if that is the warning
	Text, Hint string
}

// CannotCarry is the warning that an export has no form for a row.
func CannotCarry(row *dataset.Port, reason string) Warning {
	hint := "open it by other means, or leave the export out with --only"
	if row.Details != nil && reason == row.Unopened() { // a row of the dataset; then no export can, until somebody says it
		hint = row.OpenedBy()
	}
	return Warning{Code: problem.NotExpressible, Row: row.ID, Text: fmt.Sprintf("can't carry %q: %s", row.ID, reason), Hint: hint}
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
	b := &builder{target: t, policy: p, host: h}
	b.incomingOnly()
	b.tooOpen()
	b.tooClosed()
	f.ICMP = b.icmp()
	f.SSH = b.ssh(p.ds.SSH)
	if t.sets {
		for _, n := range p.ds.Networks {
			f.Sets = append(f.Sets, t.setsOf(n)...)
		}
	}
	switch {
	case t.services:
		f.Services = b.services()
	default:
		if t.ofHost {
			f.Name = HostName(p.ds.Product.ID, h.ID)
		}
		parts := p.parts[h]
		if t.inventory {
			parts = func() []part { return byPeer(p.To(h)) }
		}
		for _, part := range parts() {
			f.Sections = append(f.Sections, b.section(part))
		}
	}
	b.forwarded(f)
	f.Routes = b.routes(f)
	if f.Out = b.outgoing(); f.Out != nil {
		f.Out.Firewall = f
		for _, z := range f.Out.Zones {
			z.Firewall = f
		}
	}
	f.Zones = b.zones()
	for _, z := range f.Zones {
		z.Firewall = f
	}
	f.Sets = append(f.Sets, b.sets...)
	return f, b.warnings
}

// incomingOnly names the rows of a host that an export of its incoming traffic
// can't carry: outgoing ones, unless the site has the rest denied, and those that
// nothing can.
func (b *builder) incomingOnly() {
	if !b.policy.ds.Egress.Deny || !b.target.egress.carries {
		for _, out := range b.policy.From(b.host) {
			b.cannot(out.Port, "it is outgoing traffic, which this export leaves alone")
		}
	}
	for _, row := range b.policy.Unopenable(b.host) {
		b.cannot(row, row.Unopened())
	}
}

func (b *builder) cannot(row *dataset.Port, reason string) {
	b.warnings = append(b.warnings, CannotCarry(row, reason))
}

// builder makes the rules of one firewall.
type builder struct {
	policy   *Policy
	target   *Target
	host     *dataset.Host
	warnings []Warning
	sets     []*Set                          // that the rules name, and the inventory fills
	others   map[string]*arriving            // by protocol, once somebody asks
	zone     *Zone                           // whose rules are made, if it is one's alone
	atNodes  map[*dataset.Peer]*dataset.Peer // host types that aren't pods, with the cluster's networks
}

// section decides whether a part is open and to whom, and makes its rules.
func (b *builder) section(p part) *Section {
	s, from := b.open(p)
	b.fill(s, from, p)
	b.head(s, closedIn)
	return s
}

// fill makes the rules of a section.
func (b *builder) fill(s *Section, from sources, p part) {
	if !s.Anyone {
		from = b.inSet(p.peer, from)
	}
	from = b.inLists(p.peer, from)
	if b.asOne(s, from, func() Warning { return NoNetworks(p.scope, p.peer) }) {
		return
	}
	s.Rules = make([]*Rule, 0, len(p.flows))
	for _, f := range p.flows {
		switch {
		case s.Self && b.target.namesClosed && b.reachedByOthers(f):
			s.Rules = b.closed(s.Rules, f, true)
			s.Rules[len(s.Rules)-1].Title += ", but for those of other sections"
		case s.Self || s.Closed:
			s.Rules = b.closed(s.Rules, f, b.target.namesClosed)
		case !b.carries(f):
			b.refuse(s, f)
		case b.byZone(f): // in a policy of the zone's
		case b.target.narrow != nil && !b.target.narrow(f):
			if s.Users == nil {
				s.Users = b.users(s)
			}
		default:
			s.Rules = b.expand(s.Rules, f, from)
		}
	}
	b.fillLists(s)
}

// asOne makes a section that has no rule for each flow, and reports whether it
// is one. Where nobody gave the peer's networks it warns.
func (b *builder) asOne(s *Section, from sources, unknown func() Warning) bool {
	switch {
	case b.target.pods && !s.Self:
		b.podSection(s)
		return true
	case s.Closed && len(s.Peer.Networks) == 0:
		b.warnings = append(b.warnings, unknown())
	case b.target.bundles() && !s.Self && !s.Closed:
		b.bundles(s, from)
		return true
	}
	return false
}

// refuse names a flow that the target can't be told, if its exports do so.
func (b *builder) refuse(s *Section, f *dataset.Flow) {
	if b.target.namesRefused && !b.target.openAlready(f) {
		s.Rules = b.closed(s.Rules, f, true)
		s.Rules[len(s.Rules)-1].Refused = true
	}
}

// open decides whether a part is open, and to which sources.
func (b *builder) open(p part) (*Section, sources) {
	s := &Section{Scope: p.scope, Peer: p.peer, Flows: p.flows}
	if p.scope != nil {
		s.Title = b.target.comments.title(p.scope, p.peer)
	}
	s.Hosts = b.hostsOf(p.peer)
	s.Labels = b.labels(s.Hosts)
	from := b.sources(p.peer)
	switch {
	case p.peer.Kind == dataset.PeerAny, p.peer.Anyone() && !b.target.inventory: // the inventory may still say fewer
		s.Anyone = true
		from = anyone()
	case p.peer.Kind == dataset.PeerSelf:
		s.Self = true
	case b.target.inventory:
		from = b.listed(s) // and the inventory says who
		s.from = from
	case from.none() && b.target.findsHosts && p.peer.Kind != dataset.PeerNamed:
		from = anyone() // and the template says who
	default:
		s.Closed = from.none()
	}
	return s, from
}

// closed names a flow that isn't opened, if the target's export does so.
func (b *builder) closed(rules []*Rule, f *dataset.Flow, names bool) []*Rule {
	if !names {
		return rules
	}
	return append(rules, &Rule{Flow: f, Title: title(f), Closed: true})
}

// carries reports whether the target can be told a flow, and says why not.
func (b *builder) carries(f *dataset.Flow) bool {
	l := b.limitOf(f)
	if l == nil {
		return true
	}
	if l.reason != "" {
		b.cannot(f.Port, l.words(f))
		if f.Direction == dataset.Out && b.policy.ds.Egress.Deny { // which is of all rows that say the same
			for _, row := range f.Also {
				b.cannot(row, l.words(f))
			}
		}
	}
	return false
}

// title says what a flow opens, in one line.
func title(f *dataset.Flow) string {
	return f.Protocol.ID + " " + f.Range.String() + " " + f.Port.ID + remarked(f.Assumption())
}
