// Package toml holds internal/source to the public suite of TOML files.
package toml

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tomltest "github.com/toml-lang/toml-test/v2"

	"portpress/internal/problem"
	"portpress/internal/source"
)

var update = flag.Bool("update", false, "write testdata/refused.txt anew; look at each line that changed")

// version is the one that docs/dataset.md names.
const version = "1.1.0"

// TestSuite holds that every file of the suite that TOML allows is read, and
// that every other one is refused, where testdata/refused.txt says: places
// that were looked at by eye, once for each file.
func TestSuite(t *testing.T) {
	suite := tomltest.TestCases()
	list, err := fs.ReadFile(suite, "files-toml-"+version)
	if err != nil {
		t.Fatal(err)
	}
	var refused strings.Builder
	accepted, all := 0, 0
	for name := range strings.Lines(string(list)) {
		name = strings.TrimSpace(name)
		kind, rest, _ := strings.Cut(strings.TrimSuffix(name, ".toml"), "/")
		if !strings.HasSuffix(name, ".toml") || kind == "encoder" {
			continue
		}
		all++
		text, err := fs.ReadFile(suite, name)
		if err != nil {
			t.Fatal(err)
		}
		problems := read(string(text))
		switch {
		case kind == "valid" && len(problems) > 0 && !tooDeep(problems):
			t.Errorf("%s is refused: %+v", name, problems[0])
		case kind == "valid":
			accepted++
		case len(problems) == 0:
			t.Errorf("%s is accepted", name)
		default:
			fmt.Fprintf(&refused, "%s %d:%d %s\n", rest, problems[0].Line, problems[0].Column, problems[0].Text)
		}
	}
	if all < 600 || accepted < 200 {
		t.Fatalf("the suite holds %d files, %d of them valid", all, accepted)
	}
	const file = "testdata/refused.txt"
	if *update {
		if err := os.WriteFile(file, []byte(refused.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(refused.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

// read gives what is wrong with a text.
func read(text string) problem.List {
	f, problems := source.FromReader(strings.NewReader(text), "x.toml")
	if f != nil {
		_, problems = f.Parse()
	}
	return problems
}

// tooDeep reports whether a file is refused for a bound of ours alone.
func tooDeep(problems problem.List) bool {
	return strings.HasPrefix(problems[0].Text, "nested more than")
}
