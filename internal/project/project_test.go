package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portpress/internal/problem"
	"portpress/internal/source"
)

func load(text string) (*Project, problem.List) {
	return Load(&source.File{Name: "portpress.toml", Text: text})
}

const whole = `format = 1
datasets = ["ports/*.toml", "mke"]
layers = ["sites/common.toml"]
set = "ports.sql.port=6000"
with = ["canal"]
without = ["calico"]
templates = ["templates"]
no-default-templates = true
exports = ["*.md", "ansible/group_vars/**"]
csv-delimiter = "semicolon"
csv-bom = true
documents = ["README.md", "docs/**/*.rst"]
out = "dist"
as = "site"
strict = true
report = "json"
quiet = true

[place]
"ansible/group_vars/*" = "inventory/{site}/group_vars"
"*.md" = "docs/"

[sites.test]
out = "dist/staging"

[sites.prod]
layers = ["sites/prod.toml"]
set = ["ports.sql.port=6001"]
with = ["a"]
without = ["b"]
`

func TestEveryKeyIsRead(t *testing.T) {
	got, found := load(whole)
	if len(found) > 0 {
		t.Fatal(found)
	}
	want := &Project{
		Settings: Settings{
			Datasets: []string{"ports/*.toml", "mke"}, Documents: []string{"README.md", "docs/**/*.rst"},
			Exports: []string{"*.md", "ansible/group_vars/**"},
			Place:   []Place{{"*.md", "docs"}, {"ansible/group_vars/*", "inventory/{site}/group_vars"}},
			Layers:  []string{"sites/common.toml"}, Set: []string{"ports.sql.port=6000"}, With: []string{"canal"}, Without: []string{"calico"},
			Templates: []string{"templates"}, NoDefaultTemplates: true, Strict: true, Quiet: true, CSVDelimiter: "semicolon", CSVBOM: true, Out: "dist", As: "site", Report: []string{"json"},
		},
		Sites: []*Site{
			{"prod", Settings{Layers: []string{"sites/prod.toml"}, Set: []string{"ports.sql.port=6001"}, With: []string{"a"}, Without: []string{"b"}}},
			{"test", Settings{Out: "dist/staging"}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Project{})); diff != "" {
		t.Error(diff)
	}
	// The text above says every key, so that a new one can't be left out here.
	part, _ := (&source.File{Text: whole}).Parse()
	said := slices.Sorted(maps.Keys(part.Tree))
	known := []string{"format", "sites"}
	for _, k := range Keys() {
		known = append(known, k.Name)
		if _, says := part.Tree["sites"].(map[string]any)["prod"].(map[string]any)[k.Name]; k.Site && k.Name != "out" && !says {
			t.Errorf("the site doesn't say %s", k.Name)
		}
	}
	slices.Sort(known)
	if diff := cmp.Diff(known, said); diff != "" {
		t.Error(diff)
	}
}

// What a value can be wrong in is told for every key, at the value.
func TestEveryKeyIsJudged(t *testing.T) {
	for _, k := range Keys() {
		wrong := "3"
		if k.Type == "true or false" {
			wrong = `"yes"`
		}
		_, found := load("format = 1\n" + k.Name + " = " + wrong + "\n")
		if len(found) != 1 || found[0].Code != problem.WrongType || found[0].Line != 2 || found[0].Column != len(k.Name)+4 {
			t.Errorf("%s = %s: %v", k.Name, wrong, found)
		}
		_, found = load(fmt.Sprintf("format = 1\n[sites.x]\n%s = 3\n", k.Name))
		code := problem.UnknownKey
		if k.Site {
			code = problem.WrongType
		}
		if len(found) != 1 || found[0].Code != code || found[0].Line != 3 {
			t.Errorf("%s of a site: %v", k.Name, found)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"datasets = []\n", "1:1 missing-key the project file has no format (begin the file with format = 1)"},
		{"format = 2\n", "1:10 format-newer format 2 is newer than this portpress reads, which is 1 (use a newer portpress)"},
		{"format = 1\ndataset = []\n", `2:1 unknown-key unknown key "dataset" (did you mean "datasets"?)`},
		{"format = 1\nsites = 1\n", "2:9 wrong-type sites must be tables such as [sites.prod], not a number ()"},
		{"format = 1\n[sites.Prod]\n", `2:1 bad-id "Prod" can't name a site (a site's name has small letters, digits and hyphens)`},
		{"format = 1\n[sites.none]\n", `2:1 bad-id a site can't be called none, which stands for no site (give the site another name)`},
		{"format = 1\n[sites.prod]\nlayer = []\n", `3:1 unknown-key unknown key "layer" (did you mean "layers"?)`},
		{"format = 1\n[sites.prod]\nexports = []\n", "3:1 unknown-key a site can't say exports (it holds for all sites: move it to the top of the file)"},
		{"format = 1\nexports = [\"a\", \"[\"]\n", `2:17 bad-path "[" is not a pattern (* ? [a-z] {a,b} and ** are known)`},
		{"format = 1\nexports = [\"a\", \"a\"]\n", `2:17 repeated-value "a" is in the list twice (remove one)`},
		{"format = 1\nlayers = ['a\\b']\n", `2:11 bad-path "a\\b" has a backslash (write / between folders, on Windows too)`},
		{"format = 1\nreport = \"jsn\"\n", `2:10 wrong-type there is no report "jsn" (did you mean "json"?)`},
		{"format = 1\nout = \" \"\n", "2:7 empty-text out is empty (write something, or leave the key out)"},
		{"format = 1\n[place]\n\"*.md\" = \"../docs\"\n", `3:10 bad-path "../docs" leads out of the project (name a folder of the project, such as "docs"; {product} and {site} in it stand for ids)`},
		{"format = 1\n[place]\n\"*.md\" = \"docs/{host}\"\n", `3:10 bad-path "docs/{host}" has braces that mean nothing (name a folder of the project, such as "docs"; {product} and {site} in it stand for ids)`},
	} {
		p, found := load(c.text)
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%d:%d %s %s (%s)", f.Line, f.Column, f.Code, f.Text, f.Hint))
		}
		if strings.Join(got, "\n") != c.want || p != nil {
			t.Errorf("%q:\n got %s\nwant %s", c.text, strings.Join(got, "\n"), c.want)
		}
	}
}

