package format

// Cells are several cells of a row, given to it as one value: as many as a
// dataset has columns of its own.
type Cells []any

// spread puts cells that are given as one value among the others.
func spread(values []any) []any {
	for i, v := range values {
		if cells, ok := v.(Cells); ok {
			out := append(append(make([]any, 0, len(values)+len(cells)), values[:i]...), cells...)
			return append(out, spread(values[i+1:])...)
		}
	}
	return values
}
