package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/format"
	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/render"
	"portpress/internal/source"
	"portpress/internal/splice"
	"portpress/internal/verify"
)

// answers has what blocks of documents may ask for: exports by their names,
// and tables.
type answers struct {
	offers []*offer
	trees  []render.Source
	raise  int // by what the limits are multiplied
	sheet  format.Sheet

	asked  map[*splice.Block]func() []byte
	tables map[string][]byte // those made already, by what was asked
}

// offer is one product at one site.
type offer struct {
	site  string
	bare  bool // whether it is the product without any site's layers, which counts only where it is asked for
	ds    *dataset.Dataset
	files map[string][]byte // the exports that are pressed, by path
	paths []string          // all that could be; nil while nobody asked
	want  map[string]bool   // the exports that are yet to press
}

func newAnswers(offers []*offer, w *work) *answers {
	return &answers{offers: offers, trees: w.trees, raise: w.t.raise, sheet: w.sheet(), asked: map[*splice.Block]func() []byte{}, tables: map[string][]byte{}}
}

// tableName is what a marker asks for that names no export.
const tableName = "table"

// prepare finds what a block asks for, and what is wrong with the question.
func (a *answers) prepare(d *splice.Document, b *splice.Block) problem.List {
	q := &question{document: d, block: b}
	offers := q.pick(a.offers)
	switch {
	case len(q.problems) > 0:
	case b.Name == tableName:
		a.prepareTable(q, offers)
	default:
		a.prepareExport(q, offers)
	}
	return q.problems
}

// prepareExport finds the export that a block names: by its path below the
// product's folder, or with the product's folder before it.
func (a *answers) prepareExport(q *question, offers []*offer) {
	q.onlyKeys("product", "site")
	type export struct {
		*offer
		path string
	}
	var named []export
	var known []string
	for _, o := range offers {
		within, _ := strings.CutPrefix(q.block.Name, o.ds.Product.ID+"/")
		for _, path := range o.exports(a.trees, a.raise) {
			if path == q.block.Name || path == within {
				named = append(named, export{o, path})
			}
			known = append(known, path)
		}
	}
	switch {
	case len(q.problems) > 0:
	case len(named) == 1:
		o, path := named[0].offer, named[0].path
		if _, there := o.files[path]; !there {
			o.want[path] = true
		}
		a.asked[q.block] = func() []byte { return notNil(bytes.TrimPrefix(o.files[path], []byte("\uFEFF"))) } // a mark is for the beginning of a file
	case len(named) == 0:
		known = append(known, tableName)
		q.bad(q.block.NameAt, problem.UnknownExport, "no export is called "+strconv.Quote(q.block.Name),
			cmp.Or(problem.DidYouMean(q.block.Name, known), sameName(q.block.Name, known), "portpress build --report json lists the exports; "+tableName+" asks for a table"))
	default:
		var of []*offer
		for _, e := range named {
			of = append(of, e.offer)
		}
		q.ambiguous(of)
	}
}

// sameName suggests an export that only the folder tells from what was
// written.
func sameName(name string, known []string) string {
	for _, k := range known {
		if strings.HasSuffix(k, "/"+name) {
			return "did you mean " + strconv.Quote(k) + "?"
		}
	}
	return ""
}

func notNil(content []byte) []byte {
	if content == nil {
		return []byte{}
	}
	return content
}

// exports lists what could be pressed of a product.
func (o *offer) exports(trees []render.Source, raise int) []string {
	if o.paths == nil {
		for _, p := range render.Plan(trees, o.ds, render.Options{Raise: raise}) {
			o.paths = append(o.paths, p.Path)
		}
	}
	return o.paths
}

// press presses the exports that blocks ask for and that nobody pressed yet.
func (a *answers) press() problem.List {
	var problems problem.List
	var parsed render.Parsed
	for _, o := range a.offers {
		if len(o.want) == 0 {
			continue
		}
		set, found := render.All(a.trees, o.ds, render.Options{Only: func(path string) bool { return o.want[path] }, Raise: a.raise, CSV: a.sheet, Parsed: &parsed})
		problems = append(problems, found...)
		problems = append(problems, verify.All(set.Files)...)
		for _, f := range set.Files {
			o.files[f.Path] = f.Content
		}
		clear(o.want)
	}
	return problems
}

