package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/testtool"
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

// TestPagesOfHTML reads the fragments as browsers do.
func TestPagesOfHTML(t *testing.T) {
	for name, ds := range documented(t) {
		t.Run(name, func(t *testing.T) {
			source := pageOf(t, ds, ".html")
			samePage(t, readPage(t, source), wantPage(ds), true)
			if bytes.Contains(source, []byte("{{")) || bytes.Contains(source, []byte("style")) && name != "hostile" {
				t.Error("the fragment has braces or a style")
			}
			if heads, scoped := bytes.Count(source, []byte("<th")), bytes.Count(source, []byte(`<th scope="col"`)); heads-bytes.Count(source, []byte("<thead")) != scoped {
				t.Errorf("%d of the heads have a scope", scoped)
			}
		})
	}
}

// TestPagesOfMarkdown reads them as GitHub does.
func TestPagesOfMarkdown(t *testing.T) {
	reader := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
	for name, ds := range documented(t) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := reader.Convert(pageOf(t, ds, ".md"), &out); err != nil {
				t.Fatal(err)
			}
			samePage(t, readPage(t, out.Bytes()), wantPage(ds), false)
		})
	}
}

// TestPagesOfDocutils has docutils render the reStructuredText, and say
// nothing of it.
func TestPagesOfDocutils(t *testing.T) {
	tool := testtool.Need(t, "docutils")
	dir := t.TempDir()
	all := documented(t)
	var paths []string
	for name, ds := range all {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".rst")
		if err := os.WriteFile(path, pageOf(t, ds, ".rst"), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var read map[string][2]string
	if err := json.Unmarshal([]byte(run(t, "", tool[0], append([]string{"testdata/rst.py"}, paths...)...)), &read); err != nil {
		t.Fatal(err)
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) {
			got := read[filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".rst")]
			if got[1] != "" {
				t.Errorf("docutils says %s", got[1])
			}
			samePage(t, readPage(t, []byte(got[0])), wantPage(ds), false)
		})
	}
}

// TestPagesOfSphinx builds a site of all of them, with warnings as errors.
func TestPagesOfSphinx(t *testing.T) {
	tool := testtool.Need(t, "sphinx")
	dir := t.TempDir()
	all := everyPage(t)
	index := "Ports\n=====\n\n.. toctree::\n\n"
	for _, name := range slices.Sorted(maps.Keys(all)) {
		file := strings.ReplaceAll(name, " ", "-")
		index += "   " + file + "\n"
		if err := os.WriteFile(filepath.Join(dir, file+".rst"), pageOf(t, all[name], ".rst"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"index.rst": index, "conf.py": "project = 'ports'\nsmartquotes = False\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, tool[0], "-q", "-W", "--keep-going", "-n", "-b", "html", ".", "site")
	for name, ds := range all {
		source, err := os.ReadFile(filepath.Join(dir, "site", strings.ReplaceAll(name, " ", "-")+".html"))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(wantPage(ds).Tables, readPage(t, source).Tables); diff != "" {
				t.Errorf("the tables differ from the dataset's:\n%s", diff)
			}
		})
	}
}

// TestPagesOfAsciidoctor has Asciidoctor render them, without a warning.
func TestPagesOfAsciidoctor(t *testing.T) {
	tool := testtool.Need(t, "asciidoctor")
	dir := t.TempDir()
	all := documented(t)
	var names []string
	for name, ds := range all {
		file := strings.ReplaceAll(name, " ", "-") + ".adoc"
		if err := os.WriteFile(filepath.Join(dir, file), pageOf(t, ds, ".adoc"), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, file)
	}
	if said := run(t, dir, tool[0], append([]string{"--warnings", "--failure-level", "INFO", "--embedded"}, names...)...); said != "" {
		t.Errorf("Asciidoctor says %s", said)
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".html"))
			if err != nil {
				t.Fatal(err)
			}
			samePage(t, readPage(t, source), wantPage(ds), true)
		})
	}
}

// TestMKEPageIsTheSource holds the rendered reStructuredText of MKE to the
// transcription of its source, cell by cell.
func TestMKEPageIsTheSource(t *testing.T) {
	tool := testtool.Need(t, "docutils")
	path := filepath.Join(t.TempDir(), "mke.rst")
	if err := os.WriteFile(path, pageOf(t, load(t, "mke"), ".rst"), 0o600); err != nil {
		t.Fatal(err)
	}
	var read map[string][2]string
	if err := json.Unmarshal([]byte(run(t, "", tool[0], "testdata/rst.py", path)), &read); err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../dataset/testdata/mke-table.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want [][][]string
	for line := range strings.Lines(string(source)) {
		switch cells := strings.Split(strings.TrimSpace(line), " | "); {
		case len(cells) == 1:
		case cells[1] == "Description", cells[1] == "Port":
			want = append(want, [][]string{cells})
		default:
			want[len(want)-1] = append(want[len(want)-1], cells)
		}
	}
	if len(want) != 2 || len(want[0]) != 1+3 || len(want[1]) != 1+25 {
		t.Fatalf("the transcription has the tables %q", want)
	}
	if diff := cmp.Diff(want, readPage(t, []byte(read[path][0])).Tables); diff != "" {
		t.Error(diff)
	}
}

// TestPagesOfSiteGenerators has MDX, which Docusaurus reads Markdown as, and Vue,
// which VitePress runs over pages, show them, and Liquid, which Jekyll runs over them first, find nothing in
// them. prettier leaves them alone where it is told to.
func TestPagesOfSiteGenerators(t *testing.T) {
	tools := testtool.Need(t, "node", "sites")
	dir := t.TempDir()
	all := documented(t)
	args := []string{"testdata/sites.mjs", tools[1]}
	file := func(name string) string { return filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".md") }
	source := map[string]string{}
	for name, ds := range all {
		source[name] = string(pageOf(t, ds, ".md"))
		if err := os.WriteFile(file(name), []byte(source[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file(name))
	}
	var read map[string]struct {
		MDX, Vue, Liquid string
		Ignored          bool
	}
	if err := json.Unmarshal([]byte(run(t, "", tools[0], args...)), &read); err != nil {
		t.Fatal(err)
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) {
			got := read[file(name)]
			samePage(t, readPage(t, []byte(got.MDX)), wantPage(ds), false)
			samePage(t, readPage(t, []byte(got.Vue)), wantPage(ds), false)
			if diff := cmp.Diff(source[name], got.Liquid); diff != "" {
				t.Errorf("Liquid changes the page:\n%s", diff)
			}
			if !got.Ignored {
				t.Error("prettier changes the page between its own marks")
			}
		})
	}
}
