package report

import (
	"encoding/json"
	"fmt"
	"io"

	"portpress/internal/problem"
)

// json writes a result as one object. Lists are empty rather than null.
func (o *Output) json(r *Result) error {
	all := *r
	all.Files = append([]File{}, r.Files...)
	all.Problems = append(problem.List{}, r.Problems...)
	all.NotExpressible = []Inexpressible{}
	for i := range all.Problems {
		p := &all.Problems[i]
		if p.Code == problem.NotExpressible {
			all.NotExpressible = append(all.NotExpressible, Inexpressible{p.File, p.Row, reasonOf(*p)})
		}
		// A line may be as long as the file, and have a problem at every word.
		p.Excerpt, _, _ = window(p)
	}
	return JSON(o.Out, all)
}

// JSON writes a value as every JSON answer is: indented, and with the
// characters that only HTML minds as they are.
func JSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	return nil
}
