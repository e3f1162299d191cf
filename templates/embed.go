// Package templates holds the shipped template tree: each file below it is a
// template, a partial or a file to copy, and docs/templates.md says which.
package templates

import "embed"

// FS is the tree. The pattern takes whatever stands in this folder, names
// that begin with _ included, so that a new export needs no Go code. It takes
// this file too, which readers of the tree skip.
//
//go:embed all:*
var FS embed.FS
