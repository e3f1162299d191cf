package schema

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// forDatasets is the schema of datasets, or of the layers over them. A layer
// may leave out whatever a dataset says.
func forDatasets(layer bool) *Schema {
	s := table(map[string]*Schema{})
	s.Title = "A dataset of portpress: the network ports of a product"
	if layer {
		s.Title = "A layer of portpress: what a site says over a dataset"
	}
	s.Definitions = map[string]*Schema{}
	own := table(map[string]*Schema{}) // what a layer says to one product
	for _, section := range dataset.Sections() {
		root := section.Root()
		switch {
		case section.Layer && !layer:
		case section.Name == "":
			addKeys(s, &section, layer)
		case section.Layer:
			s.Definitions["product-layer"] = own
			s.Properties[root] = named(dataset.IDs().Pattern, &Schema{Ref: "#/definitions/product-layer"})
			s.Properties[root].Description = "What the layer says to one product alone."
		default:
			s.Definitions[root] = entries(&section, layer)
			s.Properties[root] = &Schema{Ref: "#/definitions/" + root}
			own.Properties[root] = s.Properties[root]
			switch {
			case !section.Must || layer:
			case section.Spare.Word != "":
				s.If, s.Then = &Schema{Not: everyEntry(section.Spare)}, &Schema{Required: []string{root}}
			default:
				s.Required = append(s.Required, root)
			}
		}
	}
	return s
}

// everyEntry fits where each entry of a section says a word, alone or as the
// one of a list.
func everyEntry(says dataset.Spare) *Schema {
	word := words([]string{says.Word})
	said := &Schema{Type: Types{"string", "array"}, Pattern: word, MaxItems: 1, Items: &Schema{Type: Types{"string"}, Pattern: word}}
	entry := &Schema{Required: []string{says.Key}, Properties: map[string]*Schema{says.Key: said}}
	return &Schema{Properties: map[string]*Schema{says.Root: {Additional: entry}}}
}

// entries is a section: its one table, or its tables by id.
func entries(section *dataset.Section, layer bool) *Schema {
	root, id, _ := strings.Cut(section.Name, ".")
	entry := table(map[string]*Schema{})
	addKeys(entry, section, layer)
	if section.Any.Name != "" {
		entry.Patterns = map[string]*Schema{dataset.IDs().Pattern: value(dataset.About{Type: section.Any})}
	}
	if id != "" {
		if layer && section.Plain.Name != "" {
			entry.Type = append(entry.Type, one(section.Plain.Of).Type...)
		}
		entry = named(dataset.IDs().Pattern, entry)
		if section.Must && !layer {
			entry.MinProperties = 1
		}
	}
	entry.Description = fmt.Sprintf("docs/dataset.md of portpress tells of [%s].", root)
	return entry
}

// addKeys adds a section's keys to a table, and which of them it needs.
func addKeys(s *Schema, section *dataset.Section, layer bool) {
	for _, k := range section.Keys {
		s.Properties[k.Name] = value(k)
		excused := slices.ContainsFunc(section.Needs, func(keys []string) bool { return keys[0] == k.Name })
		if k.Must && !excused && !layer {
			s.Required = append(s.Required, k.Name)
		}
	}
	if layer {
		return
	}
	needs(s, section.Needs)
}

// needs wants one key of each list, and says that the first is missing. The
// conditions are one in the other: beside an allOf, taplo completes no keys.
func needs(s *Schema, lists [][]string) {
	if len(lists) == 0 {
		return
	}
	others := &Schema{}
	for _, key := range lists[0][1:] {
		key, inTable := strings.CutSuffix(key, dataset.InTable)
		other := &Schema{Required: []string{key}}
		if inTable {
			other.Properties = map[string]*Schema{key: {Type: Types{"object"}}}
		}
		others.AnyOf = append(others.AnyOf, other)
	}
	s.If, s.Then, s.Else = &Schema{Not: others}, &Schema{Required: lists[0][:1]}, &Schema{}
	needs(s.Then, lists[1:])
	if needs(s.Else, lists[1:]); s.Else.If == nil {
		s.Else = nil
	}
}

// value is what a key takes.
func value(k dataset.About) *Schema {
	s := one(k.Type.Of)
	if k.Type.Many {
		s = listed(s)
		s.UniqueItems = k.Type.Once
		if !k.None {
			s.MinItems = 1
		}
	}
	s.Description = plain(k.Means, "dataset.md")
	return s
}

// one is what is one of several kinds of values. A rule for numbers says
// nothing of texts, so that all fit into one schema.
func one(of []dataset.Value) *Schema {
	s := &Schema{}
	var patterns []string
	texts := 0
	for _, v := range of {
		kind := ""
		switch v.Kind {
		case dataset.KindText:
			kind = "string"
			texts++
			s.Enum, s.MaxLength = v.Words, v.Max
			if v.Words != nil {
				v.Pattern = words(v.Words)
			}
			patterns = append(patterns, v.Pattern)
		case dataset.KindNumber:
			kind = "integer"
			s.Minimum, s.Maximum = &v.Min, &v.Max
		case dataset.KindTruth:
			kind = "boolean"
		case dataset.KindTexts:
			kind = "object"
			s.Additional = &Schema{Type: Types{"string"}}
		case dataset.KindTable:
			kind = "object"
			s.Additional, s.MinProperties = one(v.Each), 1
			if v.Lists {
				s.Additional = listed(s.Additional)
				s.Additional.MinItems, s.Additional.UniqueItems = 1, true
			}
		default:
			panic(fmt.Sprintf("no schema tells of the kind %q", v.Kind))
		}
		if !slices.Contains(s.Type, kind) {
			s.Type = append(s.Type, kind)
		}
	}
	if len(s.Type) > 1 || texts > 1 {
		s.Enum = nil // which is of all types
	}
	if texts > 1 {
		s.MaxLength = 0
	}
	if s.Enum == nil && !slices.Contains(patterns, "") {
		s.Pattern = strings.Join(patterns, "|")
	}
	return s
}
