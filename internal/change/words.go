package change

import (
	"fmt"
	"strconv"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/fit"
)

// names are the display names of protocols, by id.
type names map[string]string

// sentence says what an opening is, in the words that text and Markdown share:
// "TCP 443 on managers from any". Of a host, a scope or networks it says how
// they changed, which for less is the other way round.
func (n names) sentence(section string, o *Opening, more bool) string {
	pick := func(yes, no string) string {
		if more {
			return yes
		}
		return no
	}
	switch section {
	case "hosts":
		return fmt.Sprintf("%s %s, which %s to", pick("joins", "leaves"), strings.Join(o.Peers, ", "), count(o.Rows, "row opens", "rows open"))
	case "scopes":
		return fmt.Sprintf("%s %s, in %s", pick("lets in", "keeps out"), strings.Join(o.Peers, ", "), count(o.Rows, "row", "rows"))
	case "networks":
		return fmt.Sprintf("%s %s, in %s", pick("lets in", "keeps out"), strings.Join(o.Networks, ", "), count(o.Rows, "row", "rows"))
	}
	if section == "interfaces" {
		return fmt.Sprintf("%s %s, in %s", pick("opens", "closes"), strings.Join(o.Devices, ", "), count(o.Rows, "row", "rows"))
	}
	var b strings.Builder
	for i, id := range o.Protocols {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(n[id])
	}
	list := func(before string, values []string) {
		if len(values) > 0 {
			b.WriteString(before + strings.Join(values, ", "))
		}
	}
	list(" ", o.Ports)
	list(" type ", o.Types)
	list(" on ", o.Hosts)
	list(" at ", o.Addresses)
	list(" through ", o.Interfaces)
	list(" from ", o.Networks)
	if o.Direction == dataset.Out {
		list(" to ", o.Peers)
	} else {
		list(" from ", o.Peers)
	}
	return b.String()
}

// title names an entry and says what became of it: "ports.web (renamed from
// www)".
func (e *Entry) title() string {
	name := e.Section + "." + e.ID
	if e.Section == "product" || e.ID == "" {
		name = e.Section
	}
	switch e.State {
	case Added, Removed:
		return fmt.Sprintf("%s (%s)", name, e.State)
	case Renamed:
		return fmt.Sprintf("%s (renamed from %s)", name, e.Was)
	}
	return name
}

// what says what an added or removed entry is.
func (e *Entry) what() string {
	switch {
	case e.State != Added && e.State != Removed:
		return ""
	case e.Summary == "":
		return fit.Line(e.Name)
	case len(e.More)+len(e.Less) > 0: // those say what the summary would
		return fit.Line(e.Name)
	}
	return fit.Line(e.Summary + ": " + e.Name)
}

// text says how a field changed.
func (f *Field) text() string {
	value := func(s string) string {
		if s = fit.Line(s); s == "" {
			return "nothing"
		}
		return s
	}
	return fmt.Sprintf("%s: %s → %s", f.Key, value(f.Old), value(f.New))
}

// totals counts the entries of each part: "1 opens more, 2 open less, 1 other
// change".
func totals(more, less, others int) string {
	return strings.Join([]string{
		count(more, "opens more", "open more"), count(less, "opens less", "open less"),
		count(others, "other change", "other changes"),
	}, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
