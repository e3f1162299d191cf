package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	texts "portpress/internal/testtool/hostile"
)

// TestOneLineStaysOneLine has line breaks, and all else, in every text: what
// portpress prints has as many lines as with plain texts.
func TestOneLineStaysOneLine(t *testing.T) {
	base, err := os.ReadFile("../../internal/proof/testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name, text string) string {
		filled, _, err := texts.Dataset(string(base), func(string) string { return text })
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	lines := func(path string) map[string]int {
		before := file("before.toml", "before")
		counts := map[string]int{}
		for name, args := range map[string][]string{
			"show":      {"show", "-d", path},
			"diff":      {"diff", before, path},
			"Markdown":  {"diff", before, path, "--format", "markdown"},
			"init site": {"init", "site", path},
			"build":     {"build", path, "-o", filepath.Join(t.TempDir(), "out"), "--only", "ufw/**"},
		} {
			out, errors, status := ran(t, args...)
			if status != 0 {
				t.Errorf("%s ends with %d: %s", name, status, errors)
			}
			counts[name] = strings.Count(out, "\n")
			counts[name+"'s problems"] = strings.Count(errors, "\n")
		}
		return counts
	}
	want := lines(file("plain.toml", "plain"))
	for _, text := range texts.Texts {
		if len(text.Text) > 1000 {
			continue
		}
		for name, n := range lines(file("text.toml", text.Text)) {
			if n != want[name] {
				t.Errorf("%s: %s has %d lines, not %d", text.Name, name, n, want[name])
			}
		}
	}
}
