package policy

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/fit"
)

// SecurityGroups is what AWS is told: rules of one security group for each
// host type.
type SecurityGroups struct {
	Groups          []*SecurityGroup // those that the rules name
	Ingress, Egress []*GroupRule
	Closed          []*Group // the peers of which the site has given no addresses, with their flows
}

// SecurityGroup is the group of a host type, whose id is a variable.
type SecurityGroup struct {
	Host     *dataset.Host
	Variable string
}

// GroupRule is one rule. Of CIDR4, CIDR6 and Other one is set.
type GroupRule struct {
	Key         string // made of ids, so that purposes, order and a row's port may change without another rule
	Group       *SecurityGroup
	Description string
	Protocol    string
	HasPorts    bool // whether From and To are said
	From, To    int  // for ICMP type and code, where -1 is all
	CIDR4       string
	CIDR6       string
	Other       *SecurityGroup // the group that the other side has
}

// securityGroups is what AWS can't be told. A group doesn't see what stays on
// its host.
var securityGroups = &Target{
	id: "aws-security-groups",
	limits: []limit{
		{func(f *dataset.Flow) bool { return f.Peer.Kind == dataset.PeerSelf }, ""},
		{bound, "a security group would open it on every address of the machine"},
		{onInterfaces, "a security group would open it on every interface that has the group"},
		{somePorts, "a security group opens every port of PROTOCOL or none"},
	},
	findsHosts: true,
	egress:     egress{carries: true},
}

// somePorts: not all ports, of a protocol other than TCP and UDP.
func somePorts(f *dataset.Flow) bool {
	return f.Protocol.HasPorts && !hasPortsAtAWS(f) && f.Range != dataset.Range{From: 1, To: 65535}
}

var hasPortsAtAWS = over("tcp", "udp")

// otherSide is what a rule has for its peer, and how its key ends.
type otherSide struct {
	end          string
	cidr4, cidr6 string
	group        *SecurityGroup
}

// SecurityGroups tells AWS what all hosts let in and reach, and what it can't
// be told. AWS refuses a rule that opens the same as another of its group, so the
// row that comes first has it.
func (p *Policy) SecurityGroups() (*SecurityGroups, []Warning) {
	b := &groupBuilder{
		builder: builder{target: securityGroups, policy: p},
		result:  &SecurityGroups{},
		groups:  map[*dataset.Host]*SecurityGroup{},
		used:    map[*dataset.Host]bool{},
		sides:   map[*dataset.Peer][]otherSide{},
	}
	for _, h := range p.ds.Hosts {
		b.groups[h] = &SecurityGroup{h, variable(p.ds.Product.ID) + "_" + variable(h.ID) + "_security_group_id"}
		for _, row := range p.Unopenable(h) {
			b.cannot(row, row.Unopened())
		}
	}
	for _, of := range p.Flows().ByPeer() {
		b.sides[of.Peer] = b.otherSides(of)
	}
	out := p.Flows().Outgoing()
	if p.ds.Egress.Deny { // then groups have no other rule that lets out
		out = b.allSent()
	}
	b.result.Ingress = b.rules(p.Flows().Incoming())
	b.result.Egress = b.rules(out)
	b.tooMany("incoming", b.result.Ingress)
	b.tooMany("outgoing", b.result.Egress)
	for _, h := range p.ds.Hosts {
		if b.used[h] {
			b.result.Groups = append(b.result.Groups, b.groups[h])
		}
	}
	return b.result, b.warnings
}

type groupBuilder struct {
	builder
	result *SecurityGroups
	groups map[*dataset.Host]*SecurityGroup
	used   map[*dataset.Host]bool
	sides  map[*dataset.Peer][]otherSide
}

// allSent gives what all hosts send.
func (b *groupBuilder) allSent() Flows {
	var all Flows
	for _, h := range b.policy.ds.Hosts {
		b.host = h
		for _, p := range b.destinations() {
			all = append(all, p.flows...)
		}
	}
	for _, of := range all.ByPeer() {
		if _, known := b.sides[of.Peer]; !known {
			b.sides[of.Peer] = b.otherSides(of)
		}
	}
	return all
}

