package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"portpress/internal/problem"
)

func TestCollapse(t *testing.T) {
	var list problem.List
	for _, file := range []string{"a", "b", "c", "d", "e"} {
		list = append(list, problem.Problem{Severity: problem.Warning, Code: problem.NoClusterNetwork, File: file, Text: "closed"})
	}
	for _, file := range []string{"a", "b"} {
		for _, row := range []string{"dns", "web"} {
			list = append(list, problem.Problem{
				Severity: problem.Warning, Code: problem.NotExpressible, File: file, Row: row, Text: fmt.Sprintf("can't carry %q: no form", row),
			})
		}
	}
	list = append(list,
		problem.Problem{Severity: problem.Warning, Code: problem.NotExpressible, File: "b", Row: "dns", Text: `can't carry "dns": too long`},
		problem.Problem{Severity: problem.Warning, Code: problem.NoClusterNetwork, File: "f", Line: 1, Text: "closed"},
		problem.Problem{Severity: problem.Error, Code: problem.Malformed, File: "f", Text: "closed"},
		problem.Problem{Severity: problem.Error, Code: problem.Malformed, File: "g", Text: "closed"})

	var b bytes.Buffer
	if err := Problems(&b, collapse(list), false); err != nil {
		t.Fatal(err)
	}
	const want = `a: warning: closed (also in b and 3 others) [no-cluster-network]
a: warning: can't carry "dns", "web": no form (also in b) [not-expressible]
b: warning: can't carry "dns": too long [not-expressible]
f:1: warning: closed [no-cluster-network]
f: error: closed [malformed]
g: error: closed [malformed]
`
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", &b, want)
	}
}

// However many rows and exports there are, a text is a line that can be read;
// as JSON every row is there.
func TestLongListsAreCut(t *testing.T) {
	var list problem.List
	for i := range 1000 {
		for _, export := range []string{"a", "b"} {
			row := fmt.Sprintf("row-%d", i)
			list = append(list, problem.Problem{
				Severity: problem.Warning, Code: problem.NotExpressible, File: export, Row: row, Text: fmt.Sprintf("can't carry %q: no form", row),
			})
		}
	}
	// Alike but for one row that is cut off.
	list = append(list, problem.Problem{Severity: problem.Warning, Code: problem.NotExpressible, File: "b", Row: "last", Text: `can't carry "last": no form`})

	var text, object bytes.Buffer
	o := Output{Out: &object, Err: &text}
	if err := o.Tell(list); err != nil {
		t.Fatal(err)
	}
	const want = `a: warning: can't carry "row-0", "row-1", "row-2", "row-3", "row-4", "row-5", "row-6", "row-7", "row-8", "row-9", "row-10", "row-11", … and 988 more: no form [not-expressible]
b: warning: can't carry "row-0", "row-1", "row-2", "row-3", "row-4", "row-5", "row-6", "row-7", "row-8", "row-9", "row-10", "row-11", … and 989 more: no form [not-expressible]
`
	if text.String() != want {
		t.Errorf("got:\n%swant:\n%s", &text, want)
	}
	if err := o.Print([]string{"json"}, &Result{Problems: list}); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{`"row": "row-999",`, `"text": "can't carry \"row-999\": no form"`, `"reason": "no form"`} {
		if !bytes.Contains(object.Bytes(), []byte(what)) {
			t.Errorf("the JSON lacks %s", what)
		}
	}
}

// A line as long as the file, with a problem at every word, makes a report that
// grows with the problems, not with their square.
func TestLongLinesAreCut(t *testing.T) {
	line := strings.Repeat("443, ", 5000)
	var list problem.List
	for i := range 5000 {
		list = append(list, problem.Problem{
			Severity: problem.Error, Code: problem.RangeOverlap, File: "x.toml", Line: 1, Column: 5*i + 1, Text: "443 overlaps 443", Excerpt: line, Width: 3,
		})
	}
	for _, format := range Formats() {
		var b bytes.Buffer
		o := Output{Out: &b, Err: &b}
		if err := o.Print([]string{format}, &Result{Problems: list}); err != nil {
			t.Fatal(err)
		}
		if most := 800 * len(list); b.Len() > most {
			t.Errorf("%s: %d bytes for %d problems", format, b.Len(), len(list))
		}
	}
}
