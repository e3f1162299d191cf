package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/bundle"
	"portpress/internal/export"
	"portpress/internal/fit"
	"portpress/internal/problem"
	"portpress/internal/publish"
)

// packCmd writes what a release is uploaded as.
type packCmd struct {
	Datasets []string `arg:"" optional:"" name:"dataset" help:"TOML files, ids of shipped datasets or of the project's, or - for standard input. Default: the project's, or mke."`
	Out      string   `short:"o" required:"" placeholder:"DIR" help:"Folder for the release's files, which holds nothing else."`
	Since    string   `placeholder:"REV" help:"Write CHANGES.md too: what changed since this commit, branch or tag. With none, all is new: a first release."`
	Only     []string `sep:"none" placeholder:"GLOB" help:"Pack only exports whose path or name matches, such as '*.md' or 'ansible/**'. Repeatable."`
	Flat     []string `sep:"none" placeholder:"GLOB" help:"Give a file of its own only to exports that match; the archive has all. Repeatable."`
	Force    bool     `short:"f" help:"Overwrite files of an earlier pack that were edited since."`
	Report   []string `sep:"none" placeholder:"FORMAT[=FILE]" help:"${reports}: how the result is printed, or written to a file. Repeatable (default: text)."`
	Quiet    *bool    `short:"q" negatable:"" help:"Print no results; problems are still printed."`
	workFlags
}

// Help is what portpress pack --help says below the flags.
func (*packCmd) Help() string {
	return `The folder gets each export under a name of its own, an archive of the tree, and SHA256SUMS, which
sha256sum -c reads. All is pressed as by build, from all of the project's datasets for all its sites,
and either all is written or nothing. docs/releases.md shows how to upload it.

    portpress pack --out release --since v1.2
    gh release create v1.3 release/* --notes-file release/CHANGES.md`
}

const (
	archiveName = "exports.tar.gz"
	changesName = "CHANGES.md"
)

// Run does the command.
func (c *packCmd) Run(t *terminal) error {
	dir, err := filepath.Abs(c.Out)
	if err != nil || c.Out == "" || c.Out == stdin || dir == filepath.Dir(dir) {
		return usageError{"--out names the folder for the release's files"}
	}
	w, problems, err := c.open(t, c.Datasets, func(w *work) error {
		replace(&w.settings.Exports, c.Only)
		if c.Quiet != nil {
			w.settings.Quiet = *c.Quiet
		}
		return w.reports(c.Report)
	})
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	for _, glob := range c.Flat {
		if err := validGlob("--flat", glob); err != nil {
			return err
		}
	}
	all, found := w.press()
	problems = append(problems, found...)
	var files []export.File
	if all != nil {
		files, found = w.pack(all, only(c.Flat))
		problems = append(problems, found...)
	}
	if c.Since != "" && all != nil {
		changes, found := w.changes(c.Since)
		problems = appendNew(problems, found)
		if found.Count(problem.Error) == 0 {
			files = append(files, export.File{Path: changesName, Content: changes, Template: "--since"})
		}
	}
	g := w.gather("written")
	g.result.Problems = problems
	if problems.Failed(w.settings.Strict) {
		return g.finish()
	}
	set := export.Set{Product: filepath.Base(dir), Files: files}
	out := filepath.Dir(filepath.Clean(c.Out))
	if filepath.Base(filepath.Clean(c.Out)) != set.Product { // . and .. name no folder in another
		out = filepath.Dir(dir)
	}
	options := publish.Options{Force: c.Force, Waiting: w.waiting}
	before, _, _ := publish.Compare(out, []export.Set{set}, options) // what is wrong there is told by WriteAll
	if g.result.Problems = append(g.result.Problems, others(c.Out, before)...); g.result.Problems.Failed(w.settings.Strict) {
		return g.finish()
	}
	reports, found := publish.WriteAll([]publish.Folder{{Out: out, Sets: []export.Set{set}}}, publish.Documents{}, options)
	g.add(reports, found)
	g.mendBy(c.command())
	return g.finish()
}

// command is the command line that does the same.
func (c *packCmd) command() command {
	line := newCommand("pack", c.Datasets)
	c.words(&line)
	line.add("--out", c.Out)
	line.add("--since", c.Since)
	line.add("--only", c.Only...)
	line.add("--flat", c.Flat...)
	return line
}

// pack gives the files of a release: each export, or those that are picked, and
// the archive of all.
func (w *work) pack(all []*pressed, flat func(string) bool) ([]export.File, problem.List) {
	var items []bundle.Item
	var tree []export.File
	for _, p := range all {
		folder, inside := w.below(filepath.Join(p.out, p.ds.Product.ID))
		if !inside {
			folder = path.Join(defaultOut, p.name, p.ds.Product.ID)
		}
		for i := range p.files {
			f := &p.files[i]
			if flat == nil || flat(f.Path) {
				items = append(items, bundle.Item{Site: p.name, Product: p.ds.Product.ID, File: f})
			}
			tree = append(tree, export.File{Path: path.Join(folder, f.Path), Content: f.Content})
		}
		tree = append(tree, export.File{Path: path.Join(folder, export.SumsName), Content: publish.Sums(p.files)})
	}
	files, problems := bundle.Flat(items)
	archive, err := bundle.Archive(tree)
	if err != nil {
		problems = append(problems, problem.Problem{Severity: problem.Error, Code: problem.WriteFailed, File: archiveName, Text: err.Error()})
	}
	files = append(files, export.File{Path: archiveName, Content: archive, Template: "pack"})
	slices.SortFunc(files, func(a, b export.File) int { return strings.Compare(a.Path, b.Path) })
	return files, problems
}

// others finds what lies in the folder and is no part of the release: whoever
// uploads all of it would upload that too, unsummed.
func others(dir string, reports []publish.Report) problem.List {
	known := map[string]bool{}
	for _, r := range reports {
		for _, f := range r.Files {
			known[f.Path] = true
		}
	}
	entries, _ := os.ReadDir(dir) // a folder that can't be read can't be written either
	var found problem.List
	for _, e := range entries {
		if name := e.Name(); !known[name] && !publish.Private(name) {
			found = append(found, problem.Problem{
				Severity: problem.Error, Code: problem.Foreign, File: filepath.Join(dir, name),
				Text: "is no part of the release, and would be uploaded with it", Hint: fmt.Sprintf("move it away, or name another folder than %s", dir),
			})
		}
	}
	return found
}

// changes tells in Markdown what changed since a revision, product by product.
func (w *work) changes(rev string) ([]byte, problem.List) {
	all, problems := w.since(rev)
	if problems.Failed(false) {
		return nil, problems
	}
	var b bytes.Buffer
	if b.WriteString("# Changes"); rev != "none" {
		b.WriteString(" since " + fit.Cell(rev))
	}
	b.WriteString("\n\n")
	changed := keep(all.list, func(c *comparison) bool { return c.change.Any() }, true)
	err := all.markdown(&b, changed)
	if err != nil {
		problems = append(problems, problem.Problem{Severity: problem.Error, Code: problem.WriteFailed, File: changesName, Text: err.Error()})
	}
	return b.Bytes(), problems
}
