package source

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
)

// seed gives every fuzz target the shipped dataset and all that the tables of
// cases know.
func seed(f *testing.F) {
	f.Helper()
	mke, err := os.ReadFile("../../data/mke.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mke[:1200]) // all of it takes long to vary
	for _, s := range []string{
		"",
		"a = 1\n[hosts.a]\nname = 'A'",
		"format = 1\n[ports.a]\nport = 1\n[ports.b]\nport = 2\n[z]\n",
		"[ports.a]\nx = 1\n[hosts.h]\nname='H'\n[ports.b]\nx = 2",
		"[ports.a] # [ports.x]\ns = '''\n[ports.y]\n'''\n[ports.b]\n",
		"[ports.a]\nx = [\n[1],\n['[ports.q]']\n]\n[ports.b]",
		"  [ports.a]\n\t[ports.b]\n",
		"[ports.a]\nx=1\n[ports.a]\ny=1",
		"[ports.a]\nx=1\n[hosts.h]\n[ports.a]\ny=1",
		"[hosts.a]\nx=1\n[ports.a]\n[hosts.a]\ny=1",
		"[ports.a]\n[ports.\"b\"]\n[ports.c]",
		"[ports.a]\n[ ports . b ]\n[ports.c]",
		"[ports.a]\n[\"ports\".b]\n[ports.c]",
		"[ports.a]\n[ports.a.b]\nx=1",
		"ports.a.x = 1\n[ports.b]\n",
		"ports = {}\n[ports.a]\nx=1",
		"ports = 1\n[ports.a]",
		"[ports]\nb = {}\n[ports.a]\n",
		"[[ports]]\nx=1\n[[ports]]",
		"[[x]]\n[ports.a]",
		"[ports.a] [hosts.b]\n",
		"[ports.a] [ports.b]\n",
		"[ports.a] x = 1\n",
		"[ports.a]\nx = 1 y = 2\n",
		"x = 1 [ports.a]\n",
		"x y\n[ports.a]",
		"[ports.a]\nx y",
		"[ports.a]\nx = 1\nx = 2",
		"[ports.a]\nx = '''\n[ports.b]\n",
		"[ports.a]\nx = 1\r[ports.b]\n",
		"a = [1, [2, {b.c = 3, 'd' = [4]}]]\n[e.\"f\".g]\nh = 1979-05-27 07:32:00Z\n",
		"x = \"\"\"a\"\"\"\"\"\ny = '''\\''''\nz = \"\\u00e9\\\"\"\n\"\\t\" = -inf\n",
		"[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = nan\n",
		"a.b.c = 1\na.b.d = {e = {f = 0x1F}}\n",
		"\"\\x41\" = 1\n\"\\e\" = 2\n",
		"a = {\n  b = 1, # c\n  d = [ # e\n  ],\n}\n",
	} {
		f.Add([]byte(s))
	}
}

// inText fails unless each problem stands in the text, at most one column
// behind the end of its line.
func inText(t *testing.T, f *File, list problem.List) {
	t.Helper()
	lines := strings.Split(f.Text, "\n")
	for _, p := range list {
		if p.File != f.Name || p.Line < 1 || p.Line > len(lines) {
			t.Fatalf("%s is not in the text of %d lines: %s", p.Place(), len(lines), p.Text)
		}
		line := lines[p.Line-1]
		if p.Column < 1 || p.Column+p.Width > len([]rune(line))+1 && p.Width > 0 || p.Column > len([]rune(line))+1 || p.Excerpt != line {
			t.Fatalf("%s, %d wide, is not in the line %q, shown as %q: %s", p.Place(), p.Width, line, p.Excerpt, p.Text)
		}
	}
}

// FuzzParse holds that Parse keeps its promises for any text: no problem, or
// some that stand in the text, and then the tables without one.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, problems := FromReader(strings.NewReader(string(data)), "x.toml")
		if file == nil {
			if len(problems) != 1 {
				t.Fatalf("no file and %d problems", len(problems))
			}
			return
		}
		part, problems := file.Parse()
		inText(t, file, problems)
		if part.Tree == nil || (len(problems) == 0) != (part.Broken == nil) {
			t.Fatalf("%q: tree %v, %d problems, broken %v", file.Text, part.Tree, len(problems), part.Broken)
		}
	})
}

// FuzzLocate holds that every value of a file is found, by reading it again at
// its place.
func FuzzLocate(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, _ := FromReader(strings.NewReader(string(data)), "x.toml")
		if file == nil || len(file.Text) > 10_000 {
			return
		}
		file.Locate("ports", "x", 1) // whatever the text
		part, problems := file.Parse()
		if len(problems) > 0 || strings.HasPrefix(file.Text, "\ufeff") {
			return // two marks: the parser skips the second one, and counts without it
		}
		walk(t, file, part.Tree, nil)
	})
}

// walk looks for all that a value holds. Lists of tables have no place of
// their own, and no key of a dataset takes one.
func walk(t *testing.T, f *File, value any, path []any) {
	t.Helper()
	switch value := value.(type) {
	case []map[string]any:
		return
	case map[string]any:
		for key, v := range value {
			walk(t, f, v, append(slices.Clip(path), key))
		}
		return
	case []any:
		for i, v := range value {
			walk(t, f, v, append(slices.Clip(path), i))
		}
	}
	place, ok := f.Locate(path...)
	if !ok {
		t.Fatalf("%v is not found in %q", path, f.Text)
	}
	inText(t, f, problem.List{f.At(place.Key), f.At(place.Value)})
	text := f.Text[place.Value.Start:place.Value.End]
	again, problems := (&File{Name: "x.toml", Text: "x = " + text}).Parse()
	if len(problems) > 0 {
		t.Fatalf("%v of %q stands at %q, which is no value: %v", path, f.Text, text, problems)
	}
	if got, want := fmt.Sprintf("%#v", again.Tree["x"]), fmt.Sprintf("%#v", value); got != want {
		t.Fatalf("%v of %q is %s, but at its place stands %s", path, f.Text, want, got)
	}
}
