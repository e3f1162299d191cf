package dataset

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// noDetails is what rows share that say nothing out of the ordinary.
var noDetails Details

// HasDetails reports whether the row says more than most.
func (p *Port) HasDetails() bool { return p.Details != &noDetails }

// readConfigurable reads a key that is true, false, or the name of the
// product's setting that changes the port.
func readConfigurable(r *reader, e *entry, p *Port) {
	v, file := e.get("configurable")
	switch v := v.(type) {
	case nil:
	case bool:
		p.Configurable = v
	case string:
		p.Configurable = true
		p.Setting = r.text(e, "configurable", true)
	default:
		r.wrongType(file, e.path("configurable"), "true, false or the name of a setting", v)
	}
}

// readOpens reads a key that is true unless a row says otherwise.
func readOpens(r *reader, e *entry, p *Port) {
	v, file := e.get("opens")
	if _, isBool := v.(bool); v != nil && !isBool {
		r.wrongType(file, e.path("opens"), "true or false", v)
	}
	p.Documented = isDocumented(e)
}

// isDocumented reports whether a row says that it opens nothing.
func isDocumented(e *entry) bool {
	v, _ := e.get("opens")
	opens, isBool := v.(bool)
	return isBool && !opens
}

// isSocket reports whether a row is a unix socket.
func isSocket(e *entry) bool {
	v, _ := e.get("socket")
	path, _ := v.(string)
	return path != "" || v == true
}

func has(e *entry, key string) bool {
	v, _ := e.get(key)
	return v != nil
}

func addrTexts(list []netip.Addr) []string { return Texts(list, netip.Addr.String) }

// texts reads one text or a list of them.
func (r *reporter) texts(e *entry, key string) []string {
	list, file := r.list(e, key, true)
	var out []string
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			r.wrongType(file, e.element(key, i), "text or a list of texts", v)
			continue
		}
		r.checkText(file, e.element(key, i), key, s, true)
		out = append(out, s)
	}
	return out
}

// checkChoice wants the row's port to be one of those that it may be.
func (r *reader) checkChoice(e *entry, p *Port) {
	v, file := e.get("port")
	if v == nil || len(p.OneOf) == 0 {
		return
	}
	if one, wrong := parseRange(v); wrong == nil && !offers(e, v) && !p.Configurable {
		hint := chooseOne
		if file == e.base.file {
			hint += ", or call the row configurable"
		}
		r.report(problem.NotOffered, file, e.path("port"), fmt.Sprintf("port %s is not one of %s", one, joinRanges(p.OneOf)), hint)
	}
}

// bind reads the addresses that a row listens on.
func (r *reader) bind(e *entry, p *Port) {
	list, file := r.list(e, "bind", true)
	var bind set[netip.Addr]
	for i, v := range list {
		s, ok := v.(string)
		a, err := netip.ParseAddr(s)
		switch {
		case !ok:
			r.wrongType(file, e.element("bind", i), "an address or a list of them", v)
		case err != nil || a.Zone() != "" || a.Is4In6():
			hint := `write an IPv4 or IPv6 address such as "127.0.0.1"`
			if strings.EqualFold(s, "localhost") || strings.EqualFold(s, "loopback") {
				hint = `write ["127.0.0.1", "::1"]`
			}
			r.report(problem.BadAddress, file, e.element("bind", i), fmt.Sprintf("%q is not an IP address", s), hint)
		case bind.has(a):
			r.report(problem.Repeated, file, e.element("bind", i), fmt.Sprintf("%s is in the list twice", s), "remove one")
		default:
			bind.add(a)
		}
	}
	p.Bind = bind.list
}

// loopback holds against its sources a row that listens on the loopback
// interface alone, where only its own host can reach it.
func (r *reader) loopback(e *entry, p *Port) {
	if !p.Loopback() {
		return
	}
	_, file := e.get("bind")
	for _, s := range p.Scopes {
		for _, peer := range s.From {
			if peer.Kind != PeerSelf {
				r.report(problem.UnreachableBind, file, e.path("bind"),
					fmt.Sprintf("%s can't be reached from %s: it listens on the loopback interface", e.name(), peer.ID),
					`write from = "self", or take the loopback address out`)
				return
			}
		}
	}
}

// forwarded wants a row that is forwarded to be traffic that comes in, to a
// port that DNAT can know it by.
func (r *reader) forwarded(e *entry, p *Port) {
	if !p.Forwarded || p.Socket != "" {
		return
	}
	_, file := e.get("forwarded")
	if len(p.Scopes) == 0 && len(p.To) > 0 {
		r.report(problem.PortNeedless, file, e.path("forwarded"), "outgoing traffic is not forwarded by a port of the host",
			"remove the line, or say with scopes or from who connects")
		return
	}
	for _, proto := range p.Protocols {
		if !proto.HasPorts {
			r.report(problem.PortNeedless, file, e.path("forwarded"), proto.Name+" has no ports, by which traffic is forwarded",
				"remove the line, or give the protocol a row of its own")
			return
		}
	}
}

