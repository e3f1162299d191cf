// Package ci proves what lies at the top of the repository for CI systems: the
// action's steps and the hooks are run, as far as that goes without their
// services, in repositories made for it.
package ci

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v4"
)

// step is one of the action's.
type step struct {
	Name    string
	If      string
	Uses    string
	Shell   string
	Run     string
	Folder  string `yaml:"working-directory"`
	Env     map[string]string
	Outcome int `yaml:"-"`
}

// action is what the test reads of action.yml.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Using string
		Steps []step
	}
}

const top = "../../.."

// run is one run of the action, as the runner does it: each step's lines by
// bash, with values in the environment, and files for what a step hands on.
type run struct {
	t       *testing.T
	event   string
	inputs  map[string]string
	work    string // the checkout
	env     []string
	temp    string
	log     map[string]string // by the step's name
	summary string
	failed  bool
}

// conditions are what the steps' if may say.
var conditions = map[string]func(r *run) bool{
	"":                     func(r *run) bool { return !r.failed },
	"inputs.archive == ''": func(r *run) bool { return !r.failed && r.inputs["archive"] == "" },
	"inputs.archive != ''": func(r *run) bool { return !r.failed && r.inputs["archive"] != "" },
	"${{ !cancelled() && inputs.check == 'true' }}": func(r *run) bool { return r.inputs["check"] == "true" },
	"inputs.diff == 'true' && (github.event_name == 'pull_request' || github.event_name == 'merge_group')": func(r *run) bool {
		return !r.failed && r.inputs["diff"] == "true" && (r.event == "pull_request" || r.event == "merge_group")
	},
}

func (r *run) do() {
	t := r.t
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatal("action.yml is no composite action")
	}
	source, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	for name := range r.inputs {
		if _, known := a.Inputs[name]; !known {
			t.Fatalf("there is no input %s", name)
		}
	}
	inputs := map[string]string{}
	for name, input := range a.Inputs {
		inputs[name] = input.Default
		if value, given := r.inputs[name]; given {
			inputs[name] = value
		}
	}
	r.inputs, r.temp, r.log = inputs, t.TempDir(), map[string]string{}
	fill := func(s string) string {
		s = regexp.MustCompile(`\$\{\{ inputs\.([a-z0-9-]+) \}\}`).ReplaceAllStringFunc(s, func(m string) string {
			return inputs[strings.TrimSuffix(strings.TrimPrefix(m, "${{ inputs."), " }}")]
		})
		return strings.ReplaceAll(s, "${{ github.action_path }}", source)
	}
	path := os.Getenv("PATH")
	for i, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: a value is written into the script", s.Name)
		}
		wanted, known := conditions[s.If]
		if !known {
			t.Fatalf("%s: what does %q mean?", s.Name, s.If)
		}
		if !wanted(r) || s.Uses != "" {
			continue
		}
		if s.Shell != "bash" {
			t.Fatalf("%s is run by %s", s.Name, s.Shell)
		}
		file := func(name string) string {
			p := filepath.Join(r.temp, name+string(rune('0'+i)))
			if err := os.WriteFile(p, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return p
		}
		paths, summary := file("path"), file("summary")
		cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		cmd.Dir = filepath.Join(r.work, fill(s.Folder))
		cmd.Env = append(os.Environ(), r.env...)
		cmd.Env = append(cmd.Env, "PATH="+path, "RUNNER_TEMP="+r.temp, "GITHUB_PATH="+paths, "GITHUB_STEP_SUMMARY="+summary,
			"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME="+r.event)
		for name, value := range s.Env {
			cmd.Env = append(cmd.Env, name+"="+fill(value))
		}
		out, err := cmd.CombinedOutput()
		if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
			t.Fatal(err)
		}
		r.log[s.Name] = string(out)
		r.failed = r.failed || err != nil
		added, _ := os.ReadFile(paths)
		for line := range strings.Lines(string(added)) {
			path = strings.TrimSpace(line) + string(os.PathListSeparator) + path
		}
		said, _ := os.ReadFile(summary)
		r.summary += string(said)
	}
}

// sh runs lines in a folder, with a git of its own.
func sh(t *testing.T, dir, script string) string {
	t.Helper()
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), plainGit...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

// plainGit keeps this machine's settings out of the repositories.
var plainGit = []string{
	"HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com",
	"PORTPRESS_PROJECT=", "NO_COLOR=1",
}