// otherSides gives what rules have for a peer, in the order of their keys.
func (b *groupBuilder) otherSides(of *Group) []otherSide {
	var sides []otherSide
	peer := of.Peer
	switch {
	case peer.Anyone():
		return []otherSide{{end: "any_ipv4", cidr4: "0.0.0.0/0"}, {end: "any_ipv6", cidr6: "::/0"}}
	case peer.Kind == dataset.PeerSelf:
	case len(peer.Networks) > 0:
		for _, n := range peer.Networks {
			sides = append(sides, network(n))
		}
	case peer.Kind == dataset.PeerNamed:
		for _, in := range of.Flows.Incoming().ByScope() {
			b.warnings = append(b.warnings, NoNetworks(in.Scope, peer))
		}
		for _, f := range of.Flows.Outgoing() {
			b.cannot(f.Port, "the site has given no networks of "+peer.ID)
		}
		b.result.Closed = append(b.result.Closed, of)
	default:
		for _, h := range b.hostsOf(peer) {
			b.used[h] = true
			sides = append(sides, otherSide{end: h.ID, group: b.groups[h]})
		}
	}
	slices.SortFunc(sides, func(x, y otherSide) int { return cmp.Compare(x.end, y.end) })
	return sides
}

var keyCharacters = strings.NewReplacer(".", "_", ":", "_", "/", "_")

func network(n netip.Prefix) otherSide {
	side := otherSide{end: keyCharacters.Replace(n.String())}
	if n.Addr().Is4() {
		side.cidr4 = n.String()
	} else {
		side.cidr6 = n.String()
	}
	return side
}

// rules makes the rules of one direction.
func (b *groupBuilder) rules(flows Flows) []*GroupRule {
	var rules []*GroupRule
	seen := map[GroupRule]bool{}
	for _, f := range flows {
		sides := b.sides[f.Peer]
		if !b.carries(f) || len(sides) == 0 {
			continue
		}
		b.used[f.Host] = true
		rule := GroupRule{Group: b.groups[f.Host]}
		description := awsDescription(f)
		for _, match := range b.matches(f) {
			rule.Protocol, rule.HasPorts, rule.From, rule.To = match.Protocol, match.HasPorts, match.From, match.To
			for _, side := range sides {
				if own := icmpFamily(f.Protocol); own == four && side.cidr6 != "" || own == six && side.cidr4 != "" {
					continue
				}
				rule.CIDR4, rule.CIDR6, rule.Other = side.cidr4, side.cidr6, side.group
				if seen[rule] {
					continue
				}
				seen[rule] = true
				own := rule
				own.Key, own.Description = match.Key+"--"+side.end, description
				rules = append(rules, &own)
			}
		}
	}
	return rules
}

// matches gives what the rules of a flow match beside the other side: one, or
// one for each ICMP type. Only a row of several ports or types has those in its keys.
func (b *groupBuilder) matches(f *dataset.Flow) []GroupRule {
	key := f.Host.ID + "--" + strings.ReplaceAll(f.Port.ID, ".", "_") + "--" + f.Protocol.ID
	switch {
	case hasPortsAtAWS(f):
		if len(f.Port.Ranges) > 1 || !slices.Contains(f.Port.Ranges, f.Range) { // an assumed one
			key += "--" + f.Range.String()
		}
		return []GroupRule{{Key: key, Protocol: f.Protocol.ID, HasPorts: true, From: f.Range.From, To: f.Range.To}}
	case icmpFamily(f.Protocol) == both:
		return []GroupRule{{Key: key, Protocol: strconv.Itoa(f.Protocol.Number)}}
	case len(f.Port.Types) == 0:
		return []GroupRule{{Key: key, Protocol: f.Protocol.ID, HasPorts: true, From: -1, To: -1}}
	}
	var matches []GroupRule
	for i, n := range f.Port.Types {
		match := GroupRule{Key: key, Protocol: f.Protocol.ID, HasPorts: true, From: n, To: f.Port.Code(i)}
		if len(f.Port.Types) > 1 {
			match.Key += "--" + strings.ReplaceAll(f.Port.TypeTexts()[i], "/", "-")
		}
		matches = append(matches, match)
	}
	return matches
}

// maxAWSDescription is how many characters AWS takes.
const maxAWSDescription = 255

// awsDescription says what a rule is for, in the characters that AWS takes for
// descriptions; a $ would be Terraform's. Runs of others become a hyphen.
func awsDescription(f *dataset.Flow) string {
	const taken = "._:/()#,@[]+=&;{}!*- "
	ids := append([]string{f.Port.ID}, f.AlsoIDs()...)
	text := strings.Join(ids, ", ") + remarked(f.Assumption())
	if purpose := strings.ReplaceAll(fit.Line(f.Purpose()), "'", ""); purpose != "" {
		text += ": " + purpose
	}
	var b strings.Builder
	cut := false
	for _, r := range text {
		if r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(taken, r)) {
			b.WriteRune(r)
			cut = false
		} else if !cut {
			b.WriteByte('-')
			cut = true
		}
	}
	return fit.BytesWith(strings.TrimSpace(b.String()), maxAWSDescription, "...")
}
