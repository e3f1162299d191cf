package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// table finds a table of the combination, or begins it.
func (c *combination) table(section, id string, keys []About) *merged {
	name := section + "." + id
	if c.at[name] == nil {
		c.at[name] = &merged{section: section, id: id, keys: keys, values: make([]any, len(keys)), by: make([]string, len(keys))}
		c.tables = append(c.tables, c.at[name])
	}
	return c.at[name]
}

// put adds what an entry of a product says to a table of the combination, ids
// translated. What instead holds takes the place of what the entry says; nil
// there leaves a key out.
func put[T any](c *combination, ds *Dataset, s *section[T], id string, x *T, instead map[string]any) *merged {
	t := c.table(s.about.Root(), id, s.about.Keys)
	said := *s.said(x)
	for i := range s.keys {
		k := &s.keys[i]
		value, replaced := instead[k.Name]
		if !replaced && (said.has(i) || k.kept) {
			value = c.translated(ds, k.Type.Refers, k.Value(x))
		}
		if saysNothing(value) {
			continue
		}
		if old := t.values[i]; old != nil {
			value = c.both(t, i, k.both, old, value, ds)
		}
		if t.by[i] == "" {
			t.by[i] = ds.Product.ID
		}
		t.values[i] = value
	}
	return t
}

// both is what holds of a key that two products say.
func (c *combination) both(t *merged, i int, how both, old, value any, ds *Dataset) any {
	if tomlValue(old) == tomlValue(value) {
		return old
	}
	switch how {
	case joinTexts:
		return fmt.Sprint(old) + " " + fmt.Sprint(value)
	case joinLists:
		return unique(slices.Concat(old.([]string), value.([]string)))
	}
	severity := problem.Error
	if how == firstCounts {
		severity = problem.Warning
	}
	c.differ(severity, t.section, t.id, t.keys[i].Name,
		fmt.Sprintf("%s says %s, and %s says %s", t.by[i], tomlValue(old), ds.Product.ID, tomlValue(value)))
	return old
}

// differ reports a key that products don't agree on, unless a layer decides.
func (c *combination) differ(severity problem.Severity, section, id, key, text string) {
	path, name := []any{section, key}, section+"."+key
	if id != "" {
		path, name = []any{section, id, key}, section+"."+id+"."+key
	}
	for _, file := range c.layers {
		if _, says := file.Locate(path...); says {
			return
		}
	}
	c.problems = append(c.problems, problem.Problem{
		Severity: severity, Code: problem.ProductsDiffer, File: c.id, Text: name + ": " + text,
		Hint: "say which in a layer: " + name + " = …",
	})
}

// translated gives ids the names that they have in the combination.
func (c *combination) translated(ds *Dataset, section string, value any) any {
	if ports, isWhen := value.(map[string]string); isWhen && section == "options" {
		out := map[string]string{}
		for id, port := range ports {
			out[c.own(ds, "-", id)] = port
		}
		return out
	}
	list, isList := value.([]string)
	if !isList {
		return value
	}
	product := ds.Product.ID
	switch section {
	case "hosts":
		return c.allHosts(product, list)
	case "peers":
		var out []string
		for _, id := range list {
			if slices.Contains(ds.Hosts.IDs(), id) {
				out = append(out, c.hostsOf(product, id)...)
			} else {
				out = append(out, id)
			}
		}
		return unique(out)
	case "scopes":
		return Texts(list, func(id string) string {
			i := slices.IndexFunc(ds.Scopes, func(s *Scope) bool { return s.ID == id })
			return c.scopeID(ds, ds.Scopes[i])
		})
	case "options", "ports":
		return Texts(list, func(id string) string { return c.own(ds, "-", id) })
	}
	return value
}

// one reports whether there is one product, whose host types the map joins.
func (c *combination) one() bool {
	return len(c.parts) == 1 && len(c.mapped[c.parts[0].Product.ID]) > 0
}

// own gives a text of a product the product's name in front, by which it is
// told from those of others, if there are any.
func (c *combination) own(ds *Dataset, mark, text string) string {
	switch {
	case c.one():
		return text
	case mark == "-":
		return ds.Product.ID + mark + text
	}
	return ds.Product.Abbreviation + mark + text
}

