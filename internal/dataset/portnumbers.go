package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// readPort reads the key port, unless the row is a socket, which has none.
func readPort(r *reader, e *entry, p *Port) {
	v, file := e.get("port")
	list, _ := v.([]any)
	named, isTable := e.namedPorts()
	switch word, _ := v.(string); {
	case isSocket(e) || v == nil:
	case isTable && len(r.byProtocol(e)) > 0: // when the protocols are read too
	case isTable:
		r.named(e, p, named)
	case hasWord(list):
		r.mixed(e, p, list, file)
	case word == portDynamic || word == portUnknown:
		p.Unstated = word
	case word == wordAll:
		p.Ranges = []Range{{1, 65535}}
	default:
		p.Ranges = r.ranges(e, "port")
	}
}

// numbers finds the port of a row that says it by another key, and holds it
// against the protocols. Of several, those that have ports take it.
func (r *reader) numbers(e *entry, p *Port) {
	withPorts := 0
	for _, proto := range p.Protocols {
		if proto.HasPorts {
			withPorts++
		}
	}
	switch {
	case has(e, "port"):
	case len(p.OneOf) > 0:
		p.Ranges = p.OneOf[:1]
	case p.Pattern != "":
		p.Unstated = portUnknown
	default:
		if withPorts > 0 {
			r.missingPort(e)
		}
		return
	}
	if len(p.Protocols) > 0 && withPorts == 0 || slices.Contains(p.Protocols, anyProtocol) {
		r.needless(e, withPorts > 0)
	}
}

// ranges reads a port, a range or a list of these.
func (r *reader) ranges(e *entry, key string) []Range {
	list, file := r.list(e, key, true)
	var out portSet
	for i, element := range list {
		one, wrong := parseRange(element)
		if wrong == nil {
			wrong = out.add(one)
		}
		if wrong != nil {
			r.report(wrong.code, file, e.element(key, i), wrong.text, wrong.hint)
			continue
		}
	}
	return out.ranges
}

func (r *reader) missingPort(e *entry) {
	r.missingKey(problem.PortMissing, e, "port",
		`add a line port = 443, "30000-32767", a list of these, "all", "dynamic" or "unknown"`)
}

// needless reports each protocol of the row that has no ports, or beside others
// that have some the one that stands for all.
func (r *reader) needless(e *entry, others bool) {
	list, file := r.list(e, "protocols", true)
	for i, v := range list {
		id, _ := v.(string)
		proto := r.names.protocols[id]
		if proto == nil || proto.HasPorts || others && proto != anyProtocol {
			continue
		}
		hint := "remove the line with the port"
		if len(list) > 1 {
			hint = "give it a row of its own, without a port"
		}
		r.report(problem.PortNeedless, file, e.element("protocols", i), fmt.Sprintf("%s has no ports", proto.Name), hint)
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
			return Range{}, &fault{problem.PortRange, quoted(v) + " is not a port or a range of ports", rangeHint(v)}
		case a < 1 || a > 65535:
			return Range{}, outside(strconv.FormatUint(a, 10))
		case b < 1 || b > 65535:
			return Range{}, outside(strconv.FormatUint(b, 10))
		case a > b:
			return Range{}, &fault{problem.RangeInverted, fmt.Sprintf("range %d-%d ends before it begins", a, b), fmt.Sprintf(`write "%d-%d"`, b, a)}
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
	const examples = `write 443, "30000-32767", or a list of these`
	var ends []uint64
	for _, f := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" :-–—.,", c) }) {
		n, err := strconv.ParseUint(f, 10, 16)
		if err != nil || n == 0 || len(ends) == 8 {
			return examples
		}
		ends = append(ends, n)
	}
	switch {
	case len(ends) == 1:
		return fmt.Sprintf("write %d", ends[0])
	case len(ends) == 2 && !strings.Contains(s, ","):
		return fmt.Sprintf(`write "%d-%d"`, min(ends[0], ends[1]), max(ends[0], ends[1]))
	case len(ends) > 1:
		return "write a list: " + strings.ReplaceAll(fmt.Sprint(ends), " ", ", ")
	}
	return examples
}
