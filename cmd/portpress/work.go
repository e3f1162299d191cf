package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/format"
	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/render"
	"portpress/internal/report"
	"portpress/internal/source"
)

// work is what a command works on, once flags and project file are read
// together. Its paths are as seen from the working folder.
type work struct {
	t *terminal

	project  *project.Project // nil without a project file
	dir      string           // the project's folder
	at       string           // the revision at which project file, datasets and layers are read; "" as they are
	settings project.Settings
	names    []string // datasets: paths, ids of shipped ones, - for standard input
	trees    []render.Source
	sites    []*site
	flags    *workFlags
	part     bool // whether only some datasets or sites of the project are worked on
	foreign  bool // whether datasets are that the project doesn't have
	outFlag  bool // whether --out takes the place of the sites' out too
	layers   fileReader
	bases    fileReader

	projectFile string // "" without one
}

// site is where products run: the layers over them, and the folder for the
// exports. A project without sites, and a command without a project, have one
// without a name.
type site struct {
	name     string
	out      string
	layers   []*source.File
	readable bool                      // whether all layers could be read
	shared   map[string][]*source.File // what each dataset has of them; nil until it is asked for
}

// defaultOut is the folder for exports where nobody says another.
const defaultOut = "dist"

// open reads the project file, lays the flags over it, and finds datasets,
// templates and layers. An error is a mistake on the command line; without work
// the project file has problems.
func (f *workFlags) open(t *terminal, names []string, also func(*work) error) (*work, problem.List, error) {
	w, problems := f.settle(t)
	if w == nil {
		return nil, problems, nil
	}
	if also != nil {
		if err := also(w); err != nil {
			return nil, problems, err
		}
	}
	if err := w.validate(names); err != nil {
		return nil, problems, err
	}
	problems = append(problems, w.pick(names)...)
	problems = append(problems, w.openTrees()...)
	found, err := w.openSites(f)
	return w, append(problems, found...), err
}

// openOne is open for a command that has one dataset, the one that is named or
// else the only one, and the layers of one site, or those that hold for all.
func (f *baseFlags) openOne(t *terminal, name string) (*work, problem.List, error) {
	w, problems, err := f.openLayers(t)
	if err != nil || w == nil {
		return w, problems, err
	}
	var names []string
	if name != "" {
		names = []string{name}
	}
	problems = append(problems, w.pick(names)...)
	if len(w.names) > 1 {
		err = usageError{"which of the project's datasets is meant? Name one: " + problem.Some(w.names)}
	}
	if len(w.names) == 0 { // their globs match nothing, which was said
		return nil, problems, err
	}
	return w, problems, err
}

// openLayers is openOne without the dataset.
func (f *baseFlags) openLayers(t *terminal) (*work, problem.List, error) {
	flags := &workFlags{baseFlags: *f}
	w, problems := flags.settle(t)
	switch {
	case w == nil:
		return nil, problems, nil
	case len(f.Site) > 1:
		return nil, problems, usageError{"one site at a time: choose between --site " + strings.Join(f.Site, " and --site ")}
	case len(f.Site) == 0:
		return w, append(problems, w.openNoSite()...), nil
	}
	found, err := w.openSites(flags)
	return w, append(problems, found...), err
}

// settle reads the project file and lays the flags over it.
func (f *workFlags) settle(t *terminal) (*work, problem.List) {
	w := &work{t: t, flags: f, dir: ".", layers: fileReader{t: t, how: openFile}, bases: fileReader{t: t, how: openDataset}}
	problems := w.openProject(f.Project)
	if problems.Count(problem.Error) > 0 {
		return nil, problems
	}
	w.takeProject()
	f.over(&w.settings)
	return w, problems
}

// takeProject makes the project file's settings those of the work.
func (w *work) takeProject() {
	if w.project == nil {
		return
	}
	w.settings = w.project.Settings
	w.settings.Layers = w.paths(w.settings.Layers)
	w.settings.Templates = w.paths(w.settings.Templates)
	w.settings.Out = w.path(w.settings.Out)
	w.settings.Report = report.Place(w.settings.Report, w.path)
}

// over lays the flags over what the project file says: a flag takes the place
// of its key.
func (f *workFlags) over(s *project.Settings) {
	replace(&s.Layers, f.Layer)
	replace(&s.Set, f.Set)
	replace(&s.With, f.With)
	replace(&s.Without, f.Without)
	replace(&s.Templates, f.Templates)
	s.As = cmp.Or(f.As, s.As)
	s.CSVDelimiter = cmp.Or(f.CSVDelimiter, s.CSVDelimiter)
	if f.CSVBOM != nil {
		s.CSVBOM = *f.CSVBOM
	}
	if f.NoDefaultTemplates != nil {
		s.NoDefaultTemplates = *f.NoDefaultTemplates
	}
	if f.Strict != nil {
		s.Strict = *f.Strict
	}
}

// replace puts a flag's list, where it is given, in the place of a key's.
func replace(list *[]string, flag []string) {
	if len(flag) > 0 {
		*list = flag
	}
}

// sheet is how .csv exports are written.
func (w *work) sheet() format.Sheet {
	delimiter, _ := format.NewDelimiter(cmp.Or(w.settings.CSVDelimiter, "comma")) // key and flag take no other word
	return format.Sheet{Delimiter: delimiter, Mark: w.settings.CSVBOM}
}

