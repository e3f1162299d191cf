package proof

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v4"
)

// fact is what every export that carries the table must say, in words that
// all of them share: the ids of host, protocol and scope, and the port or
// range as text.
type fact struct{ host, protocol, port, scope string }

// facts is a set. Exports that repeat themselves are no different.
type facts map[fact]bool

// product adds every combination.
func (f facts) product(hosts, protocols, ports, scopes []string) {
	if len(ports) == 0 {
		ports = []string{""}
	}
	for _, h := range hosts {
		for _, p := range protocols {
			for _, n := range ports {
				for _, s := range scopes {
					f[fact{h, p, n, s}] = true
				}
			}
		}
	}
}

// compare lists what one set has and the other lacks.
func (f facts) compare(want facts) string {
	var lines []string
	for x := range want {
		if !f[x] {
			lines = append(lines, fmt.Sprintf("lost:  %s %s %s %s", x.host, x.protocol, x.port, x.scope))
		}
	}
	for x := range f {
		if !want[x] {
			lines = append(lines, fmt.Sprintf("added: %s %s %s %s", x.host, x.protocol, x.port, x.scope))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// readJSONPorts reads the rows of {product}-ports.json.
func readJSONPorts(content []byte) (facts, error) {
	var doc struct {
		Ports []struct {
			Protocols, Port, Hosts, Scopes []string
			On                             bool
		}
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		return nil, err
	}
	out := facts{}
	for _, p := range doc.Ports {
		if p.On {
			out.product(p.Hosts, p.Protocols, p.Port, p.Scopes)
		}
	}
	return out, nil
}

// readJSONFlows reads the flows of {product}-ports.json.
func readJSONFlows(content []byte) (facts, error) {
	var doc struct {
		Flows []struct {
			Host, Protocol, Scope string
			FirstPort             int `json:"first_port"`
			LastPort              int `json:"last_port"`
		}
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		return nil, err
	}
	out := facts{}
	for _, f := range doc.Flows {
		out[fact{f.Host, f.Protocol, span(f.FirstPort, f.LastPort), f.Scope}] = true
	}
	return out, nil
}

// span writes a range as the table does.
func span(first, last int) string {
	switch {
	case first == 0:
		return ""
	case first == last:
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

// records reads a CSV into maps by heading.
func records(content []byte) ([]map[string]string, error) {
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, err
	}
	out := make([]map[string]string, len(rows)-1)
	for i, row := range rows[1:] {
		out[i] = map[string]string{}
		for j, cell := range row {
			out[i][rows[0][j]] = cell
		}
	}
	return out, nil
}

// readCSVPorts reads {product}-ports.csv.
func readCSVPorts(content []byte) (facts, error) {
	rows, err := records(content)
	out := facts{}
	for _, r := range rows {
		out.product(list(r["hosts"], ";"), list(r["protocols"], ";"), list(r["port"], ", "), list(r["scopes"], ";"))
	}
	return out, err
}

// readCSVFlows reads {product}-flows.csv.
func readCSVFlows(content []byte) (facts, error) {
	rows, err := records(content)
	out := facts{}
	for _, r := range rows {
		out[fact{r["host"], r["protocol"], r["port"], r["scope"]}] = true
	}
	return out, err
}

// list splits a cell; an empty cell is no element.
func list(cell, mark string) []string {
	if cell == "" {
		return nil
	}
	parts := strings.Split(cell, mark)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// readMarkdown reads the table of ports in {product}-ports.md, whose cells
// hold names rather than ids.
func readMarkdown(content []byte) (facts, error) {
	source := text.NewReader(content)
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(source)
	out := facts{}
	for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
		table, ok := node.(*extast.Table)
		if !ok {
			continue
		}
		rows := cells(table, content)
		if len(rows[0]) < 4 || rows[0][1] != "Port" {
			continue
		}
		for _, row := range rows[1:] {
			var protocols []string
			cell := strings.TrimSuffix(row[1], " (configurable)")
			words := strings.Split(cell, ", ")
			var ports []string
			for _, w := range words {
				name, number, found := strings.Cut(w, " ")
				if !found && w[0] >= '0' && w[0] <= '9' {
					number, name = w, ""
				}
				if name != "" {
					protocols = append(protocols, strings.ToLower(name))
				}
				if number != "" {
					ports = append(ports, number)
				}
			}
			out.product(list(strings.ToLower(row[0]), ","), protocols, ports, list(strings.ToLower(row[2]), ","))
		}
	}
	return out, nil
}

// cells returns a table's text.
func cells(table ast.Node, content []byte) [][]string {
	var rows [][]string
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		var texts []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			var b strings.Builder
			_ = ast.Walk(cell, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if s, ok := n.(*ast.Text); ok && entering {
					b.Write(s.Segment.Value(content))
				}
				return ast.WalkContinue, nil
			})
			texts = append(texts, b.String())
		}
		rows = append(rows, texts)
	}
	return rows
}

// readVars reads ansible/vars/{product_ident}_ports.yml.
func readVars(content []byte) (facts, error) {
	var vars map[string]yaml.Node
	if err := yaml.Unmarshal(content, &vars); err != nil {
		return nil, err
	}
	out := facts{}
	for name, node := range vars {
		if !strings.HasSuffix(name, "_ports") {
			continue
		}
		var rows []struct {
			Protocols, Hosts, Scopes []string
			Port                     string
			Enabled                  bool
		}
		if err := node.Decode(&rows); err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Enabled {
				out.product(r.Hosts, r.Protocols, list(r.Port, ","), r.Scopes)
			}
		}
	}
	return out, nil
}

// readGroupFlows reads the list of flows in the group_vars of one host.
func readGroupFlows(host string) func([]byte) (facts, error) {
	return func(content []byte) (facts, error) {
		var vars map[string]yaml.Node
		if err := yaml.Unmarshal(content, &vars); err != nil {
			return nil, err
		}
		out := facts{}
		for name, node := range vars {
			if !strings.HasSuffix(name, "_flows") {
				continue
			}
			var rows []struct{ Protocol, Port, Scope string }
			if err := node.Decode(&rows); err != nil {
				return nil, err
			}
			for _, r := range rows {
				out[fact{host, r.Protocol, r.Port, r.Scope}] = true
			}
		}
		return out, nil
	}
}

// readGroupLists reads the lists of ports by scope and protocol in the
// group_vars of one host: mke_managers_internal_tcp_ports and the like.
func readGroupLists(product, host string, scopes []string) func([]byte) (facts, error) {
	return func(content []byte) (facts, error) {
		var vars map[string]yaml.Node
		if err := yaml.Unmarshal(content, &vars); err != nil {
			return nil, err
		}
		out := facts{}
		for name, node := range vars {
			rest, ok := strings.CutPrefix(name, snake(product+"_"+host)+"_")
			if !ok || rest == "flows" {
				continue
			}
			i := slices.IndexFunc(scopes, func(s string) bool { return strings.HasPrefix(rest, snake(s)+"_") })
			if i < 0 {
				return nil, fmt.Errorf("variable %s names no scope", name)
			}
			rest = strings.TrimPrefix(rest, snake(scopes[i])+"_")
			protocol, withPorts := strings.CutSuffix(rest, "_ports")
			ports := []string{""}
			if withPorts {
				if err := node.Decode(&ports); err != nil {
					return nil, err
				}
			}
			out.product([]string{host}, []string{strings.ReplaceAll(protocol, "_", "-")}, ports, scopes[i:i+1])
		}
		return out, nil
	}
}

func snake(id string) string { return strings.ReplaceAll(id, "-", "_") }
