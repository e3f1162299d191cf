package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// Combine writes one dataset for hosts that run several products. The layers'
// [together.PRODUCT] tables say which host of a product is which of the
// combination; a host that they don't name keeps its id, and hosts with the
// same id are one.
//
// The result is TOML, so that Load treats it, and the layers over it, like any
// other. Ids of rows and options get the product's id in front.
func Combine(id string, parts []*Dataset, layers []*source.File) (*source.File, problem.List) {
	c := &combination{id: id, parts: parts, hosts: map[string]string{}, scopes: map[string]string{}, peers: map[string]bool{}, interfaces: map[string]bool{}}
	c.readMap(layers)
	if c.problems.Count(problem.Error) > 0 {
		return nil, c.problems
	}
	c.head()
	for i, ds := range parts {
		for _, p := range ds.Ports {
			c.row(ds, p, c.shared(parts[:i], ds, p))
		}
	}
	return &source.File{Name: id + " (combined)", Text: c.text.String()}, c.problems
}

// shared warns of each row of an earlier product that uses a port of this row
// on the same host: two programs can't both listen there. It returns the ids
// of those rows.
func (c *combination) shared(earlier []*Dataset, ds *Dataset, p *Port) []string {
	var ids []string
	for _, other := range earlier {
		for _, q := range other.Ports {
			host, what := c.meet(other, q, ds, p)
			if host == "" {
				continue
			}
			ids = append(ids, other.Product.ID+"-"+q.ID)
			if q.Purpose == p.Purpose {
				continue
			}
			c.problems = append(c.problems, problem.Problem{
				Severity: problem.Warning, Code: problem.SharedPort, File: c.id,
				Text: fmt.Sprintf("%s %q (%s) and %s %q (%s) both use %s on %s",
					other.Product.ID, q.ID, q.Purpose, ds.Product.ID, p.ID, p.Purpose, what, host),
				Hint: "if they are one service, all is well; else move one of them to another port or host",
			})
		}
	}
	return ids
}

// meet finds a host and port on which two rows of different products listen.
func (c *combination) meet(a *Dataset, q *Port, b *Dataset, p *Port) (host, what string) {
	if len(p.Scopes) == 0 || len(q.Scopes) == 0 || p.Documented || q.Documented || disjoint(p.Bind, q.Bind) {
		return "", ""
	}
	theirs := c.allHosts(b.Product.ID, p.Hosts.IDs())
	for _, h := range c.allHosts(a.Product.ID, q.Hosts.IDs()) {
		if !slices.Contains(theirs, h) {
			continue
		}
		for _, proto := range q.Protocols {
			if !proto.HasPorts || !slices.Contains(p.Protocols, proto) {
				continue
			}
			for _, r := range q.Ranges {
				if i := slices.IndexFunc(p.Ranges, func(o Range) bool { return o.From <= r.To && r.From <= o.To }); i >= 0 {
					o := p.Ranges[i]
					return h, proto.Name + " " + Range{max(r.From, o.From), min(r.To, o.To)}.String()
				}
			}
		}
	}
	return "", ""
}

type combination struct {
	reporter
	id         string
	parts      []*Dataset
	mapped     map[string]map[string][]string // product → host → hosts of the combination
	text       strings.Builder
	hosts      map[string]string // ids written, with their names
	scopes     map[string]string // ids written, with what they are from
	peers      map[string]bool
	interfaces map[string]bool
}

