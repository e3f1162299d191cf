package main

import (
	"slices"
	"strconv"
	"strings"

	"portpress/internal/report"
)

// listCmd prints the project's datasets and the shipped ones.
type listCmd struct {
	Report string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text, or json: one object with the list datasets."`
}

// Help is what portpress list --help says below the flags.
func (*listCmd) Help() string {
	return `The ids are what build, check, show and diff take as a dataset:

    portpress list
    portpress show --dataset mke
    portpress build mke`
}

// listed is a dataset as --report json prints it; docs/cli.md
// describes it.
type listed struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Version string   `json:"version"` // of the product; empty when the dataset doesn't say
	Hosts   []string `json:"hosts"`
	Rows    int      `json:"rows"`
}

// Run does the command.
func (c *listCmd) Run(t *terminal) error {
	list := []listed{}
	w, problems := (&workFlags{}).settle(t)
	if w == nil {
		return t.tell(problems, false)
	}
	own, found := w.datasets()
	problems = append(problems, found...)
	seen := map[string]bool{}
	for _, name := range slices.Concat(own, shipped()) {
		base, found := w.bases.open(name)
		problems = append(problems, found...)
		if base == nil {
			continue
		}
		ds, found := t.limits().Load(base)
		problems = append(problems, found...)
		if ds != nil && !seen[ds.Product.ID] { // the project's own stands for a shipped one
			seen[ds.Product.ID] = true
			list = append(list, listed{ds.Product.ID, ds.Product.Name, ds.Product.Version, ds.Hosts.IDs(), len(ds.Ports)})
		}
	}
	if err := t.tell(problems, false); err != nil {
		return err
	}
	if c.Report == "json" {
		return report.JSON(t.Out, map[string][]listed{"datasets": list})
	}
	return t.Table(listRows(list))
}

// listRows is the table. The hosts come last, since that column is wrapped.
func listRows(list []listed) [][]string {
	rows := [][]string{{"ID", "NAME", "VERSION", "ROWS", "HOSTS"}}
	for _, ds := range list {
		rows = append(rows, []string{ds.ID, ds.Name, ds.Version, strconv.Itoa(ds.Rows), strings.Join(ds.Hosts, ", ")})
	}
	return rows
}
