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
	for _, v := range append([]values{e.base}, e.over...) {
		value, says := v.table["port"]
		if !says {
			continue
		}
		table, ok := value.(map[string]any)
		if isTable = ok; !isTable {
			ports = nil
			continue
		}
		for _, name := range sortedKeys(table) {
			one := namedPort{name, table[name], v.file}
			if i := slices.IndexFunc(ports, func(p namedPort) bool { return p.name == name }); i >= 0 {
				ports[i] = one
			} else {
				ports = append(ports, one)
			}
		}
	}
	return ports, isTable
}

// named reads ports with names, and puts them in the order of their numbers:
// a table of TOML has none.
func (r *reader) named(e *entry, p *Port, ports []namedPort) {
	type named struct {
		Range
		name string
	}
	var all []named
	for _, port := range ports {
		path := e.path("port", port.name)
		r.checkID(port.file, path, port.name, false)
		one, wrong := parseRange(port.value)
		if wrong == nil && slices.ContainsFunc(all, func(n named) bool { return n.From <= one.To && one.From <= n.To }) {
			wrong = &fault{problem.RangeOverlap, fmt.Sprintf("%s has two names", one), "give each port one name"}
		}
		if wrong != nil {
			r.report(wrong.code, port.file, path, wrong.text, wrong.hint)
			continue
		}
		all = append(all, named{one, port.name})
	}
	if len(ports) == 0 {
		_, file := e.get("port")
		r.report(problem.EmptyList, file, e.path("port"), "port is an empty table", "write names and numbers, such as {http = 8080, https = 8443}")
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.From, b.From) })
	for _, n := range all {
		p.Ranges, p.PortNames = append(p.Ranges, n.Range), append(p.PortNames, n.name)
	}
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
	var out portSet
	for _, first := range p.Ranges {
		run := Range{first.From, first.From + p.Instances - 1}
		wrong := (*fault)(nil)
		switch {
		case !first.Single():
			wrong = &fault{problem.PortRange, fmt.Sprintf("instances count from one port, and %s are several", first), "write the first of them, or leave instances out"}
		case run.To > 65535:
			wrong = outside(strconv.Itoa(run.To))
		default:
			wrong = out.add(run)
		}
		if wrong != nil {
			r.report(wrong.code, file, at, wrong.text, wrong.hint)
			return
		}
	}
	p.Ranges = out.ranges
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
		named := map[string]string{}
		for i, r := range ranges {
			named[p.PortNames[i]] = r.String()
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
// 12343 for https".
func (p *Port) PortNamesTitle() string {
	parts := make([]string, len(p.PortNames))
	for i, name := range p.PortNames {
		parts[i] = p.Ranges[i].String() + " for " + name
	}
	return strings.Join(parts, ", ")
}
