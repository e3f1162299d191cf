package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

// showCmd prints the table of ports.
type showCmd struct {
	Query   []string `arg:"" optional:"" help:"Words that a row must match, all of them: a port number, a protocol, a host, a scope, an id, or a word of the purpose or of a column of the dataset."`
	Dataset string   `short:"d" placeholder:"DATASET" help:"TOML file, id of a shipped dataset or of the project's, or - for standard input. Default: the project's, or mke."`
	baseFlags
}

// Help is what portpress show --help says below the flags.
func (*showCmd) Help() string {
	return `A number also finds the ranges that it lies in. Upper and lower case are alike. With no match the exit
status is 1.

    portpress show 443
    portpress show udp workers
    portpress show --dataset ports.toml external`
}

// Run does the command.
func (c *showCmd) Run(t *terminal) error {
	w, problems, err := c.openOne(t, c.Dataset)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	ds, found := w.dataset(w.sites[0], w.names[0])
	problems = append(problems, found...)
	if err := t.tell(problems, false); err != nil {
		return err
	}
	head := []string{"PORT", "HOSTS", "SCOPE", "ID"}
	for _, column := range ds.Columns {
		head = append(head, strings.ToUpper(column.Name))
	}
	rows := [][]string{append(head, "PURPOSE")} // last, since that is what is wrapped
	shown := ds.Ports
	if ds.Egress.Deny { // then hosts send nothing else
		for _, p := range ds.Egress.Rows(false) {
			p.Hosts = ds.Hosts
			shown = append(slices.Clip(shown), p)
		}
	}
	for _, p := range shown {
		if matches(ds, p, c.Query) {
			rows = append(rows, showRow(ds, p))
		}
	}
	if len(rows) == 1 {
		t.line(fmt.Sprintf("portpress: no row of %s matches %s", ds.Product.Abbreviation, strings.Join(c.Query, " ")))
		return ended{exitProblems}
	}
	return t.Table(rows)
}

func showRow(ds *dataset.Dataset, p *dataset.Port) []string {
	purpose := strings.Join(strings.Fields(p.Purpose), " ")
	if !p.On {
		purpose += fmt.Sprintf(" (off: needs %s)", p.ConditionTitle())
	}
	if names := p.PortNamesTitle(); names != "" {
		purpose = strings.TrimSpace(fmt.Sprintf("%s (%s)", purpose, names))
	}
	if p.SELinux != "" {
		purpose += fmt.Sprintf(" (SELinux type %s)", p.SELinux)
	}
	row := []string{p.Title(), p.Hosts.Title(), p.ScopeTitle(), p.ID}
	for _, column := range ds.Columns {
		row = append(row, strings.Join(strings.Fields(p.Column(column.ID)), " "))
	}
	return append(row, purpose)
}

// matches reports whether a row matches every word.
func matches(ds *dataset.Dataset, p *dataset.Port, words []string) bool {
	for _, word := range words {
		if !matchesWord(ds, p, strings.ToLower(word)) {
			return false
		}
	}
	return true
}

// matchesWord holds a word against everything that a row says. A number means
// a port and nothing else: 443 should not find "6443".
func matchesWord(ds *dataset.Dataset, p *dataset.Port, word string) bool {
	if n, err := strconv.Atoi(word); err == nil {
		return slices.ContainsFunc(p.Ranges, func(r dataset.Range) bool { return r.From <= n && n <= r.To })
	}
	for _, proto := range p.Protocols {
		if word == proto.ID || word == strings.ToLower(proto.Name) {
			return true
		}
	}
	for _, h := range p.Hosts {
		if word == h.ID || word == strings.ToLower(h.Name) {
			return true
		}
	}
	for _, s := range p.Scopes {
		if word == s.ID || word == strings.ToLower(s.Name) {
			return true
		}
	}
	if slices.Contains(p.PortNames, word) {
		return true
	}
	for _, peer := range p.Between {
		if word == peer.ID || word == strings.ToLower(peer.Name) {
			return true
		}
	}
	for _, column := range ds.Columns {
		if strings.Contains(strings.ToLower(p.Column(column.ID)), word) {
			return true
		}
	}
	if word == "configurable" {
		return p.Configurable
	}
	return strings.Contains(p.ID, word) || word == strings.ToLower(p.SELinux) || strings.Contains(strings.ToLower(p.Purpose), word) ||
		slices.ContainsFunc(p.Ranges, func(r dataset.Range) bool { return r.String() == word })
}
