package format

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
)

// YAML writes a value in YAML's flow style on one line, so that readers
// of YAML 1.1 (Ansible, cloud-init) and 1.2 understand the same: text that
// either could take for something else is double-quoted.
func YAML(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return yamlNotation.value(b, v, 0) })
}

// YAMLMap writes KEY VALUE… as a flow mapping: {id: bgp, port: "179"}.
func YAMLMap(pairs ...any) (string, error) {
	if err := CheckPairs(pairs); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return yamlNotation.pairs(b, pairs, 0) })
}

// YAMLBlock writes KEY VALUE… as a block mapping, one key a line, each line
// indented; without a line break at the end.
func YAMLBlock(indent int, pairs ...any) (string, error) {
	return yamlLines(yamlNotation, indent, "", pairs)
}

// YAMLItem is yamlBlock as one item of a block sequence: the first line
// begins with "- ", the others stand below its key.
func YAMLItem(indent int, pairs ...any) (string, error) {
	return yamlLines(yamlNotation, indent, "- ", pairs)
}

// YAMLList writes the elements of a list as a block sequence, one a line.
func YAMLList(indent int, list any) (string, error) { return yamlSequence(yamlNotation, indent, list) }

func yamlSequence(n *notation, indent int, list any) (string, error) {
	if err := checkIndent(indent); err != nil {
		return "", err
	}
	p, err := Plain(list)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		switch p := p.(type) {
		case []string:
			return appendYAMLItems(n, b, indent, p)
		case []any:
			return appendYAMLItems(n, b, indent, p)
		}
		return b, problem.Hintf("give it a list", "%s is no list", Kind(list))
	})
}

func appendYAMLItems[T any](n *notation, b []byte, indent int, list []T) ([]byte, error) {
	if len(list) == 0 { // an empty block sequence would be null
		return append(appendSpaces(b, indent), "[]"...), nil
	}
	var err error
	for i, v := range list {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(appendSpaces(b, indent), "- "...)
		if b, err = n.value(b, v, 1); err != nil {
			return b, err
		}
	}
	return b, nil
}

func yamlLines(n *notation, indent int, dash string, pairs []any) (string, error) {
	if err := checkIndent(indent); err != nil {
		return "", err
	}
	if err := CheckPairs(pairs); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return appendYAMLLines(n, b, indent, dash, pairs) })
}

// appendYAMLLines expects pairs that checkPairs has passed.
func appendYAMLLines(n *notation, b []byte, indent int, dash string, pairs []any) ([]byte, error) {
	if len(pairs) == 0 {
		return append(append(appendSpaces(b, indent), dash...), "{}"...), nil
	}
	var err error
	for i := 0; i+1 < len(pairs); i += 2 {
		if i == 0 {
			b = append(appendSpaces(b, indent), dash...)
		} else {
			b = appendSpaces(append(b, '\n'), indent+len(dash))
		}
		if b, err = appendYAMLString(b, pairs[i].(string)); err != nil {
			return b, err
		}
		b = append(b, ": "...)
		if b, err = n.value(b, pairs[i+1], 1); err != nil {
			return b, err
		}
	}
	return b, nil
}

func appendYAMLString(b []byte, s string) ([]byte, error) {
	if yamlPlain(s) {
		return append(b, s...), nil
	}
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			if r, size = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
				return b, errNotUTF8(s)
			}
		}
		if yamlPrintable(r) {
			i += size
			continue
		}
		b = append(b, s[from:i]...)
		if r < utf8.RuneSelf {
			b = appendEscape(b, byte(r))
		} else {
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		}
		i += size
		from = i
	}
	b = append(b, s[from:]...)
	return append(b, '"'), nil
}

// yamlPrintable reports whether a character may stand as it is in YAML's
// double-quoted style: the printable set of the YAML specification, 5.1,
// without line breaks (NEL, LS and PS are such in 1.1) and the byte order mark.
func yamlPrintable(r rune) bool {
	switch {
	case r < ' ' || r == '"' || r == '\\' || r == 0x7f:
		return false
	case r < 0x7f:
		return true
	case r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return false
	}
	return true
}

// yamlPlain reports whether a text is certainly safe without quotes, as a
// value or a key, in block and in flow style: letters first, then letters,
// digits, "-", "_", ".", "/" and single spaces, and no word that a reader of
// either version takes for a truth value or null.
func yamlPlain(s string) bool {
	if s == "" || !letter(s[0]) || s[len(s)-1] == ' ' {
		return false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case letter(c), c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == '/':
		case c == ' ' && s[i-1] != ' ':
		default:
			return false
		}
	}
	return len(s) > 5 || !yamlReserved(s)
}

// yamlReserved lists what YAML 1.1's types "bool" and "null" and 1.2's core
// schema give a meaning, in any case. The longest is "false".
func yamlReserved(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// appendYAMLFloat writes a number with a point, which YAML 1.1 demands of a
// float.
func appendYAMLFloat(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return b, problem.Hintf("write finite numbers only", "%v is no number", f)
	}
	from := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if !strings.Contains(string(b[from:]), ".") {
		b = append(b, ".0"...)
	}
	return b, nil
}

// maxIndent bounds how far a template can indent by mistake.
const maxIndent = 256

func checkIndent(n int) error {
	if n < 0 || n > maxIndent {
		return problem.Hintf("give 0 to 256 spaces", "can't indent by %d", n)
	}
	return nil
}

func appendSpaces(b []byte, n int) []byte {
	for range n {
		b = append(b, ' ')
	}
	return b
}
