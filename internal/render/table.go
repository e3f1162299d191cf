package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/format"
)

// Query asks for a table of ports without a template: which rows, which
// columns, in which order. The zero value asks for what the documentation
// exports show.
type Query struct {
	// Rows that have one of the ids, of each list that isn't empty.
	Hosts, Scopes, Protocols, Options []string

	Columns []string // by name; empty for hosts, port, scope, purpose, and remarks where there are any
	Sort    string   // the column to sort by; empty for the order of the dataset
	Heading int      // the level of a heading above the table; 0 for none
	Title   string   // of the heading; empty for the product's
	Anchors bool     // whether links find each row by PRODUCT-ROW
}

// NoOption stands in Query.Options for the rows that need none.
const NoOption = "none"

// column is what a table can show of each row.
type column struct {
	name, heading string
	cell          func(p *dataset.Port) any
	less          func(a, b *dataset.Port) int // the order by this column, if not that of its text
}

// tableColumns are the columns, in the order in which documents list them.
var tableColumns = []column{
	{name: "hosts", heading: "Hosts", cell: func(p *dataset.Port) any { return p.Hosts.Title() }},
	{name: "port", heading: "Port", cell: func(p *dataset.Port) any { return p.Title() }, less: byNumber},
	{name: "number", heading: "Number", cell: func(p *dataset.Port) any { return p.Number() }, less: byNumber},
	{name: "protocol", heading: "Protocol", cell: func(p *dataset.Port) any { return p.ProtocolTitle() }},
	{name: "scope", heading: "Scope", cell: func(p *dataset.Port) any { return p.ScopeTitle() }},
	{name: "purpose", heading: "Purpose", cell: func(p *dataset.Port) any { return p.Caption() }},
	{name: "remarks", heading: "Remarks", cell: func(p *dataset.Port) any { return p.RemarkLines() }},
	{name: "component", heading: "Component", cell: func(p *dataset.Port) any { return p.Component }},
	{name: "options", heading: "Only with", cell: func(p *dataset.Port) any { return p.ConditionTitle() }},
	{name: "configurable", heading: "Configurable", cell: func(p *dataset.Port) any {
		switch {
		case p.Setting != "":
			return p.Setting
		case p.Configurable:
			return "yes"
		}
		return "no"
	}},
	{name: "id", heading: "ID", cell: func(p *dataset.Port) any { return p.ID }},
}

// byNumber sorts by the first port number, rows without one last.
func byNumber(a, b *dataset.Port) int {
	first := func(p *dataset.Port) int {
		if len(p.Ranges) == 0 {
			return 1 << 16
		}
		return p.Ranges[0].From
	}
	return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(a.ProtocolTitle(), b.ProtocolTitle()))
}

// columnsOf gives those and the dataset's own.
func columnsOf(ds *dataset.Dataset) []column {
	all := slices.Clone(tableColumns)
	for _, c := range ds.Columns {
		all = append(all, column{name: c.ID, heading: c.Name, cell: func(p *dataset.Port) any { return p.Column(c.ID) }})
	}
	return all
}

// ColumnNames lists the columns that a table of a dataset can have.
func ColumnNames(ds *dataset.Dataset) []string {
	return dataset.Texts(columnsOf(ds), func(c column) string { return c.name })
}

// notation is how a format writes a table.
type notation struct {
	heading func(level int, text string) (string, error)
	header  func(cells ...any) (string, error)
	row     func(cells ...any) (string, error)
	end     string // what closes the table, line break included
}

