package policy

import (
	"net/netip"
	"slices"
	"sort"

	"portpress/internal/dataset"
)

// Skipped is a row, or one of its flows, that can't be checked.
type Skipped struct {
	Row      *dataset.Port
	Protocol *dataset.Protocol // nil if no flow comes of the row
	Range    dataset.Range
	Reason   string
}

// Title says which, in one line: gossip tcp 8000-8010.
func (s Skipped) Title() string {
	title := s.Row.ID
	if s.Protocol != nil {
		title += " " + s.Protocol.ID
	}
	if s.Range.From > 0 {
		title += " " + s.Range.String()
	}
	return title
}

// Listeners is what should listen on a host, for checks there.
type Listeners struct {
	Checked []*Listener
	Skipped []Skipped
}

// Listener is a port that should listen. The addresses are written as ss takes
// them: [192.0.2.1] or 127.0.0.0/8.
type Listener struct {
	Row      *dataset.Port
	Protocol *dataset.Protocol
	Port     int
	Only     []string // the addresses that anything may listen at there; empty for all
	Own      []string // those of the row, where others listen at more
}

// What ss calls the addresses that only the host itself reaches.
var loopback = []string{"127.0.0.0/8", "[::1]"}

// Listeners tells what should listen on a host. A row from self, or with
// addresses of its own, should listen nowhere else, unless another row lets
// others reach the same port.
func (p *Policy) Listeners(h *dataset.Host) *Listeners {
	type socket struct {
		protocol *dataset.Protocol
		port     int
	}
	narrow := map[socket][]string{}
	wide := map[socket]bool{}
	ranges := map[*dataset.Protocol]Flows{} // that others reach
	l := &Listeners{}
	skipped := skippedOnce(&l.Skipped)
	for _, row := range p.ds.Ports {
		flows := p.Of(row)
		if len(flows) == 0 && concerns(row, h) {
			skipped(Skipped{Row: row, Reason: row.Shut()})
		}
		for _, f := range flows {
			if f.Host != h {
				continue
			}
			if why := notListening(f); why != "" {
				skipped(Skipped{row, f.Protocol, f.Range, why})
				if f.Direction == dataset.In && !f.Range.Single() && f.Peer.Kind != dataset.PeerSelf {
					ranges[f.Protocol] = append(ranges[f.Protocol], f)
				}
				continue
			}
			at := socket{f.Protocol, f.Range.From}
			switch {
			case len(f.Port.Bind) > 0 && !f.Port.ToMany():
				narrow[at] = append(narrow[at], inBrackets(f.Port)...)
			case f.Peer.Kind == dataset.PeerSelf:
				narrow[at] = append(narrow[at], loopback...)
			default:
				wide[at] = true
			}
		}
	}
	within := make(map[*dataset.Protocol]reach, len(ranges))
	for protocol, flows := range ranges {
		within[protocol] = flows.Ranges()
	}

	type name struct {
		row *dataset.Port
		at  socket
	}
	seen := map[name]bool{}
	onlyAt := map[socket][]string{}
	for _, f := range p.To(h) {
		if notListening(f) != "" {
			continue
		}
		at := socket{f.Protocol, f.Range.From}
		only, known := onlyAt[at]
		if !known && !wide[at] && !within[f.Protocol].has(at.port) {
			only = once(narrow[at])
		}
		onlyAt[at] = only
		for _, row := range rows(f) {
			if seen[name{row, at}] {
				continue
			}
			seen[name{row, at}] = true
			check := &Listener{Row: row, Protocol: f.Protocol, Port: at.port, Only: only}
			if own := inBrackets(row); len(only) > 0 && !slices.Equal(own, only) {
				check.Own = own
			}
			l.Checked = append(l.Checked, check)
		}
	}
	return l
}

// notListening says why no check on the host itself can see a flow, or "".
func notListening(f *dataset.Flow) string {
	switch {
	case f.Direction == dataset.Out:
		return "outgoing traffic"
	case !f.Protocol.HasPorts:
		return "it has no port"
	case !f.Range.Single():
		return "a range says what may listen"
	case f.Forwarded():
		return "the host forwards it, so nothing of its own has to listen"
	case f.Protocol.ID != "tcp" && f.Protocol.ID != "udp":
		return "only TCP and UDP are"
	}
	return ""
}

// Probes is what should answer, or not, from outside the cluster.
type Probes struct {
	Probed  []*Probe
	Skipped []Skipped
}

// Probe is a TCP port that is tried from outside.
type Probe struct {
	Host   *dataset.Host
	Row    *dataset.Port
	Port   int
	Open   bool   // anyone gets in
	Unsure string // why others may answer or not
}

