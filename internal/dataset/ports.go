package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

var portKeys = []string{"port", "configurable", "protocols", "hosts", "scopes", "options", "purpose"}

// portDecoder decodes rows. Several run side by side, each with its own
// problems; what they share is only read.
type portDecoder struct {
	reporter
	loader *loader
	over   map[string][]values
	inBase []string // for rows of a layer: the ids that it may have meant
}

// ports decodes the rows of a table in the order of ids.
func (d *portDecoder) ports(table map[string]any, ids []string) []*Port {
	rows := make([]*Port, 0, len(ids))
	all := make([]Port, len(ids))
	for i, id := range ids {
		row, isTable := table[id].(map[string]any)
		if !isTable {
			d.wrongType(d.loader.base.file, []any{"ports", id}, "a table", table[id])
			continue
		}
		e := entry{section: "ports", id: id, base: values{d.loader.base.file, row}}
		if len(d.over) > 0 {
			e.over = d.over[id]
		}
		d.decode(&e, &all[i])
		rows = append(rows, &all[i])
	}
	return rows
}

func (d *portDecoder) port(e entry) *Port {
	p := &Port{}
	d.decode(&e, p)
	return p
}

// decode reads one row.
func (d *portDecoder) decode(e *entry, p *Port) {
	before := len(d.problems)
	names := &d.loader.names
	p.ID = e.id
	d.checkID(e.base.file, e.path(), e.id, false)
	d.unknownKeys(e, portKeys)
	d.checkFixed(e)
	p.Configurable = d.truth(e, "configurable")
	p.Purpose = d.text(e, "purpose", true)
	p.Protocols = references(&d.reporter, e, "protocols", problem.UnknownProtocol, "protocol", names.protocols, true)
	p.Hosts = references(&d.reporter, e, "hosts", problem.UnknownHost, "host", names.hosts, true)
	p.Scopes = references(&d.reporter, e, "scopes", problem.UnknownScope, "scope", names.scopes, true)
	p.Options = references(&d.reporter, e, "options", problem.UnknownOption, "option", names.options, false)
	p.On = !slices.ContainsFunc(p.Options, func(o *Option) bool { return !o.On })
	d.numbers(e, p)
	if d.inBase != nil {
		d.hintAtBase(e, before)
	}
}

// hintAtBase says of a half-written row in a layer which row it may mean.
func (d *portDecoder) hintAtBase(e *entry, before int) {
	for i := before; i < len(d.problems); i++ {
		p := &d.problems[i]
		if near := problem.DidYouMean(e.id, d.inBase); p.Code == problem.MissingKey && near != "" {
			p.Hint = "no row below this layer has the id " + strconv.Quote(e.id) + ": " + near
		}
	}
}

// checkFixed reports a layer that changes the number of a row whose lower
// layers don't call it configurable.
func (d *portDecoder) checkFixed(e *entry) {
	below := entry{section: e.section, id: e.id, base: e.base}
	for _, v := range e.over {
		port, sets := v.table["port"]
		old, _ := below.get("port")
		free, _ := below.get("configurable")
		if sets && free != true && fmt.Sprint(old) != fmt.Sprint(port) {
			d.report(problem.NotConfigurable, v.file, e.path("port"),
				fmt.Sprintf("the port of %q is fixed at %v: the dataset doesn't call it configurable", e.id, old),
				"leave it, or correct the dataset itself with configurable = true")
		}
		below.over = append(below.over, v)
	}
}

// numbers reads the key port and holds it against the protocols.
func (d *portDecoder) numbers(e *entry, p *Port) {
	v, _ := e.get("port")
	withPorts := 0
	for _, proto := range p.Protocols {
		if proto.HasPorts {
			withPorts++
		}
	}
	switch protocolsKnown := len(p.Protocols) > 0; {
	case v == nil && protocolsKnown && withPorts > 0:
		d.missingPort(e)
		return
	case v == nil:
		return
	case protocolsKnown && withPorts < len(p.Protocols):
		d.needless(e, withPorts)
	}
	list, file := d.list(e, "port", true)
	p.Ranges = make([]Range, 0, len(list))
	for i, element := range list {
		r, wrong := parseRange(element)
		if wrong == nil {
			wrong = overlap(p.Ranges, r)
		}
		if wrong != nil {
			d.report(wrong.code, file, e.element("port", i), wrong.text, wrong.hint)
			continue
		}
		p.Ranges = append(p.Ranges, r)
	}
}

