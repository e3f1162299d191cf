package dataset

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IDs gives the ids of the hosts.
func (h Hosts) IDs() []string { return Texts(h, func(h *Host) string { return h.ID }) }

// Title joins the names as a table cell does: "Managers, workers".
func (h Hosts) Title() string {
	return title(Texts(h, func(h *Host) string {
		if h.asWritten {
			return properName + h.Name
		}
		return h.Name
	}))
}

// IDs gives the ids of the scopes.
func (s Scopes) IDs() []string { return Texts(s, func(s *Scope) string { return s.ID }) }

// Title joins the names as a table cell does: "External, internal".
func (s Scopes) Title() string {
	return title(Texts(s, func(s *Scope) string {
		if s.Own || s.asWritten { // that of a peer is often the name of a product
			return properName + s.Name
		}
		return s.Name
	}))
}

// Explained gives the scopes that documents list: those of the dataset, and
// peers that rows name directly where something is said of them.
func (s Scopes) Explained() Scopes {
	var out Scopes
	for _, scope := range s {
		if (scope.Description != "" || !scope.Own) && !scope.assumed {
			out = append(out, scope)
		}
	}
	return out
}

// properName marks a name that keeps its first letter.
const properName = "\x00"

// ProtocolIDs gives the ids of the row's protocols.
func (p *Port) ProtocolIDs() []string {
	return Texts(p.Protocols, func(p *Protocol) string { return p.ID })
}

// ProtocolTitle joins the names of the row's protocols: "TCP, UDP". Nothing
// stands for one that isn't stated, unless others are: "TCP, unstated".
func (p *Port) ProtocolTitle() string {
	if len(p.Protocols) == 1 {
		return p.Protocols[0].Name
	}
	return p.anded(", ", Texts(p.Protocols, func(p *Protocol) string { return cmp.Or(p.Name, p.ID) }))
}

// anded joins what the row's protocols say, of which it may be that one counts.
func (p *Port) anded(mark string, texts []string) string {
	if p.Details != nil && p.Either {
		mark = " or "
	}
	return strings.Join(texts, mark)
}

// numberTitle writes protocols and numbers: "TCP, UDP 7946", "TCP 88, 389; UDP
// 88", "UDP 500; ESP".
func (p *Port) numberTitle() string {
	number := p.Number()
	if p.Details != nil && p.Pattern == "" && len(p.portProtocols) > 0 {
		return p.anded("; ", p.eachProtocol(func(proto *Protocol, ranges []Range) string {
			return strings.TrimSpace(proto.Name + " " + joinRanges(ranges))
		}))
	}
	with, without := *p, *p
	with.Protocols, without.Protocols = nil, nil
	for _, proto := range p.Protocols {
		if proto.HasPorts || number == "" {
			with.Protocols = append(with.Protocols, proto)
		} else {
			without.Protocols = append(without.Protocols, proto)
		}
	}
	parts := []string{strings.TrimSpace(with.ProtocolTitle() + " " + number)}
	if len(without.Protocols) > 0 {
		parts = append(parts, without.ProtocolTitle())
	}
	return p.anded("; ", parts)
}

// Title writes protocols and numbers as a table's cell does: "TCP, UDP 7946",
// "TCP 443 (configurable)", "TCP 9443 (or 443)".
func (p *Port) Title() string {
	if p.Socket != "" {
		title := "unix socket"
		if p.Socket != socketUnknown {
			title += " " + p.Socket
		}
		if len(p.Alternative) > 0 {
			title += " (or port " + joinRanges(p.Alternative) + ")"
		}
		return title
	}
	var b strings.Builder
	b.WriteString(p.numberTitle())
	if len(p.Types) > 0 {
		b.WriteString(" type ")
		b.WriteString(strings.Join(p.TypeTexts(), ", "))
	}
	var remarks []string
	if len(p.OneOf) > 0 {
		var others []string
		now := newSet(p.Ranges)
		for _, r := range p.OneOf {
			if !now.has(r) {
				others = append(others, r.String())
			}
		}
		if len(others) > 0 {
			remarks = append(remarks, "or "+strings.Join(others, ", "))
		}
	}
	if p.Details != nil {
		remarks = append(remarks, p.whenTitles()...)
	}
	switch {
	case p.Setting != "":
		remarks = append(remarks, "configurable: "+p.Setting)
	case p.Configurable:
		remarks = append(remarks, "configurable")
	}
	if len(remarks) > 0 {
		b.WriteString(" (" + strings.Join(remarks, "; ") + ")")
	}
	return b.String()
}

