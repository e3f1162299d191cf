package change

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

func (c *comparer) ports() {
	section(c, "ports", c.was.ds.Ports, c.is.ds.Ports,
		func(p *dataset.Port) string { return p.ID }, func(p *dataset.Port) string { return p.Purpose },
		c.row,
		func(e *Entry, a, b *dataset.Port) {
			if b != nil {
				e.More = c.more.rows[b.ID]
			}
			if a != nil {
				e.Less = c.less.rows[a.ID]
			}
			switch {
			case a == nil:
				e.Summary = summary(b)
			case b == nil:
				e.Summary = summary(a)
			}
		})
}

// rowKeys are the keys of rows, and those of them that every row may have: most
// rows of a long table say no other.
var rowKeys, plainKeys = dataset.PortKeys(), slices.DeleteFunc(slices.Clone(dataset.PortKeys()), func(k dataset.Key[dataset.Port]) bool { return k.Few })

// row tells which keys of two rows differ.
func (c *comparer) row(d *differ, a, b *dataset.Port) {
	if a.HasDetails() || b.HasDetails() {
		fields(d, rowKeys, a, b)
	} else {
		fields(d, plainKeys, a, b)
	}
}

// summary says of a whole row what it is.
func summary(p *dataset.Port) string {
	s := fmt.Sprintf("%s on %s", p.Title(), strings.Join(p.Hosts.IDs(), ", "))
	if len(p.Scopes) > 0 {
		s += " from " + strings.Join(p.Scopes.IDs(), ", ")
	}
	if len(p.To) > 0 {
		s += " to " + strings.Join(p.ToIDs(), ", ")
	}
	if len(p.Between) > 0 {
		s = p.Title() + " between " + strings.Join(p.BetweenIDs(), ", ")
	}
	switch {
	case !p.On:
		s += " (off: needs " + strings.Join(p.OptionIDs(), ", ") + ")"
	case p.Documented:
		s += " (opens nothing)"
	}
	return s
}