// Probes tells what to try from outside the cluster: what is open to anyone
// should answer, and nothing else.
func (p *Policy) Probes() *Probes {
	// Where anyone gets in: by the port itself, by a range or by all protocols.
	open, bound, oneFamily := map[*dataset.Host]Flows{}, map[*dataset.Host]Flows{}, map[*dataset.Host]Flows{}
	for _, f := range p.Flows() {
		if f.Direction != dataset.In || f.Protocol.ID != "tcp" && f.Protocol.ID != "any" {
			continue
		}
		of := open
		switch {
		case !f.Peer.Anyone() && !slices.ContainsFunc(f.Peer.Networks, dataset.IsEverything):
			continue
		case len(f.Port.Bind)+len(f.Port.Interfaces) > 0:
			of = bound
		case !f.Peer.Anyone():
			of = oneFamily
		}
		of[f.Host] = append(of[f.Host], f)
	}
	opens, bounds, ofOneFamily := reaches(open), reaches(bound), reaches(oneFamily)

	probes := &Probes{}
	skipped := skippedOnce(&probes.Skipped)
	for _, row := range p.ds.Ports {
		flows := p.Of(row)
		if len(flows) == 0 {
			skipped(Skipped{Row: row, Reason: row.Shut()})
		}
		for _, f := range flows {
			if why := notProbed(f); why != "" {
				skipped(Skipped{row, f.Protocol, f.Range, why})
			}
		}
	}
	seen := map[Probe]bool{}
	for _, f := range p.Flows() {
		if notProbed(f) != "" {
			continue
		}
		for _, row := range rows(f) {
			probe := Probe{Host: f.Host, Row: row, Port: f.Range.From, Open: opens[f.Host].has(f.Range.From)}
			switch port := probe.Port; {
			case probe.Open:
			case bounds[f.Host].has(port):
				probe.Unsure = "another row opens it on one address or interface"
			case ofOneFamily[f.Host].has(port):
				probe.Unsure = "it is open to anyone of IPv4 or of IPv6 only"
			case port == p.ds.SSH.Port && slices.ContainsFunc(anyoneUnsaid(p.ds.SSH.Networks), dataset.IsEverything):
				probe.Unsure = "it is the port of ssh, which [ssh] leaves open to anyone"
			}
			if !seen[probe] {
				seen[probe] = true
				probes.Probed = append(probes.Probed, &probe)
			}
		}
	}
	return probes
}

// anyoneUnsaid gives the networks that ssh may come from. None said is anyone.
func anyoneUnsaid(said []netip.Prefix) []netip.Prefix {
	if len(said) == 0 {
		return dataset.Everything()
	}
	return said
}

// notProbed says why a flow can't be tried from outside, or "".
func notProbed(f *dataset.Flow) string {
	switch {
	case f.Direction == dataset.Out:
		return "outgoing traffic"
	case !f.Protocol.HasPorts:
		return "it has no port"
	case f.Protocol.ID != "tcp":
		return "only TCP is"
	case !f.Range.Single():
		return "a range says what may listen"
	case len(f.Port.Interfaces) > 0 || len(f.Port.Bind) > 0 && !f.Port.Loopback():
		return "it listens on one address or interface"
	}
	return ""
}

// skippedOnce gives a function that adds to a list what isn't in it.
func skippedOnce(list *[]Skipped) func(Skipped) {
	seen := map[Skipped]bool{}
	return func(s Skipped) {
		if !seen[s] {
			seen[s] = true
			*list = append(*list, s)
		}
	}
}

// rows gives the row that a flow comes from, and those that say the same.
func rows(f *dataset.Flow) []*dataset.Port {
	return append([]*dataset.Port{f.Port}, f.Also...)
}

// inBrackets gives the addresses that a row listens on, as ss takes them.
func inBrackets(row *dataset.Port) []string {
	var list []string
	for _, a := range row.Bind {
		list = append(list, "["+a.String()+"]")
	}
	return list
}

// once gives each text of a list, the first time that it comes.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) { // they are few
			out = append(out, s)
		}
	}
	return out
}

// reach is sorted ranges that don't overlap, as Flows.Ranges gives them.
type reach []dataset.Range

// has reports whether a port lies in one of the ranges.
func (r reach) has(port int) bool {
	i := sort.Search(len(r), func(i int) bool { return r[i].To >= port })
	return i < len(r) && r[i].From <= port
}

// holds reports whether a range lies in one of them.
func (r reach) holds(other dataset.Range) bool {
	i := sort.Search(len(r), func(i int) bool { return r[i].To >= other.To })
	return i < len(r) && r[i].From <= other.From
}

// meets reports whether a range has a port in common with one of them.
func (r reach) meets(other dataset.Range) bool {
	i := sort.Search(len(r), func(i int) bool { return r[i].To >= other.From })
	return i < len(r) && r[i].From <= other.To
}

// reaches gives the ports that flows open on each host. Any protocol is all of
// them.
func reaches(flows map[*dataset.Host]Flows) map[*dataset.Host]reach {
	all := map[*dataset.Host]reach{}
	for h, of := range flows {
		all[h] = of.Ranges()
		for _, f := range of {
			if f.Protocol.ID == "any" {
				all[h] = reach{{From: 1, To: 65535}}
			}
		}
	}
	return all
}
