// Package export holds what passes from rendering to publishing: whole files
// in memory.
package export

// File is one export, pressed and not yet written.
type File struct {
	Path     string // slash-separated, relative to the product's folder
	Content  []byte
	Template string // the template that pressed it, as messages show it
}

// Set is every export of one product, sorted by path.
type Set struct {
	Product string // the product's id, which names its folder below dist
	Files   []File

	// Record is the path of the list of what is owned, where that isn't
	// SHA256SUMS in the product's folder: for exports that are placed in other
	// people's folders, which should hold nothing else of ours.
	Record string
}
