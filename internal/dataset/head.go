package dataset

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// names finds what rows refer to.
type names struct {
	hosts      map[string]*Host
	scopes     map[string]*Scope
	own        map[string]*Scope // by a peer's id: the scope that stands for it alone
	peers      map[string]*Peer
	options    map[string]*Option
	interfaces map[string]*Interface
	columns    map[string]*Column
	protocols  map[string]*Protocol
}

// all returns the files from the dataset up.
func (l *loader) all() []layer { return append([]layer{l.base}, l.layers...) }

// checkRoots looks at the top of each file: the format, and keys that mean
// nothing or hold the wrong thing.
func (l *loader) checkRoots() {
	roots := roots()
	for _, file := range l.all() {
		for _, key := range sortedKeys(file.part.Tree) {
			value := file.part.Tree[key]
			_, isTable := value.(map[string]any)
			switch {
			case !slices.Contains(roots, key):
				hint := problem.DidYouMean(key, roots)
				if hint == "" {
					hint = "the top of a file has " + strings.Join(roots, ", ")
				}
				l.reportKey(problem.UnknownKey, file.file, []any{key}, "unknown key "+quoted(key), hint)
			case key == "format":
				l.checkFormat(file, value)
			case !isTable:
				l.wrongType(file.file, []any{key}, "a table", value)
			}
		}
	}
	if l.base.part.Tree[forSection] != nil {
		l.reportKey(problem.UnknownKey, l.base.file, []any{forSection}, "a dataset is one product, and speaks to none", "move the table to a layer")
	}
	if l.base.part.Tree["format"] == nil && !l.base.part.Broken[""] {
		l.reportAt(problem.MissingKey, l.base.file, source.Span{}, "the dataset has no format",
			fmt.Sprintf("begin the file with format = %d", Format))
	}
}

func (l *loader) checkFormat(file layer, value any) {
	n, ok := value.(int64)
	switch {
	case !ok:
		l.wrongType(file.file, []any{"format"}, "a number", value)
	case n > Format:
		l.report(problem.FormatNewer, file.file, []any{"format"},
			fmt.Sprintf("format %d is newer than this portpress reads, which is %d", n, Format), "use a newer portpress")
	case n < 1:
		l.report(problem.WrongType, file.file, []any{"format"}, fmt.Sprintf("there is no format %d", n),
			fmt.Sprintf("write format = %d", Format))
	}
}

// entries lists the tables of a section, layers merged, in the order of the
// text.
func (l *loader) entries(section string) []entry {
	var out []entry
	at := map[string]int{}
	for _, file := range l.all() {
		for _, id := range file.ids(section) {
			v := file.section(section)[id]
			table, isTable := v.(map[string]any)
			i, seen := at[id]
			switch {
			case !isTable && section == "options": // a choice, read by options
				continue
			case !isTable:
				l.wrongType(file.file, []any{section, id}, "a table", v)
			case seen:
				out[i].over = append(out[i].over, values{file.file, table})
			default:
				check := l.checkID
				if section == "hosts" || section == "scopes" {
					check = l.checkFileID
				}
				check(file.file, []any{section, id}, id, false)
				at[id] = len(out)
				out = append(out, entry{
					section: section, id: id, base: values{file.file, table}, partial: l.hidden(section, id),
				})
			}
		}
	}
	return out
}

// single returns a section that is one table, layers merged.
func (l *loader) single(section string) entry {
	e := entry{section: section, base: values{l.base.file, l.base.section(section)}, partial: l.hidden(section, "")}
	for _, file := range l.layers {
		if table := file.section(section); table != nil {
			e.over = append(e.over, values{file.file, table})
		}
	}
	return e
}

