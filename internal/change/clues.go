package change

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// The ids of each section, in the order of the document.

func interfaceIDs(ds *dataset.Dataset) []string {
	return dataset.Texts(ds.Interfaces, func(i *dataset.Interface) string { return i.ID })
}

func optionIDs(ds *dataset.Dataset) []string {
	return dataset.Texts(ds.Options, func(o *dataset.Option) string { return o.ID })
}

func peerIDs(ds *dataset.Dataset) []string {
	return dataset.Texts(ds.Peers, func(p *dataset.Peer) string { return p.ID })
}

func portIDs(ds *dataset.Dataset) []string {
	return dataset.Texts(ds.Ports, func(p *dataset.Port) string { return p.ID })
}

// declared leaves out the scopes that stand for a peer: those are the peer's
// affair.
func declared(ds *dataset.Dataset) []string {
	var ids []string
	for _, s := range ds.Scopes {
		if !s.Own {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// The clues. Each gives for some ids what to recognise them by.

func interfaceNames(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, i := range v.ds.Interfaces {
		keys[i.ID] = folded(i.Name)
	}
	return keys
}

func optionNames(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, o := range v.ds.Options {
		keys[o.ID] = folded(o.Name)
	}
	return keys
}

func peerNames(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, p := range v.ds.Peers {
		keys[p.ID] = folded(p.Name)
	}
	return keys
}

func peerNetworks(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, p := range v.ds.Peers {
		keys[p.ID] = strings.Join(slices.Sorted(slices.Values(dataset.Texts(p.Networks, netip.Prefix.String))), " ")
	}
	return keys
}

func hostNames(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, h := range v.ds.Hosts {
		keys[h.ID] = folded(h.Name)
	}
	return keys
}

// hostRows recognises a host by the ids of its rows.
func hostRows(v *view, _ []string) map[string]string {
	return rowsOf(v, func(p *dataset.Port) []string { return p.Hosts.IDs() })
}

func scopeNames(v *view, _ []string) map[string]string {
	keys := map[string]string{}
	for _, s := range v.ds.Scopes {
		keys[s.ID] = folded(s.Name)
	}
	return keys
}

// scopeRows recognises a scope by what it lets in and the ids of its rows.
func scopeRows(v *view, _ []string) map[string]string {
	keys := rowsOf(v, func(p *dataset.Port) []string { return p.Scopes.IDs() })
	for _, s := range v.ds.Scopes {
		if keys[s.ID] != "" {
			keys[s.ID] += " from " + sorted(v.peers(s.From))
		}
	}
	return keys
}

// rowsOf lists for each id the rows that refer to it.
func rowsOf(v *view, refers func(*dataset.Port) []string) map[string]string {
	rows := map[string][]string{}
	for _, p := range v.ds.Ports {
		for _, id := range refers(p) {
			rows[id] = append(rows[id], p.ID)
		}
	}
	keys := make(map[string]string, len(rows))
	for id, list := range rows {
		keys[id] = sorted(list)
	}
	return keys
}

// rowOpenings recognises a row by what it opens, or would if its options were
// on; with purpose, also by what for.
func rowOpenings(purpose bool) func(*view, []string) map[string]string {
	return func(v *view, ids []string) map[string]string {
		keys := map[string]string{}
		for _, p := range v.rows(ids) {
			keys[p.ID] = v.opening(p)
			if purpose {
				keys[p.ID] += "\x00" + folded(p.Purpose)
			}
		}
		return keys
	}
}

// rowPurposes recognises a row whose port or scope changed together with its
// id: by its purpose on the same hosts.
func rowPurposes(v *view, ids []string) map[string]string {
	keys := map[string]string{}
	for _, p := range v.rows(ids) {
		if p.Purpose == "" {
			continue // which is no clue
		}
		keys[p.ID] = strings.Join([]string{folded(p.Purpose), sorted(v.hosts(p)), sorted(p.ProtocolIDs())}, "\x00")
	}
	return keys
}

// opening writes down what a row opens, alike for rows that open the same.
func (v *view) opening(p *dataset.Port) string {
	var sources []string
	for _, s := range p.Scopes {
		sources = append(sources, v.peers(s.From)...)
	}
	return strings.Join([]string{
		sorted(p.ProtocolIDs()), fmt.Sprint(set(p.Ranges)), p.Unstated, p.Pattern, sorted(v.hosts(p)),
		sorted(sources), sorted(v.peers(p.To)), sorted(v.peers(p.Between)), sorted(p.TypeTexts()),
		sorted(dataset.Texts(p.Bind, netip.Addr.String)),
		sorted(dataset.Texts(p.Interfaces, func(i *dataset.Interface) string { return v.id("interfaces", i.ID) })),
		p.Socket, sorted(dataset.Texts(p.Options, func(o *dataset.Option) string { return v.id("options", o.ID) })),
		fmt.Sprint(p.Documented),
	}, "\x00")
}

func (v *view) hosts(p *dataset.Port) []string {
	return dataset.Texts(p.Hosts, func(h *dataset.Host) string { return v.id("hosts", h.ID) })
}

func (v *view) peers(list []*dataset.Peer) []string {
	return dataset.Texts(list, func(p *dataset.Peer) string { q := v.party(p); return string(q.kind) + ":" + q.id })
}

// rows gives the rows with the ids.
func (v *view) rows(ids []string) []*dataset.Port {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var rows []*dataset.Port
	for _, p := range v.ds.Ports {
		if wanted[p.ID] {
			rows = append(rows, p)
		}
	}
	return rows
}

// purpose is folded for comparing.
func (v *view) purpose(id string) string {
	if v.purposes == nil {
		v.purposes = make(map[string]string, len(v.ds.Ports))
		for _, p := range v.ds.Ports {
			v.purposes[p.ID] = folded(p.Purpose)
		}
	}
	return v.purposes[id]
}

// folded makes texts alike that differ in case and white space only.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// sorted joins a list so that the order of its elements and repeats don't
// count.
func sorted(list []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(list))), " ")
}
