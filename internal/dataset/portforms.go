package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// namedPort is one of a row's ports that has a name, as Kubernetes names ports.
type namedPort struct {
	name  string
	value any
	file  *source.File
}

// namedPorts gives the ports of a row that are a table of names, as the layers
// together give it: a layer sets each name by itself. It is false where the
// topmost value is none.
func (e *entry) namedPorts() (ports []namedPort, isTable bool) {
	at := map[string]int{}
	for _, v := range append([]values{e.base}, e.over...) {
		value, says := v.table["port"]
		if !says {
			continue
		}
		table, ok := value.(map[string]any)
		if isTable = ok; !isTable {
			ports = nil
			clear(at)
			continue
		}
		for _, name := range sortedKeys(table) {
			one := namedPort{name, table[name], v.file}
			if i, said := at[name]; said {
				ports[i] = one
			} else {
				at[name] = len(ports)
				ports = append(ports, one)
			}
		}
	}
	return ports, isTable
}

// portProtocol gives the protocol that a name of a port is: such a port goes
// with that protocol alone.
func (r *reader) portProtocol(name string) *Protocol {
	if proto := r.names.protocols[name]; proto != nil && proto.HasPorts {
		return proto
	}
	return nil
}

// byProtocol gives the protocols that a row's ports are said for, in the order
// of the registry, if they are: {tcp = [88, 389], udp = 88}. Those of a layer
// below stay where one above says another port.
func (r *reader) byProtocol(e *entry) []*Protocol {
	said := map[*Protocol]bool{}
	for _, v := range append([]values{e.base}, e.over...) {
		table, _ := v.table["port"].(map[string]any)
		for name := range table {
			if proto := r.portProtocol(name); proto != nil {
				said[proto] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(protocols), func(proto *Protocol) bool { return !said[proto] })
}

// numberedPort is one range of a port with a name.
type numberedPort struct {
	Range
	name  string
	proto *Protocol // where the name is one
}

// named reads ports with names, and puts them in the order of their numbers:
// a table of TOML has none. Ports of protocols stay with these.
func (r *reader) named(e *entry, p *Port, ports []namedPort) {
	var all []numberedPort
	for _, port := range ports {
		all = append(all, r.numbersOf(e, port, all)...)
	}
	_, file := e.get("port")
	ofProtocols := func(n namedPort) bool { return r.portProtocol(n.name) != nil }
	switch i := slices.IndexFunc(ports, ofProtocols); {
	case len(ports) == 0:
		r.report(problem.EmptyList, file, e.path("port"), "port is an empty table", "write names and numbers, such as {http = 8080, https = 8443}")
	case i >= 0 && slices.ContainsFunc(ports, func(n namedPort) bool { return !ofProtocols(n) }):
		r.reportKey(problem.BadID, ports[i].file, e.path("port", ports[i].name), quoted(ports[i].name)+" is a protocol, and not all names of port are",
			"name each port by its protocol, or none")
		return
	case i >= 0:
		r.numbersByProtocol(e, p, all)
		return
	}
	first := map[string]int{} // the lowest number of each name, by which they stand
	for _, n := range all {
		if low := first[n.name]; low == 0 || n.From < low {
			first[n.name] = n.From
		}
	}
	slices.SortStableFunc(all, func(a, b numberedPort) int { return cmp.Compare(first[a.name], first[b.name]) })
	for _, n := range all {
		p.Ranges, p.PortNames = append(p.Ranges, n.Range), append(p.PortNames, n.name)
	}
}

// numbersOf reads the numbers of one name. A port has one name, or one for each
// of its protocols.
func (r *reader) numbersOf(e *entry, port namedPort, taken []numberedPort) []numberedPort {
	path, proto := e.path("port", port.name), r.portProtocol(port.name)
	r.checkID(port.file, path, port.name, false)
	list, isList := port.value.([]any)
	if !isList {
		list = []any{port.value}
	}
	if len(list) == 0 {
		r.report(problem.EmptyList, port.file, path, port.name+" is an empty list", "write the numbers")
	}
	var out []numberedPort
	var own portSet
	for i, element := range list {
		at := path
		if isList {
			at = e.path("port", port.name, i)
		}
		one, wrong := parseRange(element)
		if wrong == nil && slices.ContainsFunc(taken, func(n numberedPort) bool { return n.proto == proto && n.From <= one.To && one.From <= n.To }) {
			wrong = &fault{problem.RangeOverlap, fmt.Sprintf("%s has two names", one), "give each port one name"}
		}
		if wrong == nil {
			wrong = own.add(one)
		}
		if wrong != nil {
			r.report(wrong.code, port.file, at, wrong.text, wrong.hint)
			continue
		}
		out = append(out, numberedPort{one, port.name, proto})
	}
	return out
}

// numbersByProtocol gives a row the ports that are said for each of its
// protocols. One that a layer leaves out of protocols takes its ports along.
func (r *reader) numbersByProtocol(e *entry, p *Port, all []numberedPort) {
	list, file := r.list(e, "protocols", false)
	for _, proto := range p.Protocols {
		before := len(p.Ranges)
		for _, n := range all {
			if n.proto == proto {
				p.Ranges, p.PortNames, p.portProtocols = append(p.Ranges, n.Range), append(p.PortNames, n.name), append(p.portProtocols, proto)
			}
		}
		if i := slices.Index(list, any(proto.ID)); len(p.Ranges) == before && proto.HasPorts && i >= 0 {
			r.report(problem.PortMissing, file, e.element("protocols", i), "port has no number for "+proto.ID, fmt.Sprintf("add %s = … to port, or take it out here", proto.ID))
		}
	}
	if file != e.base.file {
		return
	}
	for _, n := range all {
		if proto := n.proto; len(list) > 0 && !slices.Contains(p.Protocols, proto) {
			r.reportKey(problem.UnknownProtocol, file, e.path("port", n.name), fmt.Sprintf("port is said for %s, which isn't one of protocols", n.name), "add it there, or leave protocols out: port names them")
			return
		}
	}
}

// RangesOf gives the row's ranges with a protocol that it opens: none where the
// protocol has no ports.
func (p *Port) RangesOf(proto *Protocol) []Range {
	switch {
	case !proto.HasPorts:
		return nil
	case p.Details == nil || len(p.portProtocols) == 0:
		return p.Ranges
	}
	var out []Range
	for i, own := range p.portProtocols {
		if (own == proto || own == unstatedProtocol && slices.Contains(p.assumed.protocols, proto)) && !slices.Contains(out, p.Ranges[i]) {
			out = append(out, p.Ranges[i])
		}
	}
	return out
}

// eachProtocol gives a text for each of a row's protocols, with the ports that
// are its own.
func (p *Port) eachProtocol(one func(proto *Protocol, numbers []Range) string) []string {
	var parts []string
	for _, proto := range p.Protocols {
		var numbers []Range
		for i, own := range p.portProtocols {
			if own == proto {
				numbers = append(numbers, p.Ranges[i])
			}
		}
		parts = append(parts, one(proto, numbers))
	}
	return parts
}

// mixed reads a list of ports in which a word stands for those that have no
// number.
func (r *reader) mixed(e *entry, p *Port, list []any, file *source.File) {
	var out portSet
	for i, element := range list {
		word, _ := element.(string)
		one, wrong := Range{}, (*fault)(nil)
		switch isWord := word == portDynamic || word == portUnknown; {
		case isWord && p.Unstated != "":
			wrong = &fault{problem.Repeated, "the list has two words in the place of a number", "remove one"}
		case isWord:
			p.Unstated = word
			continue
		default:
			if one, wrong = parseRange(element); wrong == nil {
				wrong = out.add(one)
			}
		}
		if wrong != nil {
			r.report(wrong.code, file, e.element("port", i), wrong.text, wrong.hint)
		}
	}
	p.Ranges = out.ranges
}

// hasWord reports whether a list of ports has a word among the numbers.
func hasWord(list []any) bool {
	return slices.Contains(list, any(portDynamic)) || slices.Contains(list, any(portUnknown))
}

// readInstances reads how many ports there are in a row from each number.
func readInstances(r *reader, e *entry, p *Port) {
	v, file := e.get("instances")
	n, isNumber := v.(int64)
	switch {
	case !isNumber:
		r.wrongType(file, e.path("instances"), "a number", v)
	case n < 1 || n > 65535:
		r.report(problem.PortRange, file, e.path("instances"), fmt.Sprintf("%d instances are outside 1–65535", n), "")
	default:
		p.Instances = int(n)
	}
}

// runs makes a run of ports of each number that a row has, one for each instance.
func (r *reader) runs(e *entry, p *Port) {
	if p.Instances == 0 {
		return
	}
	_, file := e.get("instances")
	at := e.path("instances")
	if len(p.Ranges) == 0 {
		r.report(problem.PortNeedless, file, at, "instances have no port to count from", "remove the line, or write port = … with the first number")
		return
	}
	sets := map[*Protocol]*portSet{}
	out := make([]Range, 0, len(p.Ranges))
	for i, first := range p.Ranges {
		proto := (*Protocol)(nil) // of those that a port has by itself
		if len(p.portProtocols) > 0 {
			proto = p.portProtocols[i]
		}
		if sets[proto] == nil {
			sets[proto] = &portSet{}
		}
		run := Range{first.From, first.From + p.Instances - 1}
		wrong := (*fault)(nil)
		switch {
		case !first.Single():
			wrong = &fault{problem.PortRange, fmt.Sprintf("instances count from one port, and %s are several", first), "write the first of them, or leave instances out"}
		case run.To > 65535:
			wrong = outside(strconv.Itoa(run.To))
		default:
			wrong = sets[proto].add(run)
		}
		if wrong != nil {
			r.report(wrong.code, file, at, wrong.text, wrong.hint)
			return
		}
		out = append(out, run)
	}
	p.Ranges = out
}

// StatedRanges are the row's ports as it states them: of a run the first, and
// where an option changes them those without it.
func (p *Port) StatedRanges() []Range {
	if len(p.otherwise) > 0 {
		return p.otherwise
	}
	if p.Instances == 0 {
		return p.Ranges
	}
	out := make([]Range, len(p.Ranges))
	for i, r := range p.Ranges {
		out[i] = Range{r.From, r.From}
	}
	return out
}

// statedPort gives the value of the key port.
func (p *Port) statedPort() any {
	ranges := p.StatedRanges()
	switch {
	case len(p.PortNames) > 0:
		named := map[string][]string{}
		for i, r := range ranges {
			named[p.PortNames[i]] = append(named[p.PortNames[i]], r.String())
		}
		return named
	case p.Unstated != "" && len(ranges) > 0:
		return append(Texts(ranges, Range.String), p.Unstated)
	case p.Unstated != "":
		return p.Unstated
	}
	return ranges
}

// StatedTOML writes the value of the key port.
func (p *Port) StatedTOML() string { return tomlValue(p.statedPort()) }

// PortNamesTitle says what the names of the row's ports are: "12300 for http,
// 12343 and 12443 for https". Those of protocols stand with the numbers.
func (p *Port) PortNamesTitle() string {
	if p.Details == nil || len(p.portProtocols) > 0 {
		return ""
	}
	var parts []string
	for i := 0; i < len(p.PortNames); {
		name, numbers := p.PortNames[i], []string(nil)
		for ; i < len(p.PortNames) && p.PortNames[i] == name; i++ {
			numbers = append(numbers, p.Ranges[i].String())
		}
		if last := len(numbers) - 1; last > 0 {
			numbers = []string{strings.Join(numbers[:last], ", ") + " and " + numbers[last]}
		}
		parts = append(parts, numbers[0]+" for "+name)
	}
	return strings.Join(parts, ", ")
}
