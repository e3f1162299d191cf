package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestGitLabJob runs the lines of the job in docs/ci.md on a merge request that
// opens more, and then on one that is built and doesn't.
func TestGitLabJob(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(top, "docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```yaml gitlab\n")
	block, _, found := strings.Cut(block, "```\n")
	if !found {
		t.Fatal("docs/ci.md has no job")
	}
	var jobs map[string]struct {
		Before    []string `yaml:"before_script"`
		Script    []string
		Artifacts struct{ Reports map[string]string }
	}
	if err := yaml.Unmarshal([]byte(block), &jobs); err != nil {
		t.Fatal(err)
	}
	job := jobs["portpress"]
	origin := repository(t, program(t))
	dir := t.TempDir()
	source := snapshot(t, dir)
	merge := func(branch string) (string, string, bool) {
		work := t.TempDir()
		sh(t, work, `git clone -q --no-tags `+origin+` .; git checkout -q --detach origin/`+branch)
		cmd := exec.Command("bash", "-euc", strings.Join(slices.Concat(job.Before, job.Script), "\n"))
		cmd.Dir = work
		cmd.Env = append(os.Environ(), "CI_PROJECT_DIR="+work, "PORTPRESS_SOURCE=file://"+source, "PORTPRESS_VERSION=main",
			"CI_MERGE_REQUEST_DIFF_BASE_SHA="+sh(t, origin, "git rev-parse main"), "GITHUB_ACTIONS=", "GITHUB_BASE_REF=", "GITHUB_EVENT_PATH=")
		out, err := cmd.CombinedOutput()
		return work, string(out), err == nil
	}
	if _, out, passed := merge("change"); passed || !strings.Contains(out, "(CI_MERGE_REQUEST_DIFF_BASE_SHA)\nAcme Db:\nopens more:\n") {
		t.Errorf("passed %t:\n%s", passed, out)
	}
	sh(t, origin, `git checkout -q -b less main
		sed -i '/^\[ports.api\]/,$s/^scopes = .*/scopes = ["internal"]/' ports/acme-db.toml; git commit -q -am less; git checkout -q main`)
	work, out, passed := merge("less")
	if passed || !strings.Contains(out, "[drift-source]") {
		t.Errorf("passed %t:\n%s", passed, out)
	}
	for kind, name := range job.Artifacts.Reports {
		if text, err := os.ReadFile(filepath.Join(work, name)); err != nil || !strings.Contains(string(text), "drift-source") {
			t.Errorf("%s: %v\n%s", kind, err, text)
		}
	}
}
