package proof

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/testtool/hostile"
	"portpress/internal/verify"
)

// page is what a reader of a documentation export sees: the cells of each
// table, row by row, the rest of the text, and what links find rows by.
type page struct {
	Tables [][][]string
	Text   []string
	IDs    []string
	Odd    []string // what no export writes into a page
}

// plainPage lists the elements of pages, whoever wrote the texts.
var plainPage = strings.Fields("html head body main section div span p br wbr a h1 h2 h3 table caption colgroup col thead tbody tr th td strong em style meta title link")

// hostilePage is a dataset whose texts are all of them: in cells, in running
// text, in headings.
func hostilePage(t *testing.T) *dataset.Dataset {
	t.Helper()
	var b strings.Builder
	q := dataset.Quote
	all := func(i int) string {
		return q(hostile.Markup[(i%len(hostile.Markup)+len(hostile.Markup))%len(hostile.Markup)])
	}
	notes := make([]string, len(hostile.Markup))
	for i := range notes {
		notes[i] = all(i)
	}
	fmt.Fprintf(&b, "format = 1\n[product]\nid = \"hostile\"\nname = %s\nabbreviation = \"H\"\nnotes = [%s]\n", q("# a *b* `c` {d} <e> |f| g_ #"), strings.Join(notes, ", "))
	fmt.Fprintf(&b, "[hosts.h]\nname = %s\n[scopes.s]\nname = %s\ndescription = %s\nfrom = [\"any\"]\n", q("- h | {{ x }}"), q("1. s::"), q("+++ <br> * `"))
	for i := range hostile.Markup {
		fmt.Fprintf(&b, "[peers.p%d]\nname = %s\ndescription = %s\n", i, q(fmt.Sprint(i, " ", hostile.Markup[i])), all(i+1))
		fmt.Fprintf(&b, "[ports.r%d]\nport = %d\nprotocols = [\"tcp\"]\nhosts = [\"h\"]\nscopes = [\"s\"]\npurpose = %s\nnotes = [%s]\ncomponent = %s\n", i, i+1, all(i), all(i+7), all(i/3))
	}
	return loadText(t, b.String())
}

// wantPage is what the documentation exports of a dataset must show.
func wantPage(ds *dataset.Dataset) page {
	var p page
	head := []string{"Scope", "Description"}
	table := [][]string{head}
	for _, s := range ds.Scopes {
		if s.Description != "" || !s.Own {
			table = append(table, []string{s.Name, s.Description})
		}
	}
	if len(table) > 1 {
		p.Tables = append(p.Tables, table)
	}
	if len(ds.Peers) > 0 {
		table = [][]string{{"Outside party", "Description", "Addresses"}}
		for _, peer := range ds.Peers {
			table = append(table, []string{peer.Name, peer.Description, strings.Join(peer.Addresses, ", ")})
		}
		p.Tables = append(p.Tables, table)
	}
	if len(ds.Options) > 0 {
		table = [][]string{{"Option", "Description", "One of", "Chosen"}}
		for _, o := range ds.Options {
			table = append(table, []string{o.Name, o.Described(), o.Group, map[bool]string{true: "yes", false: "no"}[o.On]})
		}
		p.Tables = append(p.Tables, table)
	}
	p.Text = append(p.Text, ds.Product.Notes...)
	remarked := slices.ContainsFunc(ds.Ports, func(r *dataset.Port) bool { return r.SaysMore() || len(r.Options) > 0 })
	head = []string{"Hosts", "Port", "Scope", "Purpose"}
	for _, column := range ds.Columns {
		head = append(head, column.Name)
	}
	if remarked {
		head = append(head, "Remarks")
	}
	// One table for each component, where its first row stands; before them
	// the rows of none.
	at := map[string]int{}
	var tables [][][]string
	for _, r := range ds.Ports {
		if r.Component == "" {
			at[""], tables = 0, [][][]string{{head}}
			break
		}
	}
	for _, r := range ds.Ports {
		if _, begun := at[r.Component]; !begun {
			at[r.Component], tables = len(tables), append(tables, [][]string{head})
			p.Text = append(p.Text, r.Component)
		}
		row := []string{r.Hosts.Title(), r.Title(), r.ScopeTitle(), r.Caption()}
		for _, column := range ds.Columns {
			row = append(row, r.Column(column.ID))
		}
		if remarked {
			row = append(row, strings.Join(r.Remarks(), " "))
		}
		tables[at[r.Component]] = append(tables[at[r.Component]], row)
		p.IDs = append(p.IDs, ds.Product.ID+"-"+r.ID)
	}
	p.Tables = append(p.Tables, tables...)
	return p.spaced()
}

// safeLink is where a link may lead: a text may be an address.
var safeLink = regexp.MustCompile(`^(#|https?://|mailto:)`)

