package report

import (
	"fmt"
	"strings"

	"portpress/internal/fit"
	"portpress/internal/problem"
)

// mostRows is how many rows a table of a summary has: a page for people, of
// which GitHub takes a mebibyte.
const mostRows = 50

// markdown prints a summary for the page of a CI run, the gravest first: what
// differs from what the exports were pressed from, with what that opens, then
// problems, then which files are not what they should be.
func (o *Output) markdown(r *Result) error {
	var sources, problems, drift problem.List
	for _, p := range r.short() {
		switch {
		case p.Code == problem.DriftSource:
			sources = append(sources, p)
		case isDrift(p.Code):
			drift = append(drift, p)
		default:
			problems = append(problems, p)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## portpress: %s\n", headline(r, len(drift), problems))
	rows := func(heading string, head [2]string, list problem.List, cells func(p *problem.Problem) (string, string)) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n### %s\n\n| %s | %s |\n| --- | --- |\n", heading, head[0], head[1])
		for i := range list[:min(len(list), mostRows)] {
			one, two := cells(&list[i])
			fmt.Fprintf(&b, "| %s | %s |\n", one, two)
		}
		if left := len(list) - mostRows; left > 0 {
			fmt.Fprintf(&b, "\n… and %d more\n", left)
		}
	}
	rows("Changed since the exports were pressed", [2]string{"where", "what"}, sources, func(p *problem.Problem) (string, string) {
		return cell(p.Place()), cell(p.Text)
	})
	rows("Problems", [2]string{"where", "what"}, problems, func(p *problem.Problem) (string, string) {
		text := "**" + p.Severity.String() + "**: " + cell(p.Text)
		if p.Hint != "" {
			text += "<br/>" + cell(p.Hint)
		}
		return cell(p.Place()), text + " (" + string(p.Code) + ")"
	})
	rows("Not what a build would write", [2]string{"file", "it"}, drift, func(p *problem.Problem) (string, string) {
		return cell(p.File), cell(p.Text)
	})
	if len(drift) > 0 && drift[0].Hint != "" {
		fmt.Fprintf(&b, "\nTo mend it: %s, and commit what it writes.\n", cell(drift[0].Hint))
	}
	return o.Write(b.String())
}

// headline says in a few words how it went.
func headline(r *Result, drift int, problems problem.List) string {
	var parts []string
	if drift > 0 {
		parts = append(parts, count(drift, "file is", "files are")+" not what a build would write")
	}
	if n := problems.Count(problem.Error); n > 0 {
		parts = append(parts, count(n, "error", "errors"))
	}
	if n := problems.Count(problem.Warning); n > 0 {
		parts = append(parts, count(n, "warning", "warnings"))
	}
	if len(parts) == 0 || !r.Failed && drift == 0 && len(r.Files) > 0 {
		parts = append([]string{count(len(r.Files), "file is", "files are") + " up to date"}, parts...)
	}
	return strings.Join(parts, ", ")
}

func isDrift(code problem.Code) bool { return strings.HasPrefix(string(code), "drift-") }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// cell is a text in a table's cell, of bounded length.
func cell(s string) string { return fit.Cell(shown(s)) }
