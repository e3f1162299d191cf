package main

import (
	"bytes"
	"fmt"
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
	if err := problem.Print(&b, collapse(list), false); err != nil {
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
