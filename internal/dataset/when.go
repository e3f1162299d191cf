package dataset

import (
	"fmt"
	"slices"

	"portpress/internal/problem"
)

// conditional is a port that a row has while an option is on.
type conditional struct {
	option *Option
	port   Range
}

// readWhen reads the ports that a row has with options. Each is a key, so layers
// set them one by one.
func readWhen(r *reader, e *entry, p *Port) {
	ports := map[*Option]Range{}
	for _, v := range append([]values{e.base}, e.over...) {
		value, says := v.table["when"]
		table, isTable := value.(map[string]any)
		switch {
		case says && !isTable:
			r.wrongType(v.file, e.path("when"), "a table of options and ports", value)
		case says && len(table) == 0:
			r.report(problem.EmptyList, v.file, e.path("when"), "when is an empty table", "write an option and its port, such as {tls = 8443}")
		}
		for _, id := range sortedKeys(table) {
			path, option := e.path("when", id), r.names.options[id]
			one, wrong := parseRange(table[id])
			switch {
			case option == nil && r.names.options[unsure] != nil:
			case option == nil:
				r.reportKey(problem.UnknownOption, v.file, path, "unknown option "+quoted(id),
					r.known(problem.UnknownOption, "options", id, func() []string { return sortedKeys(r.names.options) }))
			case wrong != nil:
				r.report(wrong.code, v.file, path, wrong.text, wrong.hint)
			default:
				ports[option] = one
			}
		}
	}
	for _, o := range r.ds.Options {
		if port, says := ports[o]; says {
			p.when = append(p.when, conditional{o, port})
		}
	}
}

// condition gives a row the port that it has with the first of its options that
// is on, unless a layer above says a port by itself.
func (r *reader) condition(e *entry, p *Port) {
	if len(p.when) == 0 {
		return
	}
	if len(p.Ranges) == 0 || len(p.PortNames) > 0 || p.Unstated != "" {
		_, file := e.get("when")
		r.reportKey(problem.PortNeedless, file, e.path("when"), "when takes the place of numbers, and the port has none or names", "write port = … with the number that holds otherwise")
		return
	}
	own := false // whether the port is said above what is said of options
	for _, v := range e.over {
		if v.table["when"] != nil {
			own = false
		} else if v.table["port"] != nil {
			own = true
		}
	}
	for _, c := range p.when {
		if c.option.On && !own {
			p.otherwise, p.chosen, p.Ranges = p.Ranges, c.option, []Range{c.port}
			return
		}
	}
}

// PortsWith gives the ports that a row has with options, by the option's id.
func (p *Port) PortsWith() map[string]string {
	out := map[string]string{}
	for _, c := range p.when {
		out[c.option.ID] = c.port.String()
	}
	return out
}

// MayUse gives every range that a row has or may have: by another choice, with
// an option, in the place of a socket.
func (p *Port) MayUse() []Range {
	ranges := slices.Concat(p.Ranges, p.OneOf, p.Alternative, p.otherwise)
	for _, c := range p.when {
		ranges = append(ranges, c.port)
	}
	return ranges
}

// whenTitles says which other ports the row may have: "with TLS 8443", or with
// that option chosen "else 8080".
func (p *Port) whenTitles() []string {
	var out []string
	for _, c := range p.when {
		if c.option != p.chosen {
			out = append(out, fmt.Sprintf("with %s %s", c.option.Name, c.port))
		}
	}
	if len(p.otherwise) > 0 {
		out = append(out, "else "+joinRanges(p.otherwise))
	}
	return out
}
