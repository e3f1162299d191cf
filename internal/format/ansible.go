package format

import "strings"

// What Ansible reads as YAML it then reads as Jinja, every value, and what a
// task makes of one again when that is shown. So a text that Jinja would run is
// tagged !unsafe: Ansible takes it as it stands, wherever it is handed on to.
// Escaping it by Jinja's own means lasts for one reading only.
var ansibleNotation = &notation{appendAnsibleString, appendYAMLFloat}

// Ansible is YAML for files that Ansible reads.
func Ansible(v any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return ansibleNotation.value(b, v, 0) })
}

// AnsibleBlock is YAMLBlock for files that Ansible reads.
func AnsibleBlock(indent int, pairs ...any) (string, error) {
	return yamlLines(ansibleNotation, indent, "", pairs)
}

// AnsibleItem is YAMLItem for files that Ansible reads.
func AnsibleItem(indent int, pairs ...any) (string, error) {
	return yamlLines(ansibleNotation, indent, "- ", pairs)
}

// AnsibleList is YAMLList for files that Ansible reads.
func AnsibleList(indent int, list any) (string, error) {
	return yamlSequence(ansibleNotation, indent, list)
}

func appendAnsibleString(b []byte, s string) ([]byte, error) {
	if isJinja(s) {
		b = append(b, "!unsafe "...)
	}
	return appendYAMLString(b, s)
}

// isJinja reports whether Jinja could find an expression, a statement or a
// comment in a text.
func isJinja(s string) bool {
	for {
		_, rest, found := strings.Cut(s, "{")
		if !found {
			return false
		}
		if rest != "" && strings.IndexByte("{%#", rest[0]) >= 0 {
			return true
		}
		s = rest
	}
}
