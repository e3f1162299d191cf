package dataset

import (
	"fmt"
	"strings"

	"portpress/internal/problem"
)

// Pods gives the Kubernetes labels of the pods that the host type runs as. It
// is empty where it doesn't, or nobody has said. The map is a new one, since
// templates can change theirs.
func (h *Host) Pods() map[string]any {
	labels := make(map[string]any, len(h.pods))
	for key, value := range h.pods {
		labels[key] = value
	}
	return labels
}

// readEndPort reads a key that is true unless a host type says otherwise.
func readEndPort(r *reader, e *entry, h *Host) {
	v, file := e.get("end-port")
	known, isBool := v.(bool)
	if v != nil && !isBool {
		r.wrongType(file, e.path("end-port"), "true or false", v)
	}
	h.SinglePorts = isBool && !known
}

// pods reads the Kubernetes labels of the pods that a host type runs as. Each
// label is a key, so layers set them one by one. Without any label a selector
// would take every pod, so an empty table is refused.
func (r *reader) pods(e *entry) map[string]string {
	var pods map[string]string
	for _, v := range append([]values{e.base}, e.over...) {
		value, ok := v.table["pods"]
		if !ok {
			continue
		}
		table, isTable := value.(map[string]any)
		switch {
		case !isTable:
			r.wrongType(v.file, e.path("pods"), "a table of labels", value)
		case len(table) == 0:
			r.report(problem.BadLabel, v.file, e.path("pods"), "pods has no label", `write one, such as pods = {app = "web"}`)
		case pods == nil:
			pods = make(map[string]string, len(table))
		}
		for _, key := range sortedKeys(table) {
			path := e.path("pods", key)
			if hint := labelKeyFault(key); hint != "" {
				r.reportKey(problem.BadLabel, v.file, path, quoted(key)+" is not the key of a Kubernetes label", hint)
				continue
			}
			text, isText := table[key].(string)
			switch {
			case !isText:
				r.wrongType(v.file, path, wantText, table[key])
			case text != "" && labelNameFault(text) != "":
				r.report(problem.BadLabel, v.file, path, quoted(text)+" is not the value of a Kubernetes label", labelNameFault(text))
			default:
				pods[key] = text
			}
		}
	}
	return pods
}

// The lengths that Kubernetes allows.
const (
	maxLabelName   = 63
	maxLabelPrefix = 253
)

// labelKeyFault says what to write for a key that Kubernetes would refuse: a
// name, or a DNS subdomain, a slash and a name.
func labelKeyFault(key string) string {
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		return labelNameFault(key)
	}
	if len(prefix) > maxLabelPrefix {
		return fmt.Sprintf("what stands before the / has at most %d characters", maxLabelPrefix)
	}
	for part := range strings.SplitSeq(prefix, ".") {
		lower := func(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
		if !wrapped(part, lower, "-") {
			return "before the / write a domain in lower case, such as app.kubernetes.io"
		}
	}
	return labelNameFault(name)
}

// labelNameFault does so for the name in a key, and for a value.
func labelNameFault(name string) string {
	alphanumeric := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || '0' <= c && c <= '9' }
	switch {
	case len(name) > maxLabelName:
		return fmt.Sprintf("it has at most %d characters", maxLabelName)
	case !wrapped(name, alphanumeric, "-_."):
		return "write letters and digits, and between them - _ ."
	}
	return ""
}

// wrapped reports whether a text begins and ends with characters of a kind,
// and has only those and marks between.
func wrapped(s string, kind func(byte) bool, marks string) bool {
	if s == "" || !kind(s[0]) || !kind(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if !kind(s[i]) && strings.IndexByte(marks, s[i]) < 0 {
			return false
		}
	}
	return true
}
