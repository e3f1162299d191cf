package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"portpress/internal/project"
)

// initProjectCmd writes a project file and a dataset.
type initProjectCmd struct {
	Product string `arg:"" optional:"" help:"Id of your product, such as acme-db. Default: the folder's name."`
}

// Help is what portpress init --help says below the flags.
func (*initProjectCmd) Help() string {
	return `Writes portpress.toml, and ports/PRODUCT.toml to be edited, unless datasets lie in the folder already: then the
project file names those. What is there is not touched, but that .gitattributes gets lines at its end: they keep git
from the line ends of exports, and have it merge their lists.

    portpress init acme-db
    portpress build`
}

//go:embed project.toml.tmpl
var projectTemplate string

//go:embed product.toml.tmpl
var productTemplate string

// Run does the command.
func (c *initProjectCmd) Run(t *terminal) error {
	id := c.Product
	if id == "" {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		id = idOf(filepath.Base(here))
	}
	if id != idOf(id) {
		return usageError{fmt.Sprintf("%s can't be a product's id: small letters, digits and hyphens can, such as %s", id, idOf(id))}
	}
	data := struct {
		ID, Name  string
		Datasets  []string
		Documents []string
	}{ID: id, Name: titleOf(id), Datasets: datasetsHere(t)}
	for _, name := range []string{"README.md", "README.rst", "README.adoc"} {
		if _, err := os.Stat(name); err == nil {
			data.Documents = append(data.Documents, name)
		}
	}
	files := map[string]string{}
	edit := strings.Join(data.Datasets, ", ")
	order := []string{project.FileName}
	if len(data.Datasets) == 0 {
		edit = "ports/" + id + ".toml"
		data.Datasets = []string{"ports/*.toml"}
		order = append(order, edit)
		files[edit] = productTemplate
	}
	files[project.FileName] = projectTemplate
	for _, name := range order {
		if _, err := os.Lstat(filepath.FromSlash(name)); err == nil {
			return fmt.Errorf("%s exists: remove it to begin anew", name)
		}
	}
	for _, name := range order {
		tmpl, err := template.New(name).Funcs(template.FuncMap{"toml": strconv.Quote}).Parse(files[name])
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := tmpl.Execute(&text, data); err != nil {
			return err
		}
		if err := writeNew(name, text.Bytes()); err != nil {
			return err
		}
	}
	added, err := writeAttributes()
	if err != nil {
		return err
	}
	if added {
		order = append(order, attributesFile)
	}
	return t.Write("written: " + strings.Join(order, ", ") + "\nnext: edit " + edit + ", then run portpress build\n")
}

//go:embed attributes.txt
var attributes string

// writeAttributes tells git how exports are kept, and whether it had to be told.
func writeAttributes() (bool, error) {
	there, err := os.ReadFile(attributesFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	said := map[string]bool{}
	for line := range strings.Lines(string(there)) {
		said[strings.Join(strings.Fields(line), " ")] = true
	}
	var add strings.Builder
	for line := range strings.Lines(attributes) {
		if !said[strings.TrimSpace(line)] {
			add.WriteString(line)
		}
	}
	if add.Len() == 0 {
		return false, nil
	}
	text := add.String()
	if n := len(there); n > 0 && there[n-1] != '\n' {
		text = "\n" + text
	}
	file, err := os.OpenFile(attributesFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return false, err
	}
	_, err = file.WriteString(text)
	return true, errors.Join(err, file.Close())
}

// writeNew writes a file that must not exist yet, and the folders above it.
func writeNew(name string, text []byte) error {
	name = filepath.FromSlash(name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: remove it, or name another", name)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// datasetsHere lists the datasets that lie in the working folder.
func datasetsHere(t *terminal) []string {
	files, _ := filepath.Glob("*.toml") // the pattern is well-formed
	var out []string
	for _, path := range files {
		if isDataset(t, path) {
			out = append(out, path)
		}
	}
	return out
}

// isDataset reports whether a file has what makes a dataset.
func isDataset(t *terminal, path string) bool {
	file, _ := openFile(t, path)
	if file == nil {
		return false
	}
	part, _ := file.Parse()
	_, hasProduct := part.Tree["product"].(map[string]any)
	_, hasPorts := part.Tree["ports"].(map[string]any)
	return hasProduct && hasPorts
}

// idOf makes an id of any text: small letters, digits, and hyphens between
// them, a letter first.
func idOf(text string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(text) {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b.WriteRune(c)
		default:
			b.WriteByte('-')
		}
	}
	id := strings.Trim(b.String(), "-")
	for strings.Contains(id, "--") {
		id = strings.ReplaceAll(id, "--", "-")
	}
	if id == "" || unicode.IsDigit(rune(id[0])) {
		id = strings.TrimSuffix("product-"+id, "-")
	}
	return id
}

// titleOf makes a name of an id: acme-db is Acme Db.
func titleOf(id string) string {
	words := strings.Split(id, "-")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}
