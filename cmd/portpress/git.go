package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// openGit reads a file as it was at a revision: at is REV:PATH, and name what
// messages call it.
//
// git cat-file gives the bytes as they were stored; git show would give a
// folder's list as if it were a file, and run a filter that is configured.
func openGit(name, at string) (*source.File, problem.List) {
	rev, path, complete := strings.Cut(at, ":")
	path = filepath.ToSlash(path)
	switch {
	case !complete || rev == "" || path == "":
		return nil, unreadableAt(name, "is not git:REV:PATH", "write it like git:HEAD:ports.toml")
	case strings.HasPrefix(rev, "-"):
		return nil, unreadableAt(name, "has no revision that begins with a hyphen", "name a branch, a tag or a commit")
	case filepath.IsAbs(path) || strings.HasPrefix(path, "/"):
		return nil, unreadableAt(name, "has a path from the root of the disk", "name the file from the current folder")
	}
	// Without "./" git takes the path from the top of the repository.
	text, err := git("cat-file", "blob", rev+":./"+path)
	if err == nil {
		return source.FromReader(bytes.NewReader(text), name)
	}
	return nil, gitProblem(name, rev, path, err)
}

// git runs one git command in the current folder, and returns its output.
func git(args ...string) ([]byte, error) {
	command := exec.Command("git", args...)
	command.Env = append(os.Environ(), "LC_ALL=C") // what it says is passed on
	return command.Output()
}

// gitProblem says which part of git:REV:PATH is at fault.
func gitProblem(name, rev, path string, err error) problem.List {
	if _, ran := errors.AsType[*exec.ExitError](err); !ran {
		if errors.Is(err, exec.ErrNotFound) {
			return unreadableAt(name, "can't be read: there is no program git", "install git, or name a file")
		}
		return unreadableAt(name, "can't be read: "+err.Error(), "")
	}
	if _, err := git("rev-parse", "--git-dir"); err != nil {
		return unreadableAt(name, "can't be read: git finds no repository here ("+said(err)+")", "run portpress inside the repository")
	}
	if _, err := git("rev-parse", "--verify", "--quiet", rev+"^{tree}"); err != nil {
		return unreadableAt(name, "can't be read: unknown revision "+rev, "git log shows commits, git tag and git branch names")
	}
	return unreadableAt(name, "can't be read: no file "+path+" at "+rev+" ("+said(err)+")",
		"the path is taken from the current folder, which may have been renamed since")
}

// said is the first line of what git wrote to standard error.
func said(err error) string {
	exit, ran := errors.AsType[*exec.ExitError](err)
	if !ran {
		return err.Error()
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(exit.Stderr)), "fatal: "), "\n")
	return "git: " + line
}

func unreadableAt(name, text, hint string) problem.List {
	return problem.List{{Severity: problem.Error, Code: problem.ReadFailed, File: name, Text: text, Hint: hint}}
}

// versionsOf gives what git has of a file: on the sides of a merge that goes on,
// or else on those of the last commit. Without git, or outside a repository, it
// has none.
func versionsOf(file string) [][]byte {
	dir, name := filepath.Split(file)
	var ask strings.Builder
	for _, side := range []string{":1", ":2", ":3", "HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "HEAD^1", "HEAD^2"} {
		ask.WriteString(side + ":./" + name + "\n")
	}
	command := exec.Command("git", "cat-file", "--batch")
	command.Dir, command.Stdin = dir, strings.NewReader(ask.String())
	answer, err := command.Output()
	if err != nil {
		return nil
	}
	var out [][]byte
	for len(answer) > 0 { // OBJECT blob SIZE, then so many bytes; or what is missing
		line, rest, _ := bytes.Cut(answer, []byte("\n"))
		answer = rest
		words := strings.Fields(string(line))
		if len(words) != 3 || words[1] != "blob" {
			continue
		}
		size, err := strconv.Atoi(words[2])
		if err != nil || size < 0 || size > len(rest) {
			return out
		}
		out = append(out, rest[:size])
		answer = bytes.TrimPrefix(rest[size:], []byte("\n"))
	}
	return out
}
