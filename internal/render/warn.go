package render

import (
	"cmp"
	"slices"

	"portpress/internal/dataset"
	"portpress/internal/policy"
	"portpress/internal/problem"
)

// The functions that parse.go and execute.go treat specially.
const (
	warnName   = "warn"
	cannotName = "cannot"
	emitName   = "emit"
)

// warnings gathers what one export says. Each export has its own, so that
// exports rendered side by side share nothing.
type warnings struct {
	list []policy.Warning
	said map[policy.Warning]bool
}

// warnCodes are the codes that templates may use.
func warnCodes() []string { return []string{string(problem.NoClusterNetwork)} }

// warn is the template function. It prints nothing.
func (w *warnings) warn(code, text, hint string) (string, error) {
	if !slices.Contains(warnCodes(), code) {
		return "", problem.Hintf(codeHint(code), "%q is no code that a template may use", code)
	}
	if text == "" {
		return "", problem.Hintf(`write {{ warn "CODE" "TEXT" "HINT" }}`, "the text is empty")
	}
	w.say(policy.Warning{Code: problem.Code(code), Text: text, Hint: hint})
	return "", nil
}

// cannot is the template function that says that the export can't carry a row
// or one of its flows, and why. It prints nothing.
func (w *warnings) cannot(what any, reason string) (string, error) {
	var row *dataset.Port
	switch what := what.(type) {
	case *dataset.Flow:
		row = what.Port
	case *dataset.Port:
		row = what
	}
	if row == nil || reason == "" {
		return "", problem.Hintf(`write {{ cannot . "REASON" }} inside a range over flows or ports`, "cannot takes a flow or a port, and a reason")
	}
	w.say(policy.CannotCarry(row, reason))
	return "", nil
}

func (w *warnings) say(said policy.Warning) {
	if w.said == nil {
		w.said = map[policy.Warning]bool{}
	}
	if !w.said[said] {
		w.said[said] = true
		w.list = append(w.list, said)
	}
}

func codeHint(code string) string {
	return cmp.Or(problem.DidYouMean(code, warnCodes()), "the codes are: "+joinWords(warnCodes()))
}

// problems gives what an export said, each export by itself, since programs
// read this list.
func (r result) problems() problem.List {
	list := make(problem.List, len(r.warnings))
	for i, w := range r.warnings {
		list[i] = problem.Problem{
			Severity: problem.Warning, Code: w.Code, File: r.job.path, Row: w.Row, Text: w.Text, Hint: w.Hint,
		}
	}
	return list
}
