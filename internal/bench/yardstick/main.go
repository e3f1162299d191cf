// Command yardstick is what one would write by hand in place of portpress: it
// reads a dataset and writes four of its exports, byte for byte the same, with
// the same TOML parser and plain buffered writes. It checks nothing, knows no
// templates and verifies nothing; a measurement says what these cost.
//
// Usage: yardstick DATASET OUT
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "yardstick:", err)
		os.Exit(1)
	}
}

func run(dataset, out string) error {
	doc, err := read(dataset)
	if err != nil {
		return err
	}
	id := doc.Product.ID
	for path, export := range map[string]func(*document, *bufio.Writer){
		id + "-ports.md":                    markdown,
		id + "-ports.csv":                   csv,
		id + "-ports.json":                  json,
		"ansible/vars/" + id + "_ports.yml": yaml,
	} {
		if err := write(filepath.Join(out, id, path), doc, export); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, doc *document, export func(*document, *bufio.Writer)) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	export(doc, w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// document is the dataset as TOML has it. Maps forget the order of the text;
// the lists of ids keep it.
type document struct {
	Product struct {
		ID, Name, Abbreviation, Version, Source string
	}
	Hosts    map[string]named
	Peers    map[string]named
	Scopes   map[string]named
	Options  map[string]named
	Networks map[string][]string
	Ports    map[string]port

	hosts, peers, scopes, options, networks, ports []string
	rows                                           []row
	remarked                                       bool // whether any row has remarks
}

type named struct {
	Name, Description string
	From              []string // of a scope
	Addresses         []string // of a peer
	Group             string   // of an option, as is Default
	Default           bool
}

type port struct {
	Port         any
	Configurable bool
	Protocols    []string
	Hosts        []string
	Scopes       []string
	Options      []string
	Purpose      string
}

// row is a port with what more than one export needs of it.
type row struct {
	port
	id      string
	numbers []string // "443", "8000-8010"
	remarks string
	on      bool
}

func read(path string) (*document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc := &document{}
	meta, err := toml.Decode(string(text), doc)
	if err != nil {
		return nil, err
	}
	lists := map[string]*[]string{
		"hosts": &doc.hosts, "peers": &doc.peers, "scopes": &doc.scopes,
		"options": &doc.options, "networks": &doc.networks, "ports": &doc.ports,
	}
	for _, key := range meta.Keys() {
		if len(key) == 2 && lists[key[0]] != nil {
			*lists[key[0]] = append(*lists[key[0]], key[1])
		}
	}
	slices.Sort(doc.networks)
	doc.rows = make([]row, len(doc.ports))
	for i, id := range doc.ports {
		r := row{port: doc.Ports[id], id: id, on: true}
		r.numbers = numbers(r.Port)
		for i, id := range r.Options {
			r.on = r.on && doc.Options[id].Default
			if i == 0 {
				r.remarks = "only with " + doc.Options[id].Name
				doc.remarked = true
			} else {
				r.remarks += " and " + doc.Options[id].Name
			}
		}
		doc.rows[i] = r
	}
	return doc, nil
}

func numbers(v any) []string {
	switch v := v.(type) {
	case int64:
		return []string{strconv.FormatInt(v, 10)}
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, element := range v {
			out = append(out, numbers(element)...)
		}
		return out
	}
	return nil
}

// title joins the names of ids as a phrase: "Managers, workers".
func title(ids []string, by map[string]named) string {
	if len(ids) == 1 {
		return by[ids[0]].Name
	}
	var b strings.Builder
	for i, id := range ids {
		name := by[id].Name
		if i > 0 {
			b.WriteString(", ")
			name = strings.ToLower(name[:1]) + name[1:]
		}
		b.WriteString(name)
	}
	return b.String()
}
