package dataset

import (
	"fmt"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// Combine writes one dataset for hosts that run several products. The layers'
// [together.PRODUCT] tables say which host of a product is which of the
// combination; a host that they don't name keeps its id, and hosts with the
// same id are one.
//
// The result is TOML, so that Load treats it, and the layers over it, like any
// other. Ids of rows and options get the product's id in front, unless there is
// one product, of which the map joins host types.
func Combine(id string, parts []*Dataset, layers []*source.File) (*source.File, problem.List) {
	c := &combination{id: id, parts: parts, layers: layers, at: map[string]*merged{}, scopes: map[string]string{}}
	c.readMap(layers)
	if c.problems.Count(problem.Error) > 0 {
		return nil, c.problems
	}
	c.product()
	for _, ds := range parts {
		c.head(ds)
	}
	c.nameHosts()
	c.networks()
	c.ssh()
	c.egress()
	c.assume()
	for _, ds := range parts {
		for _, p := range ds.Ports {
			near := c.near(ds, p)
			c.row(ds, p, append(c.shared(near, ds, p), c.joined(near, ds, p)...))
		}
	}
	return &source.File{Name: id + " (combined)", Text: c.toml()}, c.problems
}

// placed is a row that the combination has.
type placed struct {
	ds *Dataset
	*Port
}

// near gives the rows so far that may have a port of this one, in their order: with
// thousands of rows a look at each pair takes minutes. Ports that have the upper byte
// in common are near.
func (c *combination) near(ds *Dataset, p *Port) []placed {
	var bytes []int
	for _, proto := range p.OpenProtocols() {
		if !proto.HasPorts {
			continue
		}
		for _, r := range p.RangesOf(proto) {
			for b := r.From >> 8; b <= r.To>>8; b++ {
				bytes = append(bytes, b)
			}
		}
	}
	slices.Sort(bytes)
	var found []int
	for _, b := range slices.Compact(bytes) {
		found = append(found, c.byPort[b]...)
		c.byPort[b] = append(c.byPort[b], len(c.rows))
	}
	c.rows = append(c.rows, placed{ds, p})
	slices.Sort(found)
	found = slices.Compact(found)
	rows := make([]placed, len(found))
	for i, n := range found {
		rows[i] = c.rows[n]
	}
	return rows
}

// shared warns of each row of an earlier product that uses a port of this row
// on the same host: two programs can't both listen there. It returns the ids
// of those rows.
func (c *combination) shared(near []placed, ds *Dataset, p *Port) []string {
	var ids []string
	for _, q := range near {
		if q.ds == ds {
			continue
		}
		host, what := c.meet(q.ds, q.Port, ds, p)
		if host == "" {
			continue
		}
		ids = append(ids, q.ds.Product.ID+"-"+q.ID)
		if q.Purpose == p.Purpose && p.Purpose != "" {
			continue
		}
		if c.sharing++; c.sharing > perFile {
			c.andMore(&c.lastShared, c.sharing-perFile, "like it")
			continue
		}
		c.lastShared.last = len(c.problems)
		c.problems = append(c.problems, problem.Problem{
			Severity: problem.Warning, Code: problem.SharedPort, File: c.id,
			Text: fmt.Sprintf("%s %q%s and %s %q%s both use %s on %s",
				q.ds.Product.ID, q.ID, inBrackets(q.Purpose), ds.Product.ID, p.ID, inBrackets(p.Purpose), what, host),
			Hint: "if they are one service, all is well; else move one of them to another port or host",
		})
	}
	return ids
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// joined gives the ids of rows of the same product that use a port of this row
// on a host type that is several of the product's: on hosts apart they are rows of
// their own, and there the same.
func (c *combination) joined(near []placed, ds *Dataset, p *Port) []string {
	var ids []string
	for _, q := range near { // of two, the later one repeats the other
		if q.ds != ds {
			continue
		}
		if slices.ContainsFunc(q.Hosts, func(h *Host) bool { return slices.Contains(p.Hosts, h) }) || slices.Contains(p.Repeats, q.ID) {
			continue
		}
		if host, _ := c.meet(ds, q.Port, ds, p); host != "" {
			ids = append(ids, c.own(ds, "-", q.ID))
		}
	}
	return ids
}

// meet finds a host and port on which two rows of different products listen.
func (c *combination) meet(a *Dataset, q *Port, b *Dataset, p *Port) (host, what string) {
	if !p.listens() || !q.listens() || p.Documented || q.Documented || disjoint(p.Bind, q.Bind) {
		return "", ""
	}
	theirs := c.allHosts(b.Product.ID, p.OpenHosts().IDs())
	for _, h := range c.allHosts(a.Product.ID, q.OpenHosts().IDs()) {
		if !slices.Contains(theirs, h) {
			continue
		}
		if h == wordUnstated {
			continue
		}
		for _, proto := range q.OpenProtocols() {
			if !proto.HasPorts || !slices.Contains(p.OpenProtocols(), proto) {
				continue
			}
			others := p.RangesOf(proto)
			for _, r := range q.RangesOf(proto) {
				if i := slices.IndexFunc(others, func(o Range) bool { return o.From <= r.To && r.From <= o.To }); i >= 0 {
					o := others[i]
					return h, proto.Name + " " + Range{max(r.From, o.From), min(r.To, o.To)}.String()
				}
			}
		}
	}
	return "", ""
}

type combination struct {
	reporter
	id     string
	parts  []*Dataset
	layers []*source.File
	mapped map[string]map[string][]string // product → host → hosts of the combination
	tables []*merged
	at     map[string]*merged // by section and id
	scopes map[string]string  // ids written, with what they are from

	rows       []placed
	byPort     [256][]int // which rows have a port with this upper byte
	sharing    int        // how often two products use a port
	lastShared tally      // the last time that it is told
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
