package testtool

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// reader is a program that is built with Go, in the module of
// internal/proof/readers.
type reader struct {
	program string // a tool of that module
	module  string // whose code reads, and whose version counts
}

// readers holds them, by the name that tests ask for.
var readers = map[string]reader{
	"calico-validator":     {"readers", "github.com/projectcalico/calico"},
	"goss":                 {"goss", "github.com/goss-org/goss"},
	"kubernetes-validator": {"readers", "k8s.io/apimachinery"},
	"terraform-language":   {"readers", "github.com/hashicorp/hcl/v2"},
}

// build gives the path of a reader, which the go command builds unless it has
// it, and the version of the module whose code reads.
func build(name string, r reader) (path, version string, err error) {
	root, err := root(name)
	if err != nil {
		return "", "", err
	}
	cmd := exec.Command("go", "-C", filepath.Join(root, "internal", "proof", "readers"), "tool", "-n", r.program)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("needs %s: %s: %w\n%s", name, cmd, err, said.String())
	}
	path = strings.TrimSpace(string(out))
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return "", "", fmt.Errorf("needs %s: %w", name, err)
	}
	modules := slices.Concat(info.Deps, []*debug.Module{&info.Main})
	i := slices.IndexFunc(modules, func(m *debug.Module) bool { return m.Path == r.module })
	if i < 0 {
		return "", "", fmt.Errorf("needs %s: %s holds nothing of %s", name, path, r.module)
	}
	m := modules[i]
	if m.Replace != nil {
		m = m.Replace
	}
	return path, m.Path + " " + m.Version, nil
}

// root gives the folder of this repository.
func root(name string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "portpress").Output()
	if err != nil {
		return "", fmt.Errorf("needs %s: go list: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// installed gives the folder of the modules of internal/proof/sites, which make
// test installs by npm, and what is there.
func installed() (path, version string, err error) {
	root, err := root("sites")
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(root, ".build", "sites")
	var names []string
	for _, name := range []string{"@mdx-js/mdx", "remark-gfm", "liquidjs", "prettier", "vue", "markdown-it", "@taplo/cli", "@taplo/lsp"} {
		text, err := os.ReadFile(filepath.Join(path, "node_modules", filepath.FromSlash(name), "package.json"))
		var module struct{ Version string }
		if err == nil {
			err = json.Unmarshal(text, &module)
		}
		if err != nil {
			return "", "", fmt.Errorf("needs %s of npm, which make test installs in .build/sites: %w", name, err)
		}
		names = append(names, name+" "+module.Version)
	}
	return path, strings.Join(names, ", "), nil
}
