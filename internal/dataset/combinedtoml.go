package dataset

import (
	"fmt"
	"strings"
)

// merged is a table of a combination: what one or several products say of it.
type merged struct {
	section, id string
	keys        []About
	values      []any    // by key; nil where nobody says it
	by          []string // the product that said it
}

// toml writes the combination as a dataset.
func (c *combination) toml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "format = %d\n", Format)
	for _, t := range c.tables {
		b.WriteString("\n[" + strings.TrimSuffix(t.section+"."+t.id, ".") + "]\n")
		for i, value := range t.values {
			if value != nil {
				b.WriteString(t.keys[i].Name + " = " + tomlValue(value) + "\n")
			}
		}
	}
	return b.String()
}

// tomlValue writes a value of a key.
func tomlValue(value any) string {
	list := func(texts []string) string { return "[" + strings.Join(texts, ", ") + "]" }
	switch v := value.(type) {
	case string:
		return Quote(v)
	case []string:
		return list(Texts(v, Quote))
	case []Range:
		return list(Texts(v, func(r Range) string { return Quote(r.String()) }))
	case []int:
		return "[" + joinInts(v) + "]"
	case map[string]string:
		return tomlTable(v, Quote)
	case map[string][]string:
		return tomlTable(v, func(texts []string) string {
			if len(texts) == 1 {
				return Quote(texts[0])
			}
			return tomlValue(texts)
		})
	}
	return fmt.Sprint(value)
}

func tomlTable[V any](table map[string]V, value func(V) string) string {
	return "{" + strings.Join(Texts(sortedKeys(table), func(key string) string { return Quote(key) + " = " + value(table[key]) }), ", ") + "}"
}

// saysNothing reports whether a value is the one of a key that isn't said.
func saysNothing(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []Range:
		return len(v) == 0
	case []int:
		return len(v) == 0
	case map[string]string:
		return len(v) == 0
	case map[string][]string:
		return len(v) == 0
	}
	return false
}
