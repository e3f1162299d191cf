package dataset

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/source"
)

// sample is a small dataset without any problem. Tests change a line of it, or
// lay something over it.
const sample = `format = 1

[product]
id = "demo"
name = "Demo"

[hosts.servers]
name = "Servers"

[hosts.agents]
name = "Agents"

[scopes.external]
name = "External"
from = ["any"]

[scopes.internal]
name = "Internal"
from = ["cluster"]

[ports.web]
port = 443
configurable = true
protocols = ["tcp"]
hosts = ["servers"]
scopes = ["external", "internal"]
purpose = "Web UI"

[ports.gossip]
port = 7946
protocols = ["tcp", "udp"]
hosts = ["servers", "agents"]
scopes = ["internal"]
purpose = "Gossip"
`

// file makes a source of a text.
func file(t testing.TB, name, text string) *source.File {
	t.Helper()
	f, problems := source.FromReader(strings.NewReader(text), name)
	if problems != nil {
		t.Fatal(problems)
	}
	return f
}

// loaded loads a dataset with layers over it; a layer of one line with
// "--set " in front is an argument.
func loaded(t testing.TB, base string, layers ...string) (*Dataset, problem.List) {
	t.Helper()
	return loadedWithin(t, Limits{}, base, layers...)
}

func loadedWithin(t testing.TB, limits Limits, base string, layers ...string) (*Dataset, problem.List) {
	t.Helper()
	var over []*source.File
	for i, text := range layers {
		if argument, ok := strings.CutPrefix(text, "--set "); ok {
			f, problems := Set(argument)
			if problems != nil {
				return nil, problems
			}
			over = append(over, f)
			continue
		}
		over = append(over, file(t, []string{"site.toml", "rack.toml", "host.toml"}[i], text))
	}
	return limits.Load(file(t, "demo.toml", base), over...)
}

// mustLoad is loaded for what has no problem at all.
func mustLoad(t testing.TB, base string, layers ...string) *Dataset {
	t.Helper()
	ds, problems := loaded(t, base, layers...)
	if len(problems) > 0 {
		t.Fatalf("it has problems:\n%s", printed(t, problems))
	}
	return ds
}

// printed is what a user sees of the problems.
func printed(t testing.TB, list problem.List) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Problems(&b, list, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wantProblems compares what is printed.
func wantProblems(t *testing.T, list problem.List, want string) {
	t.Helper()
	if got := printed(t, list); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// change replaces the only place of old in the sample.
func change(t testing.TB, old, replacement string) string {
	t.Helper()
	if n := strings.Count(sample, old); n != 1 {
		t.Fatalf("%q is in the sample %d times", old, n)
	}
	return strings.Replace(sample, old, replacement, 1)
}

func shipped(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../data/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
