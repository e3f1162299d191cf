// Package report tells what a command did and found, to people and to programs.
//
// All that it prints for people is made safe to show (package screen), and is
// bounded: what is said many times is said once, with a count. Programs get
// each finding by itself. What a form is for stands in the table of forms.
package report

import (
	"fmt"
	"io"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/screen"
)

// Output is where a command prints: results to Out, problems to Err.
type Output struct {
	Out, Err             io.Writer
	ColourOut, ColourErr bool
	Width                int    // columns of Out; 0 where it is no terminal
	Quiet                bool   // no results as text, only problems
	Log                  bool   // Out and Err are a log whose reader obeys some lines: see screen.Log
	Top                  string // the way from the top of the repository to the working folder, in slashes; "" at the top
}

// Result is what a build or a check did and found. As JSON it is what
// docs/cli.md describes.
type Result struct {
	Changed  bool         `json:"changed"` // build wrote something; check: build would
	Failed   bool         `json:"failed"`
	Files    []File       `json:"files"`
	Problems problem.List `json:"problems"`

	NotExpressible []Inexpressible `json:"not_expressible"`

	// These are for other forms than JSON.
	Several bool     `json:"-"` // whether several products or sites were pressed: then warnings are counted, not listed
	Verb    string   `json:"-"` // what happened to the files: written, compared
	Folders []string `json:"-"` // of products, and then documents
	Parts   []string `json:"-"` // likewise, each document by itself; in a comparison the files that are compared
	Diffs   []string `json:"-"` // unified diffs
	Strict  bool     `json:"-"` // whether warnings fail too

	// Own are forms that the command has of its own for what it found, in the
	// place of those here.
	Own map[string]func(*Output) error `json:"-"`
}

// File is one file of a product's folder.
type File struct {
	Path   string `json:"path"` // from the working folder
	State  string `json:"state"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Inexpressible is a row that an export has no words for.
type Inexpressible struct {
	Export string `json:"export"` // its path, as in File
	Row    string `json:"row"`
	Reason string `json:"reason"`
}

// Tell writes problems for people, without a result.
func (o *Output) Tell(list problem.List) error {
	return o.tell(joinNetworks(collapse(list), list))
}

func (o *Output) tell(list problem.List) error {
	var b strings.Builder
	writeProblems(&b, list, o.ColourErr)
	_, err := io.WriteString(o.Err, o.logged(b.String()))
	return err
}

// People writes a command's own answer for people, who may read it in a log.
func (o *Output) People(answer string) error { return o.Write(o.logged(answer)) }

// logged is a text for people as it may stand in a log.
func (o *Output) logged(text string) string {
	if !o.Log {
		return text
	}
	return screen.Log(text)
}

// Write writes a command's own answer to standard output.
func (o *Output) Write(answer string) error {
	if _, err := io.WriteString(o.Out, answer); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	return nil
}
