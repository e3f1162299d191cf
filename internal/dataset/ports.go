package dataset

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// What a row writes in the place of a number that nobody can know.
const (
	portDynamic = "dynamic"
	portUnknown = "unknown"
)

// wordAll is what a row writes for every port.
const wordAll = "all"

// portDecoder decodes rows.
type portDecoder struct {
	reader
	base   *source.File
	over   map[string][]values
	inBase []string // for rows of a layer: the ids that it may have meant
	looked int      // for how many rows one was looked for
}

// ports decodes the rows of a table in the order of ids.
func (d *portDecoder) ports(table map[string]any, ids []string) []*Port {
	rows := make([]*Port, 0, len(ids))
	all := make([]Port, len(ids))
	for i, id := range ids {
		row, isTable := table[id].(map[string]any)
		if !isTable {
			d.wrongType(d.base, []any{"ports", id}, "a table", table[id])
			continue
		}
		e := entry{section: "ports", id: id, base: values{d.base, row}}
		if len(d.over) > 0 {
			e.over = d.over[id]
		}
		d.decode(&e, &all[i])
		rows = append(rows, &all[i])
	}
	return rows
}

// decode reads one row.
func (d *portDecoder) decode(e *entry, p *Port) {
	before := len(d.problems)
	p.ID = e.id
	if !isKebab(e.id) {
		d.checkID(e.base.file, e.path(), e.id, false)
	}
	p.said = portKeys.saying(&d.reporter, e)
	if len(e.over) > 0 && !e.partial {
		portKeys.judge(&d.reader, e)
	}
	p.Details = &noDetails
	if p.said&portKeys.few != 0 || saysMore(e) {
		p.Details = &Details{}
	}
	portKeys.readKeys(&d.reader, e, p, p.said)
	d.together(e, p)
	if d.inBase != nil {
		d.hintAtBase(e, before)
	}
}

// saysMore reports whether a row needs Details of its own for what it says by
// a key that every row has.
func saysMore(e *entry) bool {
	port, _ := e.get("port")
	setting, _ := e.get("configurable")
	_, isText := setting.(string)
	list, _ := port.([]any)
	_, isTable := port.(map[string]any)
	return isText || isTable || port == portDynamic || port == portUnknown || hasWord(list)
}

// together holds a row's keys against each other.
func (r *reader) together(e *entry, p *Port) {
	p.On = on(p.Options)
	r.assuming(p)
	r.sources(e, p)
	r.loopback(e, p)
	r.forwarded(e, p)
	if p.Socket != "" {
		r.socket(e, p)
		return
	}
	if named, isTable := e.namedPorts(); isTable && len(r.byProtocol(e)) > 0 {
		r.named(e, p, named)
	}
	r.numbers(e, p)
	r.condition(e, p)
	r.runs(e, p)
}

// hosts reads the hosts of a row; "all" is every host of the dataset, and
// "unstated" one that nobody knows.
func (r *reader) hosts(e *entry) Hosts {
	v, _ := e.get("hosts")
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	switch v {
	case allHosts:
		return r.ds.Hosts
	case wordUnstated:
		return Hosts{unstatedHost}
	}
	return references(&r.reporter, e, "hosts", problem.UnknownHost, "host", r.names.hosts, true)
}

// allHosts is what a row writes for every host.
const allHosts = "all"

func readProtocols(r *reader, e *entry, p *Port) {
	if own := r.byProtocol(e); len(own) > 0 && !has(e, "protocols") {
		p.Protocols = own
	} else if !isSocket(e) {
		p.Protocols = references(&r.reporter, e, "protocols", problem.UnknownProtocol, "protocol", r.names.protocols, !isDocumented(e))
	}
}

// readFrom reads the peers that a row names itself. Each stands as a scope of
// its own.
func readFrom(r *reader, e *entry, p *Port) {
	scopes := newSet(p.Scopes)
	for _, peer := range references(&r.reporter, e, "from", problem.UnknownPeer, "peer", r.names.peers, true) {
		if s := r.names.own[peer.ID]; !scopes.has(s) {
			scopes.add(s)
		}
	}
	p.Scopes = scopes.list
}

// sources wants a row to say who may connect, or where it connects to.
func (r *reader) sources(e *entry, p *Port) {
	scopes, file := e.get("scopes")
	if scopes == nil && !has(e, "from") && !has(e, "to") && !has(e, "between") {
		if !p.Documented && !has(e, "socket") {
			r.missingKey(problem.MissingKey, e, "scopes", "add scopes = …, or from = … or to = … with peers")
		}
	} else if list, ok := scopes.([]any); ok && len(list) == 0 {
		r.report(problem.EmptyList, file, e.path("scopes"), "scopes is an empty list", "name at least one")
	}
}

// on reports whether a row's options let it open: each must be on, but of
// those that exclude each other any one is enough, since more can't be.
func on(options []*Option) bool {
	groups := map[string]bool{}
	for _, o := range options {
		switch {
		case o.Group != "":
			groups[o.Group] = groups[o.Group] || o.On
		case !o.On:
			return false
		}
	}
	for _, any := range groups {
		if !any {
			return false
		}
	}
	return true
}

