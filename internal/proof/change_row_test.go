package proof

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
)

// change is what somebody adds to the MKE table of a site.
type change struct {
	name  string
	row   string // the id of the row, if it is one; rows are the workers'
	layer string
	shows []string // what must stand in lines that an export gains

	// silent are exports that neither gain such lines nor warn: a pattern of
	// paths, and why that is right. All other exports fall under the test by
	// themselves.
	silent map[string]string
}

// Rows stand in fewer files than networks do, and the other way round.
var (
	rowElsewhere = map[string]string{
		"ansible/playbooks/*":          "loads the vars, which say it",
		"ansible/playbooks/library/*":  "is the playbook's module, which is handed the vars",
		"ansible/requirements.yml":     "names collections",
		"firewalld/workers/policies/*": "names the scope's service, which says it",
	}
	portsOnly = map[string]string{
		"mke-ports.md":                "has no addresses",
		"mke-ports.rst":               "has no addresses",
		"mke-ports.adoc":              "has no addresses",
		"mke-ports.html":              "has no addresses",
		"mke-ports.csv":               "has no addresses",
		"mke-flows.csv":               "has no addresses",
		"ansible/vars/mke_ports.yml":  "names peers, and an inventory knows their addresses",
		"ansible/group_vars/*":        "names peers, and an inventory knows their addresses",
		"ansible/playbooks/*":         "loads the vars, which say it",
		"ansible/playbooks/library/*": "is the playbook's module, which is handed the vars",
		"ansible/requirements.yml":    "names collections",
		"firewalld/*/services/*":      "a service knows no source; the policy says it",
		"goss/*":                      "asks what listens, whoever connects",
		"prometheus/*":                "connects from outside of all networks",
	}
)

var changes = []change{
	{"a range", "added-range", `
[ports.added-range]
port = "31000-31999"
protocols = "tcp"
hosts = "workers"
scopes = "internal"
purpose = "A range"
`, []string{"31000", "31999"}, rowElsewhere},
	{"a port of SCTP", "added-sctp", `
[ports.added-sctp]
port = 36412
protocols = "sctp"
hosts = "workers"
scopes = "internal"
purpose = "A port of SCTP"
`, []string{"36412"}, rowElsewhere},
	{"a network of IPv4", "", `
[networks]
cluster = ["10.0.0.0/24", "192.168.7.0/25", "10.9.0.0/16", "fd00:1::/64"]
`, []string{"10.9.0.0/16"}, with(portsOnly, "iptables/*.v6.rules", "holds IPv6 only")},
	{"a network of IPv6", "", `
[networks]
cluster = ["10.0.0.0/24", "192.168.7.0/25", "fd00:1::/64", "fd00:9::/64"]
`, []string{"fd00:9::/64"}, with(portsOnly, "iptables/*.v4.rules", "holds IPv4 only")},
}

func with(reasons map[string]string, pattern, reason string) map[string]string {
	out := maps.Clone(reasons)
	out[pattern] = reason
	return out
}

// unfollowed presses a site's exports before and after a change, and lists
// those that should follow it or say by name that they can't, and do neither;
// and those of another host that follow.
func unfollowed(t *testing.T, c change, trees ...render.Source) []string {
	t.Helper()
	sources := append([]render.Source{{Name: "templates", FS: portpress.Templates()}}, trees...)
	pressed := func(ds *dataset.Dataset) (export.Set, problem.List) {
		set, problems := render.All(sources, ds, render.Options{})
		if problems.Count(problem.Error) > 0 {
			t.Fatal(printed(t, problems))
		}
		return set, problems
	}
	before, _ := pressed(load(t, "mke", site))
	after, problems := pressed(load(t, "mke", site, c.layer))

	contents := map[string]string{}
	for _, f := range before.Files {
		contents[f.Path] = string(f.Content)
	}
	var out []string
	used := map[string]bool{}
	for _, f := range after.Files {
		old := contents[f.Path]
		delete(contents, f.Path)
		if c.row != "" && strings.Contains(f.Path, "managers") {
			if old != string(f.Content) {
				out = append(out, f.Path+" changes, and the row is another host's")
			}
			continue
		}
		lines := gained(old, string(f.Content))
		follows := !slices.ContainsFunc(c.shows, func(s string) bool { return !strings.Contains(lines, s) })
		says := c.row != "" && slices.ContainsFunc(problems, func(p problem.Problem) bool {
			return p.Code == problem.NotExpressible && p.File == f.Path && p.Row == c.row
		})
		pattern := excused(t, c, f.Path)
		switch {
		case follows || says:
		case pattern == "":
			out = append(out, fmt.Sprintf("%s neither shows %s nor says why not", f.Path, strings.Join(c.shows, ", ")))
		default:
			used[pattern] = true
		}
	}
	for p := range contents {
		out = append(out, p+" is gone")
	}
	for pattern := range c.silent {
		if !used[pattern] {
			out = append(out, "the excuse for "+pattern+" is needless")
		}
	}
	slices.Sort(out)
	return out
}

// excused gives the pattern that lets an export be silent.
func excused(t *testing.T, c change, file string) string {
	t.Helper()
	for pattern := range c.silent {
		if ok, err := path.Match(pattern, file); err != nil {
			t.Fatal(err)
		} else if ok {
			return pattern
		}
	}
	return ""
}

// gained gives the lines that a text has more than an older one.
func gained(old, text string) string {
	had := map[string]int{}
	for line := range strings.Lines(old) {
		had[line]++
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if had[line]--; had[line] < 0 {
			b.WriteString(line)
		}
	}
	return b.String()
}

// TestEveryExportFollowsAChange needs no list of the exports: a new one falls
// under it as soon as its template is there.
func TestEveryExportFollowsAChange(t *testing.T) {
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			if list := unfollowed(t, c); len(list) > 0 {
				t.Error(strings.Join(list, "\n"))
			}
		})
	}
}

// TestASilentExportIsFound adds an export that never follows and one that holds
// other hosts' rows, and has one drop a row without a word.
func TestASilentExportIsFound(t *testing.T) {
	flows := strings.Replace(string(template(t, "{product}-flows.csv.tmpl")), "{{ csv .Host ",
		`{{ if eq .Port.ID "added-sctp" }}{{ continue }}{{ end }}{{ csv .Host `, 1)
	damaged := render.Source{Name: "overlay", FS: fstest.MapFS{
		"about.txt.tmpl":           {Data: []byte("{{ .Product.Name }}\n")},
		"{product}-flows.csv.tmpl": {Data: []byte(flows)},
		"{host}-all.txt.tmpl":      {Data: []byte(`{{ range .Flows }}{{ .Range }} {{ end }}`)},
	}}
	want := []string{
		"about.txt neither shows 36412 nor says why not",
		"managers-all.txt changes, and the row is another host's",
		"mke-flows.csv neither shows 36412 nor says why not",
	}
	if got := unfollowed(t, changes[1], damaged); !slices.Equal(got, want) {
		t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
