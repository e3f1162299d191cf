package dataset

// origin says where an entry was written, so that a problem found late can
// still point at its line.
type origin struct{}