func (d *portDecoder) missingPort(e *entry) {
	d.reportKey(problem.PortMissing, e.base.file, e.path(), e.name()+" has no port",
		`add a line port = 443, port = "30000-32767", or a list of these`)
}

// needless reports each protocol of the row that has no ports.
func (d *portDecoder) needless(e *entry, withPorts int) {
	list, file := d.list(e, "protocols", true)
	for i, v := range list {
		id, _ := v.(string)
		proto := d.loader.names.protocols[id]
		if proto == nil || proto.HasPorts {
			continue
		}
		hint := "remove the line port = …"
		if withPorts > 0 {
			hint = "give it a row of its own, without a port"
		}
		d.report(problem.PortNeedless, file, e.element("protocols", i), fmt.Sprintf("%s has no ports", proto.Name), hint)
	}
}

// fault says what is wrong with a value.
type fault struct {
	code       problem.Code
	text, hint string
}

// parseRange reads one port or range.
func parseRange(v any) (Range, *fault) {
	switch v := v.(type) {
	case int64:
		if v < 1 || v > 65535 {
			return Range{}, outside(strconv.FormatInt(v, 10))
		}
		return Range{int(v), int(v)}, nil
	case string:
		from, to, isRange := strings.Cut(v, "-")
		if !isRange {
			to = from
		}
		a, errA := strconv.ParseUint(from, 10, 64)
		b, errB := strconv.ParseUint(to, 10, 64)
		switch {
		case errA != nil || errB != nil:
			return Range{}, &fault{problem.PortRange, fmt.Sprintf("%q is not a port or a range of ports", v), rangeHint(v)}
		case a < 1 || a > 65535:
			return Range{}, outside(from)
		case b < 1 || b > 65535:
			return Range{}, outside(to)
		case a > b:
			return Range{}, &fault{problem.RangeInverted, fmt.Sprintf("range %s ends before it begins", v), fmt.Sprintf(`write "%d-%d"`, b, a)}
		}
		return Range{int(a), int(b)}, nil
	}
	return Range{}, &fault{problem.WrongType, `port must be a number, a range such as "8000-8010" or a list of these, not ` + typeName(v), ""}
}

func outside(number string) *fault {
	return &fault{problem.PortRange, fmt.Sprintf("port %s is outside 1–65535", number), ""}
}

// rangeHint guesses what another way of writing a range meant.
func rangeHint(s string) string {
	var ends []uint64
	for _, f := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" :-–—.,", c) }) {
		n, err := strconv.ParseUint(f, 10, 16)
		if err != nil {
			return `write 443, "30000-32767", or a list of these`
		}
		ends = append(ends, n)
	}
	switch {
	case len(ends) == 2 && !strings.Contains(s, ","):
		return fmt.Sprintf(`write "%d-%d"`, ends[0], ends[1])
	case len(ends) > 1:
		return "write a list: " + strings.ReplaceAll(fmt.Sprint(ends), " ", ", ")
	}
	return `write 443, "30000-32767", or a list of these`
}

// overlap finds a range that shares a port with r.
func overlap(ranges []Range, r Range) *fault {
	for _, old := range ranges {
		switch {
		case old == r:
			return &fault{problem.RangeOverlap, fmt.Sprintf("port %s is in the list twice", r), "remove one"}
		case r.From <= old.To && old.From <= r.To:
			return &fault{problem.RangeOverlap, fmt.Sprintf("%s overlaps %s", r, old), "join them"}
		}
	}
	return nil
}

// references reads a list of ids and finds what each stands for.
func references[T any](r *reporter, e *entry, key string, code problem.Code, word string, by map[string]*T, required bool) []*T {
	list, file := r.list(e, key, required)
	if len(list) == 0 {
		return nil
	}
	out := make([]*T, 0, len(list))
	for i, v := range list {
		id, ok := v.(string)
		found := by[id]
		switch {
		case !ok:
			r.wrongType(file, e.element(key, i), "a list of ids", v)
		case found == nil:
			r.report(code, file, e.element(key, i), fmt.Sprintf("unknown %s %q", word, id), known(word+"s", id, sortedKeys(by)))
		case slices.Contains(out, found):
			r.report(problem.Repeated, file, e.element(key, i), fmt.Sprintf("%s %q is in the list twice", word, id), "remove one")
		default:
			out = append(out, found)
		}
	}
	return out
}