// program is portpress, in a folder of the test's own.
func program(t *testing.T) string {
	t.Helper()
	text, err := built()
	path := filepath.Join(t.TempDir(), "portpress")
	if err == nil {
		err = os.WriteFile(path, text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built is portpress, built once.
var built = sync.OnceValues(func() (text []byte, err error) {
	dir, err := os.MkdirTemp("", "portpress-ci-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "portpress")
	if out, err := exec.Command("go", "build", "-o", path, "portpress/cmd/portpress").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(path)
})

// repository makes one with a product whose exports are built, on main, and a
// branch "change" that moves a row from the cluster to anyone without a build.
func repository(t *testing.T, portpress string) string {
	t.Helper()
	dir := t.TempDir()
	sh(t, dir, `
		git init -q -b main .
		git config uploadpack.allowAnySHA1InWant true
		`+portpress+` init acme-db >/dev/null
		`+portpress+` build -q --only '*.md' --only '*.csv' 2>/dev/null
		sed -i 's/^# exports = .*/exports = ["*.md", "*.csv"]/' portpress.toml
		git add .; git commit -q -m built
		git checkout -q -b change
		sed -i '/^\[ports.replication\]/,$s/^scopes = .*/scopes = ["clients"]/' ports/acme-db.toml
		git commit -q -am 'open replication'`)
	return dir
}

// checkout is what actions/checkout makes of a pull request: its merge into the
// base, and one commit of history.
func checkout(t *testing.T, origin string) (work, sha string) {
	t.Helper()
	work = t.TempDir()
	sha = sh(t, origin, `
		git checkout -q --detach main
		git merge -q --no-ff --no-edit change
		git update-ref refs/pull/1/merge HEAD
		git checkout -q main
		git rev-parse refs/pull/1/merge`)
	sh(t, work, `
		git init -q .
		git remote add origin file://`+origin+`
		git fetch -q --no-tags --depth=1 origin +`+sha+`:refs/remotes/pull/1/merge
		git checkout -q --force refs/remotes/pull/1/merge`)
	return work, sha
}

// pull is the environment of a pull request's run.
func pull(sha string) []string {
	return append([]string{"GITHUB_BASE_REF=main", "GITHUB_REF=refs/pull/1/merge", "GITHUB_SHA=" + sha, "GITHUB_EVENT_PATH="}, plainGit[1:]...)
}

const (
	diffStep  = "Show what the change would open"
	checkStep = "Check that the exports are built"
)

// TestActionOnPullRequest has a pull request that moves a port from the cluster
// to anyone and doesn't build: the run fails, the line of the dataset is
// annotated, and the summary begins with what would be opened.
func TestActionOnPullRequest(t *testing.T) {
	portpress := program(t)
	work, sha := checkout(t, repository(t, portpress))
	r := &run{t: t, event: "pull_request", work: work, env: pull(sha)}
	r.do()
	t.Logf("%s\n%s\n%s", r.log[diffStep], r.log[checkStep], r.summary)
	if !r.failed {
		t.Error("the run passes")
	}
	line := sh(t, work, `grep -n '^scopes = \["clients"\]$' ports/acme-db.toml | cut -d: -f1`)
	for step, want := range map[string]string{
		diffStep:  "::warning file=ports/acme-db.toml,line=" + line + ",col=10,endColumn=21,title=portpress%3A opens-more::Acme Db: ports.replication opens more: TCP 7000-7010 on servers from any",
		checkStep: "::error file=ports/acme-db.toml,line=" + line + ",col=10,endColumn=21,title=portpress%3A drift-source::since dist/acme-db was pressed, ports.replication opens more: TCP 7000-7010 on servers from any",
	} {
		if !strings.Contains(r.log[step], want) {
			t.Errorf("%s lacks %s:\n%s", step, want, r.log[step])
		}
	}
	const opens = "## Network ports: Acme Db\n\n### Opens more\n\n| entry | what changed |\n| --- | --- |\n| ports.replication | **TCP 7000-7010 on servers from any**"
	if !strings.HasPrefix(r.summary, opens) || !strings.Contains(r.summary, "\n## portpress: 3 files are not what a build would write") {
		t.Errorf("the summary is\n%s", r.summary)
	}
}

// TestActionOtherwise has the other ways through the action.
func TestActionOtherwise(t *testing.T) {
	portpress := program(t)
	origin := repository(t, portpress)
	archive := filepath.Join(t.TempDir(), "portpress.tar.gz")
	sh(t, filepath.Dir(portpress), `mkdir portpress_1; cp portpress portpress_1/; tar -czf `+archive+` portpress_1`)
	sum := strings.Fields(sh(t, "/", "sha256sum "+archive))[0]
	sh(t, origin, `git checkout -q change; `+portpress+` build -q; git commit -q -am build; git checkout -q main`)
	work, sha := checkout(t, origin)
	with := func(inputs map[string]string) map[string]string {
		inputs["archive"] = archive
		return inputs
	}
	for _, c := range []struct {
		name, event string
		inputs      map[string]string
		failed      bool
		steps       string
	}{
		{"built", "pull_request", with(map[string]string{"sha256": sum}), false, diffStep + checkStep},
		{"fails on what opens", "pull_request", with(map[string]string{"fail-on": "widened", "sarif": "out.sarif"}), true, diffStep + checkStep},
		{"a push", "push", with(map[string]string{}), false, checkStep},
		{"no check, no summary", "pull_request", with(map[string]string{"check": "false", "summary": "false"}), false, diffStep},
		{"another archive", "pull_request", with(map[string]string{"sha256": strings.Repeat("0", 64), "check": "false"}), true, ""},
		{"a folder below", "push", with(map[string]string{"working-directory": "ports"}), false, checkStep},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &run{t: t, event: c.event, work: work, env: pull(sha), inputs: c.inputs}
			r.do()
			var ran string
			for _, name := range []string{diffStep, checkStep} {
				if _, did := r.log[name]; did {
					ran += name
				}
			}
			if r.failed != c.failed || ran != c.steps || (r.summary == "") != (ran == "" || c.inputs["summary"] == "false") {
				t.Errorf("failed %t after %s, summary:\n%s\nlog: %v", r.failed, ran, r.summary, r.log)
			}
			if c.inputs["sarif"] != "" {
				if _, err := os.Stat(filepath.Join(work, "out.sarif")); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
