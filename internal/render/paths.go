package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/policy"
	"portpress/internal/problem"
)

// job is one export to press: a file of the tree at one path, for one host
// and scope if the path asks for them.
type job struct {
	file    *file
	program *program // nil for a copied file
	path    string
	host    *dataset.Host
	scope   *dataset.Scope
	zone    string
}

// placeholders are what a path may hold in braces. The second form of each is the
// id as Ansible's names need it, without hyphens.
var placeholders = []string{"product", "host", "scope", "product_ident", "host_ident", "scope_ident", "group", "policy", "policy_out", "policy_pods", "policy_zone", "policy_zone_out"}

// plan expands every file into its exports, sorted by path, and reports paths
// that can't be written or that collide. Exports with a bad path are left out,
// and so are those that would be more than limit with what came before.
func plan(tree []*file, ds *dataset.Dataset, limit int) ([]*job, problem.List) {
	var jobs []*job
	var problems problem.List
	for _, f := range tree {
		if f.kind == partial {
			continue
		}
		if p := checkWords(f); p != nil {
			problems = append(problems, *p)
			continue
		}
		hosts, scopes := along(f, ds)
		if more := len(hosts) * len(scopes) * len(zonesOf(f, ds)); len(jobs)+more > limit {
			problems = append(problems, tooManyExports(f, more, limit))
			continue
		}
		jobs = append(jobs, expand(f, ds, hosts, scopes)...)
	}
	slices.SortStableFunc(jobs, func(a, b *job) int { return strings.Compare(a.path, b.path) })
	files := make([]export.File, len(jobs))
	for i, j := range jobs {
		files[i] = export.File{Path: j.path, Template: j.file.name}
	}
	fit, found := export.Judge(files)
	kept := jobs[:0]
	for i, j := range jobs {
		if fit[i] {
			kept = append(kept, j)
		}
	}
	return kept, append(problems, found...)
}

// checkWords reports the first brace in a path that is no placeholder.
func checkWords(f *file) *problem.Problem {
	bad := func(text, hint string) *problem.Problem {
		return &problem.Problem{Severity: problem.Error, Code: problem.ExportPath, File: f.name, Text: text, Hint: hint}
	}
	known := "a path may hold {" + strings.Join(placeholders, "}, {") + "}"
	rest := f.target
	for {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return nil
		}
		end := strings.IndexByte(rest[open:], '}')
		if rest[open] == '}' || end < 0 {
			return bad("the path has a brace without its partner", known)
		}
		word := rest[open+1 : open+end]
		if !slices.Contains(placeholders, word) {
			return bad(fmt.Sprintf("the path holds {%s}, which means nothing", word), cmp.Or(problem.DidYouMean(word, placeholders), known))
		}
		rest = rest[open+end+1:]
	}
}

// tooManyExports is the problem of a template by which there would be more
// exports than are pressed at once.
func tooManyExports(f *file, more, limit int) problem.Problem {
	return problem.Problem{
		Severity: problem.Error, Code: problem.TooManyExports, File: f.name,
		Text: fmt.Sprintf("the path makes %d exports, and all together are more than %d", more, limit),
		Hint: "have fewer hosts or scopes, or raise the limits with --raise-limits",
	}
}

// along gives what a file is pressed for each of: hosts, scopes, or nil in
// their place.
func along(f *file, ds *dataset.Dataset) (dataset.Hosts, dataset.Scopes) {
	hosts := dataset.Hosts{nil}
	if strings.Contains(f.target, "{host") || strings.Contains(f.target, "{group}") || strings.Contains(f.target, "{policy}") || strings.Contains(f.target, "{policy_out}") || strings.Contains(f.target, "{policy_zone") {
		hosts = ds.Hosts
	}
	scopes := dataset.Scopes{nil}
	if strings.Contains(f.target, "{scope") {
		scopes = ds.Scopes
	}
	return hosts, scopes
}

// expand gives one job for each combination of the placeholders in the path,
// in the order of the dataset.
func expand(f *file, ds *dataset.Dataset, hosts dataset.Hosts, scopes dataset.Scopes) []*job {
	zones := zonesOf(f, ds)
	jobs := make([]*job, 0, len(hosts)*len(scopes)*len(zones))
	for _, h := range hosts {
		for _, s := range scopes {
			path := fill(f.target, "product", ds.Product.ID)
			path = strings.ReplaceAll(path, "{policy_pods}", policy.PodsName(ds.Product.ID))
			if h != nil {
				path = strings.ReplaceAll(fill(path, "host", h.ID), "{group}", h.Group)
				path = strings.ReplaceAll(path, "{policy}", policy.HostName(ds.Product.ID, h.ID))
				path = strings.ReplaceAll(path, "{policy_out}", policy.SendsName(ds.Product.ID, h.ID))
			}
			if s != nil {
				path = fill(path, "scope", s.ID)
			}
			for _, z := range zones {
				own := path
				if h != nil {
					own = strings.ReplaceAll(path, "{policy_zone}", policy.ZoneName(ds.Product.ID, h.ID, z))
					own = strings.ReplaceAll(own, "{policy_zone_out}", policy.ZoneOutName(ds.Product.ID, h.ID, z))
				}
				jobs = append(jobs, &job{file: f, path: own, host: h, scope: s, zone: z})
			}
		}
	}
	return jobs
}

// zonesOf gives the zones of firewalld that a file is pressed for each of: those
// that the interfaces are in, or "" in their place.
func zonesOf(f *file, ds *dataset.Dataset) []string {
	if !strings.Contains(f.target, "{policy_zone") {
		return []string{""}
	}
	var zones []string
	for _, i := range ds.Interfaces {
		if i.Zone != "" && !slices.Contains(zones, i.Zone) {
			zones = append(zones, i.Zone)
		}
	}
	return zones
}

// fill puts an id in the place of both forms of a word.
func fill(path, word, id string) string {
	path = strings.ReplaceAll(path, "{"+word+"}", id)
	return strings.ReplaceAll(path, "{"+word+"_ident}", strings.ReplaceAll(id, "-", "_"))
}

// Planned is an export that a template would press.
type Planned struct {
	Path     string
	Template string // as messages show it
}

// Plan lists what the templates would press of a dataset, without pressing it.
// An export that would turn out to be empty is among it.
func Plan(sources []Source, ds *dataset.Dataset, o Options) []Planned {
	files, _ := readTree(sources)
	jobs, _ := plan(files, ds, o.exports())
	out := make([]Planned, len(jobs))
	for i, j := range jobs {
		out[i] = Planned{j.path, j.file.name}
	}
	return out
}
