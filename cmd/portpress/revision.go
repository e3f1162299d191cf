package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/source"
)

// past is the work as it was at a revision: the project file, the datasets and
// the layers of then, under the flags of now. What a flag names and wasn't there
// is taken as it is: it is the caller's choice, for both sides.
func (w *work) past(rev string) (*work, problem.List) {
	p := &work{t: w.t, flags: w.flags, dir: w.dir, at: rev, trees: w.trees, projectFile: w.projectFile, outFlag: w.outFlag}
	p.bases = fileReader{t: w.t, how: func(_ *terminal, name string) (*source.File, problem.List) {
		if slices.Contains(shipped(), name) || name == stdin {
			return w.bases.open(name)
		}
		return openGit("git:"+rev+":"+name, rev+":"+name)
	}}
	p.layers = fileReader{t: w.t, how: func(_ *terminal, name string) (*source.File, problem.List) {
		if name == stdin || !isAt(rev, name) && slices.Contains(w.flags.Layer, name) {
			return w.layers.open(name)
		}
		return openGit("git:"+rev+":"+name, rev+":"+name)
	}}
	if w.project != nil && isAt(rev, w.projectFile) {
		file, problems := openGit("git:"+rev+":"+w.projectFile, rev+":"+w.projectFile)
		if file != nil {
			p.project, problems = project.Load(file)
		}
		if problems.Count(problem.Error) > 0 {
			return nil, problems
		}
		p.takeProject()
	}
	w.flags.over(&p.settings)
	problems := p.pickPast(w)
	found, err := p.openSites(w.flags)
	if err != nil { // a site that wasn't there
		p.sites = nil
	}
	return p, append(problems, found...)
}

// pickPast finds the datasets of then that correspond to those that are worked
// on: all of the project, or those that are named.
func (w *work) pickPast(now *work) problem.List {
	own, problems := w.datasets()
	if w.project != nil && !now.part && !now.foreign {
		w.names = own
		return problems
	}
	for _, name := range now.names {
		if slices.Contains(shipped(), name) || name == stdin || isAt(w.at, name) {
			w.names = append(w.names, name)
			continue
		}
		// Under another path then: the product tells.
		if file, _ := now.bases.open(name); file != nil {
			for _, o := range own {
				if old, _ := w.bases.open(o); old != nil && productID(old) == productID(file) {
					w.names = append(w.names, o)
				}
			}
		}
	}
	return nil
}

// isAt reports whether there is a file at a path, from the working folder, at a
// revision.
func isAt(rev, path string) bool {
	_, err := git("cat-file", "-e", rev+":./"+filepath.ToSlash(path))
	return err == nil
}

// globAt lists the files below a folder at a revision that match a pattern, as
// paths from that folder.
func globAt(rev, dir, pattern string) []string {
	out, err := git("-C", dir, "ls-tree", "-r", "-z", "--name-only", rev)
	if err != nil {
		return nil // the folder wasn't there
	}
	var found []string
	for name := range bytes.SplitSeq(out, []byte{0}) {
		if path := string(name); path != "" && doublestar.MatchUnvalidated(pattern, path) {
			found = append(found, path)
		}
	}
	return found
}

// pair is a product at a site, before and after; one that was added or removed
// as a whole has one side.
type pair struct{ before, after *loaded }

// pairs puts together what is one product: by its id, or where that was
// changed, by its file. Where only one side has sites, each of them is compared
// with the one that there was.
func pairs(before, after []loaded) []pair {
	var out []pair
	taken := make([]bool, len(before))
	find := func(l *loaded, same func(a, b *loaded) bool) *loaded {
		for _, alike := range []bool{true, false} {
			for i := range before {
				b := &before[i]
				sites := b.site.name == l.site.name && !taken[i]
				if !alike {
					sites = b.site.name == "" || l.site.name == "" && !taken[i]
				}
				if sites && same(b, l) {
					taken[i] = true
					return b
				}
			}
		}
		return nil
	}
	for i := range after {
		l := &after[i]
		out = append(out, pair{find(l, func(a, b *loaded) bool { return a.ds.Product.ID == b.ds.Product.ID }), l})
	}
	for i := range out {
		if p := &out[i]; p.before == nil {
			p.before = find(p.after, func(a, b *loaded) bool { return a.name == b.name })
		}
	}
	for i := range before {
		if !taken[i] {
			out = append(out, pair{before: &before[i]})
		}
	}
	return out
}

// lastWritten is the commit that wrote a file last; "" where git knows of none.
func lastWritten(path string) string {
	out, err := git("log", "-1", "--format=%H", "--", path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
