// Command readers reads exports by the code of the programs that they are for,
// and prints what these make of them as a JSON list, one element a file. It is
// for tests. What a program would refuse ends it with status 1.
//
// Usage: readers KIND FILE..., or readers KIND for the version of the code.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// kinds are the kinds of file, with the module whose code reads them.
var kinds = map[string]struct {
	module string
	read   func(name string, content []byte) (any, error)
}{
	"calico":        {"github.com/projectcalico/calico", calico},
	"networkpolicy": {"k8s.io/kubernetes", networkPolicy},
	"terraform":     {"github.com/hashicorp/hcl/v2", terraform},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: readers KIND FILE..., where KIND is %s", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	kind, ok := kinds[args[0]]
	switch {
	case !ok:
		return fmt.Errorf("no kind of file is called %s", args[0])
	case len(args) == 1:
		fmt.Println(kind.module, version(kind.module))
		return nil
	}
	var all []any
	for _, name := range args[1:] {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		one, err := kind.read(name, content)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, one)
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

// version is that of a module in this program.
func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == module {
			if dep.Replace != nil {
				return dep.Replace.Version
			}
			return dep.Version
		}
	}
	return "of an unknown version"
}
