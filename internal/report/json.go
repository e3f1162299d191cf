package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"portpress/internal/problem"
	"portpress/internal/screen"
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

// JSON writes a value as every JSON answer is: indented, with the characters
// that only HTML minds as they are, and with an escape for each that a screen
// would act on. No program reads it differently for that.
func JSON(w io.Writer, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("can't write the answer as JSON: %w", err)
	}
	answer := b.Bytes()
	if bytes.IndexFunc(answer, screen.Acts) >= 0 {
		var escaped []byte
		for _, r := range b.String() {
			switch high, low := utf16.EncodeRune(r); {
			case !screen.Acts(r):
				escaped = utf8.AppendRune(escaped, r)
			case r > 0xffff:
				escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
			default:
				escaped = fmt.Appendf(escaped, `\u%04x`, r)
			}
		}
		answer = escaped
	}
	if _, err := w.Write(answer); err != nil {
		return fmt.Errorf("can't write to standard output: %w", err)
	}
	return nil
}
