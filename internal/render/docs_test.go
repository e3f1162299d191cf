package render

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/policy"
	"portpress/internal/problem"
	"portpress/internal/source"
)

const docPath = "../../docs/templates.md"

// doc gives docs/templates.md and the dataset that its examples press.
func doc(t *testing.T) (string, *dataset.Dataset) {
	t.Helper()
	text, err := os.ReadFile(docPath)
	if err != nil {
		t.Fatal(err)
	}
	toml := fences(string(text))["toml"]
	if len(toml) != 1 {
		t.Fatalf("%s has %d datasets, want 1", docPath, len(toml))
	}
	file, problems := source.FromReader(strings.NewReader(toml[0].text), docPath)
	if len(problems) > 0 {
		t.Fatal(show(problems))
	}
	ds, problems := dataset.Load(file)
	if problems.Count(problem.Error) > 0 {
		t.Fatal(show(problems))
	}
	return string(text), ds
}

// fence is one fenced block: ```KIND PATH.
type fence struct{ path, text string }

func fences(doc string) map[string][]fence {
	found := map[string][]fence{}
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+) ?(\\S*)\n(.*?)^```$").FindAllStringSubmatch(doc, -1) {
		found[m[1]] = append(found[m[1]], fence{m[2], m[3]})
	}
	return found
}

// rows gives the cells of every row of the tables below headings of a level.
func rows(doc, level string) map[string][][]string {
	found := map[string][][]string{}
	heading := ""
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, level+" "); ok {
			heading = title
		}
		inner, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		inner = strings.ReplaceAll(strings.TrimSuffix("`"+inner, " |"), `\|`, "\x00")
		cells := strings.Split(inner, " | ")
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "\x00", "|")
		}
		found[heading] = append(found[heading], cells)
	}
	return found
}

// unquote takes the marks of code off, of which there are two around a text that has one.
func unquote(cell string) string {
	if code, ok := strings.CutPrefix(cell, "`` "); ok {
		return strings.TrimSuffix(code, " ``")
	}
	return strings.TrimSuffix(strings.TrimPrefix(cell, "`"), "`")
}

// TestDocExamples runs every example of the functions' tables, and holds that
// the tables list just the functions that there are.
func TestDocExamples(t *testing.T) {
	t.Parallel()
	text, ds := doc(t)
	_, functionsPart, _ := strings.Cut(text, "\n## Functions\n")
	var listed []string
	for _, table := range rows(functionsPart, "###") {
		for _, cells := range table {
			if len(cells) != 4 {
				t.Errorf("%q is no row of a function", cells)
				continue
			}
			name, _, _ := strings.Cut(unquote(cells[0]), " ")
			example, want := unquote(cells[2]), unquote(cells[3])
			listed = append(listed, name)
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(example) {
				t.Errorf("the example of %s does not call it: %s", name, example)
			}
			set, problems := All([]Source{tree("templates", "example.txt.tmpl", example)}, ds, Options{})
			got := ""
			for _, p := range problems {
				_, said, found := strings.Cut(p.Text, "example.txt: ")
				if !found {
					said = p.Text
				}
				got += p.Severity.String() + ": " + said
			}
			for _, f := range set.Files {
				got += strings.NewReplacer("\r", "␍", "\n", "⏎").Replace(string(f.Content))
			}
			if got != want {
				t.Errorf("%s: %s gives %s, want %s", name, example, got, want)
			}
		}
	}
	slices.Sort(listed)
	if want := functionNames(); !slices.Equal(listed, want) {
		t.Errorf("the tables list\n%q\nthe functions are\n%q", listed, want)
	}
}

// TestDocFiles presses the worked example.
func TestDocFiles(t *testing.T) {
	t.Parallel()
	text, ds := doc(t)
	found := fences(text)
	var files []string
	for _, f := range found["gotmpl"] {
		files = append(files, f.path, f.text)
	}
	set, problems := All([]Source{tree("templates", files...)}, ds, Options{})
	if len(problems) > 0 {
		t.Fatal(show(problems))
	}
	if len(found["sh"]) == 0 {
		t.Fatal("no result to compare")
	}
	for _, want := range found["sh"] {
		for _, f := range set.Files {
			if f.Path == want.path && string(f.Content) != want.text {
				t.Errorf("%s is\n%s\nwant\n%s", f.Path, f.Content, want.text)
			}
		}
		if !slices.ContainsFunc(set.Files, func(f export.File) bool { return f.Path == want.path }) {
			t.Errorf("nothing presses %s", want.path)
		}
	}
}

// TestDocFields holds that the tables of the data list just the fields and
// methods that templates can name.
func TestDocFields(t *testing.T) {
	t.Parallel()
	text, _ := doc(t)
	_, rest, _ := strings.Cut(text, "\n## Data\n")
	dataPart, _, _ := strings.Cut(rest, "\n## ")
	tables := rows(dataPart, "###")
	code := regexp.MustCompile("`\\.(\\w+)[^`]*`")
	var targets []string
	for _, cells := range tables["Firewall"] {
		if len(cells) == 2 && !strings.HasPrefix(cells[0], "`.") {
			for id := range strings.SplitSeq(cells[0], ", ") {
				targets = append(targets, unquote(id))
			}
		}
	}
	if want := policy.Targets(); !slices.Equal(targets, want) {
		t.Errorf("%s lists the targets\n%q\nthere are\n%q", docPath, targets, want)
	}
	for _, typ := range templateTypes() {
		name := typ.String()
		name = name[strings.LastIndexByte(name, '.')+1:]
		var listed []string
		for _, cells := range tables[name] {
			for _, m := range code.FindAllStringSubmatch(cells[0], -1) {
				listed = append(listed, m[1])
			}
		}
		slices.Sort(listed)
		if want := fieldNames(typ); !slices.Equal(listed, want) {
			t.Errorf("%s lists of %s\n%q\nthere are\n%q", docPath, name, listed, want)
		}
		delete(tables, name)
	}
	for name := range tables {
		t.Errorf("%s has a table of %s, which templates never see", docPath, name)
	}
}
