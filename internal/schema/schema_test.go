package schema

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/source"
)

// compiled is a schema as a validator has it.
func compiled(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, err := Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(kind+".json", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, path string) *source.File {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &source.File{Name: path, Text: string(text)}
}

// judge is what a schema says of a text; nil if nothing.
func judge(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	part, found := (&source.File{Name: "x.toml", Text: text}).Parse()
	if len(found) > 0 {
		t.Fatalf("%v in\n%s", found, text)
	}
	return s.Validate(asJSON(part.Tree))
}

// asJSON is a table as a validator wants it.
func asJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = asJSON(x)
		}
		return out
	case []map[string]any:
		out := []any{}
		for _, x := range v {
			out = append(out, asJSON(x))
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, asJSON(x))
		}
		return out
	case string, bool, int64, float64:
		return v
	}
	panic(fmt.Sprintf("JSON has no %T", v))
}

// TestGoodFiles wants the schemas to mark nothing in files that have no fault.
func TestGoodFiles(t *testing.T) {
	paths, err := filepath.Glob("../../data/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	s := compiled(t, "dataset")
	for _, path := range append(paths, "../proof/testdata/every-key.toml") {
		if err := judge(t, s, read(t, path).Text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := judge(t, compiled(t, "project"), read(t, "../../portpress.toml").Text); err != nil {
		t.Error(err)
	}
}

// TestPages wants them to mark nothing in the examples of the documentation.
func TestPages(t *testing.T) {
	block := regexp.MustCompile("(?ms)^ *```toml( [a-z]+)?\n(.*?)^ *```$")
	layer, tried := compiled(t, "layer"), 0
	for _, page := range []string{"dataset.md", "site.md"} {
		for _, m := range block.FindAllStringSubmatch(read(t, "../../docs/"+page).Text, -1) {
			tried++
			if err := judge(t, layer, m[2]); err != nil {
				t.Errorf("%s: %v in\n%s", page, err, m[2])
			}
		}
	}
	if tried < 5 {
		t.Errorf("tried %d examples", tried)
	}
}

// whole is a small dataset with an entry of each section.
const whole = `format = 1
[product]
id = "a"
name = "A"
[hosts.h]
name = "H"
[peers.p]
name = "P"
[scopes.s]
name = "S"
from = "any"
[options.o]
name = "O"
[interfaces.i]
name = "I"
[ssh]
port = 22
[ports.r]
port = 1
protocols = "tcp"
hosts = "h"
scopes = "s"
purpose = "P"
`

// odd are values of which each key takes some. Dates are not among them: as JSON
// they are texts.
var odd = []string{
	`""`, `" "`, `"text"`, `"Two Words"`, `"443"`, `"1-2"`, `"70000"`, `"tcp"`, `"all"`, `"any"`, `"dynamic"`, `"eth1"`, `"waytoolongforadevice"`, `"10.0.0.0/8"`, `"10.0.0.1"`, `"1.5.0"`,
	`0`, `1`, `22`, `256`, `70000`, `-1`, `1.5`, `true`, `false`, `{}`, `{ a = "b" }`, `{ a = 1 }`, `[]`, `[[]]`, `[{}]`, `[true]`, `[""]`, `["text"]`, `["a", "a"]`, `[1, 1]`, `["tcp", "tcp"]`, `[22, "80-90"]`, `["10.0.0.0/8"]`,
	`["10.0.0.1", "::1"]`, `[0, 255]`, `[1.5]`,
}

// alone are the faults that a value has whatever else a file says.
var alone = []problem.Code{problem.WrongType, problem.UnknownKey, problem.EmptyText, problem.EmptyList}

// TestValues puts every odd value to every key of a layer. The schema marks
// none that is taken, and all that are wrong by themselves.
func TestValues(t *testing.T) {
	s := compiled(t, "layer")
	base := &source.File{Name: "base.toml", Text: whole}
	part, _ := base.Parse()
	tried, marked := 0, 0
	for _, section := range dataset.Sections() {
		head := "[" + section.Name + "]\n"
		if _, byID := part.Tree[section.Root()].(map[string]any); byID && strings.HasSuffix(section.Name, ".ID") {
			head = "[" + section.Root() + "." + part.Order[section.Root()][0] + "]\n"
		}
		keys := []string{"qqq"}
		for _, k := range section.Keys {
			keys = append(keys, k.Name)
		}
		switch {
		case section.Name == "":
			head = ""
		case section.Any.Name != "" && section.Root() == "networks":
			keys = []string{"cluster"}
		case section.Any.Name != "", section.Layer: // of what only Combine and several products know
			continue
		}
		for _, key := range keys {
			for _, value := range odd {
				text := head + key + " = " + value + "\n"
				layer := &source.File{Name: "layer.toml", Text: text}
				_, found := dataset.Load(base, layer)
				found = slices.DeleteFunc(found, func(p problem.Problem) bool { return p.File != layer.Name || p.Severity != problem.Error })
				verdict := judge(t, s, text)
				tried++
				if verdict != nil {
					marked++
				}
				if verdict != nil && len(found) == 0 {
					t.Errorf("the schema marks %q, which portpress takes: %v", text, verdict)
				}
				if i := slices.IndexFunc(found, func(p problem.Problem) bool { return slices.Contains(alone, p.Code) }); i >= 0 && verdict == nil {
					t.Errorf("the schema marks nothing in %q, where portpress finds %s", text, found[i].Text)
				}
			}
		}
	}
	if tried < 1500 || marked < tried/3 {
		t.Errorf("tried %d values and marked %d", tried, marked)
	}
}

// TestProjectValues does the same to the keys of a project file and its sites.
func TestProjectValues(t *testing.T) {
	s := compiled(t, "project")
	odd := append(slices.Clone(odd), `"json"`, `["json"]`, `"comma"`, `{ "*.md" = "docs" }`, `{ "*.md" = "" }`)
	for _, head := range []string{"", "[sites.prod]\n"} {
		for _, k := range append(project.Keys(), project.Key{Name: "qqq"}, project.Key{Name: "sites"}) {
			for _, value := range odd {
				text := "format = 1\n" + head + k.Name + " = " + value + "\n"
				_, found := project.Load(&source.File{Name: "portpress.toml", Text: text})
				verdict := judge(t, s, text)
				if (verdict == nil) != (len(found) == 0) {
					t.Errorf("the schema says %v of %q, where portpress finds %v", verdict, text, found)
				}
			}
		}
	}
}

// without leaves out the first line of a text that begins so.
func without(text, key string) string {
	at := strings.Index(text, "\n"+key+" = ")
	end := strings.Index(text[at+1:], "\n")
	return text[:at] + text[at+1+end:]
}

// TestMissing takes away each key that a dataset needs, and each section.
func TestMissing(t *testing.T) {
	s := compiled(t, "dataset")
	missing := func(text string) bool {
		_, found := dataset.Load(&source.File{Name: "x.toml", Text: text})
		return slices.ContainsFunc(found, func(p problem.Problem) bool { return p.Code == problem.MissingKey })
	}
	if missing(whole) {
		t.Fatal("the dataset is not whole")
	}
	for _, section := range dataset.Sections() {
		root := section.Root()
		at := strings.Index(whole, "["+root)
		if section.Name == "" {
			at = 0
		}
		if at < 0 { // only ids
			continue
		}
		head, table := whole[:at], whole[at:]
		end := len(table)
		if i := strings.Index(table[1:], "\n["); i >= 0 {
			end = i + 2
		}
		texts := []string{}
		if section.Name != "" {
			texts = append(texts, head+table[end:])
		}
		for _, k := range section.Keys {
			if strings.Contains("\n"+table[:end], "\n"+k.Name+" = ") {
				texts = append(texts, head+without("\n"+table[:end], k.Name)+table[end:])
			}
		}
		for _, text := range texts {
			for _, instead := range []string{"", "opens = false\n", "socket = \"/run/x\"\n", "to = \"any\"\n"} {
				if root != "ports" && instead != "" || instead != "" && !strings.Contains(text, "[ports.") {
					continue
				}
				text := text + instead
				// What refers to a section that is gone is marked by neither for that.
				if verdict := judge(t, s, text); (verdict != nil) != missing(text) {
					t.Errorf("the schema says %v, portpress finds something missing: %t\n%s", verdict, missing(text), text)
				}
			}
		}
	}
}

// TestEveryKeyHasHelp wants a text of every key, for those who look at it.
func TestEveryKeyHasHelp(t *testing.T) {
	for _, s := range []*Schema{forDatasets(false), forDatasets(true), forProjects()} {
		for name, key := range s.Properties {
			for key.Ref != "" {
				key = s.Definitions[strings.TrimPrefix(key.Ref, "#/definitions/")]
			}
			if key.Description == "" {
				t.Errorf("%s: nothing tells of %s", s.Title, name)
			}
		}
	}
	if _, err := Of("other"); err == nil {
		t.Error("there is a schema of anything")
	}
}

func TestPlain(t *testing.T) {
	for means, want := range map[string]string{
		"Text `x`.":                              "Text `x`.",
		"[See below](#protocols). More.":         "See below (docs/dataset.md#protocols). More.",
		"[exports.md](exports.md#what) says it.": "docs/exports.md#what says it.",
		"The [page](exports.md), [a](#b).":       "The page (docs/exports.md), a (docs/dataset.md#b).",
	} {
		if got := plain(means, "dataset.md"); got != want {
			t.Errorf("%q becomes %q, want %q", means, got, want)
		}
	}
}
