package format

import "strings"

// jinjaMarks turns what Jinja would take for the beginning of an expression, a
// statement or a comment into an expression that gives just these characters.
var jinjaMarks = strings.NewReplacer("{{", "{{ '{{' }}", "{%", "{{ '{%' }}", "{#", "{{ '{#' }}")

// Jinja gives a text that is itself once Jinja was through it, as Ansible sends
// every value and name; of a list, each element.
func Jinja(v any) (any, error) {
	if s, ok := v.(string); ok {
		return jinjaMarks.Replace(s), nil
	}
	list, err := Words(v)
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = jinjaMarks.Replace(s)
	}
	return out, err
}