// types reads ICMP types: numbers of 0 to 255, or texts with a code behind, such
// as "3/4".
func (r *reader) types(e *entry, p *Port) {
	list, file := r.list(e, "types", true)
	for i, v := range list {
		n, code, wrong := parseType(v)
		twice := func(j int) bool { return p.Types[j] == n && (p.Code(j) == code || p.Code(j) < 0 || code < 0) }
		if wrong == nil {
			for j := range p.Types {
				if twice(j) && p.Code(j) == code {
					wrong = &fault{problem.Repeated, fmt.Sprintf("type %s is in the list twice", icmpText(n, code)), "remove one"}
				} else if twice(j) {
					wrong = &fault{problem.Repeated, fmt.Sprintf("type %s is within type %d", icmpText(n, max(code, p.Code(j))), n), "remove one"}
				}
			}
		}
		if wrong != nil {
			r.report(wrong.code, file, e.element("types", i), wrong.text, wrong.hint)
			continue
		}
		for code >= 0 && len(p.codes) < len(p.Types) { // the first one with a code
			p.codes = append(p.codes, -1)
		}
		p.Types = append(p.Types, n)
		if code >= 0 || len(p.codes) > 0 {
			p.codes = append(p.codes, code)
		}
	}
	protocols, file := r.list(e, "protocols", false)
	for i, v := range protocols {
		if v != "icmp" && v != "icmpv6" {
			r.report(problem.PortNeedless, file, e.element("protocols", i), "only icmp and icmpv6 have types", "remove the line types = …")
			return
		}
	}
}

// parseType reads an ICMP type, and its code or -1.
func parseType(v any) (number, code int, wrong *fault) {
	text, isText := v.(string)
	first, second, both := strings.Cut(text, "/")
	switch n, isNumber := v.(int64); {
	case isNumber:
		text, first, both = strconv.FormatInt(n, 10), strconv.FormatInt(n, 10), false
	case !isText:
		return 0, 0, &fault{problem.WrongType, "types must be a number, a text such as \"3/4\" or a list of these, not " + typeName(v), ""}
	}
	number, err := strconv.Atoi(first)
	code = -1
	if both && err == nil {
		code, err = strconv.Atoi(second)
	}
	switch {
	case err != nil:
		return 0, 0, &fault{problem.PortRange, quoted(text) + " is no type of ICMP", `write a number, or type and code: "3/4"`}
	case number < 0 || number > 255:
		return 0, 0, &fault{problem.PortRange, fmt.Sprintf("type %d is outside 0–255", number), ""}
	case both && (code < 0 || code > 255):
		return 0, 0, &fault{problem.PortRange, fmt.Sprintf("code %d is outside 0–255", code), ""}
	}
	return number, code, nil
}

// Code gives the code that the i-th type of the row has, or -1 for all.
func (p *Port) Code(i int) int {
	if len(p.codes) == 0 {
		return -1
	}
	return p.codes[i]
}

func icmpText(number, code int) string {
	if code < 0 {
		return strconv.Itoa(number)
	}
	return strconv.Itoa(number) + "/" + strconv.Itoa(code)
}

// TypeTexts gives the ICMP types of the row, with their codes: "8", "3/4".
func (p *Port) TypeTexts() []string {
	out := make([]string, len(p.Types))
	for i, n := range p.Types {
		out[i] = icmpText(n, p.Code(i))
	}
	return out
}

// TypeValues gives the same as a dataset writes them: a number, or a text where
// there is a code.
func (p *Port) TypeValues() []any {
	out := make([]any, len(p.Types))
	for i, text := range p.TypeTexts() {
		if out[i] = text; p.Code(i) < 0 {
			out[i] = p.Types[i]
		}
	}
	return out
}

// statedTypes gives the value of the key types.
func (p *Port) statedTypes() any {
	if len(p.codes) == 0 {
		return p.Types
	}
	return p.TypeTexts()
}

// apart reports whether two rows are about other types of ICMP, or codes.
func (p *Port) apart(q *Port) bool {
	if len(p.Types) == 0 || len(q.Types) == 0 {
		return false
	}
	for i, n := range p.Types {
		for j, m := range q.Types {
			if n == m && (p.Code(i) < 0 || q.Code(j) < 0 || p.Code(i) == q.Code(j)) {
				return false
			}
		}
	}
	return true
}

// socketUnknown stands for the path of a unix socket that the source doesn't say.
const socketUnknown = "unknown"

// readSocket reads the path of a unix socket, or true for one whose path nobody
// knows.
func readSocket(r *reader, e *entry, p *Port) {
	switch v, _ := e.get("socket"); v {
	case true:
		p.Socket = socketUnknown
	case false:
	default:
		p.Socket = r.text(e, "socket", true)
	}
}

// readAlternative reads the ports that stand for a unix socket.
func readAlternative(r *reader, e *entry, p *Port) {
	p.Alternative = r.ranges(e, "alternative")
	if !isSocket(e) {
		_, file := e.get("alternative")
		r.reportKey(problem.PortNeedless, file, e.path("alternative"), "only a unix socket has a port that stands for it", "write one-of for ports of which the product uses one")
	}
}

// socket checks a row that is a unix socket: it has hosts and nothing else of
// a network.
func (r *reader) socket(e *entry, p *Port) {
	for _, key := range []string{"port", "protocols", "scopes", "from", "to", "one-of", "when", "types", "bind", "interfaces", "forwarded", "selinux", "target"} {
		if v, file := e.get(key); v != nil {
			r.reportKey(problem.PortNeedless, file, e.path(key), "a unix socket has no "+key, "remove the line")
		}
	}
	p.Scopes = nil
}
