package policy

import "portpress/internal/dataset"

// routes gives what a target must be told to let through for pods: all that
// they send, and what the cluster's hosts send to them. Replies pass anyhow.
// Where the inventory says the hosts' addresses, a rule with a Bind is from those
// of the section of the cluster.
func (b *builder) routes(f *Firewall) []*Rule {
	if b.target.stopsPods != "" && len(b.policy.ds.Pods()) > 0 {
		w := CannotCarry(&dataset.Port{ID: "networks.pods"}, b.target.stopsPods)
		w.Hint = "take what pods need forwarded from the playbook, cloud-init/ or firewalld/, where firewalld is told it"
		b.warnings = append(b.warnings, w)
	}
	if !b.target.stopsForwarding {
		return nil
	}
	pods := b.policy.ds.Pods()
	var rules []*Rule
	for _, n := range pods {
		rules = append(rules, &Rule{Family: b.target.word(familyOf(n)), Source: n.String()})
	}
	if s := b.ofCluster(f, len(pods) > 0); s != nil {
		for _, to := range pods {
			rule := &Rule{Family: b.target.word(familyOf(to)), Bind: to.String(), List: s.List}
			if name := s.from.by[familyOf(to)]; s.from.set[familyOf(to)] {
				rule.Source, rule.OfSet = name[0], true
			}
			rules = append(rules, rule)
		}
		return rules
	}
	for _, of := range b.policy.ds.Networks {
		if of.ID != "cluster" {
			continue
		}
		for _, from := range of.Prefixes {
			for _, to := range pods {
				if familyOf(from) == familyOf(to) {
					rules = append(rules, &Rule{Family: b.target.word(familyOf(to)), Source: from.String(), Bind: to.String()})
				}
			}
		}
	}
	return rules
}

// ofCluster gives the section of what the cluster's hosts reach, whose
// addresses the inventory says, if rows of the product are from them. A host that no
// row lets them in by has one without rules.
func (b *builder) ofCluster(f *Firewall, asked bool) *Section {
	if !asked || !b.target.inventory {
		return nil
	}
	for _, s := range f.Sections {
		if s.Peer.Kind == dataset.PeerCluster {
			return s
		}
	}
	for _, flow := range b.policy.Flows() {
		if flow.Direction == dataset.In && flow.Peer.Kind == dataset.PeerCluster {
			s, _ := b.open(part{peer: flow.Peer})
			f.Sections = append(f.Sections, s)
			return s
		}
	}
	return nil
}
