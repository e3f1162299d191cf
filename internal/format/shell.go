package format

import (
	"strings"

	"portpress/internal/problem"
)

// Shell quotes a value for a POSIX shell as one word; a list becomes one word
// for each element. The quotes are single ones, inside which nothing is
// special (XCU 2.2.2).
func Shell(v any) (string, error) {
	list, err := Words(v)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		for i, s := range list {
			if strings.IndexByte(s, 0) >= 0 {
				return b, problem.Hintf("take it out", "%q holds a NUL, which no argument of a program can", s)
			}
			if i > 0 {
				b = append(b, ' ')
			}
			b = append(b, '\'')
			for {
				before, after, found := strings.Cut(s, "'")
				b = append(b, before...)
				if !found {
					break
				}
				b = append(b, `'\''`...)
				s = after
			}
			b = append(b, '\'')
		}
		return b, nil
	})
}
