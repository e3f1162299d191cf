// Package report tells what a command did and found, to people and to programs.
//
// All that it prints for people is made safe to show (package screen), and is
// bounded: what is said many times is said once, with a count. Programs get
// each finding by itself.
package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"portpress/internal/problem"
)

// Output is where a command prints: results to Out, problems to Err.
type Output struct {
	Out, Err             io.Writer
	ColourOut, ColourErr bool
	Width                int  // columns of Out; 0 where it is no terminal
	Quiet                bool // no results as text, only problems
}

// Result is what a build or a check did and found. As JSON it is what
// docs/cli.md describes.
type Result struct {
	Changed  bool         `json:"changed"` // build wrote something; check: build would
	Failed   bool         `json:"failed"`
	Files    []File       `json:"files"`
	Problems problem.List `json:"problems"`

	NotExpressible []Inexpressible `json:"not_expressible"`

	// These are for people only.
	Several bool     `json:"-"` // whether several products or sites were pressed: then warnings are counted, not listed
	Verb    string   `json:"-"` // what happened to the files: written, compared
	Folders []string `json:"-"`
	Diffs   []string `json:"-"` // unified diffs
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

// formats are the forms of a result, by the word that --report takes. A form
// for another program (SARIF, JUnit, a service's annotations) is a function
// here and a line in the table.
var formats = map[string]func(*Output, *Result) error{
	"text": (*Output).text,
	"json": (*Output).json,
}

// Formats lists the words that Print knows.
func Formats() []string {
	words := make([]string, 0, len(formats))
	for word := range formats {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

// Print writes a result in one of the formats.
func (o *Output) Print(format string, r *Result) error {
	form, known := formats[format]
	if !known {
		return fmt.Errorf("there is no report %s", strconv.Quote(format))
	}
	return form(o, r)
}

// Tell writes problems for people, without a result.
func (o *Output) Tell(list problem.List) error {
	return Problems(o.Err, joinNetworks(collapse(list), list), o.ColourErr)
}

// Write writes a command's own answer to standard output.
func (o *Output) Write(answer string) error {
	if _, err := io.WriteString(o.Out, answer); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	return nil
}
