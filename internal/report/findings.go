package report

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
	"strings"

	"portpress/internal/fit"
	"portpress/internal/problem"
	"portpress/internal/screen"
)

// What services take at the most. GitHub shows 5,000 results of a file, and cuts
// what is longer than some thousand characters.
const (
	mostFindings = 5000
	longest      = 2000
)

// finding is a problem as services take it: one line of text, and a file of the
// repository.
type finding struct {
	code         problem.Code
	severity     problem.Severity
	text, hint   string
	path         string // from the top of the repository; "" where it is in no file
	line, column int    // from 1
	width        int
	print        string // tells it from others, whatever line it moves to
}

// findings are the problems of a result for services: those that say why others
// are there first, then errors, then warnings. Drift whose reason is among them
// is left out, since each of a hundred exports would say the same.
func (o *Output) findings(list problem.List) []finding {
	list = slices.DeleteFunc(slices.Clone(list), func(p problem.Problem) bool { return p.From != "" })
	slices.SortStableFunc(list, func(a, b problem.Problem) int { return cmp.Compare(urgency(&a), urgency(&b)) })
	rest := len(list) - mostFindings
	if rest > 0 {
		list = list[:mostFindings]
	}
	out := make([]finding, 0, len(list)+1)
	seen := map[string]int{}
	for i := range list {
		p := &list[i]
		f := finding{
			code: p.Code, severity: p.Severity, text: shown(p.Text), hint: shown(p.Hint), path: o.path(p.File),
			line: max(p.Line, 1), column: max(p.Column, 1), width: max(p.Width, 1),
		}
		if f.path == "" && p.File != "" {
			f.text = shown(p.Place()) + ": " + f.text
		}
		key := strings.Join([]string{string(p.Code), f.path, p.Row, p.Text}, "\x00")
		f.print = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key])))[:40]
		seen[key]++
		out = append(out, f)
	}
	if rest > 0 {
		out = append(out, finding{code: "more", severity: problem.Warning, text: fmt.Sprintf("and %d more: the report text has them", rest), line: 1, column: 1, width: 1, print: "more"})
	}
	return out
}

// urgency orders findings by how much a reviewer needs to see them.
func urgency(p *problem.Problem) int {
	switch {
	case p.Code == problem.OpensMore || p.Code == problem.DriftSource:
		return 0
	case p.Severity == problem.Error:
		return 1
	}
	return 2
}

// shown is a text as a line of bounded length.
func shown(s string) string { return screen.Text(fit.Characters(s, longest)) }

// path is the path of a file from the top of the repository. What messages name
// that is no file of the repository has none: an argument, standard input, a file
// as it was at a commit.
func (o *Output) path(name string) string {
	if name == "" || strings.HasPrefix(name, "--") || strings.HasPrefix(name, "git:") || name == "standard input" {
		return ""
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(o.Top, name)
}
