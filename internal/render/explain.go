package render

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/policy"
	"portpress/internal/problem"
)

// explainSyntax turns a message of the parser into one of ours. The needle is
// the word at fault, for the column that the parser does not give.
func explainSyntax(message string) (text, hint, needle string) {
	if quoted, ok := cutAround(message, "function ", " not defined"); ok {
		name, err := strconv.Unquote(quoted)
		if err != nil {
			name = quoted
		}
		text = fmt.Sprintf("there is no function %q", name)
		if why := leftOut(name); why != "" {
			return text, why, name
		}
		near := problem.DidYouMean(name, functionNames())
		return text, cmp.Or(near, "docs/templates.md lists the functions"), name
	}
	if name, ok := cutAround(message, `undefined variable "`, `"`); ok {
		return fmt.Sprintf("the variable %s is not set here", name), "a variable ends with the block that sets it", name
	}
	switch {
	case strings.Contains(message, "unexpected EOF"):
		return "the template ends inside an action or a block", "look for a missing {{ end }} or }}", ""
	case strings.Contains(message, "unexpected {{end}}"):
		return "an {{ end }} without a block to end", "", ""
	}
	return message, "", ""
}

// explainFailure turns a message of the engine into one of ours.
func explainFailure(s spot) (text, hint, needle string) {
	m := s.message
	if called, ok := strings.CutPrefix(m, "error calling "); ok {
		name, why, found := strings.Cut(called, ": ")
		switch {
		case !found:
			return m, "", ""
		case name == emitName || name == "fail":
			return why, "", ""
		}
		return name + ": " + why, "", ""
	}
	if rest, ok := strings.CutPrefix(m, "can't evaluate field "); ok {
		field, typeName, _ := strings.Cut(rest, " in type ")
		text = fmt.Sprintf("there is no field .%s in %s", field, typeTitle(typeName))
		return text, fieldHint(field, typeName), "." + field
	}
	if rest, ok := strings.CutPrefix(m, "nil pointer evaluating "); ok {
		_, field, _ := strings.Cut(strings.TrimPrefix(rest, "*dataset."), ".")
		for _, current := range []string{"Host", "Scope"} {
			if s.context == "."+current+"."+field || s.context == "$."+current+"."+field {
				hint = fmt.Sprintf("the data's .%s is set only if the template's path holds {%s}", current, strings.ToLower(current))
			}
		}
		return fmt.Sprintf("%s is not set here, so it has no .%s", strings.TrimSuffix(s.context, "."+field), field),
			cmp.Or(hint, "ask for it with {{ if }} first"), s.context
	}
	if key, ok := cutAround(m, "map has no entry for key ", ""); ok {
		return fmt.Sprintf("the dict has no key %s", key), "use hasKey, or get for an empty text", ""
	}
	if strings.HasPrefix(m, "exceeded maximum template depth") {
		return "the templates call each other without end", "a recursion needs a condition that ends it", ""
	}
	if strings.HasPrefix(m, "range can't iterate over ") { // the rest is the value, with memory addresses
		return fmt.Sprintf("range can't go through %s, which is no list", cmp.Or(s.context, "this")), "", ""
	}
	if rest, ok := strings.CutPrefix(m, "wrong number of args for "); ok {
		name, why, _ := strings.Cut(rest, ": ")
		return fmt.Sprintf("%s: wrong number of arguments, %s", name, why), usage(name), ""
	}
	return m, "", ""
}

// cutAround gives what stands between a prefix and the last suffix.
func cutAround(s, prefix, suffix string) (string, bool) {
	s, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(s, suffix)
}

// templateTypes are the types whose fields templates name.
func templateTypes() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[*Data](), reflect.TypeFor[*Component](), reflect.TypeFor[*Group](), reflect.TypeFor[Flows](),
		reflect.TypeFor[dataset.Product](), reflect.TypeFor[*dataset.Host](), reflect.TypeFor[dataset.Hosts](),
		reflect.TypeFor[*dataset.Scope](), reflect.TypeFor[dataset.Scopes](), reflect.TypeFor[*dataset.Peer](),
		reflect.TypeFor[*dataset.Network](), reflect.TypeFor[*dataset.Option](), reflect.TypeFor[*dataset.Interface](), reflect.TypeFor[*dataset.Column](),
		reflect.TypeFor[*dataset.Port](), reflect.TypeFor[dataset.SSH](), reflect.TypeFor[dataset.Egress](),
		reflect.TypeFor[*dataset.Protocol](), reflect.TypeFor[*dataset.Flow](), reflect.TypeFor[dataset.Range](),
		reflect.TypeFor[*policy.Firewall](), reflect.TypeFor[*policy.Outgoing](), reflect.TypeFor[*policy.Zone](), reflect.TypeFor[*policy.Set](), reflect.TypeFor[*policy.Section](),
		reflect.TypeFor[*policy.Service](), reflect.TypeFor[*policy.Bundle](), reflect.TypeFor[*policy.Rule](), reflect.TypeFor[*policy.End](),
		reflect.TypeFor[*policy.SecurityGroups](), reflect.TypeFor[*policy.SecurityGroup](), reflect.TypeFor[*policy.GroupRule](),
		reflect.TypeFor[*policy.Listeners](), reflect.TypeFor[*policy.Listener](), reflect.TypeFor[*policy.PortType](),
		reflect.TypeFor[*policy.Play](), reflect.TypeFor[*policy.Teller](), reflect.TypeFor[*policy.HostList](), reflect.TypeFor[*policy.Probes](), reflect.TypeFor[*policy.Probe](), reflect.TypeFor[policy.Skipped](),
	}
}

// typeTitle names a type as docs/templates.md does: "a Host", "the data".
func typeTitle(name string) string {
	name = strings.TrimPrefix(name, "*")
	for _, pkg := range []string{"render.", "format.", "policy.", "dataset."} {
		name = strings.TrimPrefix(name, pkg)
	}
	switch {
	case name == "Data":
		return "the data"
	case strings.HasPrefix(name, "[]"):
		return "a list"
	case strings.HasPrefix(name, "map["):
		return "a dict"
	}
	return "a " + name
}

// fieldHint suggests the field that was meant, or lists what there is.
func fieldHint(field, typeName string) string {
	for _, t := range templateTypes() {
		if strings.TrimPrefix(t.String(), "*") != strings.TrimPrefix(typeName, "*") {
			continue
		}
		names := fieldNames(t)
		dotted := dataset.Texts(names, func(name string) string { return "." + name })
		if near := problem.DidYouMean("."+field, dotted); near != "" {
			return near
		}
		if slices.Contains(fieldNames(reflect.TypeFor[*Data]()), field) {
			return fmt.Sprintf("inside range and with, the data is $: write $.%s", field)
		}
		if len(names) > 0 {
			return "it has " + joinWords(dotted)
		}
	}
	if strings.HasPrefix(typeName, "[]") || strings.HasSuffix(typeName, "s") {
		return "range over the list, or take one with first or index"
	}
	return ""
}

// fieldNames gives the fields and methods that a template can name, sorted.
func fieldNames(t reflect.Type) []string {
	var names []string
	for m := range t.Methods() {
		names = append(names, m.Name)
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// joinWords writes a list as a sentence does: "a, b and c".
func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
