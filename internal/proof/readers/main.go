// Command readers reads exports by the code of the programs that they are for,
// and prints what these make of them as a JSON list, one element a file. It is
// for tests. What a program would refuse ends it with status 1.
//
// Usage: readers KIND FILE...
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// kinds are the readers of a file's content, by the kind of file.
var kinds = map[string]func(name string, content []byte) (any, error){
	"calico":        calico,
	"networkpolicy": networkPolicy,
	"terraform":     terraform,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: readers KIND FILE..., where KIND is %s", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	read, ok := kinds[args[0]]
	if !ok {
		return fmt.Errorf("no kind of file is called %s", args[0])
	}
	var all []any
	for _, name := range args[1:] {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		one, err := read(name, content)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, one)
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}
