package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/publish"
)

// reporter gathers what a build or check found, and prints it as text or JSON.
type reporter struct {
	t     *terminal
	flags *pressFlags
	verb  string // what happened to the files: written, compared

	problems problem.List
	diffs    []publish.Diff
	folders  []string
	report   report
}

// report is the object of --report json; docs/cli.md describes it.
type report struct {
	Changed  bool         `json:"changed"` // build wrote something; check: build would
	Failed   bool         `json:"failed"`
	Files    []reportFile `json:"files"`
	Problems problem.List `json:"problems"`

	NotExpressible []inexpressible `json:"not_expressible"`
}

// inexpressible is a row that an export has no words for.
type inexpressible struct {
	Export string `json:"export"` // its path below the product's folder
	Row    string `json:"row"`
	Reason string `json:"reason"`
}

type reportFile struct {
	Path   string        `json:"path"` // from the working folder
	State  publish.State `json:"state"`
	Bytes  int           `json:"bytes"`
	SHA256 string        `json:"sha256"`
}

func newReporter(t *terminal, flags *pressFlags, verb string) *reporter {
	return &reporter{t: t, flags: flags, verb: verb}
}

// add takes in what became of one product's folder.
func (r *reporter) add(p publish.Report, problems problem.List) {
	r.problems = append(r.problems, problems...)
	r.folders = append(r.folders, p.Folder)
	r.report.Changed = r.report.Changed || p.Changed
	for _, f := range p.Files {
		r.report.Files = append(r.report.Files, reportFile{
			Path: filepath.ToSlash(filepath.Join(p.Folder, filepath.FromSlash(f.Path))), State: f.State, Bytes: f.Bytes, SHA256: f.SHA256,
		})
	}
}

// finish prints everything and returns the command's result.
func (r *reporter) finish() error {
	status := statusOf(r.problems, r.flags.Strict)
	r.report.Failed = status != exitFine
	if r.flags.Report == "json" {
		if err := r.json(); err != nil {
			return err
		}
	} else if err := r.text(); err != nil {
		return err
	}
	if status != exitFine {
		return found{status}
	}
	return nil
}

func (r *reporter) json() error {
	r.report.Problems = r.problems
	if r.report.Problems == nil {
		r.report.Problems = problem.List{}
	}
	if r.report.Files == nil {
		r.report.Files = []reportFile{}
	}
	r.report.NotExpressible = []inexpressible{}
	for _, p := range r.problems {
		if p.Code == problem.NotExpressible {
			r.report.NotExpressible = append(r.report.NotExpressible, inexpressible{p.File, p.Row, reasonOf(p)})
		}
	}
	encoder := json.NewEncoder(r.t.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.report); err != nil {
		return fmt.Errorf("can't write the report: %w", err)
	}
	return nil
}

// text prints diffs and what changed to standard output, problems to standard
// error.
func (r *reporter) text() error {
	var b strings.Builder
	if !r.flags.Quiet {
		for _, d := range r.diffs {
			b.WriteString(r.colourDiff(string(d.Unified())))
		}
		if len(r.folders) > 0 {
			r.table(&b)
			r.summary(&b)
		}
	}
	if _, err := r.t.out.Write([]byte(b.String())); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	return problem.Print(r.t.err, collapse(r.problems), r.t.colourErr)
}

// stateColours are the SGR codes of the states.
var stateColours = map[publish.State]string{
	publish.New: "32", publish.Changed: "33", publish.Removed: "31", publish.Edited: "31",
	publish.Foreign: "31", publish.Missing: "33", publish.Stale: "33",
}

// table lists every file that isn't as it was: path, state, bytes.
func (r *reporter) table(b *strings.Builder) {
	pathWidth, stateWidth, bytesWidth := 0, 0, 0
	changed := slices.DeleteFunc(slices.Clone(r.report.Files), func(f reportFile) bool { return f.State == publish.Unchanged })
	for _, f := range changed {
		pathWidth = max(pathWidth, len(f.Path))
		stateWidth = max(stateWidth, len(f.State))
		bytesWidth = max(bytesWidth, len(grouped(f.Bytes)))
	}
	for _, f := range changed {
		fmt.Fprintf(b, "%-*s  %s%s  %*s\n", pathWidth, f.Path, r.t.paint(stateColours[f.State], string(f.State)),
			strings.Repeat(" ", stateWidth-len(f.State)), bytesWidth, grouped(f.Bytes))
	}
}

// summary is the last line: how many files are in which state.
func (r *reporter) summary(b *strings.Builder) {
	var order []publish.State
	count := map[publish.State]int{}
	for _, f := range r.report.Files {
		if count[f.State] == 0 {
			order = append(order, f.State)
		}
		count[f.State]++
	}
	slices.Sort(order)
	parts := make([]string, len(order))
	for i, s := range order {
		parts[i] = fmt.Sprintf("%d %s", count[s], s)
	}
	verb := r.verb
	if verb == "written" && r.problems.Failed(r.flags.Strict) {
		verb = "nothing written"
		if r.report.Changed {
			verb = "written in part"
		}
	}
	fmt.Fprintf(b, "%s: %s (%s)\n", verb, strings.Join(r.folders, ", "), strings.Join(parts, ", "))
}

// colourDiff colours a unified diff's lines.
func (r *reporter) colourDiff(diff string) string {
	if !r.t.colourOut {
		return diff
	}
	var b strings.Builder
	for line := range strings.Lines(diff) {
		text, _ := strings.CutSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "diff "):
			text = r.t.paint("1", text)
		case strings.HasPrefix(line, "@@"):
			text = r.t.paint("36", text)
		case strings.HasPrefix(line, "+"):
			text = r.t.paint("32", text)
		case strings.HasPrefix(line, "-"):
			text = r.t.paint("31", text)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
