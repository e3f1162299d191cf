package format

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"portpress/internal/problem"
)

// Indent puts spaces before every line that is not empty.
func Indent(n int, s string) (string, error) {
	if err := checkIndent(n); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		for line := range strings.Lines(s) {
			if line != "\n" && line != "\r\n" {
				b = appendSpaces(b, n)
			}
			b = append(b, line...)
		}
		return b, nil
	})
}

// NIndent is Indent after a line break.
func NIndent(n int, s string) (string, error) {
	s, err := Indent(n, s)
	return "\n" + s, err
}

// OneLine makes one line of a value, for formats that know no quoting, such
// as INI files and comments: each run of space, line breaks and control
// characters becomes one space.
func OneLine(v any) (string, error) {
	list, err := Words(v)
	if err != nil {
		return "", err
	}
	return strings.Join(strings.FieldsFunc(strings.Join(list, ", "), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " "), nil
}

// Ident makes a variable name that Ansible, Python and shells accept: letters,
// digits and underscores, no digit first.
func Ident(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	if s == "" {
		return "", problem.Hintf("give it an id", "an empty text makes no name")
	}
	return build(func(b []byte) ([]byte, error) {
		if s[0] >= '0' && s[0] <= '9' {
			b = append(b, '_')
		}
		for _, r := range s {
			if r >= utf8.RuneSelf || !letter(byte(r)) && (r < '0' || r > '9') {
				r = '_'
			}
			b = append(b, byte(r))
		}
		return b, nil
	})
}