// scopeID is the id that a product's scope has in the combination: its own,
// unless another product means something else by it.
func (c *combination) scopeID(ds *Dataset, s *Scope) string {
	from := strings.Join(c.translated(ds, "peers", s.FromIDs()).([]string), ",")
	if c.scopes[s.ID] == "" || c.scopes[s.ID] == from {
		return s.ID
	}
	return ds.Product.ID + "-" + s.ID
}

// product writes what all products together are.
func (c *combination) product() {
	said := func(of func(*Product) string) (list []string) {
		for _, ds := range c.parts {
			if text := of(&ds.Product); text != "" {
				list = append(list, text)
			}
		}
		return list
	}
	var whole Product
	whole.ID = c.id
	whole.Name = strings.Join(said(func(p *Product) string { return p.Name }), " and ")
	whole.Abbreviation = strings.Join(said(func(p *Product) string { return p.Abbreviation }), " and ")
	whole.Version = strings.Join(said(func(p *Product) string {
		if p.Version == "" {
			return ""
		}
		if c.one() {
			return p.Version
		}
		return p.Abbreviation + " " + p.Version
	}), ", ")
	whole.Source = strings.Join(unique(said(func(p *Product) string { return p.Source })), ", ")
	for _, ds := range c.parts {
		for _, note := range ds.Product.Notes {
			whole.Notes = append(whole.Notes, c.own(ds, ": ", note))
		}
		whole.KeepCase = whole.KeepCase || ds.Product.KeepCase
		whole.said |= ds.Product.said
	}
	whole.said |= 1 << productKeys.at["abbreviation"]
	put(c, &Dataset{Product: whole}, productKeys, "", &whole, nil)
}

// head writes what a product has beside its rows, its networks and ssh.
func (c *combination) head(ds *Dataset) {
	for _, h := range ds.Hosts {
		to := c.hostsOf(ds.Product.ID, h.ID)
		for _, id := range to {
			instead := map[string]any{}
			if id != h.ID {
				instead["name"] = nil
			}
			if len(to) > 1 {
				c.onlyOne(h, id, to, instead)
			}
			put(c, ds, hostKeys, id, h, instead)
		}
	}
	for _, p := range ds.Peers {
		put(c, ds, peerKeys, p.ID, p, nil)
	}
	for _, s := range ds.Scopes {
		if s.Own {
			continue
		}
		id := c.scopeID(ds, s)
		t := put(c, ds, scopeKeys, id, s, nil)
		c.scopes[id] = strings.Join(t.values[scopeKeys.at["from"]].([]string), ",")
	}
	for _, o := range ds.Options {
		instead := map[string]any{}
		if o.Group != "" {
			instead["group"] = o.Group
			if !c.one() {
				instead["group"] = ds.Product.ID + " " + o.Group
			}
		}
		put(c, ds, optionKeys, c.own(ds, "-", o.ID), o, instead)
	}
	for _, i := range ds.Interfaces {
		put(c, ds, interfaceKeys, i.ID, i, nil)
	}
	for _, column := range ds.Columns {
		put(c, ds, columnKeys, column.ID, column, nil)
	}
}

// onlyOne leaves out of a host what can't be said of each of the several that
// it is in the combination: two would be one inventory group, and a selector
// of pods would give each the other's rows.
func (c *combination) onlyOne(h *Host, id string, to []string, instead map[string]any) {
	for i := range hostKeys.keys {
		name := hostKeys.keys[i].Name
		if name == "name" || !h.said.has(i) {
			continue
		}
		instead[name] = nil
		c.differ(problem.Error, "hosts", id, name,
			fmt.Sprintf("%s is said of %s, which is several here: %s", name, h.ID, problem.Some(to)))
	}
}

// nameHosts calls the hosts that the layers' map makes by their ids, unless a
// product has one of that id.
func (c *combination) nameHosts() {
	name := hostKeys.at["name"]
	for _, t := range c.tables {
		if t.section == "hosts" && t.values[name] == nil {
			t.values[name] = strings.ToUpper(t.id[:1]) + strings.ReplaceAll(t.id[1:], "-", " ")
		}
	}
}

