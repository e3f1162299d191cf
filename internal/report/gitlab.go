package report

import "portpress/internal/problem"

// gitlab prints a Code Quality report, which GitLab takes as an artifact:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func (o *Output) gitlab(r *Result) error {
	type lines struct {
		Begin int `json:"begin"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Description string   `json:"description"`
		CheckName   string   `json:"check_name"`
		Fingerprint string   `json:"fingerprint"`
		Severity    string   `json:"severity"`
		Location    location `json:"location"`
	}
	all := o.findings(r.short())
	issues := make([]issue, len(all)) // a list without findings says that there are none
	for i := range all {
		f := &all[i]
		severity := "minor"
		if f.severity == problem.Error {
			severity = "major"
		}
		text, path := f.text, f.path
		if f.hint != "" {
			text += " (" + f.hint + ")"
		}
		if path == "" { // one has to be there
			path = "."
		}
		issues[i] = issue{text, string(f.code), f.print, severity, location{path, lines{f.line}}}
	}
	return JSON(o.Out, issues)
}