// content is what a block asked for, prepared and pressed.
func (a *answers) content(b *splice.Block) []byte { return a.asked[b]() }

// prepareTable makes the table that a block asks for.
func (a *answers) prepareTable(q *question, offers []*offer) {
	if len(offers) > 1 {
		q.ambiguous(offers)
		return
	}
	o := offers[0]
	query, form := q.table(o.ds)
	if len(q.problems) > 0 {
		return
	}
	key := fmt.Sprintf("%s %s %s %+v", o.site, o.ds.Product.ID, form, query)
	table, made := a.tables[key]
	if !made {
		var err error
		if table, err = render.Table(o.ds, query, form); err != nil {
			q.bad(q.block.NameAt, problem.TemplateFailed, err.Error(), "")
			return
		}
		a.tables[key] = table
	}
	if q.document.Table() == "" { // among code
		whole := false
		if table, whole = q.block.Commented(table); !whole {
			q.bad(q.block.NameAt, problem.BadMarker, "the table holds what ends this comment", "write the markers as comments of one line")
		}
	}
	a.asked[q.block] = func() []byte { return table }
}

// question is what a block asks, as it is read.
type question struct {
	document *splice.Document
	block    *splice.Block
	problems problem.List
}

func (q *question) bad(at source.Span, code problem.Code, text, hint string) {
	p := q.block.ProblemAt(q.document, at, code, text)
	p.Hint = hint
	q.problems = append(q.problems, p)
}

// arg gives the value of a key of the marker.
func (q *question) arg(key string) (splice.Arg, bool) {
	for _, a := range q.block.Args {
		if a.Key == key {
			return a, true
		}
	}
	return splice.Arg{}, false
}

// onlyKeys reports the keys that mean nothing.
func (q *question) onlyKeys(known ...string) {
	for _, a := range q.block.Args {
		if !slices.Contains(known, a.Key) {
			q.bad(a.KeyAt, problem.UnknownKey, "unknown key "+strconv.Quote(a.Key),
				cmp.Or(problem.DidYouMean(a.Key, known), "known keys: "+strings.Join(known, ", ")))
		}
	}
}

// pick keeps the offers of the product and site that the block names.
func (q *question) pick(offers []*offer) []*offer {
	for _, by := range []struct {
		key  string
		code problem.Code
		of   func(*offer) string
	}{
		{"site", problem.UnknownSite, func(o *offer) string { return o.site }},
		{"product", problem.UnknownProduct, func(o *offer) string { return o.ds.Product.ID }},
	} {
		a, says := q.arg(by.key)
		bare := by.key == "site" && asksBare(q.block)
		known := map[string]bool{}
		var kept []*offer
		for _, o := range offers {
			known[by.of(o)] = true
			switch {
			case by.key == "site" && o.bare, bare && o.site == "":
				if bare {
					kept = append(kept, o)
				}
			case !says || by.of(o) == a.Value:
				kept = append(kept, o)
			}
		}
		if !says {
			offers = kept
			continue
		}
		if len(kept) == 0 {
			delete(known, "")
			if by.key == "site" {
				known[project.NoSite] = true
			}
			q.unknown(a, by.code, by.key, slices.Sorted(maps.Keys(known)))
			return nil
		}
		offers = kept
	}
	return offers
}

// asksBare reports whether a block asks for the product as it is without any
// site's layers.
func asksBare(b *splice.Block) bool {
	return slices.ContainsFunc(b.Args, func(a splice.Arg) bool { return a.Key == "site" && a.Value == project.NoSite })
}

func (q *question) unknown(a splice.Arg, code problem.Code, word string, known []string) {
	hint := "there is none"
	if len(known) > 0 {
		hint = cmp.Or(problem.DidYouMean(a.Value, known), word+"s: "+problem.Some(known))
	}
	q.bad(a.ValueAt, code, fmt.Sprintf("unknown %s %q", word, a.Value), hint)
}

// ambiguous reports that several products or sites could be meant.
func (q *question) ambiguous(offers []*offer) {
	products, sites := map[string]bool{}, map[string]bool{}
	for _, o := range offers {
		products[o.ds.Product.ID], sites[o.site] = true, true
	}
	key, of := "site", sites
	if len(products) > 1 {
		key, of = "product", products
	}
	ids := slices.Sorted(maps.Keys(of))
	q.bad(q.block.NameAt, problem.UnknownExport, fmt.Sprintf("which %s is meant? There are %s", key, problem.Some(ids)),
		fmt.Sprintf("write %s %s=%s", q.block.Name, key, ids[0]))
}

