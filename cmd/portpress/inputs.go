package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
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

// limits are those of the command line.
func (t *terminal) limits() dataset.Limits {
	return dataset.Limits{}.Times(t.raise)
}

// smallTable is the size of a dataset, in bytes, of which all exports together
// fit into a few tens of megabytes.
const smallTable = 128 << 10

// relaxGC lets the garbage collector rest while a small table is pressed: the
// process ends before its memory matters, and the default collects so often
// that a quarter of the time goes there. GOGC overrules it, as always.
func relaxGC(bytes int) {
	if bytes < smallTable && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// layers reads what the command line lays over a dataset, the lowest first. A
// command does so once, however many datasets it has: standard input is empty
// the second time.
func (in *inputs) layers(r *fileReader) ([]*source.File, problem.List) {
	var problems problem.List
	var layers []*source.File
	for i, path := range in.Layer {
		if path == stdin && slices.Contains(in.Layer[:i], stdin) {
			_, found := r.t.readIn() // who comes second is told so
			problems = append(problems, found...)
			continue
		}
		layer, found := r.open(path)
		problems = append(problems, found...)
		layers = append(layers, layer)
	}
	for _, argument := range in.Set {
		layer, found := dataset.Set(argument)
		problems = append(problems, found...)
		layers = append(layers, layer)
	}
	// Off before on: --without makes room in a group whose option a file chose.
	for _, id := range in.Without {
		layer := choice("--without", id, false)
		if slices.Contains(in.With, id) {
			p := layer.At(source.Span{Start: 0, End: len(layer.Text)})
			p.Severity, p.Code = problem.Error, problem.OptionsExclude
			p.Text, p.Hint = fmt.Sprintf("option %q is turned on by --with and off by --without", id), "leave one of the two out"
			problems = append(problems, p)
		}
		layers = append(layers, layer)
	}
	for _, id := range in.With {
		layers = append(layers, choice("--with", id, true))
	}
	return layers, problems
}

// fileReader reads every file once, however many sites or datasets share it.
type fileReader struct {
	t     *terminal
	how   func(t *terminal, name string) (*source.File, problem.List)
	files map[string]*source.File
}

func (r *fileReader) open(name string) (*source.File, problem.List) {
	if file, read := r.files[name]; read {
		return file, nil
	}
	file, problems := r.how(r.t, name)
	if len(problems) == 0 {
		if r.files == nil {
			r.files = map[string]*source.File{}
		}
		r.files[name] = file
	}
	return file, problems
}

// choice is the layer that an argument of --with or --without stands for.
func choice(flag, id string, on bool) *source.File {
	return &source.File{Name: flag, Text: fmt.Sprintf("options.%s = %t", tomlKey(id), on)}
}

// tomlKey writes any text as a key, so that a mistyped id is reported as an
// unknown option rather than as a syntax error, and can't set other keys.
func tomlKey(id string) string {
	bare := func(c rune) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
	}
	if id != "" && strings.IndexFunc(id, func(c rune) bool { return !bare(c) }) < 0 {
		return id
	}
	return dataset.Quote(id)
}

// openDataset finds a dataset by the id of a shipped one, or as a file.
func openDataset(t *terminal, name string) (*source.File, problem.List) {
	ids := shipped()
	if slices.Contains(ids, name) {
		return source.Open(portpress.Data(), name+".toml", "data/"+name+".toml")
	}
	file, problems := openFile(t, name)
	if problems != nil && !strings.ContainsAny(name, `/\.`) {
		problems[0].Hint = "shipped datasets: " + problem.Some(ids)
		if near := problem.DidYouMean(name, ids); near != "" {
			problems[0].Hint = near
		}
	}
	return file, problems
}

// openFile reads a file by its path, or standard input.
func openFile(t *terminal, path string) (*source.File, problem.List) {
	if path == stdin {
		return t.readIn()
	}
	// The absolute path has a last name even where path ends in ".." or "/".
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	return source.Open(os.DirFS(filepath.Dir(absolute)), filepath.Base(absolute), path)
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

// shippedTemplates is the template tree that the program carries.
func shippedTemplates() render.Source {
	return render.Source{Name: "templates", FS: portpress.Templates()}
}
