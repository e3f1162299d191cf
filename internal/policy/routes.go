package policy

import "portpress/internal/dataset"

// routes gives what a target must be told to let through for pods: all that
// they send, and what the cluster's hosts send to them. Replies pass anyhow.
func (b *builder) routes() []*Rule {
	if b.target.stopsPods != "" && len(b.policy.ds.Pods()) > 0 {
		w := CannotCarry(&dataset.Port{ID: "networks.pods"}, b.target.stopsPods)
		w.Hint = "take what pods need forwarded from cloud-init/ or firewalld/, where firewalld and ufw are told it"
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
