// Package data holds the shipped datasets.
package data

import "embed"

// FS holds one TOML file for each product, named after the product's id.
//
//go:embed *.toml
var FS embed.FS
