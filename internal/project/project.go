// Package project reads portpress.toml, which says once what a repository
// would else repeat as flags: which datasets, layers and templates there are,
// which exports and documents it keeps, where, and for which sites.
//
// The package judges the file alone; what its names lead to is found by who
// opens them.
package project

import (
	"fmt"
	"maps"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// FileName is the name of a project file.
const FileName = "portpress.toml"

// NoSite is what a document writes for no site, so that no site has that name.
const NoSite = "none"

// Format is the format of project files that this version reads.
const Format = 1

// Project is what a project file says. Paths are slash-separated and relative
// to the file's folder.
type Project struct {
	Settings
	Sites []*Site // in the order of their names

	file *source.File
}

// Settings is what a project says of all its sites.
type Settings struct {
	Datasets  []string // globs, plain paths, and ids of shipped datasets
	Documents []string // globs
	Exports   []string // globs
	Place     []Place  // in the order of their globs

	Layers    []string
	Set       []string
	With      []string
	Without   []string
	Templates []string

	NoDefaultTemplates bool
	Strict             bool
	Quiet              bool

	CSVDelimiter string // a word, see keys; empty for RFC 4180's
	CSVBOM       bool

	Out    string
	As     string
	Report []string // forms, or FORMAT=FILE
}

// Site is a place at which the products run, with what it changes.
type Site struct {
	Name string
	Settings
}

// Place says that exports are kept in a folder of the project.
type Place struct{ Glob, Folder string }

// Load reads a project file and finds everything that is wrong with it. The
// project is nil if one of the problems is an error.
func Load(file *source.File) (*Project, problem.List) {
	part, found := file.Parse()
	r := &reader{file: file, problems: found}
	p := &Project{file: file}
	if n, says := part.Tree["format"]; says {
		r.format(n)
	} else if !part.Broken[""] {
		q := file.At(source.Span{})
		q.Severity, q.Code = problem.Error, problem.MissingKey
		q.Text, q.Hint = "the project file has no format", fmt.Sprintf("begin the file with format = %d", Format)
		r.problems = append(r.problems, q)
	}
	r.settings(&p.Settings, part.Tree, nil)
	if table, isTable := part.Tree["sites"].(map[string]any); isTable {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			p.Sites = append(p.Sites, r.site(name, table[name]))
		}
	} else if value, says := part.Tree["sites"]; says {
		r.wrongType([]any{"sites"}, "tables such as [sites.prod]", value)
	}
	r.problems.Sort()
	if r.problems.Count(problem.Error) > 0 {
		return nil, r.problems
	}
	return p, r.problems
}

// Name is what messages call the project file.
func (p *Project) Name() string { return p.file.Name }

// Problem is an error at a key of the file, or at an element of its list.
func (p *Project) Problem(code problem.Code, text string, path ...any) problem.Problem {
	q := problemAt(p.file, path)
	q.Code, q.Text = code, text
	return q
}

// SiteNames lists the sites.
func (p *Project) SiteNames() []string {
	names := make([]string, len(p.Sites))
	for i, s := range p.Sites {
		names[i] = s.Name
	}
	return names
}

func problemAt(file *source.File, path []any) problem.Problem {
	at, _ := file.Locate(path...)
	q := file.At(at.Value)
	q.Severity = problem.Error
	return q
}
