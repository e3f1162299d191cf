// Package change tells what differs between two datasets: row by row, and by
// what they open. What opens more than before comes first.
//
// Openings are compared as sets, so that neither an id, nor the order of a
// list, nor the way a range is written counts as a change of what is open.
package change

import (
	"cmp"
	"slices"

	"portpress/internal/dataset"
)

// Change is what differs between an old and a new dataset.
type Change struct {
	Old, New dataset.Product

	// Entries are those that differ or that open more or less: first those that
	// open more, then those that open less, then the others. Within each they
	// stand by section, in the order of the new dataset, removed ones last.
	Entries []Entry

	// Of says which of several comparisons this is, such as "MKE at prod"; it
	// stands in headings.
	Of string

	protocols map[string]string // names of protocols by id
}

// State says what became of an entry.
type State string

// The states.
const (
	Added     State = "added"
	Removed   State = "removed"
	Renamed   State = "renamed"   // it has another id; Fields may differ too
	Changed   State = "changed"   // Fields differ
	Unchanged State = "unchanged" // it reads as before, and opens more or less through another entry
)

// Entry is one table of a dataset that differs, such as [ports.web].
type Entry struct {
	Section string // product, hosts, peers, scopes, options, interfaces, networks, ssh, egress, ports
	ID      string // in the new dataset; of a removed entry in the old one; of networks the peer's; of ssh and egress none
	Was     string // of a renamed entry, the id in the old dataset
	State   State
	Name    string  // the entry's name, of a row its purpose
	Summary string  // of an added or removed row, what it says in short
	Fields  []Field // what is written differently; empty for added and removed entries

	More, Less []Opening // what it opens that was closed, and the other way round
}

// Field is a key whose value differs. A side that doesn't have it is "".
type Field struct {
	Key string `json:"key"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Opening is a product of sets: each of Hosts can be reached over each of
// Protocols on each of Ports by each of Peers. What doesn't apply is empty.
//
// In hosts, scopes and networks it tells of many rows at once, whose number
// Rows gives: of a host, the Peers that it has come to belong to; of a scope,
// the Peers that it lets in; of networks, the Networks that the peer gained; of
// an interface, the Devices that it is. Of ssh, Networks are the senders.
type Opening struct {
	Direction  dataset.Direction `json:"direction,omitempty"`
	Protocols  []string          `json:"protocols,omitempty"`
	Ports      []string          `json:"ports,omitempty"` // such as 443 and 30000-32767
	Types      []string          `json:"types,omitempty"` // of ICMP, such as 8 and 0-7; none means all
	Hosts      []string          `json:"hosts,omitempty"`
	Peers      []string          `json:"peers,omitempty"`      // sources, or for Out destinations
	Addresses  []string          `json:"addresses,omitempty"`  // of the host; none means all
	Interfaces []string          `json:"interfaces,omitempty"` // of the host; none means all
	Networks   []string          `json:"networks,omitempty"`
	Devices    []string          `json:"devices,omitempty"`
	Rows       int               `json:"rows,omitempty"`
}

// Between compares two datasets.
func Between(before, after *dataset.Dataset) *Change {
	was, is := views(before, after)
	more := excess(was, is)
	less := excess(is, was)
	c := &comparer{was: was, is: is, more: more, less: less}
	c.product()
	c.hosts()
	c.peers()
	c.scopes()
	c.options()
	c.interfaces()
	c.columns()
	c.networks()
	c.ssh()
	c.egress()
	c.assume()
	c.ports()
	slices.SortStableFunc(c.entries, func(a, b Entry) int { return cmp.Compare(a.rank(), b.rank()) })

	names := map[string]string{}
	for _, p := range dataset.Protocols() {
		names[p.ID] = p.Name
	}
	return &Change{Old: before.Product, New: after.Product, Entries: c.entries, protocols: names}
}

// rank puts what opens more first.
func (e *Entry) rank() int {
	switch {
	case len(e.More) > 0:
		return 0
	case len(e.Less) > 0:
		return 1
	}
	return 2
}

// Any reports whether anything differs.
func (c *Change) Any() bool { return len(c.Entries) > 0 }

// Widened reports whether anything opens more than before.
func (c *Change) Widened() bool {
	return slices.ContainsFunc(c.Entries, func(e Entry) bool { return len(e.More) > 0 })
}

// Narrowed reports whether anything opens less than before.
func (c *Change) Narrowed() bool {
	return slices.ContainsFunc(c.Entries, func(e Entry) bool { return len(e.Less) > 0 })
}

// parts splits the entries for the three parts of a text. One that opens more
// and less is in the first two; the third has those that do neither.
func (c *Change) parts() (more, less, others []*Entry) {
	for i := range c.Entries {
		e := &c.Entries[i]
		if len(e.More) > 0 {
			more = append(more, e)
		}
		if len(e.Less) > 0 {
			less = append(less, e)
		}
		if len(e.More)+len(e.Less) == 0 {
			others = append(others, e)
		}
	}
	return more, less, others
}
