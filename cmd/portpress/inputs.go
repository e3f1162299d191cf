package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/source"
)

// defaultDataset is what is pressed when no dataset is named.
const defaultDataset = "mke"

// stdin is the name that stands for standard input.
const stdin = "-"

// load reads one dataset with the layers of the command line over it.
func (in *inputs) load(t *terminal, name string) (*dataset.Dataset, problem.List) {
	base, problems := openDataset(t, name)
	var layers []*source.File
	for _, path := range in.Layer {
		layer, found := openFile(t, path)
		problems = append(problems, found...)
		layers = append(layers, layer)
	}
	for _, argument := range in.Set {
		layer, found := dataset.Set(argument)
		problems = append(problems, found...)
		layers = append(layers, layer)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return dataset.Load(base, layers...)
}

// openDataset finds a dataset by the id of a shipped one, or as a file.
func openDataset(t *terminal, name string) (*source.File, problem.List) {
	ids := shipped()
	if slices.Contains(ids, name) {
		return source.Open(portpress.Data(), name+".toml", "data/"+name+".toml")
	}
	file, problems := openFile(t, name)
	if problems != nil && !strings.ContainsAny(name, `/\.`) {
		problems[0].Hint = "shipped datasets: " + strings.Join(ids, ", ")
		if near := problem.DidYouMean(name, ids); near != "" {
			problems[0].Hint = near
		}
	}
	return file, problems
}

// openFile reads a file by its path, or standard input.
func openFile(t *terminal, path string) (*source.File, problem.List) {
	if path == stdin {
		return source.FromReader(t.in, "standard input")
	}
	return source.Open(os.DirFS(filepath.Dir(path)), filepath.Base(path), path)
}

// shipped lists the ids of the embedded datasets.
func shipped() []string {
	files, _ := fs.Glob(portpress.Data(), "*.toml") // the pattern is well-formed
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = strings.TrimSuffix(f, ".toml")
	}
	return ids
}

// trees lists the template trees, the shipped one first.
func (f *pressFlags) trees() ([]render.Source, problem.List) {
	var trees []render.Source
	if !f.NoDefaultTemplates {
		trees = append(trees, render.Source{Name: "templates", FS: portpress.Templates()})
	}
	var problems problem.List
	for _, dir := range f.Templates {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = errors.New("is not a folder")
		}
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		if err != nil {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.ReadFailed, File: dir,
				Text: "can't be read: " + err.Error(), Hint: "--templates takes a folder of templates",
			})
			continue
		}
		trees = append(trees, render.Source{Name: filepath.ToSlash(dir), FS: os.DirFS(dir)})
	}
	return trees, problems
}
