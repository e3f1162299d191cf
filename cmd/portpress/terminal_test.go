package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"portpress/internal/report"
)

// hostile holds every character that a terminal acts on, and would forge a line.
func hostile() string {
	var b strings.Builder
	for r := range rune(0xa0) {
		if unicode.IsControl(r) {
			b.WriteRune(r)
		}
	}
	for r := range rune(unicode.MaxRune) {
		if unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			b.WriteRune(r)
		}
	}
	return b.String() + "\x1b]0;title\a\x1b[2J\xff\x9b31m\nFORGED\rFORGED\r\nFORGED\u0085FORGED\u2028FORGED"
}

// ran is what a command prints, with arguments as the system passes them: no
// NUL is among them.
func ran(t *testing.T, args ...string) (out, errors string, status int) {
	t.Helper()
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "\x00", "")
	}
	var stdout, stderr bytes.Buffer
	status = run(args, &terminal{in: strings.NewReader(""), Output: report.Output{Out: &stdout, Err: &stderr}})
	return stdout.String(), stderr.String(), status
}

// checkShown fails the test where a screen would act on what was printed.
func checkShown(t *testing.T, what, printed string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, "FORGED") {
			t.Errorf("%s: a text begins a line of its own: %q", what, line)
		}
		// How some exports end their lines is part of a difference.
		for _, r := range strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r") {
			if r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)) {
				t.Errorf("%s: %U is printed in %q", what, r, line)
				break
			}
		}
	}
}

const tableOf = `format = 1
[product]
id = "acme"
name = NAME
abbreviation = NAME
[hosts.nodes]
name = NAME
[scopes.public]
name = NAME
from = ["any"]
[options.extra]
name = NAME
[ports.web]
port = [80, 443]
protocols = ["tcp"]
hosts = ["nodes"]
scopes = ["public"]
options = ["extra"]
purpose = NAME
`

// Nothing that somebody wrote into a dataset, a file on disk or an argument acts
// on the screen, whatever command prints it.
func TestTerminalShowsAnyText(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	bad := hostile()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// What a dataset may hold: tabs, line breaks and separators.
	table := strings.ReplaceAll(tableOf, "NAME", `"a\tb\nFORGED"`)
	write("acme.toml", table)
	write("new.toml", strings.NewReplacer("80, 443", "80, 8443", "a\\tb", "c\\td").Replace(table))
	write("refused.toml", strings.ReplaceAll(tableOf, "NAME", strings.NewReplacer("\n", "", "\r", "").Replace(`"`+bad+`"`)))
	write("names.toml", strings.Replace(strings.ReplaceAll(tableOf, "NAME", `"x"`), "[ports.web]", `[ports."web\u001b[2J\nFORGED\u202e"]`, 1))
	write("tree/x.md.tmpl", "{{ .Product.Nonsense }}"+bad)
	write("broken/x.md.tmpl", "{{ fail \"a\\x1b[2J\\nFORGED\" }}")

	for _, args := range [][]string{
		{"show", "-d", "acme.toml"},
		{"show", "-d", "acme.toml", bad},
		{"show", "-d", "refused.toml"},
		{"show", "-d", "names.toml"},
		{"show", "-d", bad},
		{"list", bad},
		{"diff", "acme.toml", "new.toml"},
		{"diff", "acme.toml", "new.toml", "--format", "json"},
		{"build", "refused.toml", "--report", "json"},
		{"build", bad, "--report", "json", "--templates", bad},
		{"diff", "acme.toml", bad},
		{"diff", "acme.toml", "git:" + bad},
		{"diff", "acme.toml", "git:HEAD:" + bad},
		{"diff", "acme.toml", "git:" + bad + ":x"},
		{"init", "site", bad},
		{"init", "site", "--out", "x/" + bad},
		{bad},
		{"build", "--" + bad},
		{"build", "--report", bad},
		{"build", bad},
		{"build", bad, bad},
		{"build", "acme.toml", "--layer", bad},
		{"build", "acme.toml", "--set", bad},
		{"build", "acme.toml", "--set", "product.name=" + bad},
		{"build", "acme.toml", "--set", bad + "=1"},
		{"build", "acme.toml", "--with", bad},
		{"build", "acme.toml", "--without", bad},
		{"build", "acme.toml", "--only", bad},
		{"build", "acme.toml", "--only", "[" + bad},
		{"build", "acme.toml", "--templates", bad},
		{"build", "acme.toml", "--no-default-templates", "--templates", "tree"},
		{"build", "acme.toml", "--no-default-templates", "--templates", "broken"},
		{"build", "acme.toml", "new.toml", "--as", bad},
		{"build", "acme.toml", "--out", "acme.toml/" + bad},
		{"check", "acme.toml", "--out", bad},
		{"build", "refused.toml", "names.toml"},
	} {
		out, errors, _ := ran(t, args...)
		checkShown(t, strings.Join(args[:min(len(args), 3)], " "), out+errors)
		if out+errors == "" {
			t.Errorf("%q prints nothing", args)
		}
	}

	write("plain/x.md.tmpl", "new\nsecond\n")
	press := []string{"acme.toml", "--no-default-templates", "--templates", "plain"}
	if _, errors, status := ran(t, append([]string{"build"}, press...)...); status != exitFine {
		t.Fatal(errors)
	}
	write("dist/acme/x.md", strings.NewReplacer("\n", "", "\x00", "").Replace(bad)+"\nsecond\r\n")
	out, errors, _ := ran(t, append([]string{"check"}, press...)...)
	checkShown(t, "check", out+errors)
	if !strings.Contains(out, "\u241b") || !strings.Contains(out, "+new\n") {
		t.Errorf("the difference is not shown:\n%s", out)
	}
	write("dist/acme/SHA256SUMS", bad+"\n")
	out, errors, _ = ran(t, append([]string{"check"}, press...)...)
	checkShown(t, "check", out+errors)
}