// tableKeys are what a marker may say of a table, in the order in which
// documents list them.
var tableKeys = []string{"product", "site", "hosts", "scopes", "protocols", "options", "columns", "sort", "heading", "title", "anchors", "format"}

// table reads what a block says of the table that it asks for.
func (q *question) table(ds *dataset.Dataset) (query render.Query, form string) {
	q.onlyKeys(tableKeys...)
	query.Hosts = q.ids("hosts", problem.UnknownHost, ds.Hosts.IDs())
	query.Scopes = q.ids("scopes", problem.UnknownScope, ds.Scopes.IDs())
	query.Protocols = q.ids("protocols", problem.UnknownProtocol, protocolsOf(ds))
	options := []string{}
	for _, o := range ds.Options {
		options = append(options, o.ID)
	}
	query.Options = q.ids("options", problem.UnknownOption, append(options, render.NoOption))
	query.Columns = q.ids("columns", problem.UnknownColumn, render.ColumnNames(ds))
	if sort := q.ids("sort", problem.UnknownColumn, render.ColumnNames(ds)); len(sort) > 0 {
		query.Sort = sort[0]
	}
	if a, says := q.arg("heading"); says {
		level, err := strconv.Atoi(a.Value)
		if err != nil || level < 1 || level > 6 {
			q.bad(a.ValueAt, problem.WrongType, fmt.Sprintf("%q is no level of a heading", a.Value), "write heading=1 to heading=6")
		}
		query.Heading = level
	}
	if a, says := q.arg("title"); says {
		query.Title = a.Value
		if _, heads := q.arg("heading"); !heads {
			q.bad(a.KeyAt, problem.MissingKey, "a title needs a heading", "write heading=2 beside it")
		}
	}
	form = q.document.Table()
	if a, says := q.arg("format"); says {
		form = a.Value
		if !slices.Contains(render.TableFormats(), form) {
			q.unknown(a, problem.WrongType, "format", render.TableFormats())
		}
	} else if !slices.Contains(render.TableFormats(), form) {
		q.bad(q.block.NameAt, problem.MissingKey, "no table can be written for documents of this kind",
			"write format="+strings.Join(render.TableFormats(), " or format=")+", or name an export")
	}
	if a, says := q.arg("anchors"); says {
		query.Anchors = a.Value == "yes"
		switch {
		case a.Value != "yes" && a.Value != "no":
			q.bad(a.ValueAt, problem.WrongType, fmt.Sprintf("%q is neither yes nor no", a.Value), "write anchors=yes, or leave it out")
		case query.Anchors && form == "rst":
			q.bad(a.ValueAt, problem.WrongType, "rows of reStructuredText have no anchors: a label there is one of all pages", "leave anchors out")
		}
	}
	return query, form
}

// ids reads a list of ids.
func (q *question) ids(key string, code problem.Code, known []string) []string {
	a, says := q.arg(key)
	if !says {
		return nil
	}
	word := strings.TrimSuffix(key, "s")
	if key == "sort" {
		word = "column"
	}
	var out []string
	at := a.ValueAt.Start
	for id := range strings.SplitSeq(a.Value, ",") {
		one := splice.Arg{Key: key, Value: strings.TrimSpace(id), ValueAt: source.Span{Start: at, End: at + len(id)}}
		if a.ValueAt.End-a.ValueAt.Start != len(a.Value) { // in quotes, so that places don't fit
			one.ValueAt = a.ValueAt
		}
		at += len(id) + 1
		switch {
		case !slices.Contains(known, one.Value):
			q.unknown(one, code, word, known)
		case key == "sort" && len(out) > 0:
			q.bad(one.ValueAt, problem.WrongType, "a table is sorted by one column", "leave "+one.Value+" out")
		case slices.Contains(out, one.Value):
			q.bad(one.ValueAt, problem.Repeated, fmt.Sprintf("%q is in the list twice", one.Value), "remove one")
		default:
			out = append(out, one.Value)
		}
	}
	return out
}

func protocolsOf(ds *dataset.Dataset) []string {
	seen := map[string]bool{}
	for _, p := range ds.Ports {
		for _, id := range p.ProtocolIDs() {
			seen[id] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
