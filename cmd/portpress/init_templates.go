package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"portpress"
	"portpress/internal/problem"
	"portpress/internal/render"
)

// initTemplatesCmd copies shipped templates.
type initTemplatesCmd struct {
	Exports []string `arg:"" optional:"" name:"export" help:"Paths or patterns of exports, such as mke-ports.md or 'ansible/**'. Default: all."`
	Out     string   `short:"o" default:"templates" placeholder:"DIR" help:"Folder to copy them to (default: ${default}). What is there is not touched."`
}

// Help is what portpress init templates --help says below the flags.
func (*initTemplatesCmd) Help() string {
	return `A template in the folder takes the place of the shipped one at the same path, once build is told of it, with
--templates or as templates in portpress.toml. Those that you don't copy stay the shipped ones, and improve with them.

    portpress init templates mke-ports.md
    portpress build --templates templates`
}

// Run does the command.
func (c *initTemplatesCmd) Run(t *terminal) error {
	if err := validGlobs(c.Exports); err != nil {
		return err
	}
	names, err := c.pick(t)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(portpress.Templates(), name)
		if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(c.Out, filepath.FromSlash(name)), text); err != nil {
			return err
		}
	}
	return t.Write(fmt.Sprintf("written: %s (%d new)\nnext: edit, then run portpress build --templates %s\n", c.Out, len(names), c.Out))
}

// pick finds the templates of the exports that are named, or all, partials
// among them.
func (c *initTemplatesCmd) pick(t *terminal) ([]string, error) {
	var names []string
	if len(c.Exports) == 0 {
		err := fs.WalkDir(portpress.Templates(), ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, name)
			}
			return err
		})
		return names, err
	}
	shipped := shippedTemplates()
	seen := map[string]bool{}
	var known []string
	for _, glob := range c.Exports {
		matched := false
		for _, product := range c.products(t) {
			for _, p := range product {
				known = append(known, p.Path)
				name := strings.TrimPrefix(p.Template, shipped.Name+"/")
				if !only([]string{glob})(p.Path) && glob != name && glob != path.Base(name) {
					continue
				}
				matched = true
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
		if !matched {
			return nil, usageError{fmt.Sprintf("no export is called %s: %s", glob, cmp.Or(problem.DidYouMean(glob, known), "portpress build lists them"))}
		}
	}
	slices.Sort(names)
	return names, nil
}

// products lists what the shipped templates press of the project's datasets,
// and of the shipped one that is pressed by default.
func (c *initTemplatesCmd) products(t *terminal) [][]render.Planned {
	trees := []render.Source{shippedTemplates()}
	var out [][]render.Planned
	add := func(w *work) {
		for _, name := range w.names {
			if ds, _ := w.dataset(&site{readable: true}, name); ds != nil {
				out = append(out, render.Plan(trees, ds, render.Options{Raise: t.raise}))
			}
		}
	}
	if w, _, err := (&workFlags{}).open(t, nil, nil); err == nil && w != nil {
		add(w)
	}
	add(&work{t: t, names: []string{defaultDataset}, bases: fileReader{t: t, how: openDataset}})
	return out
}
