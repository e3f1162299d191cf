// Package schema tells editors what TOML files may say, as JSON Schema. It is
// made of the same tables of keys as the files are read by, so that a key which
// is added there is completed, explained and checked at once.
//
// A schema marks nothing that portpress takes. What needs the rest of a file to
// be judged, such as whether an id is known, it leaves to portpress check.
//
// It is of draft 7, the newest that taplo reads, and with it the usual editors.
// taplo marks the whole of what a rule is about, so each rule stands where the
// mistake would be: there is no anyOf, which marks a list for one element, and
// no additionalProperties = false, which marks a table for one key.
package schema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Schema is one schema, as JSON has it.
type Schema struct {
	Version     string `json:"$schema,omitempty"`
	Ref         string `json:"$ref,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`

	Type      Types    `json:"type,omitempty"`
	Enum      []string `json:"enum,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	MaxLength int      `json:"maxLength,omitempty"`
	Minimum   *int     `json:"minimum,omitempty"`
	Maximum   *int     `json:"maximum,omitempty"`

	Items       *Schema `json:"items,omitempty"`
	MinItems    int     `json:"minItems,omitempty"`
	MaxItems    int     `json:"maxItems,omitempty"`
	UniqueItems bool    `json:"uniqueItems,omitempty"`

	Properties    map[string]*Schema `json:"properties,omitempty"`
	Patterns      map[string]*Schema `json:"patternProperties,omitempty"`
	Additional    *Schema            `json:"additionalProperties,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	Required      []string           `json:"required,omitempty"`

	AllOf []*Schema `json:"allOf,omitempty"`
	AnyOf []*Schema `json:"anyOf,omitempty"`
	Not   *Schema   `json:"not,omitempty"`
	If    *Schema   `json:"if,omitempty"`
	Then  *Schema   `json:"then,omitempty"`
	Else  *Schema   `json:"else,omitempty"`

	Definitions map[string]*Schema `json:"definitions,omitempty"`

	never bool
}

// MarshalJSON writes the schema that nothing fits as false.
func (s *Schema) MarshalJSON() ([]byte, error) {
	if s.never {
		return []byte("false"), nil
	}
	type plain Schema
	return json.Marshal((*plain)(s))
}

// Types are what JSON calls a value; one of several.
type Types []string

// MarshalJSON writes one type as a text, as people do.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// draft is what a schema's version is.
const draft = "http://json-schema.org/draft-07/schema#"

// Kinds lists the kinds of files that there are schemas of.
func Kinds() []string { return []string{"dataset", "layer", "project"} }

// Of gives the schema of a kind of files, as JSON.
func Of(kind string) ([]byte, error) {
	var s *Schema
	switch kind {
	case "dataset":
		s = forDatasets(false)
	case "layer":
		s = forDatasets(true)
	case "project":
		s = forProjects()
	default:
		return nil, fmt.Errorf("there is no schema of %q", kind)
	}
	s.Version = draft
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// nothing marks a value that should not be there, and not the table around it.
func nothing() *Schema { return &Schema{AllOf: []*Schema{{never: true}}} }

// table is a table with these keys and no others.
func table(properties map[string]*Schema) *Schema {
	return &Schema{Type: Types{"object"}, Properties: properties, Additional: nothing()}
}

// named is a table whose keys have names of a form.
func named(pattern string, of *Schema) *Schema {
	return &Schema{Type: Types{"object"}, Patterns: map[string]*Schema{pattern: of}, Additional: nothing()}
}

// listed makes a schema that a list of its values fits too.
func listed(one *Schema) *Schema {
	s := *one
	s.Type = append(slices.Clone(s.Type), "array")
	if s.Enum != nil { // which is of lists too
		s.Pattern, s.Enum = words(s.Enum), nil
	}
	item := *one
	if slices.Contains(one.Type, "object") { // which stands by itself only
		item.Type = slices.DeleteFunc(slices.Clone(one.Type), func(t string) bool { return t == "object" })
		item.Additional, item.MinProperties = nil, 0
	}
	s.Items = &item
	return &s
}

// words is the pattern of one of several words.
func words(list []string) string {
	quoted := make([]string, len(list))
	for i, w := range list {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return "^(" + strings.Join(quoted, "|") + ")$"
}

// link is one of Markdown, which an editor could not follow.
var link = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)

// plain writes the meaning of a key for readers elsewhere than on its page.
func plain(means, page string) string {
	return link.ReplaceAllStringFunc(means, func(s string) string {
		m := link.FindStringSubmatch(s)
		to := "docs/" + m[2]
		if strings.HasPrefix(m[2], "#") {
			to = "docs/" + page + m[2]
		}
		if strings.HasPrefix(m[2], m[1]) { // the text is the page's name
			return to
		}
		return m[1] + " (" + to + ")"
	})
}
