package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/publish"
)

// placedRecord is the list of what is placed outside a product's folder, in
// that folder.
const placedRecord = export.PrivatePrefix + "-placed"

// place takes the exports that are kept elsewhere out of the products' folders.
func (w *work) place(all []*pressed) problem.List {
	if len(w.settings.Place) == 0 && !w.anyRecord(all) {
		return nil
	}
	var problems problem.List
	where := map[string]string{} // who keeps a file at a path of the project
	for _, p := range all {
		folder, inside := w.below(filepath.Join(p.out, p.ds.Product.ID))
		if !inside {
			return problem.List{{
				Severity: problem.Error, Code: problem.BadPath, File: p.out,
				Text: "lies outside the project, where no list of placed exports can be kept",
				Hint: "name a folder of the project with --out, or place nothing",
			}}
		}
		p.placed = export.Set{Product: publish.Everywhere, Record: path.Join(folder, placedRecord)}
		var stay []export.File
		for _, f := range p.files {
			at := w.settings.Placed(p.ds.Product.ID, p.name, f.Path)
			full := at
			if at == "" {
				stay = append(stay, f)
				full = path.Join(folder, f.Path)
			} else {
				p.placed.Files = append(p.placed.Files, export.File{Path: at, Content: f.Content, Template: f.Template})
			}
			who := f.Path + " of " + p.ds.Product.ID
			if p.name != "" {
				who += " at " + p.name
			}
			if other, taken := where[full]; taken {
				problems = append(problems, problem.Problem{
					Severity: problem.Error, Code: problem.ExportCollision, File: full,
					Text: fmt.Sprintf("is where both %s and %s would be kept", other, who),
					Hint: "tell them apart with {product} or {site} in the folder of the place",
				})
			}
			where[full] = who
		}
		p.set.Files = stay
		slices.SortFunc(p.placed.Files, func(a, b export.File) int { return strings.Compare(a.Path, b.Path) })
	}
	return problems
}

// anyRecord reports whether something was placed before.
func (w *work) anyRecord(all []*pressed) bool {
	return slices.ContainsFunc(all, func(p *pressed) bool {
		_, err := os.Lstat(filepath.Join(p.out, p.ds.Product.ID, placedRecord))
		return err == nil
	})
}

// below gives the path of a folder as the project file would write it, and
// whether it lies in the project at all.
func (w *work) below(folder string) (string, bool) {
	here, err := filepath.Abs(w.dir)
	if err != nil {
		return "", false
	}
	there, err := filepath.Abs(folder)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(here, there)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}

// placeFlag reads arguments of --place, such as '*.md=docs'.
func (w *work) placeFlag(arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	w.settings.Place = nil
	for _, a := range arguments {
		glob, folder, whole := strings.Cut(a, "=")
		if !whole || glob == "" || folder == "" {
			return usageError{"--place " + a + " is not GLOB=DIR: write it like '*.md=docs'"}
		}
		if err := validGlob("--place", glob); err != nil {
			return err
		}
		rel, inside := w.below(folder)
		if !inside {
			return usageError{"--place " + a + ": " + folder + " lies outside the project"}
		}
		if why := project.WhyNotFolder(rel); why != "" {
			return usageError{"--place " + a + ": " + why}
		}
		w.settings.Place = append(w.settings.Place, project.Place{Glob: glob, Folder: rel})
	}
	return nil
}

// foldersOf gathers what was pressed by the folder that it goes to. picked are
// the patterns of --only: what they don't match is left alone.
func (w *work) foldersOf(all []*pressed, picked []string) []publish.Folder {
	var folders []publish.Folder
	elsewhere := publish.Folder{Out: w.dir}
	for _, p := range all {
		i := slices.IndexFunc(folders, func(f publish.Folder) bool { return f.Out == p.out })
		if i < 0 {
			i = len(folders)
			folders = append(folders, publish.Folder{Out: p.out})
		}
		folders[i].Sets = append(folders[i].Sets, p.set)
		if p.placed.Record != "" {
			elsewhere.Sets = append(elsewhere.Sets, p.placed)
		}
	}
	if len(elsewhere.Sets) == 0 {
		return folders
	}
	if len(picked) > 0 { // of a file that nothing presses now, nobody knows which export it was
		pressed := map[string]bool{}
		for _, set := range elsewhere.Sets {
			for _, f := range set.Files {
				pressed[f.Path] = true
			}
		}
		elsewhere.Only = func(path string) bool { return pressed[path] }
	}
	return append(folders, elsewhere)
}