// head decodes everything but the rows.
func (l *loader) head() {
	l.names = &names{
		hosts: map[string]*Host{}, scopes: map[string]*Scope{}, peers: map[string]*Peer{},
		own: map[string]*Scope{}, options: map[string]*Option{}, interfaces: map[string]*Interface{}, columns: map[string]*Column{},
		protocols: make(map[string]*Protocol, len(protocols)),
	}
	for _, p := range protocols {
		l.names.protocols[p.ID] = p
	}
	for _, p := range reserved {
		own := *p // its networks are this dataset's
		l.names.peers[p.ID] = &own
	}
	l.ds.pods = l.names.peers[podsID]
	l.expectHidden()
	l.product()
	l.hosts()
	l.peers()
	l.scopes()
	l.options()
	l.interfaces()
	l.columns()
	l.networks()
	l.ssh()
	l.egress()
	l.assume()
}

// unsure is an id that nothing can have. Where it is known, a syntax error
// hides ids, and none counts as unknown.
const unsure = ""

// hidden reports whether a syntax error hides what a file says of an entry,
// or of a section that is one table.
func (l *loader) hidden(section, id string) bool {
	for _, file := range l.all() {
		if broken := file.part.Broken; broken[section] || id != "" && broken[section+"."+id] {
			return true
		}
	}
	return false
}

// expectHidden makes ids known that are written where they can't be read, so
// that one mistake isn't told again at every row that names the id.
func (l *loader) expectHidden() {
	for _, file := range l.all() {
		for name := range file.part.Broken {
			section, id, _ := strings.Cut(name, ".")
			l.expect(section, id)
		}
		for _, section := range []string{"hosts", "peers", "scopes", "options", "interfaces", "columns"} {
			value := file.part.Tree[section]
			table, isTable := value.(map[string]any)
			if value != nil && !isTable {
				l.expect(section, unsure)
			}
			for id, v := range table {
				if _, isTable := v.(map[string]any); !isTable && section != "options" {
					l.expect(section, id)
				}
			}
		}
	}
}

// expect makes an id known of which nothing else is.
func (l *loader) expect(section, id string) {
	top := section == ""
	if top || section == "hosts" {
		l.names.hosts[id] = &Host{ID: id}
	}
	if l.names.peers[id] == nil && (top || section == "peers" || section == "hosts") { // a host is a peer too
		l.names.peers[id] = &Peer{ID: id}
	}
	if top || section == "scopes" {
		l.names.scopes[id] = &Scope{ID: id}
	}
	if top || section == "options" {
		l.names.options[id] = &Option{ID: id}
	}
	if top || section == "interfaces" {
		l.names.interfaces[id] = &Interface{ID: id}
	}
	if top || section == "columns" {
		l.names.columns[id] = &Column{ID: id}
	}
}

func (l *loader) product() {
	e := l.single("product")
	if e.base.table == nil && len(e.over) == 0 {
		if !e.partial && !l.base.part.Broken[""] && l.base.part.Tree["product"] == nil {
			l.reportAt(problem.MissingKey, l.base.file, source.Span{}, "the dataset has no [product]",
				"add [product] with an id and a name")
		}
		return
	}
	p := &l.ds.Product
	productKeys.read(&l.reader, &e, p)
	if p.Abbreviation == "" {
		p.Abbreviation = p.Name
	}
}

// spared reports whether every entry of a section says a word that makes
// another section needless.
func (l *loader) spared(by Spare) bool {
	entries := l.base.section(by.Root)
	for _, v := range entries {
		entry, _ := v.(map[string]any)
		said := entry[by.Key]
		if list, ok := said.([]any); ok && len(list) == 1 {
			said = list[0]
		}
		if said != by.Word {
			return false
		}
	}
	return len(entries) > 0
}

// needSome reports a section without which no row can be written.
func (l *loader) needSome(section string, n int) {
	table, isTable := l.base.part.Tree[section].(map[string]any)
	switch {
	case n > 0 || len(table) > 0 || len(l.base.part.Broken) > 0:
	case l.base.part.Tree[section] != nil && !isTable: // reported already
	default:
		place, _ := l.base.file.Locate(section)
		l.reportAt(problem.MissingKey, l.base.file, place.Key, fmt.Sprintf("the dataset has no [%s.…]", section),
			fmt.Sprintf("add at least one table [%s.ID]", section))
	}
}
