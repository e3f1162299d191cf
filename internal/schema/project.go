package schema

import (
	"strings"

	"portpress/internal/project"
)

// forProjects is the schema of project files.
func forProjects() *Schema {
	first, last := 1, project.Format
	s := table(map[string]*Schema{
		"format": {Type: Types{"integer"}, Minimum: &first, Maximum: &last, Description: "The version of this format. Required."},
	})
	s.Title = "The project file of portpress, portpress.toml"
	s.Required = []string{"format"}
	site := table(map[string]*Schema{})
	for _, k := range project.Keys() {
		s.Properties[k.Name] = setting(k)
		if k.Site {
			site.Properties[k.Name] = s.Properties[k.Name]
		}
	}
	s.Properties["sites"] = named(project.NamePattern, site)
	s.Properties["sites"].Description = "The sites, each with a table such as [sites.prod]."
	return s
}

// setting is what a key of a project file takes.
func setting(k project.Key) *Schema {
	text := &Schema{Type: Types{"string"}, Pattern: `\S`}
	switch {
	case k.Files:
		text = &Schema{Type: Types{"string"}, Pattern: "^(" + strings.Join(k.Words, "|") + ")(=.+)?$"}
	case k.Words != nil:
		text = &Schema{Type: Types{"string"}, Enum: k.Words}
	}
	s := text
	switch k.Type {
	case "text":
	case "true or false":
		s = &Schema{Type: Types{"boolean"}}
	case "list":
		s = listed(text)
		s.UniqueItems = true
	case "table":
		s = &Schema{Type: Types{"object"}, Additional: text}
	default:
		panic("no schema tells of the type " + k.Type)
	}
	s.Description = plain(k.Means, "project.md")
	return s
}
