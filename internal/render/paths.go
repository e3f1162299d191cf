package render

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"portpress/internal/dataset"
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
}

// placeholders are what a path may hold in braces. The second form of each is the
// id as Ansible's names need it, without hyphens.
var placeholders = []string{"product", "host", "scope", "product_ident", "host_ident", "scope_ident", "group"}

// plan expands every file into its exports, sorted by path, and reports paths
// that can't be written or that collide. Exports with a bad path are left out.
func plan(files []*file, ds *dataset.Dataset) ([]*job, problem.List) {
	var jobs []*job
	var problems problem.List
	for _, f := range files {
		if f.kind == partial {
			continue
		}
		if p := checkWords(f); p != nil {
			problems = append(problems, *p)
			continue
		}
		expanded := expand(f, ds)
		for _, j := range expanded {
			if text, hint := badPath(j.path); text != "" {
				problems = append(problems, problem.Problem{
					Severity: problem.Error, Code: problem.ExportPath, File: f.name,
					Text: fmt.Sprintf("would press %q: %s", j.path, text), Hint: hint,
				})
				continue
			}
			jobs = append(jobs, j)
		}
	}
	slices.SortStableFunc(jobs, func(a, b *job) int { return strings.Compare(a.path, b.path) })
	jobs, found := collisions(jobs)
	return jobs, append(problems, found...)
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

// expand gives one job for each combination of the placeholders in the path,
// in the order of the dataset.
func expand(f *file, ds *dataset.Dataset) []*job {
	hosts := dataset.Hosts{nil}
	if strings.Contains(f.target, "{host") || strings.Contains(f.target, "{group}") {
		hosts = ds.Hosts
	}
	scopes := dataset.Scopes{nil}
	if strings.Contains(f.target, "{scope") {
		scopes = ds.Scopes
	}
	jobs := make([]*job, 0, len(hosts)*len(scopes))
	for _, h := range hosts {
		for _, s := range scopes {
			path := fill(f.target, "product", ds.Product.ID)
			if h != nil {
				path = strings.ReplaceAll(fill(path, "host", h.ID), "{group}", h.Group)
			}
			if s != nil {
				path = fill(path, "scope", s.ID)
			}
			jobs = append(jobs, &job{file: f, path: path, host: h, scope: s})
		}
	}
	return jobs
}

// fill puts an id in the place of both forms of a word.
func fill(path, word, id string) string {
	path = strings.ReplaceAll(path, "{"+word+"}", id)
	return strings.ReplaceAll(path, "{"+word+"_ident}", strings.ReplaceAll(id, "-", "_"))
}

// badPath says what makes a path unfit to be written on every system, or "".
// The rules for names are those of Windows, the strictest: see "Naming Files,
// Paths, and Namespaces" in its documentation.
func badPath(path string) (text, hint string) {
	if !fs.ValidPath(path) || path == "." {
		return "not a path inside the product's folder", "no empty, . or .. parts"
	}
	for _, r := range path {
		if strings.ContainsRune(`\:*?"<>|`, r) || unicode.IsControl(r) {
			return fmt.Sprintf("%q can't stand in a file name on every system", r), ""
		}
	}
	first, _, _ := strings.Cut(path, "/")
	if strings.EqualFold(path, "SHA256SUMS") || hasFoldPrefix(first, ".portpress") {
		return "the name is kept for portpress itself", "choose another name"
	}
	for segment := range strings.SplitSeq(path, "/") {
		stem, _, _ := strings.Cut(segment, ".")
		switch {
		case len(segment) > 255:
			return "a part of the path is longer than 255 bytes", ""
		case strings.HasSuffix(segment, ".") || strings.HasSuffix(segment, " "):
			return "a part of the path ends in a full stop or a space", ""
		case slices.Contains([]string{"con", "prn", "aux", "nul"}, strings.ToLower(stem)), device(stem):
			return fmt.Sprintf("%s names a device on Windows", stem), "choose another name"
		case hasFoldPrefix(segment, ".portpress"):
			return "the name is kept for portpress itself", "choose another name"
		}
	}
	return "", ""
}

// device reports COM1 to COM9 and LPT1 to LPT9.
func device(stem string) bool {
	return len(stem) == 4 && (hasFoldPrefix(stem, "com") || hasFoldPrefix(stem, "lpt")) && stem[3] >= '1' && stem[3] <= '9'
}

func hasFoldPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// fold maps names that differ only in case to the same string, since they are
// one file on macOS and Windows.
func fold(path string) string { return strings.ToLower(strings.ToUpper(path)) }

// collisions reports exports that would be written to the same place, and
// keeps the first of them.
func collisions(jobs []*job) ([]*job, problem.List) {
	var problems problem.List
	said := map[[2]*file]bool{} // one problem for each pair of templates, however many hosts
	report := func(a, b *job, text string) {
		if said[[2]*file{a.file, b.file}] {
			return
		}
		said[[2]*file{a.file, b.file}] = true
		problems = append(problems, problem.Problem{
			Severity: problem.Error, Code: problem.ExportCollision, File: b.file.name, Text: text,
			Hint: "rename one of the two",
		})
	}
	byPath := make(map[string]*job, len(jobs))
	kept := jobs[:0:0]
	for _, j := range jobs {
		key := fold(j.path)
		if first := byPath[key]; first != nil {
			text := fmt.Sprintf("presses %s, as %s does", j.path, first.file.name)
			if first.path != j.path {
				text = fmt.Sprintf("presses %s, which differs only in case from %s of %s", j.path, first.path, first.file.name)
			}
			report(first, j, text)
			continue
		}
		byPath[key] = j
		kept = append(kept, j)
	}
	for _, j := range kept {
		key := fold(j.path)
		for at := strings.LastIndexByte(key, '/'); at > 0; at = strings.LastIndexByte(key[:at], '/') {
			if other := byPath[key[:at]]; other != nil {
				report(other, j, fmt.Sprintf("presses %s, but %s presses the file %s", j.path, other.file.name, other.path))
			}
		}
	}
	return kept, problems
}
