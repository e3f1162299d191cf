package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// The parts of JUnit's format that all of its readers know.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   junitSuite
	}
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure"`
		Out     string        `xml:"system-out,omitempty"` // warnings
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// inputs is the case of what is in none of the parts.
const inputs = "datasets, layers and templates"

// junit prints a test suite with a case for each part of the result, and one
// for what they are made of.
func (o *Output) junit(r *Result) error {
	names := append([]string{inputs}, r.Parts...)
	lists := make([]problem.List, len(names))
	for _, p := range r.Problems {
		at := 0
		for i, part := range r.Parts {
			if p.File == part || strings.HasPrefix(p.File, part+"/") {
				at = i + 1
			}
		}
		lists[at] = append(lists[at], p)
	}
	suite := junitSuite{Name: "portpress"}
	for i, name := range names {
		c := junitCase{Name: shown(name), Class: "portpress"}
		list := lists[i]
		slices.SortStableFunc(list, func(a, b problem.Problem) int { return cmp.Compare(urgency(&a), urgency(&b)) })
		if list.Failed(r.Strict) {
			c.Failure = &junitFailure{shown(list[0].Text), string(list[0].Code), junitText(list)}
			suite.Failures++
		} else if len(list) > 0 {
			c.Out = junitText(list)
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)
	text, err := xml.MarshalIndent(junitSuites{Suite: suite}, "", "  ")
	if err != nil {
		return fmt.Errorf("can't write the report as XML: %w", err)
	}
	return o.Write(xml.Header + string(text) + "\n")
}

// junitText is what a terminal would show of the problems, as far as a person
// reads.
func junitText(list problem.List) string {
	const most = 50
	list = collapse(list)
	var b strings.Builder
	writeProblems(&b, list[:min(len(list), most)], false)
	if len(list) > most {
		fmt.Fprintf(&b, "… and %d more\n", len(list)-most)
	}
	return b.String()
}
