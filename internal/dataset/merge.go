package dataset

import (
	"net/netip"
	"slices"
	"strings"
)

// merge makes one flow of those that say the same for several rows, so that a
// firewall gets one rule that names all purposes.
func (ds *Dataset) merge() {
	type same struct {
		direction Direction
		host      *Host
		protocol  *Protocol
		ports     Range
		scope     *Scope
		peer      *Peer
		narrowed  string
	}
	at := make(map[same]int, len(ds.Flows))
	kept := ds.Flows[:0]
	for _, f := range ds.Flows {
		key := same{f.Direction, f.Host, f.Protocol, f.Range, f.Scope, f.Peer, f.Port.narrowed()}
		if i, again := at[key]; again {
			kept[i].Also = append(kept[i].Also, f.Port)
			continue
		}
		at[key] = len(kept)
		kept = append(kept, f)
	}
	ds.Flows = kept
}

// narrowed tells apart rows that open the same port in part only.
func (p *Port) narrowed() string {
	if len(p.Bind)+len(p.Interfaces)+len(p.Types) == 0 {
		return ""
	}
	devices := Texts(p.Interfaces, func(i *Interface) string { return i.ID })
	return strings.Join(append(Texts(p.Bind, netip.Addr.String), devices...), " ") + " " + strings.Join(p.TypeTexts(), ", ")
}

// Purpose joins what the rows of a flow say that it is for, if they say it.
func (f *Flow) Purpose() string {
	if len(f.Also) == 0 {
		return f.Port.Purpose
	}
	var purposes []string
	for _, p := range append([]*Port{f.Port}, f.Also...) {
		if p.Purpose != "" {
			purposes = append(purposes, p.Purpose)
		}
	}
	return strings.Join(unique(purposes), "; ")
}

// Label names the flow's row, what of it is assumed, and what it is for.
func (f *Flow) Label() string {
	text := f.Port.ID
	if assumption := f.Assumption(); assumption != "" {
		text += " (" + assumption + ")"
	}
	if purpose := f.Purpose(); purpose != "" {
		text += ": " + purpose
	}
	return text
}

// Forwarded reports whether any row that says the flow says, too, that the host
// sends its traffic on by DNAT.
func (f *Flow) Forwarded() bool {
	return f.Port.Forwarded || slices.ContainsFunc(f.Also, func(p *Port) bool { return p.Forwarded })
}

// AlsoIDs gives the ids of the other rows that say the same.
func (f *Flow) AlsoIDs() []string { return Texts(f.Also, func(p *Port) string { return p.ID }) }
