package render

import "portpress/internal/dataset"

// Component is the rows of one part of the product.
type Component struct {
	Name  string // empty for rows that name none
	Ports []*dataset.Port
}

// Components gives the rows by component: first those of none, which would
// otherwise stand below another's heading, then each component where its first
// row stands. Rows keep their order within.
func (d *Data) Components() []*Component {
	none := &Component{}
	all := []*Component{none}
	by := map[string]*Component{"": none}
	for _, p := range d.Ports {
		c := by[p.Component]
		if c == nil {
			c = &Component{Name: p.Component}
			by[p.Component] = c
			all = append(all, c)
		}
		c.Ports = append(c.Ports, p)
	}
	if len(none.Ports) == 0 {
		return all[1:]
	}
	return all
}
