// Package testtool finds the real programs that tests hand exports to, so that
// an export counts as good when its consumer says so.
package testtool

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// tool is a program that some test runs.
type tool struct {
	program string   // its name on the search path
	probe   []string // arguments that succeed on a usable one, and print its version
	debian  string   // the Debian package that brings it, one of the Makefile's TEST_PACKAGES
}

// tools holds the programs that Debian has, by the name that tests ask for.
var tools = map[string]tool{
	"ansible-lint":      {"ansible-lint", []string{"--version", "--nocolor", "--offline"}, "ansible-lint"},
	"ansible-playbook":  {"ansible-playbook", []string{"--version"}, "ansible"},
	"asciidoctor":       {"asciidoctor", []string{"--version"}, "asciidoctor"},
	"bash":              {"bash", []string{"--version"}, "bash"},
	"blackbox_exporter": {"prometheus-blackbox-exporter", []string{"--version"}, "prometheus-blackbox-exporter"},
	"cloud-init":        {"cloud-init", []string{"--version"}, "cloud-init"},
	"dbus-daemon":       {"dbus-daemon", []string{"--version"}, "dbus-daemon"},
	"fish":              {"fish", []string{"--version"}, "fish"},
	"firewalld":         {"firewall-offline-cmd", []string{"--version"}, "firewalld"},
	"ip":                {"ip", []string{"-V"}, "iproute2"},
	"iptables":          {"iptables-restore", []string{"--version"}, "iptables"},
	"man":               {"man", []string{"--version"}, "man-db"},
	"nft":               {"nft", []string{"--version"}, "nftables"},
	"pre-commit":        {"pre-commit", []string{"--version"}, "pre-commit"},
	"prometheus":        {"prometheus", []string{"--version"}, "prometheus"},
	"node":              {"node", []string{"--version"}, "nodejs"},
	"promtool":          {"promtool", []string{"--version"}, "prometheus"},
	"python3":           {"python3", []string{"--version"}, "python3"},
	"sphinx":            {"sphinx-build", []string{"--version"}, "python3-sphinx"},
	"sha256sum":         {"sha256sum", []string{"--version"}, "coreutils"},
	"systemd-analyze":   {"systemd-analyze", []string{"--version"}, "systemd"},
	"ufw":               {"ufw", []string{"version"}, "ufw"},
	"unshare":           {"unshare", []string{"--version"}, "util-linux"},
	"zsh":               {"zsh", []string{"--version"}, "zsh"},

	// A python3 that can import a module. The first one on the search path is
	// often another than the system's, and lacks it.
	"docutils":     {"python3", []string{"-c", "import docutils; print('docutils', docutils.__version__)"}, "python3-docutils"},
	"python3-yaml": {"python3", []string{"-c", "import yaml; print('PyYAML', yaml.__version__)"}, "python3-yaml"},
}

// Need gives the paths of the named tools, in the order asked for. Where one
// is missing the test is skipped by that tool's name, or fails when CI=true: a
// continuous build that skips would prove nothing.
func Need(t testing.TB, names ...string) []string {
	t.Helper()
	if err := Guard(); err != nil {
		t.Fatal(err)
	}
	paths := make([]string, len(names))
	for i, name := range names {
		found := cached(name)
		switch ci, _ := strconv.ParseBool(os.Getenv("CI")); {
		case errors.Is(found.err, errUnknown):
			t.Fatal(found.err)
		case found.err != nil && ci:
			t.Fatalf("%v, and CI=true lets no test be skipped", found.err)
		case found.err != nil:
			t.Skip(found.err)
		}
		found.log.Do(func() {
			shown := found.path
			if _, isBuilt := readers[name]; isBuilt {
				shown = filepath.Base(shown) // the rest is Go's cache
			}
			t.Logf("real program: %s, %s", shown, found.version)
		})
		paths[i] = found.path
	}
	return paths
}

// NeedRoot is Need for the rights that something in a test takes.
func NeedRoot(t testing.TB, what string) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if ci, _ := strconv.ParseBool(os.Getenv("CI")); ci {
		t.Fatalf("%s needs root, and CI=true lets no test be skipped", what)
	}
	t.Skip(what + " needs root")
}

// finding is what the search for one tool gave.
type finding struct {
	path, version string
	err           error
	log           sync.Once // each test binary tells a version once
}

var (
	mu       sync.Mutex
	findings = map[string]*finding{}
)

// cached searches once in a process: a probe of cloud-init alone takes a
// third of a second.
func cached(name string) *finding {
	mu.Lock()
	defer mu.Unlock()
	if findings[name] == nil {
		f := &finding{}
		f.path, f.version, f.err = find(name, searchPath())
		findings[name] = f
	}
	return findings[name]
}

var errUnknown = errors.New("not in testtool's table; add it there and to the Makefile's TEST_PACKAGES")

// find gives the first program of the tool's name in dirs that its probe
// accepts, and the version that the probe printed.
func find(name string, dirs []string) (path, version string, err error) {
	if reader, ok := readers[name]; ok {
		return build(name, reader)
	}
	if name == "sites" {
		return installed()
	}
	tool, ok := tools[name]
	if !ok {
		return "", "", fmt.Errorf("%s: %w", name, errUnknown)
	}
	err = fmt.Errorf("needs %s: not found; Debian's package is %s", name, tool.debian)
	for _, dir := range dirs {
		path, lookErr := exec.LookPath(filepath.Join(dir, tool.program))
		if lookErr != nil {
			continue
		}
		out, probeErr := exec.Command(path, tool.probe...).CombinedOutput()
		if probeErr == nil {
			version, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
			return path, version, nil
		}
		err = fmt.Errorf("needs %s: %s %s: %w; Debian's package is %s",
			name, path, strings.Join(tool.probe, " "), probeErr, tool.debian)
	}
	return "", "", err
}

// searchPath is PATH and the folders of system programs, which Debian leaves
// out of a user's PATH though anyone may run what lies there.
func searchPath() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if runtime.GOOS != "windows" {
		dirs = append(dirs, "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin")
	}
	return dirs
}
