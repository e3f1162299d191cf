// Package policy decides what a firewall must know of a dataset, so that
// templates only print it.
//
// A target is a kind of firewall, by what it takes: one source in a rule or
// many, ports by which mark, names of what length, which protocols at all. The
// table of targets (targets.go) says it as data, and a Firewall is what one host
// lets in, for one target: sections of rules that the target can be told as
// they are, and what it can't be told, with the reason.
//
// A template of a target asks for it once, and prints it from top to bottom:
//
//	{{- with .Firewall "nftables" }}
//	{{- range .Sections }}
//	# {{ .Title }}
//	{{- if .Self }}: only over the loopback interface
//	{{- else if .Closed }}: closed, since [networks] gives no addresses
//	{{- end }}
//	{{- range .Rules }}
//	{{- if .Closed }}
//	# closed: {{ .Title }}
//	{{- else }}
//	{{ .Protocol }} dport {{ .Ports }} accept comment "{{ .Comment }}"
//	{{- end }}
//	{{- end }}
//	{{- end }}
//	{{- end }}
//
// It need not say what is left out: asking for the firewall has the export warn
// of each row that the target can't carry, and of each peer without networks.
//
// A new target is one entry of the table and its template. What the table has
// no word for (a limit, a way to spell a protocol) is added to Target, and is
// then every target's.
package policy

import (
	"slices"
	"sync"

	"portpress/internal/dataset"
)

// Policy finds a dataset's flows, and groups them as firewalls need. Each part
// is made when it is first asked for, once, since many exports share it and
// are pressed side by side.
type Policy struct {
	ds    *dataset.Dataset
	flows func() *index
	rows  func() map[*dataset.Port]Flows
	parts map[*dataset.Host]func() []part
	sends map[*dataset.Host]func() []sending
	hosts func() map[string]*dataset.Peer                    // each host type, the cluster and anyone, as destinations
	scope map[*dataset.Host]func() map[*dataset.Scope][]part // the same by scope

	unopenable func() map[*dataset.Host][]*dataset.Port
}

// New prepares a dataset. It computes nothing yet.
func New(ds *dataset.Dataset) *Policy {
	p := &Policy{
		ds: ds, parts: make(map[*dataset.Host]func() []part, len(ds.Hosts)),
		scope: make(map[*dataset.Host]func() map[*dataset.Scope][]part, len(ds.Hosts)),
		sends: map[*dataset.Host]func() []sending{},
	}
	p.flows = sync.OnceValue(func() *index { return newIndex(ds.Flows) })
	p.rows = sync.OnceValue(func() map[*dataset.Port]Flows { return byRow(p.Flows()) })
	p.unopenable = sync.OnceValue(func() map[*dataset.Host][]*dataset.Port { return unopenable(ds) })
	for _, h := range ds.Hosts {
		p.parts[h] = sync.OnceValue(func() []part { return split(p.To(h)) })
		p.sends[h] = sync.OnceValue(func() []sending { return p.sent(h) })
		p.scope[h] = sync.OnceValue(func() map[*dataset.Scope][]part { return byScope(p.parts[h]()) })
	}
	p.hosts = sync.OnceValue(func() map[string]*dataset.Peer { return hostPeers(ds) })
	return p
}

// Flows gives every flow, in the order of the table.
func (p *Policy) Flows() Flows { return p.flows().all }

// To gives the flows that arrive at a host.
func (p *Policy) To(h *dataset.Host) Flows { return p.flows().to[h] }

// From gives the flows that leave a host.
func (p *Policy) From(h *dataset.Host) Flows { return p.flows().from[h] }

// Of gives the flows that a row opens, together with other rows or alone.
func (p *Policy) Of(row *dataset.Port) Flows { return p.rows()[row] }

// Unopenable gives the rows of a host that no firewall could open though they
// should be open, at least in part: a number or protocol is not known. For that
// they have no flows.
func (p *Policy) Unopenable(h *dataset.Host) []*dataset.Port { return p.unopenable()[h] }

func unopenable(ds *dataset.Dataset) map[*dataset.Host][]*dataset.Port {
	of := map[*dataset.Host][]*dataset.Port{}
	for _, row := range ds.Ports {
		if row.Unopened() == "" {
			continue
		}
		hosts := row.OpenHosts()
		if row.HostsUnstated() { // it is shown with each
			hosts = ds.Hosts
		}
		for _, h := range hosts {
			of[h] = append(of[h], row)
		}
	}
	return of
}

// concerns reports whether a row is about a host, or may be: one that doesn't
// say which hosts it is about is shown with each.
func concerns(row *dataset.Port, h *dataset.Host) bool {
	return row.HostsUnstated() || slices.Contains(row.OpenHosts(), h)
}

// index finds flows by host without a scan.
type index struct {
	all      Flows
	to, from map[*dataset.Host]Flows // incoming and outgoing
}

func newIndex(source []dataset.Flow) *index {
	x := &index{all: make(Flows, len(source)), to: map[*dataset.Host]Flows{}, from: map[*dataset.Host]Flows{}}
	for i := range source {
		f := &source[i]
		x.all[i] = f
		of := x.to
		if f.Direction == dataset.Out {
			of = x.from
		}
		of[f.Host] = append(of[f.Host], f)
	}
	return x
}

// byRow makes use of the order of flows: those of a row mostly stand
// together, and are then a part of the whole list.
func byRow(all Flows) map[*dataset.Port]Flows {
	rows := map[*dataset.Port]Flows{}
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].Port == all[i].Port {
			end++
		}
		run := all[i:end:end] // so that an append copies
		if before := rows[all[i].Port]; before != nil {
			run = append(before, run...)
		}
		rows[all[i].Port] = run
		i = end
	}
	for _, f := range all {
		for _, p := range f.Also {
			rows[p] = append(rows[p], f)
		}
	}
	return rows
}

// part is the flows of one scope and peer: what becomes a section.
type part struct {
	scope *dataset.Scope
	peer  *dataset.Peer
	flows Flows
}

// split gives a host's incoming flows by scope, and in each scope by peer.
func split(in Flows) []part {
	var parts []part
	for _, of := range in.ByScope() {
		for _, by := range of.Flows.ByPeer() {
			parts = append(parts, part{of.Scope, by.Peer, by.Flows})
		}
	}
	return parts
}

// byScope gives the parts of each scope, which stand together.
func byScope(parts []part) map[*dataset.Scope][]part {
	of := map[*dataset.Scope][]part{}
	for _, part := range parts {
		of[part.scope] = append(of[part.scope], part)
	}
	return of
}
