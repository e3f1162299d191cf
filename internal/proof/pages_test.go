package proof

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"

	"portpress/internal/testtool"
)

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
