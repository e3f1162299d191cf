package render

import (
	"cmp"
	"fmt"
	"slices"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// The functions that parse.go and execute.go treat specially.
const (
	warnName   = "warn"
	cannotName = "cannot"
	emitName   = "emit"
)

// warning is what one call of warn says.
type warning struct {
	code       problem.Code
	text, hint string
	row        string // the row that can't be carried, if that is the warning
}

// warnings gathers what one export says. Each export has its own, so that
// exports rendered side by side share nothing.
type warnings struct {
	list []warning
	said map[warning]bool
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
	w.say(warning{code: problem.Code(code), text: text, hint: hint})
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
	w.say(warning{
		code: problem.NotExpressible, row: row.ID,
		text: fmt.Sprintf("can't carry %q: %s", row.ID, reason),
		hint: "open it by other means, or leave the export out with --only",
	})
	return "", nil
}

func (w *warnings) say(said warning) {
	if w.said == nil {
		w.said = map[warning]bool{}
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
			Severity: problem.Warning, Code: w.code, File: r.job.path, Row: w.row, Text: w.text, Hint: w.hint,
		}
	}
	return list
}