// networks writes for each peer the addresses that any product gives it.
func (c *combination) networks() {
	t := &merged{section: "networks"}
	for _, ds := range c.parts {
		for _, n := range ds.Networks {
			for _, id := range c.translated(ds, "peers", []string{n.ID}).([]string) {
				i := slices.IndexFunc(t.keys, func(k About) bool { return k.Name == id })
				if i < 0 {
					i = len(t.keys)
					t.keys, t.values = append(t.keys, About{Name: id}), append(t.values, []string(nil))
				}
				t.values[i] = unique(append(t.values[i].([]string), Texts(n.Prefixes, netip.Prefix.String)...))
			}
		}
	}
	if len(t.keys) > 0 {
		c.tables = append(c.tables, t)
	}
}

// ssh writes the way in that the products say. A product that says nothing of
// it has no opinion; of the others each network is let in, and one that lets
// in anyone is heard too. Two ports can't be one: whichever were taken, the
// users of the other would be locked out, so that a layer has to say it.
func (c *combination) ssh() {
	instead := map[string]any{}
	networks := sshKeys.at["networks"]
	for _, ds := range c.parts {
		if ds.SSH.said.has(networks) && len(ds.SSH.Networks) == 0 {
			instead["networks"] = nil
		}
	}
	for _, ds := range c.parts {
		if ds.SSH.said != 0 {
			put(c, ds, sshKeys, "", &ds.SSH, instead)
		}
	}
}

// egress writes what hosts may send. A product that says nothing of it has no
// opinion; what any of the others needs is allowed.
func (c *combination) egress() {
	for _, ds := range c.parts {
		if ds.Egress.said != 0 {
			put(c, ds, egressKeys, "", &ds.Egress, nil)
		}
	}
}

// assume writes what rows assume that leave something unstated. What one
// product assumes must not open another's rows, so that all that have such rows
// have to assume the same.
func (c *combination) assume() {
	lacks := map[string]func(*Port) bool{
		"protocols": func(p *Port) bool { return slices.Contains(p.Protocols, unstatedProtocol) },
		"hosts":     func(p *Port) bool { return slices.Contains(p.Hosts, unstatedHost) },
		"from":      func(p *Port) bool { return slices.ContainsFunc(p.Scopes, (*Scope).unstated) },
		"dynamic":   func(p *Port) bool { return p.Unstated == portDynamic },
	}
	if !slices.ContainsFunc(c.parts, func(ds *Dataset) bool { return ds.Assume.said != 0 }) {
		return
	}
	t := c.table("assume", "", assumeKeys.about.Keys)
	for i, k := range assumeKeys.keys {
		for _, ds := range c.parts {
			if !slices.ContainsFunc(ds.Ports, lacks[k.Name]) {
				continue
			}
			value := c.translated(ds, k.Type.Refers, k.Value(&ds.Assume))
			if t.by[i] != "" && tomlValue(t.values[i]) != tomlValue(value) {
				c.differ(problem.Error, "assume", "", k.Name,
					fmt.Sprintf("%s says %s, and %s says %s", t.by[i], tomlValue(t.values[i]), ds.Product.ID, tomlValue(value)))
				continue
			}
			t.by[i], t.values[i] = ds.Product.ID, value
		}
		if saysNothing(t.values[i]) {
			t.values[i] = nil
		}
	}
}

// row writes one row, which repeats those of the ids. Its component says which product it is of.
func (c *combination) row(ds *Dataset, p *Port, repeats []string) {
	if len(p.Between) > 1 {
		for _, h := range p.Hosts {
			if to := c.hostsOf(ds.Product.ID, h.ID); len(to) > 1 {
				c.differ(problem.Error, "ports", c.own(ds, "-", p.ID), "between",
					fmt.Sprintf("between names %s, which is several here: %s, and they would be between each other too", h.ID, problem.Some(to)))
			}
		}
	}
	put(c, ds, portKeys, c.own(ds, "-", p.ID), p, map[string]any{
		"component": strings.TrimSuffix(c.own(ds, ": ", p.Component), ": "),
		"repeats":   append(c.translated(ds, "ports", p.Repeats).([]string), repeats...),
	})
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
