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
	Query   []string `arg:"" optional:"" help:"Words that a row must match, all of them: a port number, a protocol, a host, a scope, an outside party or its address, an id, or a word of the purpose, component, socket, notes or columns of the dataset."`
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
	if i := slices.IndexFunc(c.Query, isDatasetName); i >= 0 && c.Dataset == "" {
		return usageError{fmt.Sprintf("show takes words to look for: name a dataset by --dataset %s", c.Query[i])}
	}
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
	switch why := p.Shut(); {
	case !p.On:
		purpose += fmt.Sprintf(" (off: needs %s)", p.ConditionTitle())
	case why != "":
		purpose += fmt.Sprintf(" (opens nothing: %s)", why)
	case p.Unopened() != "":
		purpose += fmt.Sprintf(" (opens in part: %s)", p.Unopened())
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

// isDatasetName reports whether a word names a dataset's file or standard
// input, as the arguments of build and check do.
func isDatasetName(word string) bool {
	return strings.HasSuffix(word, ".toml") || word == "-"
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
	ranges := append(p.MayUse(), p.Target...)
	if n, err := strconv.Atoi(word); err == nil {
		return slices.ContainsFunc(ranges, func(r dataset.Range) bool { return r.From <= n && n <= r.To })
	}
	is := func(id, name string) bool { return word == id || word == strings.ToLower(name) }
	return slices.ContainsFunc(p.Protocols, func(p *dataset.Protocol) bool { return is(p.ID, p.Name) }) ||
		slices.ContainsFunc(p.Hosts, func(h *dataset.Host) bool { return is(h.ID, h.Name) }) ||
		slices.ContainsFunc(p.Scopes, func(s *dataset.Scope) bool { return is(s.ID, s.Name) }) ||
		slices.ContainsFunc(parties(p), func(party *dataset.Peer) bool { return is(party.ID, party.Name) || contains(party.Addresses, word) }) ||
		slices.ContainsFunc(ranges, func(r dataset.Range) bool { return r.String() == word }) || slices.Contains(p.PortNames, word) ||
		slices.Contains(p.Numbers(), word) || slices.Contains(p.TypeTexts(), word) ||
		word == "configurable" && p.Configurable || word == p.Unstated || contains(words(ds, p), word)
}

// parties gives who stands on the other side: destinations, those of between,
// and the outside parties of scopes.
func parties(p *dataset.Port) []*dataset.Peer {
	list := slices.Concat(p.To, p.Between)
	for _, s := range p.Scopes {
		for _, peer := range s.From {
			if peer.Kind == dataset.PeerNamed {
				list = append(list, peer)
			}
		}
	}
	return list
}

// words gives the texts of a row in which any word is found.
func words(ds *dataset.Dataset, p *dataset.Port) []string {
	list := []string{p.ID, p.Purpose, p.Component, p.Socket, p.Application, p.Setting, p.Pattern, p.SELinux, p.ConditionTitle()}
	for _, column := range ds.Columns {
		list = append(list, p.Column(column.ID))
	}
	return append(list, p.Notes...)
}

// contains reports whether a word stands in one of the texts.
func contains(texts []string, word string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), word) })
}
