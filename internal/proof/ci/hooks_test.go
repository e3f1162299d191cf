package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// TestHooks lets pre-commit install the hooks from this repository as it stands,
// and commits with them.
func TestHooks(t *testing.T) {
	preCommit := testtool.Need(t, "pre-commit")[0]
	dir := t.TempDir()
	hooks := snapshot(t, dir)
	rev := sh(t, hooks, "git rev-parse HEAD")
	sh(t, dir, "mkdir project")
	project := filepath.Join(dir, "project")
	env := append(os.Environ(), plainGit[1:]...)
	env = append(env, "PRE_COMMIT_HOME="+filepath.Join(dir, "cache"), "GOMODCACHE="+modules(t), "PRE_COMMIT="+preCommit)
	commit := func(script string) (string, bool) {
		cmd := exec.Command("bash", "-euc", script)
		cmd.Dir, cmd.Env = project, env
		out, err := cmd.CombinedOutput()
		return string(out), err == nil
	}
	portpress := program(t)
	config := `repos:
  - repo: file://` + hooks + `
    rev: ` + rev + `
    hooks:
      - id: HOOK
`
	use := func(hook string) {
		if err := os.WriteFile(filepath.Join(project, ".pre-commit-config.yaml"), []byte(strings.Replace(config, "HOOK", hook, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	use("portpress-check")
	out, passed := commit(`git init -q -b main .
		` + portpress + ` init acme-db >/dev/null
		sed -i 's/^# exports = .*/exports = ["*.md", "*.csv"]/' portpress.toml
		` + portpress + ` build -q 2>/dev/null
		git add .; git commit -q -m built
		"$PRE_COMMIT" install
		echo text >notes; git add notes; git commit -q -m 'a file of another kind'`)
	if !passed {
		t.Fatalf("a commit of a file that is none of ours:\n%s", out)
	}
	widen := `sed -i '/^\[ports.replication\]/,$s/^scopes = .*/scopes = ["clients"]/' ports/acme-db.toml; git add -u; git commit -m 'open it'`
	if out, passed := commit(widen); passed || !strings.Contains(out, "dist/acme-db/acme-db-ports.md:13:29: error: is out of date") {
		t.Errorf("check lets a dataset pass that isn't built (%t):\n%s", passed, out)
	}
	use("portpress-build")
	if out, passed := commit(`git add .pre-commit-config.yaml; git commit -m 'open it'`); passed || !strings.Contains(out, "files were modified by this hook") {
		t.Errorf("build lets a dataset pass that isn't built (%t):\n%s", passed, out)
	}
	if out, passed := commit(`git add -u; git commit -m 'open it'`); !passed {
		t.Errorf("what build wrote doesn't pass:\n%s", out)
	}
	if out, passed := commit(`"$PRE_COMMIT" run --all-files`); !passed {
		t.Errorf("all files don't pass:\n%s", out)
	}
	if out, passed := commit(`rm dist/acme-db/acme-db-ports.md; git add -u; git commit -m 'lose an export'`); passed {
		t.Errorf("a commit without an export passes:\n%s", out)
	}
}

// snapshot makes a repository of this one as it stands, on main, in a folder.
// Whoever takes it builds it, so tests and exports are left out.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	source, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "portpress")
	sh(t, dir, `
		mkdir portpress
		cd `+source+`
		git ls-files -z --cached --others --exclude-standard -- . ':!internal/proof' ':!internal/bench' ':!dist' |
			while IFS= read -r -d '' f; do [ ! -e "$f" ] || printf '%s\0' "$f"; done | tar -c --null -T - | tar -x -C `+made+`
		cd `+made+`
		git init -q -b main .; git add -f .; git commit -q -m portpress`)
	return made
}

// modules is Go's folder of modules, so that nothing is fetched again.
func modules(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
