package dataset

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// docBlock is a fenced block of a page: ```kind, then its lines.
type docBlock struct {
	kind, text string
	line       int
}

// docSection is what stands below a heading of a page.
type docSection struct {
	level   int
	heading string
	blocks  []docBlock
}

// sectionsOf takes a Markdown page apart.
func sectionsOf(t *testing.T, path string) []docSection {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sections := []docSection{{}}
	var block *docBlock
	number := 0
	for line := range strings.Lines(string(page)) {
		number++
		current := &sections[len(sections)-1]
		fence, isFence := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "```")
		level := len(line) - len(strings.TrimLeft(line, "#"))
		switch {
		case isFence && block == nil:
			block = &docBlock{kind: fence, line: number}
		case isFence:
			current.blocks = append(current.blocks, *block)
			block = nil
		case block != nil:
			block.text += line
		case level > 0 && line[level] == ' ':
			sections = append(sections, docSection{level: level, heading: strings.Trim(strings.TrimSpace(line[level:]), "`")})
		}
	}
	if block != nil {
		t.Fatalf("%s:%d: the block has no end", path, block.line)
	}
	return sections
}

// codeGroup is a comment in codes.go and the codes below it.
type codeGroup struct {
	title string
	names []string // of the constants
	codes []string
}

func codeGroups(t *testing.T) []codeGroup {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../problem/codes.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var groups []codeGroup
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if v.Doc != nil {
			groups = append(groups, codeGroup{title: strings.TrimSuffix(strings.TrimSpace(v.Doc.Text()), ".")})
		}
		g := &groups[len(groups)-1]
		for i, value := range v.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			g.names = append(g.names, v.Names[i].Name)
			g.codes = append(g.codes, code)
		}
		return true
	})
	return groups
}

// otherwise makes the examples that Load alone can't give.
func otherwise(t *testing.T, base, text string, layers []*source.File) map[string]func() problem.List {
	both := func() problem.List {
		other := strings.NewReplacer(`id = "demo"`, `id = "other"`, "Web UI", "Proxy").Replace(base)
		_, problems := Combine("both", []*Dataset{mustLoad(t, base), mustLoad(t, other)}, layers)
		return problems
	}
	return map[string]func() problem.List{
		"read-failed": func() problem.List {
			_, problems := source.Open(fstest.MapFS{}, "demo.toml", "demo.toml")
			return problems
		},
		"file-too-big": func() problem.List {
			_, problems := source.FromReader(endless{}, "demo.toml")
			return problems
		},
		"not-utf8": func() problem.List {
			_, problems := source.FromReader(strings.NewReader("format = 1\n\n[product]\nid = \"cafe\"\nname = \"Caf\xe9\"\n"), "demo.toml")
			return problems
		},
		"too-many-flows": func() problem.List {
			_, problems := Limits{Flows: 1}.Load(file(t, "demo.toml", text))
			return problems
		},
		"too-many-rules": func() problem.List {
			_, problems := Limits{Rules: 5}.Load(file(t, "demo.toml", text), layers...)
			return problems
		},
		"moves-several": func() problem.List {
			other := file(t, "other.toml", strings.Replace(base, `id = "demo"`, `id = "other"`, 1))
			_, problems := Share([]*source.File{file(t, "demo.toml", base), other}, layers)
			return problems
		},
		"unknown-product": both,
		"shared-port":     both,
		"products-differ": func() problem.List {
			demo := mustLoad(t, base, "[ssh]\nport = 22\n")
			other := mustLoad(t, strings.Replace(base, `id = "demo"`, `id = "other"`, 1), "[ssh]\nport = 2222\n")
			_, problems := Combine("both", []*Dataset{demo, other}, layers)
			return problems
		},
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestProblemsPage runs every example of docs/problems.md and compares what is
// printed, and holds its headings to the codes.
func TestProblemsPage(t *testing.T) {
	const page = "../../docs/problems.md"
	sections := sectionsOf(t, page)
	var base string
	for _, s := range sections {
		for _, b := range s.blocks {
			if b.kind == "toml base" {
				base = b.text
			}
		}
	}
	if problems := printed(t, second(loaded(t, base))); problems != "" {
		t.Fatalf("the base has problems:\n%s", problems)
	}
	var headings, want []string
	for _, s := range sections[2:] { // behind the title
		headings = append(headings, strings.Repeat("#", s.level)+" "+s.heading)
	}
	elsewhere := map[string]bool{}
	for _, g := range codeGroups(t) {
		want = append(want, "## "+g.title)
		for _, code := range g.codes {
			want = append(want, "### "+code)
			elsewhere[code] = slices.Contains([]string{"Templates", "A project file", "Documents", "Verification", "Publishing", "Comparing datasets"}, g.title)
		}
	}
	if !slices.Equal(headings, want) {
		t.Errorf("the headings are\n%s\nbut the codes\n%s", strings.Join(headings, "\n"), strings.Join(want, "\n"))
	}
	for _, s := range sections {
		if s.level == 3 {
			t.Run(s.heading, func(t *testing.T) { checkExamples(t, page, s, base, elsewhere[s.heading]) })
		}
	}
}

func second(_ *Dataset, problems problem.List) problem.List { return problems }

// checkExamples runs the examples of one code.
func checkExamples(t *testing.T, page string, s docSection, base string, elsewhere bool) {
	examples := 0
	text := base
	var layers []*source.File
	for _, b := range s.blocks {
		switch b.kind {
		case "toml":
			text = base + b.text
		case "toml whole":
			text = b.text
		case "toml layer":
			layers = append(layers, file(t, "site.toml", b.text))
		case "sh set":
			layer, problems := Set(strings.TrimSuffix(b.text, "\n"))
			if problems != nil {
				compareExample(t, page, b.line, s.heading, problems, s.blocks[1].text)
				return
			}
			layers = append(layers, layer)
		case "text":
			run := otherwise(t, base, text, layers)[s.heading]
			if run == nil {
				run = func() problem.List { return second(Load(file(t, "demo.toml", text), layers...)) }
			}
			compareExample(t, page, b.line, s.heading, run(), b.text)
			examples++
			text, layers = base, nil
		case "text elsewhere":
			if !elsewhere {
				t.Errorf("%s:%d: this example could be run here", page, b.line)
			}
			if !strings.Contains(b.text, "["+s.heading+"]\n") {
				t.Errorf("%s:%d: the example is of another code", page, b.line)
			}
			examples++
		default:
			t.Errorf("%s:%d: no test knows blocks of the kind %q", page, b.line, b.kind)
		}
	}
	if examples == 0 {
		t.Error("no example")
	}
}

func compareExample(t *testing.T, page string, line int, code string, problems problem.List, want string) {
	t.Helper()
	got := printed(t, problems)
	if got != want {
		t.Errorf("%s:%d: got:\n%s\nwant:\n%s", page, line, got, want)
	}
	for _, p := range problems {
		if string(p.Code) != code {
			t.Errorf("%s:%d: the example of %s also gives %s", page, line, code, p.Code)
		}
	}
}

// Every code must be reported by something, or the page tells of what can't
// happen.
func TestCodesAreReported(t *testing.T) {
	used := map[string]bool{}
	word := regexp.MustCompile(`problem\.([A-Z]\w+)`)
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range word.FindAllStringSubmatch(string(text), -1) {
				used[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range codeGroups(t) {
		for i, name := range g.names {
			if !used[name] {
				t.Errorf("nothing reports %s", g.codes[i])
			}
		}
	}
}
