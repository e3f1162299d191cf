package change

import (
	"slices"

	"portpress/internal/dataset"
)

// egress compares what hosts may send beside what rows say: anything, or where
// the site has all else denied, what it allows.
func (c *comparer) egress() {
	a, b := &c.was.ds.Egress, &c.is.ds.Egress
	d := differ{was: c.was, is: c.is}
	fields(&d, dataset.EgressKeys(), a, b)
	c.add(Entry{
		Section: "egress", State: Unchanged, Fields: d.fields,
		More: letsOut(a, b, c.is.ds.Hosts), Less: letsOut(b, a, c.was.ds.Hosts),
	})
}

// letsOut gives what one side lets hosts send that the other doesn't.
func letsOut(without, with *dataset.Egress, hosts dataset.Hosts) []Opening {
	switch {
	case !without.Deny:
		return nil
	case !with.Deny:
		return []Opening{{
			Direction: dataset.Out, Protocols: []string{anyProtocol}, Hosts: hosts.IDs(), Peers: []string{string(dataset.PeerAny)},
		}}
	}
	var list []Opening
	for _, row := range with.Rows(false) {
		if slices.ContainsFunc(without.Rows(false), func(old *dataset.Port) bool { return old.ID == row.ID }) {
			continue
		}
		o := Opening{
			Direction: dataset.Out, Protocols: row.ProtocolIDs(), Ports: dataset.Texts(row.Ranges, dataset.Range.String),
			Types: row.TypeTexts(), Hosts: hosts.IDs(), Peers: row.ToIDs(),
		}
		list = append(list, o)
	}
	return list
}