// notations are the formats that tables are written in without a template.
var notations = map[string]notation{
	"markdown": {
		heading: func(level int, text string) (string, error) {
			title, err := format.Markdown(text)
			return strings.Repeat("#", level) + " " + title, err
		},
		header: format.MarkdownHeader,
		row:    format.MarkdownRow,
	},
	"rst": {
		heading: func(level int, text string) (string, error) {
			return format.RSTHeading(rstMarks[level-1:level], text)
		},
		header: format.RSTHeader,
		row:    format.RSTRow,
	},
	"adoc": {
		heading: func(level int, text string) (string, error) { return format.AdocHeading(level, text) },
		header:  format.AdocHeader,
		row:     format.AdocRow,
		end:     "|===\n",
	},
	"html": {
		heading: func(level int, text string) (string, error) {
			title, err := format.HTML(text)
			return fmt.Sprintf("<h%d>%s</h%d>", level, title, level), err
		},
		header: func(cells ...any) (string, error) {
			head, err := format.HTMLHeader(cells...)
			return "<table>\n<thead>\n" + head + "\n</thead>\n<tbody>", err
		},
		row: format.HTMLRow,
		end: "</tbody>\n</table>\n",
	},
}

// rstMarks underline headings, from the title down, as most documents have it.
const rstMarks = "=-~^\"'"

// TableFormats lists the formats that Table knows.
func TableFormats() []string {
	var names []string
	for name := range notations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Table writes the table that a query asks for. Names in the query that mean
// nothing pick no row; it is for who reads the query to find them.
func Table(ds *dataset.Dataset, q Query, formatName string) ([]byte, error) {
	write, known := notations[formatName]
	if !known {
		return nil, fmt.Errorf("no table can be written as %s", formatName)
	}
	rows := q.rows(ds)
	columns := q.columns(ds, rows)
	var out strings.Builder
	var failed error
	line := func(text string, err error) {
		failed = cmp.Or(failed, err)
		out.WriteString(text + "\n")
	}
	if q.Heading > 0 {
		line(write.heading(q.Heading, cmp.Or(q.Title, ds.Product.Name+": open ports")))
		line("", nil)
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = c.heading
	}
	line(write.header(cells...))
	for _, p := range rows {
		for i, c := range columns {
			cells[i] = c.cell(p)
		}
		if !q.Anchors {
			line(write.row(cells...))
			continue
		}
		anchor, err := format.NewAnchor(ds.Product.ID, p.ID)
		failed = cmp.Or(failed, err)
		line(write.row(append([]any{anchor}, cells...)...))
	}
	out.WriteString(write.end)
	return []byte(out.String()), failed
}

// rows picks and sorts the rows.
func (q *Query) rows(ds *dataset.Dataset) []*dataset.Port {
	var rows []*dataset.Port
	for _, p := range ds.Ports {
		if meets(q.Hosts, p.Hosts.IDs()) && meets(q.Scopes, p.Scopes.IDs()) && meets(q.Protocols, p.ProtocolIDs()) && q.meetsOptions(p) {
			rows = append(rows, p)
		}
	}
	for _, c := range columnsOf(ds) {
		if c.name == q.Sort {
			order := c.less
			if order == nil {
				order = func(a, b *dataset.Port) int { return cmp.Compare(fmt.Sprint(c.cell(a)), fmt.Sprint(c.cell(b))) }
			}
			slices.SortStableFunc(rows, order)
		}
	}
	return rows
}

// meets reports whether a row has one of the wanted ids.
func meets(wanted, has []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(has, func(id string) bool { return slices.Contains(wanted, id) })
}

func (q *Query) meetsOptions(p *dataset.Port) bool {
	if len(p.Options) == 0 {
		return len(q.Options) == 0 || slices.Contains(q.Options, NoOption)
	}
	return meets(q.Options, p.OptionIDs())
}

// columns picks the columns.
func (q *Query) columns(ds *dataset.Dataset, rows []*dataset.Port) []column {
	names := q.Columns
	if len(names) == 0 {
		names = []string{"hosts", "port", "scope", "purpose"}
		for _, c := range ds.Columns {
			names = append(names, c.ID)
		}
		if slices.ContainsFunc(rows, func(p *dataset.Port) bool { return len(p.Remarks()) > 0 }) {
			names = append(names, "remarks")
		}
	}
	var out []column
	all := columnsOf(ds)
	for _, name := range names {
		for _, c := range all {
			if c.name == name {
				out = append(out, c)
			}
		}
	}
	return out
}
