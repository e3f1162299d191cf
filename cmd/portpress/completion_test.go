package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"portpress/internal/report"
	"portpress/internal/testtool"
)

// asked gives what the program would complete, word by word.
func asked(t *testing.T, words ...string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := (&completeCmd{Words: words}).Run(&terminal{Output: report.Output{Out: &out, Err: &out}, raise: 1}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		got = append(got, word)
	}
	return got
}

func TestComplete(t *testing.T) {
	t.Chdir(t.TempDir())
	project := "format = 1\ndatasets = [\"acme.toml\", \"k3s\"]\n[sites.prod]\n[sites.test]\n"
	acme := "format = 1\nproduct = { id = \"acme\", name = \"Acme\" }\nhosts.servers.name = \"Servers\"\noptions.extra.name = \"Extra\"\n" +
		"[ports.api]\nport = 8443\nconfigurable = true\nprotocols = \"tcp\"\nhosts = \"servers\"\nfrom = \"any\"\npurpose = \"API\"\n"
	for name, text := range map[string]string{"portpress.toml": project, "acme.toml": acme} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ line, want string }{
		{"bu", "build"},
		{"complet", "completion"}, // and not what answers here
		{"init ", "project templates site"},
		{"schema l", "layer"},
		{"build --no-default", "--no-default-templates"},
		{"build --default", "--default-templates"},
		{"build ac", "acme :file"},
		{"check -", "--help"}, // among others
		{"build --site ", "prod test"},
		{"build --site=p", "--site=prod"},
		{"build acme --with ", "extra"},
		{"build -s ports.", "ports.api.port="}, // among others
		{"build acme --set ports.", "ports.api.port="},
		{"build acme --only acme-ports.m", "acme-ports.md"},
		{"build --project none mke --only acme-ports.m", ""},
		{"show -d acme 84", "8443"},
		{"show --dataset=acme a", "api"},
		{"show -- -", ""},
		{"build --out ", ":folder"},
		{"build --layer ", ":file"},
		{"build --as ", ""},
		{"diff --report=sa", "--report=sarif"},
		{"build --unknown ", "acme"}, // as an argument
		{"nothing ", ""},
	} {
		got := asked(t, strings.Split(c.line, " ")...)
		for want := range strings.FieldsSeq(c.want) {
			if !slices.Contains(got, want) {
				t.Errorf("%q: no %s in %q", c.line, want, got)
			}
		}
		if c.want == "" && len(got) > 0 {
			t.Errorf("%q: got %q", c.line, got)
		}
		if slices.Contains(got, "complete") {
			t.Errorf("%q: offers what is hidden", c.line)
		}
	}
}

// Every flag and argument that takes a value is known to be completed, or to be
// a text that nobody can guess.
func TestEveryValueIsCompleted(t *testing.T) {
	var look func(n *kong.Node)
	look = func(n *kong.Node) {
		values := slices.Clone(n.Positional)
		for _, f := range n.Flags {
			values = append(values, f.Value)
		}
		for _, v := range values {
			if !v.IsBool() && v.Enum == "" && completers[v.Name] == nil {
				t.Errorf("%s: nothing completes %s", n.FullPath(), v.Name)
			}
		}
		for _, child := range n.Children {
			look(child)
		}
	}
	look(newParser(&cli{}, &terminal{}).Model.Node)
}

// shells ask a real shell for what it would show behind a line.
var shells = map[string]func(t *testing.T, shell, script, line string) string{
	// bash has no way in but the variables that it sets itself.
	"bash": func(t *testing.T, shell, script, line string) string {
		return saidBy(t, exec.Command(shell, "--norc", "-c", `source "$1"; COMP_LINE=$2 COMP_POINT=${#2}
			compopt() { :; } # works while completing only
			_portpress; for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done`, "-", script, line))
	},
	// zsh shows its list on a terminal only: one that zsh makes itself.
	"zsh": func(t *testing.T, shell, script, line string) string {
		dir := t.TempDir()
		text, err := os.ReadFile(script)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "_portpress"), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return saidBy(t, exec.Command(shell, "-f", "-c", `
			zmodload zsh/zpty
			zpty z "TERM=dumb zsh -f -i"
			zpty -w z "PS1=; PS2=; LISTMAX=1000; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D; setopt autolist nolistambiguous; unsetopt automenu; zstyle ':completion:*' list-prompt ''; echo rea''dy"
			zpty -r -m z out '*ready*'
			zpty -w -n z "$2"$'\t\t'
			zpty -r -t z out; for i in {1..25}; do sleep 0.1; zpty -r -t z more && out+=$more; done
			print -r -- "$out"; zpty -d z`, "-", dir, line))
	},
	"fish": func(t *testing.T, shell, script, line string) string {
		return saidBy(t, exec.Command(shell, "--no-config", "-c", `source $argv[1]; complete -C $argv[2]`, script, line))
	},
}

func saidBy(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// TestShellsComplete has real shells complete, by the scripts that packages carry.
func TestShellsComplete(t *testing.T) {
	for name, ask := range shells {
		t.Run(name, func(t *testing.T) {
			shell := testtool.Need(t, name)[0]
			t.Chdir(t.TempDir())
			script := filepath.Join(t.TempDir(), "script")
			text := saidBy(t, exec.Command("portpress", "completion", name))
			if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ line, want string }{
				{"portpress c", "completion"},
				{"portpress build ", "docker-swarm"},
				{"portpress build mke --only mke-ports.", "mke-ports.html"},
				{"portpress show web", "web-ui"},
				{"portpress build --set ports.web", "ports.web-ui.port"},
				{"portpress build cilium --with ", "geneve"},
				{"portpress diff --report=", "sarif"},
			} {
				if got := ask(t, shell, script, c.line); !strings.Contains(got, c.want) {
					t.Errorf("%q: no %s in %q", c.line, c.want, got)
				}
			}
		})
	}
}

// TestManualIsRead has man read the page: it warns of nothing, and shows every
// command and flag.
func TestManualIsRead(t *testing.T) {
	man := testtool.Need(t, "man")[0]
	app := newParser(&cli{}, &terminal{}).Model
	page := filepath.Join(t.TempDir(), "portpress.1")
	if err := os.WriteFile(page, []byte(manual(app)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(man, "--warnings", "-E", "UTF-8", "-l", "-P", "cat", page)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=10000")
	var warnings bytes.Buffer
	cmd.Stderr = &warnings
	shown := saidBy(t, cmd)
	if warnings.Len() > 0 {
		t.Errorf("man says: %s", warnings.String())
	}
	for _, n := range app.Leaves(true) {
		for _, want := range append([]string{strings.TrimPrefix(n.FullPath(), "portpress "), n.Help}, examples[len("Examples:\n"):]) {
			for line := range strings.Lines(want) {
				if line = strings.TrimSpace(line); !strings.Contains(spaced(shown), spaced(line)) && !strings.HasPrefix(line, "Exit status") && line != "can't be read or written." {
					t.Errorf("the page lacks %q", line)
				}
			}
		}
		for _, f := range n.Flags {
			if !strings.Contains(shown, "--"+f.Name) {
				t.Errorf("the page lacks %s of %s", f, n.FullPath())
			}
		}
	}
	for _, s := range []string{`\`, ".x", "it's `a` ~^", "--a"} {
		if got := fmt.Sprint(escape(s)); strings.HasPrefix(got, ".") || strings.ContainsAny(got, "'`~^") {
			t.Errorf("%q is written %q", s, got)
		}
	}
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