func TestPlaced(t *testing.T) {
	s := Settings{Place: []Place{
		{"*.md", "docs"},
		{"ansible/group_vars/*", "inventory/{site}/group_vars"},
		{"firewalld/**", "roles/{product}/files"},
		{"ansible/**/x.yml", "x"},
		{"ansible/**", "."},
	}}
	for export, want := range map[string]string{
		"mke-ports.md":                        "docs/mke-ports.md",
		"a/b.md":                              "docs/b.md",
		"mke-ports.csv":                       "",
		"ansible/group_vars/mke_managers.yml": "inventory/prod/group_vars/mke_managers.yml",
		"ansible/vars/mke_ports.yml":          "vars/mke_ports.yml",
		"ansible/group_vars/deep/x.yml":       "x/group_vars/deep/x.yml",
		"firewalld/managers/services/mke.xml": "roles/mke/files/managers/services/mke.xml",
		"firewalld/managers/policies/mke.md":  "roles/mke/files/managers/policies/mke.md",
	} {
		if got := s.Placed("mke", "prod", export); got != want {
			t.Errorf("%s: got %q, want %q", export, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(whole)
	f.Add("format = 1\n[place]\n\"{a,b}/**\" = \"x/{product}\"\n")
	f.Add("format = \"x\"\nsites.a = 1\nlayers = [1, \"\", \"a\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, found := load(text)
		if (p == nil) != (found.Count(problem.Error) > 0) {
			t.Fatalf("%q: %v with %v", text, p, found)
		}
		for i := range found {
			if found[i].Text == "" || found[i].File == "" {
				t.Fatalf("%q: %+v", text, found[i])
			}
		}
		if p != nil {
			for _, place := range p.Place {
				if got := p.Placed("mke", "prod", "ansible/group_vars/x.yml"); strings.HasPrefix(got, "../") || strings.HasPrefix(got, "/") {
					t.Fatalf("%q places in %q by %v", text, got, place)
				}
			}
		}
	})
}
