package dataset

import (
	"slices"

	"portpress/internal/problem"
)

// Column is one of the source's own, of which portpress knows nothing but what
// rows say in it: an owner, a process, a ticket.
type Column struct {
	ID          string
	Name        string
	Description string
	said        keySet
}

// OwnColumns are the names that tables and .csv give to columns of their own,
// so that no column of a dataset can have them.
var OwnColumns = []string{
	"between", "component", "configurable", "hosts", "id", "number", "options", "port", "protocol", "protocols", "purpose", "remarks",
	"scope", "scopes", "to",
}

func (l *loader) columns() {
	for _, e := range l.entries("columns") {
		c := &Column{ID: e.id}
		columnKeys.read(&l.reader, &e, c)
		if slices.Contains(OwnColumns, c.ID) {
			l.reportKey(problem.BadID, e.base.file, e.path(), quoted(c.ID)+" is a column that tables have anyway", "choose another id: it is the name that documents show")
		}
		l.ds.Columns = append(l.ds.Columns, c)
		l.names.columns[c.ID] = c // also of such an id, so that rows aren't told of it too
	}
}

// columns reads what a row says in columns of the dataset. Each is a key, so
// layers set them one by one.
func (r *reader) columns(e *entry) map[string]string {
	out := map[string]string{}
	for _, v := range append([]values{e.base}, e.over...) {
		value, ok := v.table["columns"]
		if !ok {
			continue
		}
		table, isTable := value.(map[string]any)
		if !isTable {
			r.wrongType(v.file, e.path("columns"), "a table of texts", value)
			continue
		}
		for _, id := range sortedKeys(table) {
			path := e.path("columns", id)
			text, isText := table[id].(string)
			switch {
			case r.names.columns[id] == nil && r.names.columns[unsure] != nil:
			case r.names.columns[id] == nil:
				r.reportKey(problem.UnknownColumn, v.file, path, "unknown column "+quoted(id),
					r.known(problem.UnknownColumn, "columns", id, func() []string { return sortedKeys(r.names.columns) }))
			case !isText:
				r.wrongType(v.file, path, wantText, table[id])
			default:
				r.checkText(v.file, path, id, text, false)
				out[id] = text
			}
		}
	}
	return out
}

// Column gives what the row says in a column of the dataset.
func (p *Port) Column(id string) string { return p.columns[id] }

// SaysMore reports whether a row says more than ports, hosts, scopes, purpose
// and columns of the dataset.
func (p *Port) SaysMore() bool {
	if !p.HasDetails() {
		return false
	}
	few := p.said & portKeys.few &^ (1 << portKeys.at["columns"])
	return few != 0 || p.Setting != "" || p.Unstated != ""
}
