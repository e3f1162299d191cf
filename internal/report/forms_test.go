package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/testtool/hostile"
)

// sample is a check that found drift, the reason of one file's, and a warning.
func sample() *Result {
	return &Result{
		Failed: true, Verb: "compared", Folders: []string{"dist/app"}, Parts: []string{"dist/app", "README.md"},
		Files: []File{{Path: "dist/app/a.csv", State: "changed", Bytes: 10, SHA256: "00"}},
		Problems: problem.List{
			{Severity: problem.Warning, Code: problem.Unused, File: "ports.toml", Line: 3, Column: 1, Text: "host \"a\" is not used", Excerpt: "[hosts.a]", Width: 9},
			{Severity: problem.Error, Code: problem.DriftChanged, File: "dist/app/a.csv", Line: 2, Column: 5, Text: "is out of date", Hint: "run `portpress build`", From: "ports.toml:9:10"},
			{Severity: problem.Error, Code: problem.DriftChanged, File: "README.md", Line: 7, Column: 1, Text: "has blocks that are out of date", Hint: "run `portpress build`"},
			{Severity: problem.Error, Code: problem.DriftSource, File: "ports.toml", Line: 9, Column: 10, Width: 8, Excerpt: `scopes = ["any"]`, Text: "since dist/app was pressed, ports.api opens more; 1 file differs", Hint: "run `portpress build`"},
		},
	}
}

