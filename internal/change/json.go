package change

// document is what Document gives; docs/cli.md describes it.
type document struct {
	Old      product     `json:"old"`
	New      product     `json:"new"`
	Changed  bool        `json:"changed"`
	Widened  bool        `json:"widened"`
	Narrowed bool        `json:"narrowed"`
	Entries  []jsonEntry `json:"entries"`
}

type product struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonEntry struct {
	Section   string    `json:"section"`
	ID        string    `json:"id"`
	Was       string    `json:"was,omitempty"`
	State     State     `json:"state"`
	Name      string    `json:"name,omitempty"`
	OpensMore []Opening `json:"opens_more"`
	OpensLess []Opening `json:"opens_less"`
	Fields    []Field   `json:"fields"`
}

// Document is a change as one object, to be written as JSON.
func (c *Change) Document() any {
	d := document{
		Old:     product{c.Old.ID, c.Old.Name, c.Old.Version},
		New:     product{c.New.ID, c.New.Name, c.New.Version},
		Changed: c.Any(), Widened: c.Widened(), Narrowed: c.Narrowed(),
		Entries: make([]jsonEntry, len(c.Entries)),
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		d.Entries[i] = jsonEntry{e.Section, e.ID, e.Was, e.State, e.Name, list(e.More), list(e.Less), list(e.Fields)}
	}
	return d
}

// list makes an empty list of none, so that programs needn't know null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