// spaced shows white space as a browser does.
func (p page) spaced() page {
	for _, table := range p.Tables {
		for _, row := range table {
			for i, cell := range row {
				row[i] = oneSpace(cell)
			}
		}
	}
	for i, text := range p.Text {
		p.Text[i] = oneSpace(text)
	}
	return p
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// readPage reads what a browser shows of a page.
func readPage(t *testing.T, source []byte) page {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var p page
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type != html.ElementNode {
			for child := range n.ChildNodes() {
				walk(child)
			}
			return
		}
		switch n.Data {
		case "table":
			p.Tables = append(p.Tables, nil)
		case "tr":
			last := &p.Tables[len(p.Tables)-1]
			*last = append(*last, nil)
		case "td", "th":
			table := p.Tables[len(p.Tables)-1]
			table[len(table)-1] = append(table[len(table)-1], textOf(n))
		case "p", "caption", "h2":
			if !slices.ContainsFunc(slices.Collect(n.Ancestors()), func(a *html.Node) bool { return a.Data == "td" || a.Data == "th" }) {
				p.Text = append(p.Text, textOf(n))
			}
		case "style", "script", "head":
			return
		}
		if !slices.Contains(plainPage, n.Data) {
			p.Odd = append(p.Odd, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && !safeLink.MatchString(a.Val) {
				p.Odd = append(p.Odd, a.Key+"="+a.Val)
			}
			if a.Key == "id" {
				p.IDs = append(p.IDs, a.Val)
			}
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(doc)
	return p.spaced()
}

// textOf is what is seen of an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		switch {
		case child.Type == html.TextNode:
			b.WriteString(child.Data)
		case child.Data == "br", child.Data == "div":
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// documented gives the datasets whose pages are read back: all there are, and
// each hostile text in every key that takes any.
func documented(t *testing.T) map[string]*dataset.Dataset {
	t.Helper()
	all := everyPage(t)
	few, err := hostile.Few(readText(t, "testdata/every-key.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile.All() {
		all[fmt.Sprintf("text %03d", i)] = loadText(t, filledWith(t, few, text.Text))
	}
	return all
}

// everyPage gives all datasets there are, and one with all of the texts.
func everyPage(t *testing.T) map[string]*dataset.Dataset {
	t.Helper()
	all := everyDataset(t)
	all["hostile"] = hostilePage(t)
	return all
}

// pageOf presses one document of a dataset.
func pageOf(t *testing.T, ds *dataset.Dataset, ext string) []byte {
	t.Helper()
	name := ds.Product.ID + "-ports" + ext
	set, problems := render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, ds, render.Options{Only: func(path string) bool { return path == name }})
	problems = append(problems, verify.All(set.Files)...)
	if problems.Count(problem.Error) > 0 {
		t.Fatal(printed(t, problems))
	}
	return content(t, set, name)
}

// samePage compares what is shown with what must be. The order of the text
// outside of tables is that of the page; more than must be shown is let pass
// there, in tables it is not.
func samePage(t *testing.T, got, want page, anchors bool) {
	t.Helper()
	if len(got.Odd) > 0 {
		t.Errorf("the page has %q", got.Odd)
	}
	got.uncut(want)
	if diff := cmp.Diff(want.Tables, got.Tables); diff != "" {
		t.Errorf("the tables differ from the dataset's:\n%s", diff)
	}
	rest := got.Text
	for _, text := range want.Text {
		i := slices.Index(rest, text)
		if i < 0 {
			t.Errorf("the page lacks %q, in its place, among %q", text, rest[:min(3, len(rest))])
			continue
		}
		rest = rest[i+1:]
	}
	if !anchors {
		return
	}
	for _, id := range want.IDs {
		if n := count(got.IDs, id); n != 1 {
			t.Errorf("%d elements have the id %s", n, id)
		}
	}
}

// minCut is from which length on a text may be cut.
const minCut = 2_000

// uncut takes a long text that ends in … for the one that it begins.
func (p page) uncut(want page) {
	whole := func(got string, want ...string) string {
		if !strings.Contains(got, "…") {
			return got
		}
		for _, w := range want {
			if len(w) > minCut && len(got) > minCut && shows(got, w) {
				return w
			}
		}
		return got
	}
	for i, text := range p.Text {
		p.Text[i] = whole(text, want.Text...)
	}
	for i, table := range p.Tables {
		for j, row := range table {
			for k, cell := range row {
				if i < len(want.Tables) && j < len(want.Tables[i]) && k < len(want.Tables[i][j]) {
					row[k] = whole(cell, want.Tables[i][j][k])
				}
			}
		}
	}
}

func count(list []string, word string) int {
	n := 0
	for _, w := range list {
		if w == word {
			n++
		}
	}
	return n
}