func printed(t *testing.T, format string, o Output, r *Result) string {
	t.Helper()
	var b, problems bytes.Buffer
	o.Out, o.Err = &b, &problems
	if err := o.Print([]string{format}, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestForms(t *testing.T) {
	for format, want := range map[string]string{
		"github": `dist/app/a.csv  changed  10
compared: dist/app (1 changed)
::error file=sub/ports.toml,line=9,col=10,endColumn=18,title=portpress%3A drift-source::since dist/app was pressed, ports.api opens more; 1 file differs%0Arun ` + "`portpress build`" + `
::error file=sub/README.md,line=7,col=1,endColumn=2,title=portpress%3A drift-changed::has blocks that are out of date%0Arun ` + "`portpress build`" + `
::warning file=sub/ports.toml,line=3,col=1,endColumn=10,title=portpress%3A unused::host "a" is not used
`,
		"junit": `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="portpress" tests="3" failures="3">
    <testcase name="datasets, layers and templates" classname="portpress">
      <failure message="since dist/app was pressed, ports.api opens more; 1 file differs" type="drift-source">ports.toml:9:10: error: since dist/app was pressed, ports.api opens more; 1 file differs [drift-source]&#xA;    scopes = [&#34;any&#34;]&#xA;             ^^^^^^^&#xA;    hint: run ` + "`portpress build`" + `&#xA;ports.toml:3:1: warning: host &#34;a&#34; is not used [unused]&#xA;    [hosts.a]&#xA;    ^^^^^^^^^&#xA;</failure>
    </testcase>
    <testcase name="dist/app" classname="portpress">
      <failure message="is out of date" type="drift-changed">dist/app/a.csv:2:5: error: is out of date [drift-changed]&#xA;    hint: run ` + "`portpress build`" + `&#xA;</failure>
    </testcase>
    <testcase name="README.md" classname="portpress">
      <failure message="has blocks that are out of date" type="drift-changed">README.md:7:1: error: has blocks that are out of date [drift-changed]&#xA;    hint: run ` + "`portpress build`" + `&#xA;</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
		"markdown": `## portpress: 2 files are not what a build would write, 1 warning

### Changed since the exports were pressed

| where | what |
| --- | --- |
| ports.toml:9:10 | since dist/app was pressed, ports.api opens more; 1 file differs |

### Problems

| where | what |
| --- | --- |
| ports.toml:3:1 | **warning**: host "a" is not used (unused) |

### Not what a build would write

| file | it |
| --- | --- |
| dist/app/a.csv | is out of date |
| README.md | has blocks that are out of date |

To mend it: run ` + "\\`portpress build\\`" + `, and commit what it writes.
`,
	} {
		if got := printed(t, format, Output{Top: "sub"}, sample()); got != want {
			t.Errorf("%s: got:\n%swant:\n%s", format, got, want)
		}
	}
}

// What nothing is wrong with is said to be so in every form.
func TestFormsOfNothing(t *testing.T) {
	r := &Result{Folders: []string{"dist/app"}, Parts: []string{"dist/app"}, Files: []File{{Path: "dist/app/a", State: "unchanged"}}, Verb: "compared"}
	for format, want := range map[string]string{
		"github":   "compared: dist/app (1 unchanged)\n",
		"gitlab":   "[]\n",
		"markdown": "## portpress: 1 file is up to date\n",
	} {
		if got := printed(t, format, Output{}, r); got != want {
			t.Errorf("%s: got:\n%swant:\n%s", format, got, want)
		}
	}
	for format, want := range map[string]string{"junit": `tests="2" failures="0"`, "sarif": `"results": []`} {
		if got := printed(t, format, Output{}, r); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s:\n%s", format, want, got)
		}
	}
}

// A finding has the same fingerprint wherever its line moves to, and no two of a
// report have one.
func TestFingerprints(t *testing.T) {
	prints := func(by int) []string {
		r := sample()
		for i := range r.Problems {
			r.Problems[i].Line += by
		}
		r.Problems = append(r.Problems, r.Problems[0]) // said twice
		var issues []struct{ Fingerprint string }
		if err := json.Unmarshal([]byte(printed(t, "gitlab", Output{}, r)), &issues); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, i := range issues {
			out = append(out, i.Fingerprint)
		}
		return out
	}
	one, other := prints(0), prints(7)
	if !slices.Equal(one, other) {
		t.Errorf("%v became %v", one, other)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(one))); len(unique) != 4 {
		t.Errorf("%d fingerprints of 4 findings", len(unique))
	}
}

// A Code Quality report has the fields that GitLab documents, each as it wants
// it, and no other.
func TestGitLabFields(t *testing.T) {
	r := sample()
	r.Problems = append(r.Problems, problem.Problem{Severity: problem.Error, Code: problem.BadSet, File: "--set", Line: 1, Column: 1, Text: "not KEY=VALUE"})
	var issues []struct {
		Description string `json:"description"`
		CheckName   string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Location    struct {
			Path  string `json:"path"`
			Lines struct {
				Begin int `json:"begin"`
			} `json:"lines"`
		} `json:"location"`
	}
	decoder := json.NewDecoder(strings.NewReader(printed(t, "gitlab", Output{Top: "sub"}, r)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&issues); err != nil || len(issues) != 4 {
		t.Fatalf("%d issues: %v", len(issues), err)
	}
	for _, i := range issues {
		known := slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity)
		if i.Description == "" || i.CheckName == "" || len(i.Fingerprint) != 40 || !known || i.Location.Lines.Begin < 1 || i.Location.Path == "" || filepath.IsAbs(i.Location.Path) {
			t.Errorf("%+v", i)
		}
	}
}

// GitHub shows ten of a severity: the tenth says how many more there are.
func TestManyAnnotations(t *testing.T) {
	for n, want := range map[int]string{9: "9", 10: "10", 11: "and 2 more: the log of this step has all", 500: "and 491 more: the log of this step has all"} {
		var list problem.List
		for i := range n {
			list = append(list, problem.Problem{Severity: problem.Error, Code: problem.PortRange, File: "x.toml", Line: i + 1, Text: fmt.Sprint(i + 1)})
		}
		got := strings.Split(strings.TrimSpace(printed(t, "github", Output{}, &Result{Problems: list})), "\n")
		if len(got) != min(n, 10) || !strings.HasSuffix(got[len(got)-1], "::"+want) {
			t.Errorf("of %d: %d, the last %s", n, len(got), got[len(got)-1])
		}
	}
	// Drift that nothing explains is one annotation, however many files it has.
	var list problem.List
	for i := range 500 {
		list = append(list, problem.Problem{Severity: problem.Error, Code: problem.DriftChanged, File: fmt.Sprint(i), Line: i + 1, Text: "is out of date"})
	}
	const want = "::error file=0,line=1,col=1,endColumn=2,title=portpress%3A drift-changed::is out of date (also 1 and 498 others)\n"
	if got := printed(t, "github", Output{}, &Result{Problems: list}); got != want {
		t.Errorf("got %s", got)
	}
}

// Whatever a text holds, each form stays what it is: it has the structure that
// it has with plain texts, and no command or row of a table beside.
func TestHostileReports(t *testing.T) {
	texts := slices.Concat(hostile.Texts, []hostile.Text{
		{Name: "github", Text: "x\n::error file=a::b\r::stop-commands::y%0A::warning::z ##[add-matcher]m.json ::debug::"},
		{Name: "azure", Text: "##vso[task.complete result=Succeeded;]DONE"},
		{Name: "xml", Text: "]]></failure><testcase/> \x00 \ufffe"},
		{Name: "markdown row", Text: "a | b |\n| c | d |\n\n## e"},
		{Name: "not UTF-8", Text: "a\xffb"},
		{Name: "path", Text: "::a:b,c/../%d?e#f"},
	})
	structure := map[string]func(string) string{
		"github": func(s string) string {
			return regexp.MustCompile(`(?m)^::(error|warning) .*$`).ReplaceAllString(s, "$1")
		},
		"gitlab": func(s string) string {
			var issues []map[string]any
			err := json.Unmarshal([]byte(s), &issues)
			return fmt.Sprint(len(issues), err)
		},
		"sarif": func(s string) string {
			var log sarifLog
			err := json.Unmarshal([]byte(s), &log)
			return fmt.Sprint(len(log.Runs[0].Results), err)
		},
		"junit": func(s string) string {
			var suites junitSuites
			err := xml.Unmarshal([]byte(s), &suites)
			return fmt.Sprint(len(suites.Suite.Cases), suites.Suite.Failures, err)
		},
		"markdown": func(s string) string {
			return regexp.MustCompile(`(?m)^\| .* \| .* \|$`).ReplaceAllString(s, "row")
		},
	}
	with := func(text string) *Result {
		r := &Result{Failed: true, Parts: []string{"dist"}}
		for _, code := range []problem.Code{problem.OpensMore, problem.DriftSource, problem.PortRange, problem.DriftMissing} {
			r.Problems = append(r.Problems, problem.Problem{
				Severity: problem.Error, Code: code, File: "dist/" + text, Line: 2, Column: 3, Text: text, Hint: text, Excerpt: text, Row: text,
			})
		}
		return r
	}
	for _, text := range texts {
		for format, of := range structure {
			got, want := of(printed(t, format, Output{}, with(text.Text))), of(printed(t, format, Output{}, with("plain")))
			if format == "markdown" { // told as prose
				got, want = strings.Split(got, "\nTo mend it: ")[0], strings.Split(want, "\nTo mend it: ")[0]
			}
			if got != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", text.Name, format, got, want)
			}
		}
		// Nor does the text for people obey in such a log.
		var out, problems bytes.Buffer
		r := with(text.Text)
		r.Diffs = []string{" " + text.Text + "\n"}
		o := Output{Out: &out, Err: &problems, Log: true}
		if err := o.Print([]string{"text"}, r); err != nil {
			t.Fatal(err)
		}
		if obeyed := regexp.MustCompile(`(?m)^\s*::|##[a-z]*\[`).FindString(out.String() + problems.String()); obeyed != "" {
			t.Errorf("%s: the log obeys %q", text.Name, obeyed)
		}
	}
}

func TestValid(t *testing.T) {
	for list, want := range map[string]string{
		"":                     "",
		"text":                 "",
		"json":                 "",
		"github gitlab=a":      "",
		"text sarif=a junit=b": "",
		"json json=a":          "",
		"github markdown":      "",
		"jsn":                  `there is no report "jsn"`,
		"xml=a":                `there is no report "xml"`,
		"json=":                "the report json has no file",
		"text json":            "the report json needs standard output for itself",
		"gitlab sarif":         "the report sarif needs standard output for itself",
		"text text":            "the report text is asked for twice",
		"text github":          "the report github has the text in it",
	} {
		got := ""
		if err := Valid(strings.Fields(list)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", list, got, want)
		}
	}
}

// Several reports come out of one result: files are replaced, but a summary is
// added to what is there.
func TestReportsInFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"q.json", "s.md"} {
		if err := os.WriteFile(at(name), []byte("before\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, problems bytes.Buffer
	o := Output{Out: &out, Err: &problems, ColourOut: true, ColourErr: true}
	reports := Place([]string{"text", "gitlab=q.json", "markdown=s.md", "text=t"}, at)
	if err := o.Print(reports, sample()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"q.json": "[\n", "s.md": "before\n\n## portpress: 2 files", "t": "dist/app/a.csv  changed  10\n"} {
		text, err := os.ReadFile(at(name))
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if !strings.Contains(out.String(), "compared: dist/app (1 changed)") || !strings.Contains(problems.String(), "[drift-source]") {
		t.Errorf("the terminal has\n%s%s", &out, &problems)
	}
	if err := o.Print([]string{"json=" + at("none/x")}, sample()); err == nil || !strings.Contains(err.Error(), "none/x: no such file or directory") {
		t.Errorf("a folder that isn't there: %v", err)
	}
}

// A summary that GitHub would show nothing of ends after a whole line.
func TestLongSummary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.md")
	line := strings.Repeat("a", 99) + "\n"
	r := &Result{Own: map[string]func(*Output) error{"markdown": func(o *Output) error { return o.Write(strings.Repeat(line, 20_000)) }}}
	if err := (&Output{}).Print([]string{"markdown=" + path}, r); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || len(text) > mostSummary+100 || !strings.HasSuffix(string(text), line+"\n… and more, which has no room here\n") {
		t.Errorf("%v, %d bytes, ending in %q", err, len(text), text[max(0, len(text)-150):])
	}
}
