package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"portpress/internal/problem"
)

// service is a CI system, and how it tells what a run is to be compared with.
type service struct {
	name  string
	bases func(env func(string) string) []candidate
	deep  string // how its clone gets what a shallow one lacks
}

// candidate is what may be the base: a commit or a branch. An exact one is the
// base itself; of another the base is where its history and ours part.
type candidate struct {
	rev   string
	exact bool
	what  string
}

// services are the systems that are known. The first whose variables say
// anything counts.
var services = []service{
	{"GitHub, Gitea", github, "give actions/checkout fetch-depth: 2, or 0 for a branch that isn't merged for the run"},
	{"GitLab", func(env func(string) string) []candidate {
		return []candidate{
			{env("CI_MERGE_REQUEST_DIFF_BASE_SHA"), true, "CI_MERGE_REQUEST_DIFF_BASE_SHA"},
			{env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"), false, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"},
			{env("CI_COMMIT_BEFORE_SHA"), true, "CI_COMMIT_BEFORE_SHA"},
		}
	}, `set GIT_DEPTH: "0" for the job`},
	{"Azure Pipelines", branch("SYSTEM_PULLREQUEST_TARGETBRANCH"), "write fetchDepth: 0 below checkout: self"},
	{"Bitbucket", branch("BITBUCKET_PR_DESTINATION_COMMIT", "BITBUCKET_PR_DESTINATION_BRANCH"), "write clone: depth: full for the step, and fetch the branch: git fetch origin BRANCH"},
	{"Jenkins", branch("CHANGE_TARGET"), "turn shallow clones off, and fetch the branch: git fetch origin BRANCH"},
	{"Buildkite", branch("BUILDKITE_PULL_REQUEST_BASE_BRANCH"), "fetch the branch: git fetch origin BRANCH"},
	{"Drone", func(env func(string) string) []candidate {
		if env("DRONE_BUILD_EVENT") != "pull_request" { // it is set for pushes, too
			return nil
		}
		return branch("DRONE_TARGET_BRANCH")(env)
	}, "take depth: out of clone"},
	{"Woodpecker", branch("CI_COMMIT_TARGET_BRANCH"), "give the clone step partial: false and depth: 0, and fetch the branch: git fetch origin BRANCH"},
}

// branch reads a branch, or a commit of one, out of variables.
func branch(names ...string) func(env func(string) string) []candidate {
	return func(env func(string) string) []candidate {
		out := make([]candidate, len(names))
		for i, name := range names {
			out[i] = candidate{env(name), false, name}
		}
		return out
	}
}

// github reads the event, which tells more than the variables do.
func github(env func(string) string) []candidate {
	var event struct {
		Before string
		Pull   struct{ Base struct{ SHA string } } `json:"pull_request"`
		Group  struct {
			Base string `json:"base_sha"`
		} `json:"merge_group"`
	}
	if path := env("GITHUB_EVENT_PATH"); path != "" {
		if text, err := os.ReadFile(path); err == nil {
			_ = json.Unmarshal(text, &event) // what can't be read says nothing
		}
	}
	var out []candidate
	if ref := env("GITHUB_REF"); env("GITHUB_BASE_REF") != "" && strings.HasPrefix(ref, "refs/pull/") && strings.HasSuffix(ref, "/merge") && parents("HEAD") == 2 {
		out = append(out, candidate{"HEAD^1", true, "GITHUB_BASE_REF " + env("GITHUB_BASE_REF")}) // what is checked out is the merge into the base
	}
	return append(out,
		candidate{event.Pull.Base.SHA, false, "GITHUB_EVENT_PATH"},
		candidate{env("GITHUB_BASE_REF"), false, "GITHUB_BASE_REF"},
		candidate{event.Group.Base, false, "GITHUB_EVENT_PATH"},
		candidate{event.Before, true, "GITHUB_EVENT_PATH"},
	)
}

// parents counts the parents that a commit says it has, be they in the clone or
// not.
func parents(rev string) int {
	text, err := git("cat-file", "commit", rev)
	if err != nil {
		return 0
	}
	head, _, _ := strings.Cut(string(text), "\n\n")
	return strings.Count("\n"+head, "\nparent ")
}

// base is what datasets are compared with: a commit, or with rev empty nothing.
type base struct{ rev, name string }

// baseOf finds the base that is named, or that of the CI run.
func baseOf(named string) (base, problem.List) {
	if named == "none" {
		return base{name: "nothing"}, nil
	}
	_, err := git("rev-parse", "--git-dir")
	if err != nil {
		return base{}, gitProblem("git:"+cmp.Or(named, "HEAD"), "HEAD", ".", err)
	}
	if named != "" {
		rev := resolve(named)
		if rev == "" {
			_, err := git("rev-parse", "--verify", "--end-of-options", named+"^{commit}")
			return base{}, gitProblem("git:"+named, named, ".", err)
		}
		return base{rev, named}, nil
	}
	for _, s := range services {
		var said []candidate
		for _, c := range s.bases(os.Getenv) {
			if c.rev != "" && strings.Trim(c.rev, "0") != "" { // zeros stand for no commit
				said = append(said, c)
			}
		}
		if len(said) == 0 {
			continue
		}
		for _, c := range said {
			if rev := c.find(); rev != "" {
				return base{rev, fmt.Sprintf("%.12s (%s)", rev, c.what)}, nil
			}
		}
		c := said[len(said)-1]
		p := problem.Problem{
			Severity: problem.Error, Code: problem.NoBase,
			Text: fmt.Sprintf("what this run is to be compared with, %s by %s, isn't in this clone", c.rev, c.what),
			Hint: strings.ReplaceAll(s.deep, "BRANCH", strings.TrimPrefix(c.rev, "refs/heads/")),
		}
		if !shallow() && !c.exact {
			p.Hint = "fetch it: git fetch origin " + strings.TrimPrefix(c.rev, "refs/heads/")
		}
		return base{}, problem.List{p}
	}
	return base{}, problem.List{{
		Severity: problem.Error, Code: problem.NoBase, Text: "no variable of a CI system says what to compare with",
		Hint: "name a commit, branch or tag with --base, or two sides as OLD and NEW",
	}}
}

// find gives the commit that a candidate stands for; "" where the clone lacks it.
func (c *candidate) find() string {
	name := strings.TrimPrefix(c.rev, "refs/heads/")
	if c.exact {
		return resolve(name)
	}
	for _, rev := range []string{"refs/remotes/origin/" + name, name} {
		if resolve(rev) == "" {
			continue
		}
		if out, err := git("merge-base", rev, "HEAD"); err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	return ""
}

// resolve gives the commit of a revision; "" where there is none.
func resolve(rev string) string {
	if strings.HasPrefix(rev, "-") {
		return ""
	}
	out, err := git("rev-parse", "--verify", "--quiet", rev+"^{commit}")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// shallow reports whether the clone ends before the history does.
func shallow() bool {
	out, err := git("rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