// readMap reads [together] of the layers; later ones win, key by key.
func (c *combination) readMap(layers []*source.File) {
	c.mapped = map[string]map[string][]string{}
	byID := map[string]*Dataset{}
	for _, ds := range c.parts {
		byID[ds.Product.ID] = ds
		c.mapped[ds.Product.ID] = map[string][]string{}
	}
	for _, file := range layers {
		part, _ := file.Parse() // Load reports what is wrong with the layer itself
		together, _ := part.Tree["together"].(map[string]any)
		for _, product := range sortedKeys(together) {
			table, isTable := together[product].(map[string]any)
			path := []any{"together", product}
			if !isTable {
				c.wrongType(file, path, "a table", together[product])
				continue
			}
			ds := byID[product]
			if ds == nil {
				c.reportKey(problem.UnknownProduct, file, path, fmt.Sprintf("product %q is not combined here", product),
					known("products", product, sortedKeys(byID)))
				continue
			}
			e := entry{section: "together", id: product, base: values{file, table}}
			for _, host := range sortedKeys(table) {
				if !slices.Contains(ds.Hosts.IDs(), host) {
					c.reportKey(problem.UnknownHost, file, e.path(host), fmt.Sprintf("%s has no host %q", product, host),
						known("hosts", host, ds.Hosts.IDs()))
					continue
				}
				list, _ := c.list(&e, host, true)
				var to []string
				for i, v := range list {
					s, isText := v.(string)
					if !isText {
						c.wrongType(file, e.element(host, i), "a host's id or a list of them", v)
						continue
					}
					c.checkID(file, e.element(host, i), s, true)
					to = append(to, s)
				}
				c.mapped[product][host] = to
			}
		}
	}
}

// hostsOf gives the combination's hosts for one of a product's.
func (c *combination) hostsOf(product, host string) []string {
	if to := c.mapped[product][host]; len(to) > 0 {
		return to
	}
	return []string{host}
}

// allHosts maps a list of hosts, each once.
func (c *combination) allHosts(product string, ids []string) []string {
	var out []string
	for _, id := range ids {
		for _, to := range c.hostsOf(product, id) {
			if !slices.Contains(out, to) {
				out = append(out, to)
			}
		}
	}
	return out
}

