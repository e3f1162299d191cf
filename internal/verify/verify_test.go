package verify

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// exportCase is an export and all that is said about it, by show.
type exportCase struct {
	path, content, want string
}

// show prints findings one after the other, each as its place, its code, its
// text and its hint. The carets stand below the excerpt.
func show(found problem.List) string {
	var b strings.Builder
	for i := range found {
		p := &found[i]
		fmt.Fprintf(&b, "%d:%d %s: %s\n", p.Line, p.Column, p.Code, strings.TrimSuffix(p.Text, " (pressed by t.tmpl)"))
		if p.Excerpt != "" {
			fmt.Fprintf(&b, "| %s\n| %s%s\n", p.Excerpt, strings.Repeat(" ", p.Column-1), strings.Repeat("^", max(p.Width, 1)))
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", p.Hint)
		}
	}
	return b.String()
}

func checkCases(t *testing.T, cases []exportCase) {
	t.Helper()
	for _, c := range cases {
		found := All([]export.File{{Path: c.path, Content: []byte(c.content), Template: "t.tmpl"}})
		if got := show(found); got != c.want {
			t.Errorf("%s %q:\n%s\nwant:\n%s", c.path, c.content, got, c.want)
		}
		for i := range found {
			p := &found[i]
			if p.Severity != problem.Error || p.File != c.path {
				t.Errorf("%s %q: severity %v, file %s", c.path, c.content, p.Severity, p.File)
			}
			if !strings.HasSuffix(p.Text, " (pressed by t.tmpl)") {
				t.Errorf("%s %q: the text doesn't name the template: %s", c.path, c.content, p.Text)
			}
		}
	}
}

// TestAll checks that each file is judged by its own format, and that the
// findings come in the order of the files, whichever is done first.
func TestAll(t *testing.T) {
	files := []export.File{
		{Path: "b.json", Content: []byte("{,}"), Template: "templates/b.json.tmpl"},
		{Path: "a.yml", Content: benchYAML(50), Template: "templates/a.yml.tmpl"},
		{Path: "a.YML", Content: []byte("a: 20:21\n"), Template: "templates/a.YML.tmpl"},
		{Path: "logo.png", Content: []byte("\x89PNG\r\n\x1a\n\x00"), Template: "templates/logo.png"},
		{Path: "bin/tool", Content: []byte("\x7fELF\x00"), Template: "templates/bin/tool"},
		{Path: "c.csv", Content: []byte("a,a\n"), Template: "templates/c.csv.tmpl"},
		{Path: "d.toml", Content: []byte("a = 1\na = 2\n")},
	}
	want := []string{
		"b.json: not valid JSON: invalid character ',' looking for beginning of object key string (pressed by templates/b.json.tmpl)",
		`a.YML: "20:21" is the integer 1221 to a YAML 1.1 reader and text to a YAML 1.2 reader (pressed by templates/a.YML.tmpl)`,
		`c.csv: the column name "a" is given twice, first for column 1 (pressed by templates/c.csv.tmpl)`,
		"d.toml: not valid TOML: key 'a' has already been defined",
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for workers := 1; workers <= 3; workers++ {
		runtime.GOMAXPROCS(workers)
		var got []string
		for _, p := range All(files) {
			got = append(got, p.File+": "+p.Text)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("with %d workers:\n%s\nwant:\n%s", workers, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if found := All(nil); len(found) > 0 {
		t.Errorf("nothing to verify: %v", found)
	}
}

// TestLimit checks that many findings end in a line that counts the rest, and
// that sorting, which the caller may do, leaves it there.
func TestLimit(t *testing.T) {
	for rows, want := range map[int]string{
		20: "21:1 this row has 1 field, the header has 2 (pressed by t.tmpl)",
		21: "22:1 and 1 more in this export (pressed by t.tmpl)",
		30: "22:1 and 10 more in this export (pressed by t.tmpl)",
	} {
		found := All([]export.File{{Path: "x.csv", Content: []byte("a,b\n" + strings.Repeat("1\n", rows)), Template: "t.tmpl"}})
		found.Sort()
		last := found[len(found)-1]
		if got := fmt.Sprintf("%d:%d %s", last.Line, last.Column, last.Text); got != want {
			t.Errorf("%d rows: the last finding is %s, want %s", rows, got, want)
		}
		if len(found) != min(rows, maxFindings+1) {
			t.Errorf("%d rows: %d findings", rows, len(found))
		}
	}
}

// TestLongLine checks that JSON on one line neither floods a message nor
// puts a caret where nothing is wrong.
func TestLongLine(t *testing.T) {
	row, twice := `{"a":1},`, `{"bb":1,"bb":2},`
	for _, c := range []struct{ content, text, excerpt string }{
		{
			"[" + twice + strings.Repeat(row, 200) + "3]",
			`1:10 the name "bb" is given twice in one object, first on line 1`,
			("[" + twice + strings.Repeat(row, 200))[:maxExcerpt-1] + "…",
		},
		{
			"[" + strings.Repeat(row, 200) + twice + `"é"]`,
			`1:1610 the name "bb" is given twice in one object, first on line 1, near "\"bb\":2},\"é\"]"`,
			"",
		},
	} {
		found := All([]export.File{{Path: "x.json", Content: []byte(c.content)}})
		if len(found) != 1 {
			t.Fatalf("%d findings", len(found))
		}
		p := found[0]
		if got := fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Text); got != c.text {
			t.Errorf("got  %s\nwant %s", got, c.text)
		}
		if p.Excerpt != c.excerpt {
			t.Errorf("the excerpt is %q\nwant %q", p.Excerpt, c.excerpt)
		}
	}
}

// TestPanic checks that a parser's panic becomes a finding.
func TestPanic(t *testing.T) {
	file := export.File{Path: "x.yml", Template: "t.tmpl"}
	got := show(guarded(file, func(*report) { panic("index out of range") }))
	want := "1:1 malformed: the parser broke down: index out of range\n" +
		"hint: press it without the latest change to find the place, and report this\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
