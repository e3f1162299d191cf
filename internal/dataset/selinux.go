package dataset

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"portpress/internal/problem"
)

// selinuxPattern is what a policy's language calls an identifier, with the dots
// that CIL puts between namespaces.
const selinuxPattern = `^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`

var selinuxType = regexp.MustCompile(selinuxPattern)

// typedProtocols are those whose ports SELinux has types for (semanage-port(8)).
var typedProtocols = []string{"tcp", "udp", "dccp", "sctp"}

// readSELinux reads the type that a row's ports have to SELinux.
func readSELinux(r *reader, e *entry, p *Port) {
	p.SELinux = r.text(e, "selinux", true)
	_, file := e.get("selinux")
	if p.SELinux == "" {
		return
	}
	if !selinuxType.MatchString(p.SELinux) {
		r.report(problem.BadID, file, e.path("selinux"), quoted(p.SELinux)+" is not a type of SELinux",
			"write a name such as http_port_t: letters, digits and underscores, a letter first; semanage port -l lists them")
		return
	}
	for _, proto := range p.Protocols {
		if proto != unstatedProtocol && !slices.Contains(typedProtocols, proto.ID) {
			r.report(problem.PortNeedless, file, e.path("selinux"), "SELinux has no types for ports of "+proto.Name,
				"remove the line, or give the protocol a row of its own")
			return
		}
	}
}

// Typed gives the ranges of the row that have a type to SELinux on its hosts
// with a protocol: whoever may connect, the program has to listen there.
func (p *Port) Typed(proto *Protocol) []Range {
	if p.SELinux == "" || !p.On || p.Documented || slices.Contains(p.OpenProtocols(), unstatedProtocol) {
		return nil
	}
	return p.RangesOf(proto)
}

// IsTyped reports whether any port of the row has a type to SELinux.
func (p *Port) IsTyped() bool {
	return slices.ContainsFunc(p.OpenProtocols(), func(proto *Protocol) bool { return len(p.Typed(proto)) > 0 })
}

// checkPortTypes wants a port of a host to have one type.
func (l *loader) checkPortTypes() {
	type place struct {
		host  *Host
		proto *Protocol
	}
	type typed struct {
		r   Range
		row int
	}
	places := map[place][]typed{}
	var order []place // so that the same table gets the same words
	for row, p := range l.ds.Ports {
		for _, h := range p.OpenHosts() {
			for _, proto := range p.OpenProtocols() {
				at, ranges := place{h, proto}, p.Typed(proto)
				if places[at] == nil && len(ranges) > 0 {
					order = append(order, at)
				}
				for _, r := range ranges {
					places[at] = append(places[at], typed{r, row})
				}
			}
		}
	}
	told := map[int]bool{}
	for _, at := range order {
		list := places[at]
		slices.SortFunc(list, func(a, b typed) int {
			return cmp.Or(cmp.Compare(a.r.From, b.r.From), cmp.Compare(a.row, b.row))
		})
		last := list[0] // of those before, what reaches furthest; all of a type there agree
		for _, b := range list[1:] {
			first, second := l.ds.Ports[min(last.row, b.row)], l.ds.Ports[max(last.row, b.row)]
			if b.r.From <= last.r.To && first.SELinux != second.SELinux && !told[max(last.row, b.row)] {
				told[max(last.row, b.row)] = true
				l.portTypes(first, second, at.proto, Range{b.r.From, min(b.r.To, last.r.To)})
			}
			if b.r.To > last.r.To {
				last = b
			}
		}
	}
}

// portTypes reports, at the row that a layer changed or else the later one, that
// two rows give the same ports two types.
func (l *loader) portTypes(first, second *Port, proto *Protocol, r Range) {
	file, path := l.fileOf("ports", second.ID), []any{"ports", second.ID, "selinux"}
	if layer, key := l.changed(second.ID, "selinux", "port", "protocols", "hosts"); layer != nil {
		file, path[2] = layer, key
	} else if layer, key := l.changed(first.ID, "selinux", "port", "protocols", "hosts"); layer != nil {
		first, second = second, first
		file, path = layer, []any{"ports", second.ID, key}
	}
	l.report(problem.PortTypes, file, path,
		fmt.Sprintf("%q gives %s %s the type %s, and %q gives it %s", second.ID, proto.Name, r, second.SELinux, first.ID, first.SELinux),
		"SELinux knows a port by one type: give both rows one, or the port to one of them")
}