// sources maps a list of peers; those that are hosts follow the map.
func (c *combination) sources(product string, peers []*Peer) []string {
	var out []string
	for _, p := range peers {
		ids := []string{p.ID}
		if p.Kind == PeerHost {
			ids = c.hostsOf(product, p.ID)
		}
		for _, id := range ids {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// scopeID is the id that a product's scope has in the combination: its own,
// unless another product means something else by it.
func (c *combination) scopeID(product string, s *Scope) string {
	from := strings.Join(c.sources(product, s.From), ",")
	if c.scopes[s.ID] == "" || c.scopes[s.ID] == from {
		return s.ID
	}
	return product + "-" + s.ID
}

func (c *combination) head() {
	var names, abbreviations []string
	for _, ds := range c.parts {
		names = append(names, ds.Product.Name)
		abbreviations = append(abbreviations, ds.Product.Abbreviation)
	}
	fmt.Fprintf(&c.text, "format = %d\n", Format)
	c.table("product")
	c.key("id", c.id)
	c.key("name", strings.Join(names, " and "))
	c.key("abbreviation", strings.Join(abbreviations, " and "))
	networks := map[string][]netip.Prefix{}
	var order []string
	for _, ds := range c.parts {
		product := ds.Product.ID
		for _, h := range ds.Hosts {
			for _, id := range c.hostsOf(product, h.ID) {
				if _, again := c.hosts[id]; again {
					continue
				}
				name := h.Name
				if id != h.ID {
					name = strings.ToUpper(id[:1]) + strings.ReplaceAll(id[1:], "-", " ")
				}
				c.hosts[id] = name
				c.table("hosts", id)
				c.key("name", name)
			}
		}
		for _, p := range ds.Peers {
			if !c.peers[p.ID] {
				c.peers[p.ID] = true
				c.table("peers", p.ID)
				c.key("name", p.Name)
				c.key("description", p.Description)
				c.keys("addresses", p.Addresses)
			}
		}
		for _, s := range ds.Scopes {
			if id := c.scopeID(product, s); !s.Own && c.scopes[id] == "" {
				from := c.sources(product, s.From)
				c.scopes[id] = strings.Join(from, ",")
				c.table("scopes", id)
				c.key("name", s.Name)
				c.key("description", s.Description)
				c.keys("from", from)
			}
		}
		for _, o := range ds.Options {
			c.table("options", product+"-"+o.ID)
			c.key("name", o.Name)
			c.key("description", o.Description)
			if o.Group != "" {
				c.key("group", product+" "+o.Group)
			}
			fmt.Fprintf(&c.text, "default = %t\n", o.On)
		}
		for _, i := range ds.Interfaces {
			if !c.interfaces[i.ID] {
				c.interfaces[i.ID] = true
				c.table("interfaces", i.ID)
				c.key("name", i.Name)
				c.key("device", i.Device)
			}
		}
		for _, n := range ds.Networks {
			for _, id := range c.hostsOf(product, n.ID) {
				if networks[id] == nil {
					order = append(order, id)
				}
				for _, p := range n.Prefixes {
					if !slices.Contains(networks[id], p) {
						networks[id] = append(networks[id], p)
					}
				}
			}
		}
	}
	if len(order) > 0 {
		c.table("networks")
		for _, id := range order {
			c.keys(id, each(networks[id], netip.Prefix.String))
		}
	}
}

// row writes one row, which repeats those of the ids. Its component says which product it is of.
func (c *combination) row(ds *Dataset, p *Port, repeats []string) {
	product := ds.Product.ID
	prefixed := func(ids []string) []string {
		return each(ids, func(id string) string { return product + "-" + id })
	}
	c.table("ports", product+"-"+p.ID)
	switch {
	case p.Unstated != "":
		if p.Pattern == "" {
			c.key("port", p.Unstated)
		}
	case len(p.Ranges) > 0:
		c.keys("port", each(p.Ranges, Range.String))
	}
	switch {
	case p.Setting != "":
		c.key("configurable", p.Setting)
	case p.Configurable:
		c.text.WriteString("configurable = true\n")
	}
	c.keys("protocols", p.ProtocolIDs())
	c.keys("hosts", c.allHosts(product, p.Hosts.IDs()))
	var scopes, from []string
	for _, s := range p.Scopes {
		if s.Own {
			from = append(from, c.sources(product, s.From)...)
		} else {
			scopes = append(scopes, c.scopeID(product, s))
		}
	}
	c.keys("scopes", scopes)
	c.keys("from", unique(from))
	c.keys("to", c.sources(product, p.To))
	c.keys("options", prefixed(p.OptionIDs()))
	c.keys("one-of", each(p.OneOf, Range.String))
	c.key("pattern", p.Pattern)
	if len(p.Types) > 0 {
		c.text.WriteString("types = [" + joinInts(p.Types) + "]\n")
	}
	c.keys("bind", each(p.Bind, netip.Addr.String))
	c.keys("interfaces", each(p.Interfaces, func(i *Interface) string { return i.ID }))
	c.keys("target", each(p.Target, Range.String))
	c.key("application", p.Application)
	c.key("component", strings.TrimSuffix(ds.Product.Abbreviation+": "+p.Component, ": "))
	c.key("socket", p.Socket)
	c.keys("notes", p.Notes)
	c.key("since", p.Since)
	c.key("until", p.Until)
	if p.Documented {
		c.text.WriteString("opens = false\n")
	}
	c.keys("repeats", append(prefixed(p.Repeats), repeats...))
	c.key("purpose", p.Purpose)
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

// table begins a TOML table.
func (c *combination) table(path ...string) {
	c.text.WriteString("\n[" + strings.Join(path, ".") + "]\n")
}

// key writes a text, unless it is empty.
func (c *combination) key(name, text string) {
	if text != "" {
		c.text.WriteString(name + " = " + tomlString(text) + "\n")
	}
}

// keys writes a list of texts, unless it is empty.
func (c *combination) keys(name string, list []string) {
	if len(list) > 0 {
		c.text.WriteString(name + " = [" + strings.Join(each(list, tomlString), ", ") + "]\n")
	}
}

// tomlString quotes a text of a dataset, which holds no control characters
// but line breaks and tabs. Go's escapes for these are TOML's too.
func tomlString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}
