package splice

import (
	"path"
	"path/filepath"
	"strings"

	"portpress/internal/source"
)

// comment is a syntax of comments that fit on one line.
type comment struct{ open, close string }

var (
	sgml    = comment{"<!--", "-->"}
	mdx     = comment{"{/*", "*/}"}
	dots    = comment{"..", ""}
	slashes = comment{"//", ""}
	stars   = comment{"/*", "*/"}
	hash    = comment{"#", ""}
	percent = comment{"%", ""}
	dashes  = comment{"--", ""}
	semi    = comment{";", ""}
)

// format is what must be known of a document's format.
type format struct {
	comments []comment
	padded   bool   // an empty line parts the content from the markers
	nests    bool   // quotes and list items may stand before a marker
	table    string // the format of tables written for it
	literal  func(text []byte) []source.Span
}

// formats are the known formats by the extensions of their files.
var formats = byExtension(map[string]format{
	"md markdown mkd qmd rmd":         {comments: []comment{sgml, mdx}, padded: true, nests: true, table: "markdown", literal: markdownCode},
	"mdx":                             {comments: []comment{mdx, sgml}, padded: true, nests: true, table: "markdown", literal: mdxCode},
	"html htm xhtml vue svelte":       {comments: []comment{sgml}, table: "html"},
	"xml svg":                         {comments: []comment{sgml}},
	"rst rest":                        {comments: []comment{dots}, padded: true, table: "rst", literal: rstLiteral},
	"adoc asciidoc asc":               {comments: []comment{slashes}, padded: true, table: "adoc", literal: adocVerbatim},
	"tex latex sty cls":               {comments: []comment{percent}, literal: latexVerbatim},
	"yaml yml toml py rb pl r nft":    {comments: []comment{hash}},
	"sh bash zsh ksh mk cmake nix":    {comments: []comment{hash}},
	"tf tfvars hcl":                   {comments: []comment{hash, slashes, stars}},
	"go js mjs cjs ts c h cc cpp":     {comments: []comment{slashes, stars}},
	"hpp cs java kt rs swift scala":   {comments: []comment{slashes, stars}},
	"scss less proto groovy gradle":   {comments: []comment{slashes, stars}},
	"jsx tsx":                         {comments: []comment{slashes, stars, mdx}},
	"css":                             {comments: []comment{stars}},
	"php":                             {comments: []comment{slashes, hash, stars, sgml}},
	"sql lua hs":                      {comments: []comment{dashes}},
	"conf cfg ini properties service": {comments: []comment{hash, semi}},
})

// unknown is the format of every other file: any comment may be meant.
var unknown = format{comments: []comment{sgml, mdx, dots, slashes, stars, hash, percent, dashes, semi}}

func byExtension(lists map[string]format) map[string]format {
	out := map[string]format{}
	for list, f := range lists {
		for ext := range strings.FieldsSeq(list) {
			out[ext] = f
		}
	}
	return out
}

// formatOf knows a document's format by its name.
func formatOf(name string) format {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(filepath.ToSlash(name)), "."))
	if f, known := formats[ext]; known {
		return f
	}
	return unknown
}

// write writes a marker's words as a comment.
func (f format) write(c comment, words string) string {
	if c.close == "" {
		return c.open + " " + words
	}
	return c.open + " " + words + " " + c.close
}