// hintAtBase says of a half-written row in a layer which row it may mean.
func (d *portDecoder) hintAtBase(e *entry, before int) {
	found := d.problems[before:]
	if !slices.ContainsFunc(found, func(p problem.Problem) bool { return p.Code == problem.MissingKey }) {
		return
	}
	if d.looked++; d.looked > guesses {
		return
	}
	near := problem.DidYouMean(e.id, d.inBase)
	for i := range found {
		if p := &found[i]; p.Code == problem.MissingKey && near != "" {
			p.Hint = "no row below this layer has the id " + quoted(e.id) + ": " + near
		}
	}
}

// judgePort reports a layer that changes the number of a row whose lower
// layers neither call it configurable nor offer the number in one-of.
func judgePort(r *reader, below *entry, above values) {
	port := above.table["port"]
	old, _ := below.get("port")
	if named, isTable := below.namedPorts(); isTable {
		whole := map[string]any{}
		for _, port := range named {
			whole[port.name] = port.value
		}
		old = whole
	}
	free, _ := below.get("configurable")
	_, setting := free.(string)
	if free == true || setting || samePorts(old, port) || offers(below, port) || !readable(port) { // what can't be read is told as that
		return
	}
	text, hint := fixedAt(below, old)+": the dataset doesn't call it configurable", "leave it, or correct the dataset itself with configurable = true"
	if has(below, "one-of") {
		if _, wrong := parseRange(port); wrong == nil && above.table["one-of"] == nil { // told as one that isn't offered
			return
		}
		text, hint = fixedAt(below, old), chooseOne
	}
	r.report(problem.NotConfigurable, above.file, below.path("port"), text, hint)
}

// chooseOne is the way out where a layer chooses.
const chooseOne = "choose one of them"

// readable reports whether a value of the key port is right by itself.
func readable(v any) bool {
	if named, isTable := v.(map[string]any); isTable {
		for _, port := range named {
			if _, ok := parsePorts(port); !ok {
				return false
			}
		}
		return true
	}
	if list, isList := v.([]any); isList {
		v = slices.DeleteFunc(slices.Clone(list), func(v any) bool { return v == portDynamic || v == portUnknown })
	}
	_, ok := parsePorts(v)
	return ok || v == portDynamic || v == portUnknown || v == wordAll
}

// fixedAt says which port a row has.
func fixedAt(e *entry, port any) string {
	choices, _ := e.get("one-of")
	pattern, _ := e.get("pattern")
	switch {
	case choices != nil:
		return fmt.Sprintf("the port of %q is one of %s", e.id, written(choices))
	case port != nil:
		return fmt.Sprintf("the port of %q is fixed at %s", e.id, written(port))
	case pattern != nil:
		return fmt.Sprintf("the port of %q is fixed at %v", e.id, pattern)
	}
	return fmt.Sprintf("%q has no port", e.id)
}

// samePorts reports whether two values of the key port mean the same.
func samePorts(a, b any) bool {
	if word, ok := a.(string); ok && word == b {
		return true
	}
	if named, ok := b.(map[string]any); ok { // a layer may say some of the names
		old, _ := a.(map[string]any)
		for name, port := range named {
			if old[name] == nil || !samePorts(old[name], port) {
				return false
			}
		}
		return true
	}
	if list, ok := b.([]any); ok && hasWord(list) {
		old, _ := a.([]any)
		return slices.EqualFunc(old, list, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
	}
	x, xOK := parsePorts(a)
	y, yOK := parsePorts(b)
	return xOK && yOK && slices.Equal(x, y)
}

// parsePorts reads a value of the key port, if nothing is wrong with it.
func parsePorts(v any) ([]Range, bool) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	out := make([]Range, len(list))
	for i, element := range list {
		r, wrong := parseRange(element)
		if wrong != nil {
			return nil, false
		}
		out[i] = r
	}
	return out, true
}

// written shows a value of the key port in a message.
func written(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return strings.Join(Texts(sortedKeys(v), func(name string) string { return name + " " + written(v[name]) }), ", ")
	case []any:
		if hasWord(v) {
			return strings.Join(Texts(v, written), ", ")
		}
	}
	if ranges, ok := parsePorts(v); ok {
		return joinRanges(ranges)
	}
	if word, ok := v.(string); ok {
		return quoted(word)
	}
	return typeName(v)
}

// offers reports whether the number is one of the row's one-of.
func offers(e *entry, port any) bool {
	choices, _ := e.get("one-of")
	list, isList := choices.([]any)
	if !isList {
		list = []any{choices}
	}
	r, wrong := parseRange(port)
	return wrong == nil && slices.ContainsFunc(list, func(v any) bool {
		choice, wrong := parseRange(v)
		return wrong == nil && choice.From <= r.From && r.To <= choice.To
	})
}

// references reads a list of ids and finds what each stands for.
func references[T any](r *reporter, e *entry, key string, code problem.Code, word string, by map[string]*T, required bool) []*T {
	list, file := r.list(e, key, required)
	if len(list) == 0 {
		return nil
	}
	var out set[*T]
	for i, v := range list {
		id, ok := v.(string)
		found := by[id]
		switch {
		case !ok:
			r.wrongType(file, e.element(key, i), "a list of ids", v)
		case found == nil && by[unsure] != nil: // it may be what a syntax error hides
		case found == nil:
			r.report(code, file, e.element(key, i), fmt.Sprintf("unknown %s %s", word, quoted(id)),
				r.known(code, word+"s", id, func() []string { return sortedKeys(by) }))
		case out.has(found):
			r.report(problem.Repeated, file, e.element(key, i), fmt.Sprintf("%s %q is in the list twice", word, id), "remove one")
		default:
			out.add(found)
		}
	}
	return out.list
}
