// Package portpress holds what the program carries with it: the shipped
// datasets and the shipped template tree.
//
// The two are embedded from here rather than from their own folders because
// the go command refuses to embed a name that begins with "{", as
// {product}-ports.md.tmpl does.
package portpress

import (
	"embed"
	"io/fs"
)

//go:embed data/*.toml
var data embed.FS

// all: takes in the partials too, whose names begin with "_". Whatever stands
// in the folder is embedded, so that a new export needs no Go code.
//
//go:embed all:templates
var templates embed.FS

// Data returns the shipped datasets: one TOML file for each product, named
// after the product's id.
func Data() fs.FS { return sub(data, "data") }

// Templates returns the shipped template tree; docs/templates.md says what its
// names mean.
func Templates() fs.FS { return sub(templates, "templates") }

func sub(tree embed.FS, dir string) fs.FS {
	below, err := fs.Sub(tree, dir)
	if err != nil {
		panic(err) // only a malformed name could be the reason
	}
	return below
}
