package format

import (
	"portpress/internal/fit"
	"portpress/internal/problem"
)

// XML escapes a value for XML, in text and in attributes of either quote. Line
// breaks and tabs become references, since attributes would turn them into
// spaces. Unicode's noncharacters, some of which XML has no place for, become U+FFFD.
func XML(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	s = fit.Held(s)
	if err := checkText(s); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		from := 0
		for i, r := range s {
			ref := xmlReference(r)
			if ref == "" {
				if !xmlChar(r) {
					return b, problem.Hintf("take it out", "XML 1.0 has no place for the character %U", r)
				}
				continue
			}
			b = append(b, s[from:i]...)
			b = append(b, ref...)
			from = i + 1 // all that are escaped are one byte long
		}
		return append(b, s[from:]...), nil
	})
}

func xmlReference(r rune) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\'':
		return "&apos;"
	case '\t':
		return "&#9;"
	case '\n':
		return "&#10;"
	case '\r':
		return "&#13;"
	}
	return ""
}

// xmlChar is the production Char of XML 1.0, fifth edition.
func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000
}
