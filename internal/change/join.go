package change

import (
	"slices"
	"strings"
)

// joined makes few openings of many: those that differ in one of their sets
// only become one with both. Since each is a product, nothing is added by it.
func joined(list []Opening) []Opening {
	for _, field := range []func(*Opening) *[]string{
		func(o *Opening) *[]string { return &o.Ports },
		func(o *Opening) *[]string { return &o.Types },
		func(o *Opening) *[]string { return &o.Hosts },
		func(o *Opening) *[]string { return &o.Protocols },
		func(o *Opening) *[]string { return &o.Addresses },
		func(o *Opening) *[]string { return &o.Interfaces },
		func(o *Opening) *[]string { return &o.Peers },
	} {
		if len(list) < 2 {
			break
		}
		list = joinedBy(list, field)
	}
	return list
}

// joinedBy joins the openings that are equal but for one field. They keep the
// order in which they first appear.
func joinedBy(list []Opening, field func(*Opening) *[]string) []Opening {
	var out []Opening
	at := map[string]int{}
	for _, o := range list {
		rest := o
		*field(&rest) = nil
		key := rest.key()
		// An empty set stands for all there is, so that a set with members must
		// not be added to it.
		if len(*field(&o)) == 0 {
			key += " all"
		}
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, o)
			continue
		}
		members := field(&out[i])
		for _, v := range *field(&o) {
			if !slices.Contains(*members, v) {
				*members = append(slices.Clip(*members), v)
			}
		}
	}
	return out
}

// key is equal for openings that are.
func (o *Opening) key() string {
	var b strings.Builder
	b.WriteString(string(o.Direction))
	for _, set := range [][]string{o.Protocols, o.Ports, o.Types, o.Hosts, o.Peers, o.Addresses, o.Interfaces} {
		b.WriteByte('\n')
		b.WriteString(strings.Join(set, " "))
	}
	return b.String()
}
