package change

import (
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/report"
	"portpress/internal/source"
)

// head is what the small datasets of the tests have in common.
const head = `
format = 1
[product]
id = "app"
name = "App"
[hosts.servers]
name = "Servers"
[hosts.agents]
name = "Agents"
[peers.office]
name = "Office"
[peers.branch]
name = "Branch"
[scopes.public]
name = "Public"
from = "any"
[scopes.inside]
name = "Inside"
from = "cluster"
[interfaces.storage]
name = "Storage"
[options.extra]
name = "Extra"
`

// row writes a row of the table: its id, then the keys that differ from those
// of a plain one.
func row(id string, keys ...string) string {
	defaults := []string{`port = 443`, `protocols = "tcp"`, `hosts = "servers"`, `scopes = "inside"`, `purpose = "Web"`}
	name := func(line string) string { key, _, _ := strings.Cut(line, " "); return key }
	var b strings.Builder
	b.WriteString("[ports." + id + "]\n")
	for _, line := range defaults {
		replaced := slices.ContainsFunc(keys, func(k string) bool {
			return name(k) == name(line) || name(k) == "no-"+name(line) || name(line) == "scopes" && name(k) == "from"
		})
		if !replaced {
			b.WriteString(line + "\n")
		}
	}
	for _, k := range keys {
		if !strings.HasPrefix(k, "no-") {
			b.WriteString(k + "\n")
		}
	}
	return b.String()
}

// load makes a dataset of a text that has no mistake in it.
func load(tb testing.TB, text string) *dataset.Dataset {
	tb.Helper()
	file, problems := source.FromReader(strings.NewReader(text), "test.toml")
	if problems == nil {
		var ds *dataset.Dataset
		if ds, problems = dataset.Load(file); ds != nil {
			return ds
		}
	}
	var b strings.Builder
	_ = report.Problems(&b, problems, false)
	tb.Fatal(b.String())
	return nil
}

// told is what a change says, a line each: the title of an entry and a
// sentence for each opening, then those that open neither more nor less.
func told(c *Change) (more, less, others []string) {
	n := names(c.protocols)
	for _, e := range c.Entries {
		for i := range e.More {
			more = append(more, e.title()+": "+n.sentence(e.Section, &e.More[i], true))
		}
		for i := range e.Less {
			less = append(less, e.title()+": "+n.sentence(e.Section, &e.Less[i], false))
		}
		if len(e.More)+len(e.Less) == 0 {
			others = append(others, e.title())
		}
	}
	return more, less, others
}