func joinInts(list []int) string {
	return strings.Join(Texts(list, strconv.Itoa), ", ")
}

// ToIDs gives the ids of the row's destinations.
func (p *Port) ToIDs() []string { return Texts(p.To, func(p *Peer) string { return p.ID }) }

// ToTitle joins the names of the row's destinations.
func (p *Port) ToTitle() string {
	return strings.Join(Texts(p.To, func(p *Peer) string { return p.party("destination") }), ", ")
}

// party gives a peer's name within a sentence, where one that isn't stated is
// such a one.
func (p *Peer) party(word string) string {
	if p.unstated() {
		return "an unstated " + word
	}
	return p.Name
}

// Caption is what documents call the row: its purpose, or without one its id.
func (p *Port) Caption() string { return cmp.Or(p.Purpose, p.ID) }

// ScopeTitle joins the names of the row's scopes and destinations: "Internal",
// "to Image registry", "Internal; to Image registry".
func (p *Port) ScopeTitle() string {
	var parts []string
	if len(p.Scopes) > 0 {
		parts = append(parts, p.Scopes.Title())
	}
	if len(p.To) > 0 {
		parts = append(parts, "to "+p.ToTitle())
	}
	if between := p.betweenTitle(); between != "" {
		parts = append(parts, between)
	}
	return strings.Join(parts, "; ")
}

// ConditionTitle says which options the row needs: all, but of a group any.
func (p *Port) ConditionTitle() string {
	var parts []string
	group := map[string]int{}
	for _, o := range p.Options {
		if i, again := group[o.Group]; again && o.Group != "" {
			parts[i] += " or " + o.Name
			continue
		}
		group[o.Group] = len(parts)
		parts = append(parts, o.Name)
	}
	return strings.Join(parts, " and ")
}

// Remarks gathers what the columns of a table have no room for: the row's
// component aside, whatever it says beyond port, hosts, scope and purpose.
func (p *Port) Remarks() []string {
	var out []string
	add := func(before, text string) {
		if text != "" {
			out = append(out, before+text)
		}
	}
	add("only with ", p.ConditionTitle())
	if !p.HasDetails() {
		return out
	}
	add("", p.PortNamesTitle())
	if p.Instances > 0 {
		add("", fmt.Sprintf("a port for each of %d instances", p.Instances))
	}
	add("", p.Application)
	add("SELinux type ", p.SELinux)
	var at, sent []string
	for _, a := range p.Bind {
		switch {
		case a.IsMulticast():
			sent = append(sent, a.String()+" (multicast)")
		case a == broadcast:
			sent = append(sent, a.String()+" (broadcast)")
		default:
			at = append(at, a.String())
		}
	}
	add("listens on ", strings.Join(at, ", "))
	add("sent to ", strings.Join(sent, ", "))
	add("on ", strings.Join(Texts(p.Interfaces, func(i *Interface) string { return i.Name }), ", "))
	switch {
	case len(p.Target) > 0:
		add("forwards to ", joinRanges(p.Target))
	case p.Forwarded:
		add("", "forwarded by the host")
	}
	switch {
	case p.Since != "" && p.Until != "":
		add("", "from version "+p.Since+" to "+p.Until)
	default:
		add("from version ", p.Since)
		add("up to version ", p.Until)
	}
	if p.Documented {
		add("", "opens nothing")
	}
	return append(out, p.Notes...)
}

// RemarkLines gives each remark a line of its own, as a table's cell does: in a
// row, two could read as one.
func (p *Port) RemarkLines() string { return strings.Join(p.Remarks(), "\n") }

// OptionIDs gives the ids of the options that the row needs.
func (p *Port) OptionIDs() []string {
	return Texts(p.Options, func(o *Option) string { return o.ID })
}

// FromIDs gives the ids of the scope's peers.
func (s *Scope) FromIDs() []string {
	return Texts(s.From, func(p *Peer) string { return p.ID })
}

// Texts gives a text for each element of a list.
func Texts[T any](list []T, text func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = text(v)
	}
	return out
}

// title joins names with commas, as one phrase: every name but the first
// starts in lower case, unless it is an abbreviation, a proper name, or of
// several words, where one can't tell.
func title(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		rest, proper := strings.CutPrefix(name, properName)
		first, size := utf8.DecodeRuneInString(rest)
		second, _ := utf8.DecodeRuneInString(rest[size:])
		if i > 0 && !proper && unicode.IsUpper(first) && !unicode.IsUpper(second) && !strings.Contains(rest, " ") {
			b.WriteRune(unicode.ToLower(first))
			rest = rest[size:]
		}
		b.WriteString(rest)
	}
	return b.String()
}
