package dataset

import (
	"slices"
	"strings"

	"portpress/internal/problem"
)

// wordUnstated is what a row writes for what its source doesn't say.
const wordUnstated = "unstated"

// unstatedHost stands where a document doesn't say which hosts listen.
var unstatedHost = &Host{ID: wordUnstated, Name: "Not stated"}

// Assume is what [assume] says of all rows that leave something unstated.
// Documents show what is stated; what opens goes by this.
type Assume struct {
	Protocols []*Protocol
	From      []*Peer
	Hosts     Hosts
	Dynamic   []Range
	said      keySet
}

// assumed is what a row takes from [assume].
type assumed struct {
	protocols []*Protocol
	scopes    Scopes
	hosts     Hosts
	ranges    []Range
}

func (a *assumed) nothing() bool {
	return len(a.protocols)+len(a.hosts)+len(a.scopes)+len(a.ranges) == 0
}

func (l *loader) assume() {
	e := l.single("assume")
	assumeKeys.read(&l.reader, &e, &l.ds.Assume)
}

// readAssumed reads what stands for an unstated protocol. A row that leaves it
// open has a port.
func readAssumed(r *reader, e *entry, a *Assume) {
	a.Protocols = references(&r.reporter, e, "protocols", problem.UnknownProtocol, "protocol", r.names.protocols, true)
	_, file := r.list(e, "protocols", false)
	for i, p := range a.Protocols {
		switch {
		case p == unstatedProtocol:
			r.report(problem.UnknownProtocol, file, e.element("protocols", i), "there is nothing to assume in \"unstated\"", "name a protocol")
		case !p.HasPorts:
			r.report(problem.PortNeedless, file, e.element("protocols", i), p.Name+" has no ports, and rows that state no protocol have one",
				"name protocols with ports")
		}
	}
}

func readAssumedFrom(r *reader, e *entry, a *Assume) {
	a.From = references(&r.reporter, e, "from", problem.UnknownPeer, "peer", r.names.peers, true)
	if i := slices.IndexFunc(a.From, (*Peer).unstated); i >= 0 {
		_, file := r.list(e, "from", false)
		r.report(problem.UnknownPeer, file, e.element("from", i), "there is nothing to assume in \"unstated\"", "name who may connect")
	}
}

func readAssumedHosts(r *reader, e *entry, a *Assume) {
	a.Hosts = r.hosts(e)
	if v, file := e.get("hosts"); v == allHosts && len(r.ds.Hosts) == 0 {
		r.report(problem.UnknownHost, file, e.path("hosts"), "the dataset has no hosts", "add them to the dataset: [hosts.ID] with a name")
	}
	if slices.Contains(a.Hosts, unstatedHost) {
		_, file := r.list(e, "hosts", false)
		r.report(problem.UnknownHost, file, e.path("hosts"), "there is nothing to assume in \"unstated\"", "name host types")
	}
}

// assuming gives a row what [assume] says of what it leaves unstated.
func (r *reader) assuming(p *Port) {
	all := &r.ds.Assume
	if all.said == 0 {
		return
	}
	var own assumed
	if slices.Contains(p.Protocols, unstatedProtocol) {
		own.protocols = all.Protocols
	}
	if slices.Contains(p.Hosts, unstatedHost) {
		own.hosts = all.Hosts
	}
	if slices.ContainsFunc(p.Scopes, (*Scope).unstated) {
		for _, peer := range all.From {
			own.scopes = append(own.scopes, r.names.own[peer.ID])
		}
	}
	if p.Unstated == portDynamic {
		own.ranges = all.Dynamic
	}
	if own.nothing() {
		return
	}
	if !p.HasDetails() {
		p.Details = &Details{}
	}
	p.assumed = own
}

// OpenProtocols are those that a row opens: what it states, or what is assumed.
func (p *Port) OpenProtocols() []*Protocol {
	return orAssumed(p.Protocols, unstatedProtocol, p.assumed.protocols)
}

// OpenHosts are the host types that a row opens: those that it states, or what
// is assumed.
func (p *Port) OpenHosts() Hosts { return orAssumed(p.Hosts, unstatedHost, p.assumed.hosts) }

// HostsUnstated reports whether nobody knows which hosts the row is about.
func (p *Port) HostsUnstated() bool { return slices.Contains(p.OpenHosts(), unstatedHost) }

// states reports whether a row says itself that a port goes with a protocol.
func (p *Port) states(proto *Protocol, r Range) bool {
	if len(p.portProtocols) == 0 {
		return slices.Contains(p.Protocols, proto)
	}
	for i, own := range p.portProtocols {
		if own == proto && p.Ranges[i] == r {
			return true
		}
	}
	return false
}

func orAssumed[S ~[]T, T comparable](stated S, none T, instead S) S {
	if len(instead) == 0 {
		return stated
	}
	out := slices.DeleteFunc(slices.Clone(stated), func(v T) bool { return v == none })
	for _, v := range instead {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Assumption says what of a flow isn't stated by any of its rows but assumed:
// "protocol and sender assumed", or nothing.
func (f *Flow) Assumption() string {
	if d := f.Port.Details; d == nil || d.assumed.nothing() {
		return "" // the row states all
	}
	var parts []string
	states := func(what string, of func(*Port) bool) {
		if !of(f.Port) && !slices.ContainsFunc(f.Also, of) {
			parts = append(parts, what)
		}
	}
	states("protocol", func(p *Port) bool { return len(p.assumed.protocols) == 0 || p.states(f.Protocol, f.Range) })
	states("port", func(p *Port) bool {
		return len(p.assumed.ranges) == 0 || slices.Contains(p.ownRanges(f.Protocol), f.Range)
	})
	states("host", func(p *Port) bool { return len(p.assumed.hosts) == 0 || slices.Contains(p.Hosts, f.Host) })
	states("sender", func(p *Port) bool {
		return len(p.assumed.scopes) == 0 || f.Direction == Out || slices.Contains(p.Scopes, f.Scope)
	})
	if len(parts) == 0 {
		return ""
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last] + " assumed"
	}
	return parts[0] + " assumed"
}
