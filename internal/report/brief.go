package report

import (
	"fmt"
	"regexp"
	"slices"

	"portpress/internal/problem"
)

// network is how a text names a network that the dataset doesn't have, where
// that is all that it says.
var network = regexp.MustCompile(`^the dataset has no networks\.([a-z0-9-]+): `)

// joinNetworks makes one line of all networks that are missing: that holds for
// every run until a site says them, and is one thing to do.
func joinNetworks(list, all problem.List) problem.List {
	ofNetworks := func(p *problem.Problem) bool {
		return p.Code == problem.NoClusterNetwork && p.Severity == problem.Warning && p.Line == 0 && p.File != "" && network.MatchString(p.Text)
	}
	first, lines := -1, 0
	var names []string
	for i := range list {
		if !ofNetworks(&list[i]) {
			continue
		}
		if first < 0 {
			first = i
		}
		lines++
		if name := network.FindStringSubmatch(list[i].Text)[1]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if lines < 2 {
		return list
	}
	list[first] = problem.Problem{
		Severity: problem.Warning, Code: problem.NoClusterNetwork,
		Text: fmt.Sprintf("nobody gave the networks of %s: ports that open to them stay closed in %s", problem.Some(names), exports(all, ofNetworks)),
		Hint: "`portpress init site` writes a layer that asks for them; --report json has each export",
	}
	return slices.DeleteFunc(list, func(p problem.Problem) bool { return ofNetworks(&p) }) // the joined one has no file
}

// joinInexpressible makes one line of all rows that exports can't carry, for a
// run over several products: nobody reads a list for each.
func joinInexpressible(list, all problem.List) problem.List {
	cannot := func(p *problem.Problem) bool {
		return p.Code == problem.NotExpressible && p.Severity == problem.Warning
	}
	first := slices.IndexFunc(list, func(p problem.Problem) bool { return cannot(&p) })
	if first < 0 {
		return list
	}
	line := problem.Problem{
		Severity: problem.Warning, Code: problem.NotExpressible,
		Text: exports(all, cannot) + " can't carry some of the rows",
		Hint: "`portpress check DATASET` names the rows and why; --report json has each",
	}
	list = slices.DeleteFunc(list, func(p problem.Problem) bool { return cannot(&p) })
	return slices.Insert(list, first, line)
}

// exports counts those that the problems meant are of, in words.
func exports(list problem.List, meant func(*problem.Problem) bool) string {
	seen := map[string]bool{}
	for i := range list {
		if meant(&list[i]) {
			seen[list[i].File] = true
		}
	}
	if len(seen) == 1 {
		return "one export"
	}
	return fmt.Sprintf("%d exports", len(seen))
}
