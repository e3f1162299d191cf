package main

import (
	"os"
	"strings"
	"unicode"
)

// command is a command line for a hint, in the caller's own words, so that it
// can be copied and does what the caller meant.
type command []string

func newCommand(verb string, arguments []string) command {
	c := command{"portpress", verb}
	for _, a := range arguments {
		c = append(c, shellWord(a))
	}
	return c
}

func (c *command) add(flag string, values ...string) {
	for _, v := range values {
		if v != "" {
			*c = append(*c, flag, shellWord(v))
		}
	}
}

// truth adds a flag that says yes or no, if the caller said either.
func (c *command) truth(yes, no string, said *bool) {
	switch {
	case said == nil:
	case *said:
		*c = append(*c, yes)
	default:
		*c = append(*c, no)
	}
}

func (c command) String() string { return strings.Join(c, " ") }

// words adds what decides what is pressed.
func (f *workFlags) words(c *command) {
	c.add("--layer", f.Layer...)
	c.add("--set", f.Set...)
	c.add("--with", f.With...)
	c.add("--without", f.Without...)
	c.add("--templates", f.Templates...)
	c.truth("--no-default-templates", "--default-templates", f.NoDefaultTemplates)
	c.add("--csv-delimiter", f.CSVDelimiter)
	c.truth("--csv-bom", "--no-csv-bom", f.CSVBOM)
	c.add("--site", f.Site...)
	c.add("--as", f.As)
	if f.Project != os.Getenv("PORTPRESS_PROJECT") {
		c.add("--project", f.Project)
	}
}

// build is the command that brings about what check compares with.
func (f *pressFlags) build() command {
	c := newCommand("build", f.Datasets)
	f.words(&c)
	if f.Out != nil {
		c.add("--out", *f.Out)
	}
	c.add("--only", f.Only...)
	c.add("--document", f.Document...)
	c.add("--place", f.Place...)
	return c
}

// shellWord quotes a word that a shell would take apart.
func shellWord(s string) string {
	if s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_./:=,+@", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
