package policy

import (
	"maps"
	"slices"

	"portpress/internal/dataset"
)

// PortType is ports of one protocol that SELinux knows by one type.
type PortType struct {
	Type     string
	Protocol string   // its id
	Ports    []string // ranges in order
	Rows     []string // the ids of the rows that say so
}

// portTypeProtocols are the protocols of which those who set types know ports:
// community.general.seport by its argument specification, and the role
// linux-system-roles.selinux by its meta/argument_specs.yml.
var portTypeProtocols = map[string][]string{
	"seport":       {"tcp", "udp"},
	"selinux-role": {"tcp", "udp", "dccp", "sctp"},
}

// PortTypeConsumers lists those who set types.
func PortTypeConsumers() []string { return slices.Sorted(maps.Keys(portTypeProtocols)) }

// PortTypes gives the types that ports of a host have to SELinux, as a consumer
// takes them, and the warnings of what it can't be told.
//
// libsemanage refuses a range that overlaps another one which was set, also of
// the same type. So ranges are cut wherever one of the product begins or ends,
// on whichever host type: a machine may be several.
func (p *Policy) PortTypes(h *dataset.Host, consumer string) (types []*PortType, warnings []Warning, known bool) {
	protocols, known := portTypeProtocols[consumer]
	if !known {
		return nil, nil, false
	}
	type group struct{ protocol, name string }
	type rowOf struct {
		t   *PortType
		row *dataset.Port
	}
	at := map[group]*PortType{}
	named := map[rowOf]bool{}
	for _, proto := range protocols {
		for _, cut := range p.typed(h, proto) {
			g := group{proto, cut.row.SELinux}
			t := at[g]
			if t == nil {
				t = &PortType{Type: g.name, Protocol: proto}
				at[g] = t
				types = append(types, t)
			}
			if text := cut.ports.String(); len(t.Ports) == 0 || t.Ports[len(t.Ports)-1] != text {
				t.Ports = append(t.Ports, text)
			}
			if of := (rowOf{t, cut.row}); !named[of] {
				named[of] = true
				t.Rows = append(t.Rows, cut.row.ID)
			}
		}
	}
	return types, p.untyped(h, protocols), true
}

// cut is a part of a row's range, between neighbouring ends of any.
type cut struct {
	ports dataset.Range
	row   *dataset.Port
}

// typed gives the cuts of a host's rows over a protocol, in the order of ports.
func (p *Policy) typed(h *dataset.Host, proto string) []cut {
	var ends []int // where a range begins, or the next would
	var own []cut
	for _, row := range p.ds.Ports {
		protocols := row.OpenProtocols()
		i := slices.IndexFunc(protocols, func(p *dataset.Protocol) bool { return p.ID == proto })
		if i < 0 {
			continue
		}
		for _, r := range row.Typed(protocols[i]) {
			ends = append(ends, r.From, r.To+1)
			if slices.Contains(row.OpenHosts(), h) {
				own = append(own, cut{r, row})
			}
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	var cuts []cut
	for _, c := range own {
		i, _ := slices.BinarySearch(ends, c.ports.From)
		for ; ends[i] <= c.ports.To; i++ {
			cuts = append(cuts, cut{dataset.Range{From: ends[i], To: ends[i+1] - 1}, c.row})
		}
	}
	slices.SortStableFunc(cuts, func(a, b cut) int { return a.ports.From - b.ports.From })
	return cuts
}

// untyped warns of the rows of a host whose types the consumer can't be told.
func (p *Policy) untyped(h *dataset.Host, protocols []string) (warnings []Warning) {
	for _, row := range p.ds.Ports {
		if row.SELinux == "" || !row.On || row.Documented || !slices.Contains(row.OpenHosts(), h) {
			continue
		}
		if why := row.Unopenable(); why != "" && !row.IsTyped() {
			warnings = append(warnings, CannotCarry(row, why))
			continue
		}
		for _, proto := range row.OpenProtocols() {
			if !slices.Contains(protocols, proto.ID) {
				warnings = append(warnings, CannotCarry(row, "it knows no types for ports of "+proto.Name))
			}
		}
	}
	return warnings
}
