package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/project"
)

// attributesFile is where git looks for what it may do to files.
const attributesFile = ".gitattributes"

// lineEnds tells once of all files that differ in line ends only: what did it
// did it to all of them, and one line keeps git from it.
func (g *gathered) lineEnds() {
	var of problem.List
	g.result.Problems = slices.DeleteFunc(g.result.Problems, func(p problem.Problem) bool {
		if p.Code == problem.LineEnds {
			of = append(of, p)
		}
		return p.Code == problem.LineEnds
	})
	if len(of) == 0 {
		return
	}
	p := of[0]
	p.Text = "differs from what portpress wrote in its line ends only"
	if n := len(of) - 1; n > 0 {
		p.Text += fmt.Sprintf(", and so do %d more", n)
	}
	beside := "here"
	if g.w.project != nil {
		beside = "beside " + project.FileName
	}
	p.Hint = fmt.Sprintf("git does that: keep it from these files by a line in %s %s: %s", attributesFile, beside, problem.Some(g.untouched(of)))
	if p.Severity == problem.Error {
		p.Hint += "; then run `portpress build`"
	}
	g.result.Problems = append(g.result.Problems, p)
}

// untouched are the lines that keep git from the line ends of files.
func (g *gathered) untouched(files problem.List) []string {
	var lines []string
	for _, p := range files {
		pattern, inside := g.w.below(p.File)
		for _, s := range g.w.sites {
			out, within := g.w.below(s.out)
			switch top, _, deep := strings.Cut(pattern, "/"); {
			case !within || !deep:
			case out == ".":
				pattern = top + "/**"
			case strings.HasPrefix(pattern, out+"/"):
				pattern = out + "/**"
			}
		}
		if !inside {
			pattern = filepath.ToSlash(p.File)
		}
		if !strings.Contains(pattern, "/") {
			pattern = "/" + pattern
		}
		lines = append(lines, attribute(pattern, "-text"))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// attribute is a line of a file of attributes; a pattern with a space needs
// quotes there.
func attribute(pattern, what string) string {
	if strings.ContainsAny(pattern, " \"\\") {
		pattern = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(pattern) + `"`
	}
	return pattern + " " + what
}
