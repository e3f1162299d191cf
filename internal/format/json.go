package format

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
)

// JSON writes a value as JSON on one line (RFC 8259). Unlike
// encoding/json it leaves <, > and & as they are.
func JSON(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return jsonNotation.value(b, v, 0) })
}

// JSONObject writes KEY VALUE… as a JSON object in the order given.
func JSONObject(pairs ...any) (string, error) {
	if err := CheckPairs(pairs); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return jsonNotation.pairs(b, pairs, 0) })
}

// terraformMarks escapes what begins Terraform's own expressions in a text.
var terraformMarks = strings.NewReplacer("${", "$${", "%{", "%%{")

// Terraform writes a text as JSON for Terraform, which reads texts there as
// templates of its own.
func Terraform(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	return JSON(terraformMarks.Replace(s))
}

func appendJSONString(b []byte, s string) ([]byte, error) {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return b, errNotUTF8(s)
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		b = appendEscape(b, c)
		i++
		from = i
	}
	b = append(b, s[from:]...)
	return append(b, '"'), nil
}

// appendEscape writes a quote, a backslash or a control character in the form
// that JSON and YAML's double-quoted style share.
func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

func appendJSONFloat(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return b, problem.Hintf("JSON has finite numbers only", "%v is no number", f)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64), nil
}

// sortedPairs orders a dict by key, since Go's maps have no order.
func sortedPairs(dict map[string]any) []any {
	pairs := make([]any, 0, 2*len(dict))
	for _, k := range slices.Sorted(maps.Keys(dict)) {
		pairs = append(pairs, k, dict[k])
	}
	return pairs
}
