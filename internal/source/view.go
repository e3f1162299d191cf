package source

// View is a part of a file as a file of its own: what it says is part, and the
// paths in that begin in the file at path. Problems with it stand where they do
// in the file.
func (f *File) View(part Part, path ...string) *File {
	v := &view{of: f, part: part}
	for _, key := range path {
		v.path = append(v.path, key)
	}
	return &File{Name: f.Name, Text: f.Text, view: v}
}

// view is what makes a File stand for a part of another.
type view struct {
	of   *File
	part Part
	path []any
}

func (v *view) locate(path []any) (Place, bool) {
	whole := make([]any, 0, len(v.path)+len(path))
	return v.of.Locate(append(append(whole, v.path...), path...)...)
}