// reports lays --report over the project's key, and finds what contradicts itself.
func (w *work) reports(flag []string) error {
	replace(&w.settings.Report, flag)
	if len(w.settings.Report) == 0 {
		w.settings.Report = []string{"text"}
	}
	if err := report.Valid(w.settings.Report); err != nil {
		if hinted, ok := errors.AsType[*problem.Hinted](err); ok {
			return usageError{"--report: " + hinted.Text + ": " + hinted.Hint}
		}
		return usageError{"--report: " + err.Error()}
	}
	return nil
}

// validate finds settings that contradict each other.
func (w *work) validate(names []string) error {
	s := &w.settings
	if s.NoDefaultTemplates && len(s.Templates) == 0 {
		return usageError{"--no-default-templates leaves no templates: name yours with --templates DIR"}
	}
	if s.As != "" && w.project == nil && len(names) < 2 && len(s.Layers) == 0 {
		return usageError{"--as presses several datasets together: name at least two, or with --layer the host types of one that are joined"}
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return usageError{"dataset " + name + " is named twice"}
		}
		seen[name] = true
	}
	return validGlobs(s.Exports)
}

// path is a path of the project file, as seen from the working folder.
func (w *work) path(path string) string {
	if path == "" || filepath.IsAbs(filepath.FromSlash(path)) {
		return path
	}
	return filepath.Join(w.dir, filepath.FromSlash(path))
}

func (w *work) paths(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = w.path(p)
	}
	return out
}

// noProject is the name that stands for no project file.
const noProject = "none"

// openProject reads the project file that is named, or else the nearest one.
func (w *work) openProject(name string) problem.List {
	switch name {
	case noProject:
		return nil
	case "":
		if name = findProject(); name == "" {
			return nil
		}
	}
	file, problems := openFile(w.t, name)
	if file == nil {
		return problems
	}
	w.dir, w.projectFile = filepath.Dir(name), name
	w.project, problems = project.Load(file)
	return problems
}

// findProject looks for a project file in the working folder and those above
// it, up to the root of the repository, and gives its path from the working
// folder; "" where there is none.
func findProject() string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	for up := "."; ; up = filepath.Join("..", up) {
		if info, err := os.Stat(filepath.Join(here, project.FileName)); err == nil && !info.IsDir() {
			return filepath.Join(up, project.FileName)
		}
		above := filepath.Dir(here)
		if _, err := os.Lstat(filepath.Join(here, ".git")); err == nil || above == here {
			return ""
		}
		here = above
	}
}

// openTrees finds the template trees, the shipped one first.
func (w *work) openTrees() problem.List {
	if !w.settings.NoDefaultTemplates {
		w.trees = append(w.trees, shippedTemplates())
	}
	var problems problem.List
	for _, dir := range w.settings.Templates {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = errors.New("is not a folder")
		}
		if pathError, ok := errors.AsType[*fs.PathError](err); ok {
			err = pathError.Err
		}
		if err != nil {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.ReadFailed, File: dir,
				Text: "can't be read: " + err.Error(), Hint: "--templates takes a folder of templates",
			})
			continue
		}
		w.trees = append(w.trees, render.Source{Name: filepath.ToSlash(dir), FS: os.DirFS(dir)})
	}
	return problems
}

// openSites reads the layers of the sites that are asked for.
func (w *work) openSites(f *workFlags) (problem.List, error) {
	var sites []*project.Site
	if w.project != nil {
		sites = w.project.Sites
	}
	for _, name := range f.Site {
		if !slices.ContainsFunc(sites, func(s *project.Site) bool { return s.Name == name }) {
			if len(sites) == 0 {
				return nil, usageError{"--site " + name + ": there are no sites: a project file names them as [sites." + name + "]"}
			}
			hint := cmp.Or(problem.DidYouMean(name, w.project.SiteNames()), "sites: "+problem.Some(w.project.SiteNames()))
			return nil, usageError{"--site " + name + " is none of the project's: " + hint}
		}
	}
	w.part = w.part || len(f.Site) > 0
	var problems problem.List
	top := cmp.Or(w.settings.Out, w.path(defaultOut))
	if len(sites) == 0 {
		return w.openNoSite(), nil
	}
	for _, s := range sites {
		if len(f.Site) > 0 && !slices.Contains(f.Site, s.Name) {
			continue
		}
		// A flag takes the place of the sites' keys too.
		in := w.inputs()
		if len(f.Layer) == 0 {
			in.Layer = slices.Concat(in.Layer, w.paths(s.Layers))
		}
		if len(f.Set) == 0 {
			in.Set = slices.Concat(in.Set, s.Set)
		}
		if len(f.With) == 0 {
			in.With = slices.Concat(in.With, s.With)
		}
		if len(f.Without) == 0 {
			in.Without = slices.Concat(in.Without, s.Without)
		}
		out := filepath.Join(top, s.Name)
		if s.Out != "" && !w.outFlag {
			out = w.path(s.Out)
		}
		problems = appendNew(problems, w.openSite(s.Name, out, in))
	}
	return problems, nil
}

// inputs are the layers of all sites.
func (w *work) inputs() inputs {
	return inputs{Layer: w.settings.Layers, Set: w.settings.Set, With: w.settings.With, Without: w.settings.Without}
}

// openNoSite reads the layers that hold for all sites.
func (w *work) openNoSite() problem.List {
	return w.openSite("", cmp.Or(w.settings.Out, w.path(defaultOut)), w.inputs())
}

// openSite reads the layers of a site.
func (w *work) openSite(name, out string, in inputs) problem.List {
	s := &site{name: name, out: out}
	var found problem.List
	s.layers, found = in.layers(&w.layers)
	s.readable = len(found) == 0
	w.sites = append(w.sites, s)
	return found
}
