package testtool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// script writes a program that prints and exits as told.
func script(t *testing.T, name, prints string, status int) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	dir := t.TempDir()
	text := fmt.Sprintf("#!/bin/sh\necho %s\nexit %d\n", prints, status)
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFindPassesOverAProgramThatItsProbeRefuses(t *testing.T) {
	bad, good := script(t, "python3", "no module", 1), script(t, "python3", "6.0.1", 0)
	path, version, err := find("python3-yaml", []string{t.TempDir(), bad, good})
	if err != nil || filepath.Dir(path) != good || version != "6.0.1" {
		t.Errorf("find gave %q, %q, %v; want the one in %s", path, version, err, good)
	}
	_, _, err = find("python3-yaml", []string{bad})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(bad, "python3")) {
		t.Errorf("with only a refused program, the error is %v; want one that names it", err)
	}
	if _, _, err = find("nft", []string{bad}); err == nil || !strings.Contains(err.Error(), "nftables") {
		t.Errorf("without any, the error is %v; want one that names the package", err)
	}
}

// verdict stands in for a test, and keeps how Need ended it.
type verdict struct {
	testing.TB
	skipped, failed string
}

func (*verdict) Helper()                       {}
func (*verdict) Logf(string, ...any)           {}
func (v *verdict) Skip(args ...any)            { v.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (v *verdict) Fatal(args ...any)           { v.failed = fmt.Sprint(args...); runtime.Goexit() }
func (v *verdict) Fatalf(f string, arg ...any) { v.failed = fmt.Sprintf(f, arg...); runtime.Goexit() }

// need runs Need as a test would, in a goroutine that it may end.
func need(name string) verdict {
	var v verdict
	done := make(chan struct{})
	go func() {
		defer close(done)
		Need(&v, name)
	}()
	<-done
	return v
}

func TestNeedSkipsByNameAndFailsInCI(t *testing.T) {
	mu.Lock()
	kept := findings
	findings = map[string]*finding{"nft": {err: errors.New("needs nft: not found")}}
	mu.Unlock()
	t.Cleanup(func() { findings = kept })

	t.Setenv("CI", "")
	if v := need("nft"); !strings.Contains(v.skipped, "nft") || v.failed != "" {
		t.Errorf("outside CI: %+v; want a skip that names nft", v)
	}
	t.Setenv("CI", "true")
	if v := need("nft"); v.skipped != "" || !strings.Contains(v.failed, "nft") {
		t.Errorf("in CI: %+v; want a failure that names nft", v)
	}
	t.Setenv("CI", "")
	if v := need("nfft"); v.skipped != "" || !strings.Contains(v.failed, "nfft") {
		t.Errorf("for a misspelt name: %+v; want a failure, lest it be skipped for ever", v)
	}
}

func TestMakefileInstallsEveryTool(t *testing.T) {
	text, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^TEST_PACKAGES\s*=\s*(.*)$`).FindSubmatch(text)
	if list == nil {
		t.Fatal("the Makefile has no line TEST_PACKAGES = …")
	}
	packages := strings.Fields(string(list[1]))
	for name, tool := range tools {
		if !slices.Contains(packages, tool.debian) {
			t.Errorf("%s comes with %s, which TEST_PACKAGES lacks", name, tool.debian)
		}
	}
}

func TestReadersHoldTheirModules(t *testing.T) {
	for name, r := range readers {
		Need(t, name)
		path, version, err := build(name, r)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) != r.program || !strings.HasPrefix(version, r.module+" v") {
			t.Errorf("%s is %s of %s", name, path, version)
		}
	}
	if _, _, err := build("none", reader{"readers", "example.com/none"}); err == nil || !strings.Contains(err.Error(), "example.com/none") {
		t.Errorf("a module that isn't in it gives %v", err)
	}
	if _, _, err := build("none", reader{"none", ""}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a program that isn't there gives %v", err)
	}
}
