package policy

import (
	"strings"

	"portpress/internal/dataset"
)

// Service is what a scope opens on a host, whoever may use it: firewalld's
// services and ufw's profiles know no source.
type Service struct {
	Name     string // product, host and scope
	Scope    *dataset.Scope
	Sections []*Section // who may use it
	Rules    []*Rule    // what each row opens
	Opens    []*Rule    // the same, each protocol and range once
	List     string     // that in one text: 80/tcp|443/tcp
}

// Service gives what a scope opens on a host, or nil if nothing that a service
// has words for. It warns of nothing: the export that lets use it does.
func (p *Policy) Service(h *dataset.Host, s *dataset.Scope, t *Target) *Service {
	b := &builder{target: t, policy: p, host: h}
	service := b.service(s, p.scope[h]()[s])
	if len(service.Opens) == 0 {
		return nil
	}
	return service
}

// services gives the services of all scopes that open anything, and says what
// they can't hold.
func (b *builder) services() []*Service {
	var list []*Service
	parts := b.policy.parts[b.host]()
	for len(parts) > 0 {
		own := 1
		for own < len(parts) && parts[own].scope == parts[0].scope {
			own++
		}
		service := b.service(parts[0].scope, parts[:own])
		parts = parts[own:]
		switch named := b.target.named; {
		case len(service.Opens) == 0:
			continue
		case len(service.Name) > named.service || len(service.List) > named.list:
			for _, r := range service.Rules {
				b.cannot(r.Flow.Port, named.reason)
			}
			continue
		}
		for _, s := range service.Sections {
			if s.Closed {
				b.warnings = append(b.warnings, NoNetworks(s.Scope, s.Peer))
			}
		}
		list = append(list, service)
	}
	return list
}

// service gathers what the parts of one scope open. Peers of a scope mostly
// open the same, and rows may share a port.
func (b *builder) service(scope *dataset.Scope, parts []part) *Service {
	s := &Service{Name: b.policy.ds.Product.ID + "-" + b.host.ID + "-" + scope.ID, Scope: scope}
	rows := map[[2]string]bool{}
	opens := map[[2]string]bool{}
	var list []string
	for _, p := range parts {
		section, _ := b.open(p)
		s.Sections = append(s.Sections, section)
		if section.Self {
			continue
		}
		for _, f := range p.flows {
			if !b.carries(f) || b.target.narrow != nil && b.target.narrow(f) {
				continue
			}
			r := b.rule(f)
			if row := [2]string{r.Title, r.Comment}; !rows[row] {
				rows[row] = true
				s.Rules = append(s.Rules, r)
			}
			if open := [2]string{r.Protocol, r.Ports}; !opens[open] {
				opens[open] = true
				s.Opens = append(s.Opens, r)
				list = append(list, r.Ports+"/"+r.Protocol)
			}
		}
	}
	s.List = strings.Join(list, "|")
	return s
}

// users tells whom the service of a section's scope is open to, in the site's order.
func (b *builder) users(s *Section) []*Rule {
	if s.Anyone {
		return []*Rule{{}}
	}
	var list []*Rule
	for _, n := range s.Peer.Networks {
		list = append(list, &Rule{Family: b.target.word(familyOf(n)), Source: n.String()})
	}
	return list
}
