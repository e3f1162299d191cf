package main

import (
	"strconv"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/report"
)

// listCmd prints the shipped datasets.
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

// listed is a shipped dataset as --report json prints it; docs/cli.md
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
	var problems problem.List
	for _, id := range shipped() {
		ds, found := (&inputs{}).load(t, id)
		problems = append(problems, found...)
		if ds != nil {
			list = append(list, listed{id, ds.Product.Name, ds.Product.Version, ds.Hosts.IDs(), len(ds.Ports)})
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
