package render

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode/utf8"

	"portpress/internal/problem"
)

func errNoHost() error {
	return problem.Hintf("give the path of the template a {host}", "there is no current host in this export")
}

// spot is where the template engine says that something is wrong.
type spot struct {
	name    string // of the file
	line    int
	offset  int    // bytes before it in the line; -1 when unknown
	context string // the node, as the engine writes it
	message string
}

// parseSpot takes an error text of text/template apart. Its forms are
//
//	template: NAME:LINE: MESSAGE
//	template: NAME:LINE:COLUMN: executing "TEMPLATE" at <CONTEXT>: MESSAGE
//
// where NAME may hold colons itself.
func parseSpot(text string) spot {
	s := spot{offset: -1, message: text}
	rest, ok := strings.CutPrefix(text, "template: ")
	if !ok {
		return s
	}
	// A number between two colons ends the name, or a second one does.
	for at := 0; ; {
		i := strings.IndexByte(rest[at:], ':')
		if i < 0 {
			return s
		}
		at += i + 1
		line, after, ok := leadingNumber(rest[at:])
		if !ok {
			continue
		}
		s.name, s.line = rest[:at-1], line
		if offset, tail, ok := leadingNumber(after); ok {
			s.offset, after = offset, tail
		}
		s.message = strings.TrimPrefix(after, " ")
		break
	}
	executing, ok := strings.CutPrefix(s.message, "executing ")
	if !ok {
		return s
	}
	quoted, err := strconv.QuotedPrefix(executing)
	if err != nil {
		return s
	}
	context, ok := strings.CutPrefix(executing[len(quoted):], " at <")
	if !ok {
		return s
	}
	// The context may hold ">: " itself, inside a string; the message can't be
	// told from it then, so the first end that leaves even quotes is taken.
	for at := 0; ; {
		i := strings.Index(context[at:], ">: ")
		if i < 0 {
			return s
		}
		at += i
		if strings.Count(context[:at], `"`)%2 == 0 {
			s.context, s.message = context[:at], context[at+3:]
			return s
		}
		at++
	}
}

// leadingNumber splits "12: rest" or "12:3:" after its number and colon.
func leadingNumber(s string) (n int, rest string, ok bool) {
	digits, rest, found := strings.Cut(s, ":")
	if !found || digits == "" {
		return 0, s, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return 0, s, false
	}
	return n, rest, true
}

// place fills in position, excerpt and width. A needle is the text at fault,
// looked for at and around the offset.
func place(p *problem.Problem, f *file, line, offset int, needle string) {
	if f == nil || line <= 0 {
		return
	}
	p.File, p.Line = f.name, line
	lines := bytes.SplitN(f.text, []byte("\n"), line+1)
	if len(lines) < line {
		return
	}
	text := strings.TrimSuffix(string(lines[line-1]), "\r")
	p.Excerpt = text
	if offset < 0 || offset > len(text) {
		if offset = strings.Index(text, needle); needle == "" || offset < 0 || offset != strings.LastIndex(text, needle) {
			return // not found, or found twice
		}
	}
	start, end := word(text, offset)
	if needle != "" {
		if i := strings.LastIndex(text[:min(len(text), offset+len(needle))], needle); i >= start {
			start, end = i, i+len(needle)
		} else if i := strings.Index(text[offset:], needle); i >= 0 {
			start, end = offset+i, offset+i+len(needle)
		}
	}
	p.Column = 1 + utf8.RuneCountInString(text[:start])
	p.Width = utf8.RuneCountInString(text[start:end])
}

// word gives the bounds of the field path or name around an offset: the engine
// puts the position of .Host.Name at .Name.
func word(text string, offset int) (start, end int) {
	in := func(c byte) bool {
		return c == '.' || c == '$' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	start, end = offset, offset
	for end < len(text) && in(text[end]) {
		end++
	}
	if end == start {
		return start, start
	}
	for start > 0 && in(text[start-1]) {
		start--
	}
	return start, end
}

// nodeProblem is a problem at a node of a parsed file.
func nodeProblem(tree *parse.Tree, n parse.Node, f *file, code problem.Code, text, hint string) problem.Problem {
	p := problem.Problem{Severity: problem.Error, Code: code, File: f.name, Text: text, Hint: hint}
	location, _ := tree.ErrorContext(n)
	s := parseSpot("template: " + location + ":")
	place(&p, f, s.line, s.offset, "")
	return p
}

// parseProblem turns an error of the parser into a problem.
func parseProblem(f *file, err error) *problem.Problem {
	s := parseSpot(err.Error())
	text, hint, needle := explainSyntax(s.message)
	p := &problem.Problem{Severity: problem.Error, Code: problem.TemplateSyntax, File: f.name, Text: text, Hint: hint}
	place(p, f, s.line, -1, needle)
	return p
}

// failProblem turns an error of an execution into a problem. The text does
// not name the export yet: see failureList.
func failProblem(j *job, err error) *problem.Problem {
	s := parseSpot(err.Error())
	text, hint, needle := explainFailure(s)
	if own, ok := errors.AsType[*problem.Hinted](err); ok {
		hint = own.Hint
		if s.name == "" { // the writer failed, which the engine reports without a position
			text = own.Text
		}
	}
	p := &problem.Problem{
		Severity: problem.Error, Code: problem.TemplateFailed, File: j.file.name, Text: text, Hint: hint,
	}
	place(p, j.program.files[s.name], s.line, s.offset, needle)
	return p
}

// failureList merges failures of several exports at the same position: a
// template with {host} in its path mostly fails for every host.
type failureList struct {
	order   []*problem.Problem
	exports map[failureKey][]string
}

type failureKey struct {
	file         string
	line, column int
	text         string // only when there is no line to tell failures apart
}

func keyOf(p *problem.Problem) failureKey {
	k := failureKey{file: p.File, line: p.Line, column: p.Column}
	if p.Line == 0 {
		k.text = p.Text
	}
	return k
}

func (l *failureList) add(r result) {
	if l.exports == nil {
		l.exports = map[failureKey][]string{}
	}
	k := keyOf(r.failure)
	if l.exports[k] == nil {
		l.order = append(l.order, r.failure)
	}
	l.exports[k] = append(l.exports[k], r.job.path)
}

// problems names in each text the exports that failed.
func (l *failureList) problems() problem.List {
	list := make(problem.List, 0, len(l.order))
	for _, p := range l.order {
		paths := l.exports[keyOf(p)]
		what := "pressing " + paths[0]
		if n := len(paths) - 1; n > 0 {
			what += fmt.Sprintf(" and %d more", n)
		}
		named := *p
		named.Text = what + ": " + p.Text
		list = append(list, named)
	}
	return list
}
