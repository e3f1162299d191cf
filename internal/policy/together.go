package policy

import (
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// Bundle is what a target takes together: the rows of one protocol, or what
// needs rules of its own.
type Bundle struct {
	Title  string // TCP from cluster: bgp, gossip
	Flows  Flows
	Plain  bool   // it opens ports to anyone, where the target has no rule for that but a list of ports
	Closed bool   // it isn't to be opened, only named
	Mark   string // then what the target's exports call it
	Rules  []*Rule
}

// bundles reports whether the target takes many rows in one rule.
func (t *Target) bundles() bool { return t.rowsTogether || t.together != nil }

// bundles fills a section for a target that takes many ports in one rule.
func (b *builder) bundles(s *Section, from sources) {
	t := b.target
	var shared, own Flows
	for _, f := range s.Flows {
		if !narrowed(f) && (t.together == nil || t.together(f)) {
			shared = append(shared, f)
		} else {
			own = append(own, f)
		}
	}
	for _, of := range shared.ByProtocol() {
		b.bundle(s, of.Flows, from)
	}
	if !t.rowsTogether {
		for i := range own {
			b.bundle(s, own[i:i+1], from)
		}
		return
	}
	for _, row := range own.ByPort() {
		for _, of := range row.Flows.ByProtocol() {
			b.bundle(s, of.Flows, from)
		}
	}
}

// bundle adds the rules that let in flows of one protocol and peer, which are
// narrowed alike or not at all.
func (b *builder) bundle(s *Section, flows Flows, from sources) {
	t, first := b.target, flows[0]
	if l := b.limitOf(first); l != nil {
		for _, f := range flows {
			b.carries(f)
		}
		if t.namesRefused && l.reason != "" {
			s.Bundles = append(s.Bundles, &Bundle{Title: title(first), Flows: flows, Closed: true})
		}
		return
	}
	if b.byZone(first) && b.zone == nil { // it stands among the rules of its zone
		return
	}
	rule := Rule{Flow: first, Protocol: t.protocol(first), Devices: first.Port.Devices()}
	if len(first.Port.Types) > 0 {
		if rule.Types = b.types(first); len(rule.Types) == 0 { // without types it would be all of them
			return
		}
	}
	of := &Bundle{Title: bundleTitle(flows), Flows: flows}
	families := t.familiesTogether(first, from)
	for _, ports := range t.chunks(flows) {
		rule.PortList, rule.Ports = ports, strings.Join(ports, ",")
		for _, fam := range families {
			rule.Family, rule.Sources, rule.OfSet = t.word(fam), from.by[fam], from.set[fam]
			if len(rule.Sources) == 0 {
				continue
			}
			if len(first.Port.Bind) > 0 {
				if rule.Binds = bindTo(first.Port, fam); len(rule.Binds) == 0 {
					continue
				}
			}
			of.Rules = each(of.Rules, &rule, t.each)
		}
	}
	of.Plain = len(of.Rules) > 0 && t.alwaysFamily && of.Rules[0].Family == "" && of.Rules[0].Ports != ""
	if t.marks {
		for _, r := range of.Rules {
			r.Comment = b.mark(r)
		}
	}
	if t.ends {
		for _, r := range of.Rules {
			r.between(s)
		}
	}
	if len(of.Rules) > 0 || t.namesRefused { // else its peer has no network of the family
		s.Bundles = append(s.Bundles, of)
	}
}

// familiesTogether tells which families flows have rules of. A rule without a
// family is one of both.
func (t *Target) familiesTogether(f *dataset.Flow, from sources) []family {
	own := icmpFamily(f.Protocol)
	switch {
	case t.family != both:
		if own != both && own != t.family {
			return nil
		}
		return []family{t.family}
	case t.alwaysFamily && f.Peer.Kind == dataset.PeerAny && len(f.Port.Bind)+len(f.Port.Types) == 0:
		return noFamily // it opens a port or a protocol by itself, which is no rule
	case own != both:
		return []family{own}
	case t.alwaysFamily, len(f.Port.Bind) > 0, !from.anyone:
		return bothFamilies
	}
	return noFamily
}

// chunks gives the ports of flows, as many at a time as a rule takes.
func (t *Target) chunks(flows Flows) [][]string {
	ranges := flows.Ranges()
	if len(ranges) == 0 {
		return [][]string{nil}
	}
	ports := dataset.Texts(ranges, func(r dataset.Range) string { return r.Join(t.portMark) })
	if t.chunk == 0 {
		return [][]string{ports}
	}
	return slices.Collect(slices.Chunk(ports, t.chunk))
}

// bundleTitle names the rows that flows come from.
func bundleTitle(flows Flows) string {
	var ids []string
	seen := map[*dataset.Port]bool{}
	for _, f := range flows {
		if !seen[f.Port] {
			seen[f.Port] = true
			ids = append(ids, f.Port.ID+remarked(f.Assumption()))
		}
	}
	way := " from "
	if flows[0].Direction == dataset.Out {
		way = " to "
	}
	return flows[0].Protocol.Name + way + flows[0].Peer.ID + ": " + strings.Join(ids, ", ")
}

// mark makes a comment that says all that a rule says but its source: two rules
// with the same comment and source are the same, and one whose comment isn't
// wanted any more is left from an earlier version.
func (b *builder) mark(r *Rule) string {
	var text strings.Builder
	text.WriteString("portpress " + b.policy.ds.Product.ID + ": " + r.Flow.Protocol.ID)
	for _, part := range []struct{ lead, text string }{{" ", r.Ports}, {" type ", r.Type}, {" at ", r.Bind}, {" on ", r.Device}} {
		if part.text != "" {
			text.WriteString(part.lead + part.text)
		}
	}
	return text.String()
}

// Bundles gives those of all sections: the plain ones, or the others.
func (f *Firewall) Bundles(plain bool) []*Bundle { return bundlesOf(f.Sections, plain) }

// Bundles gives those of all sections: the plain ones, or the others.
func (z *Zone) Bundles(plain bool) []*Bundle { return bundlesOf(z.Sections, plain) }

func bundlesOf(sections []*Section, plain bool) []*Bundle {
	var bundles []*Bundle
	for _, s := range sections {
		for _, b := range s.Bundles {
			if b.Plain == plain {
				bundles = append(bundles, b)
			}
		}
	}
	return bundles
}

// between says whom a rule lets talk to whom: its section's peer to the host, or
// the host to the peer.
func (r *Rule) between(s *Section) {
	var peer, host End
	switch {
	case s.Anyone:
	case len(s.Peer.Networks) > 0:
		peer.Networks = r.Sources
	default:
		peer.Labels = s.Labels
	}
	for _, bind := range r.Binds {
		if strings.Contains(bind, ":") {
			bind += "/128"
		} else {
			bind += "/32"
		}
		host.Networks = append(host.Networks, bind)
	}
	from, to := &peer, &host
	if r.Flow.Direction == dataset.Out {
		from, to = to, from
	}
	to.Ports = r.PortList
	r.From, r.To = from.orAnyone(), to.orAnyone()
}

// orAnyone gives nil for an end that any address is.
func (e *End) orAnyone() *End {
	if len(e.Networks)+len(e.Labels)+len(e.Ports) == 0 {
		return nil
	}
	return e
}
