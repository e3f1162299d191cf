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

	"portpress/internal/dataset"
)

// fact is what every export that carries the table must say, in words that
// all of them share: the ids of host, protocol and scope, and the port or
// range as text.
type fact struct{ host, protocol, port, scope string }

// facts is a set. Exports that repeat themselves are no different.
type facts map[fact]bool

// product adds every combination. "88/tcp" is of TCP alone, and what is no
// number of any protocol stands beside such as unstated.
func (f facts) product(hosts, protocols, ports, scopes []string) {
	for _, h := range hosts {
		for _, p := range protocols {
			for _, n := range portsWith(p, ports) {
				for _, s := range scopes {
					f[fact{h, p, n, s}] = true
				}
			}
		}
	}
}

// portsWith gives those of a row's ports that go with a protocol.
func portsWith(protocol string, ports []string) []string {
	if !slices.ContainsFunc(dataset.Protocols(), func(p *dataset.Protocol) bool { return p.ID == protocol && p.HasPorts }) || len(ports) == 0 {
		return []string{""}
	}
	slashed := func(port string) bool { return strings.Contains(port, "/") }
	if !slices.ContainsFunc(ports, slashed) {
		return ports
	}
	var own []string
	for _, port := range ports {
		number, of, _ := strings.Cut(port, "/")
		if of == protocol || of == "" && protocol == "unstated" {
			own = append(own, number)
		}
	}
	return own
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
			Details                        struct {
				To, Between     []string
				Unstated        string
				Pattern, Socket string
			}
		}
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		return nil, err
	}
	out := facts{}
	for _, p := range doc.Ports {
		ports := p.Port
		switch {
		case p.Details.Pattern != "":
			ports = []string{p.Details.Pattern}
		case p.Details.Unstated != "":
			ports = append(ports, p.Details.Unstated)
		}
		out.product(p.Hosts, p.Protocols, ports, append(p.Scopes, append(outgoing(p.Details.To), either(p.Details.Between)...)...))
	}
	return out, nil
}

// outgoing marks destinations, to tell them from sources.
func outgoing(peers []string) []string {
	var out []string
	for _, p := range peers {
		out = append(out, "to "+p)
	}
	return out
}

// either marks parties of which any may start.
func either(parties []string) []string {
	if len(parties) == 0 {
		return nil
	}
	return []string{"between " + strings.Join(slices.Sorted(slices.Values(parties)), " ")}
}

// scopeOf is a flow's scope, marked if the flow is outgoing.
func scopeOf(direction, scope string) string {
	if direction == "out" {
		return "to " + scope
	}
	return scope
}

// readJSONFlows reads the flows of {product}-ports.json.
func readJSONFlows(content []byte) (facts, error) {
	var doc struct {
		Flows []struct {
			Direction, Host, Protocol, Scope string

			FirstPort int `json:"first_port"`
			LastPort  int `json:"last_port"`
		}
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		return nil, err
	}
	out := facts{}
	for _, f := range doc.Flows {
		out[fact{f.Host, f.Protocol, span(f.FirstPort, f.LastPort), scopeOf(f.Direction, f.Scope)}] = true
	}
	return out, nil
}

// span writes a range as the table does.
func span(first, last int) string {
	switch first {
	case 0:
		return ""
	case last:
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
		out.product(list(r["hosts"], ";"), list(r["protocols"], ";"), list(r["port"], ", "),
			append(list(r["scopes"], ";"), append(outgoing(list(r["to"], ";")), either(list(r["between"], ";"))...)...))
	}
	return out, err
}

// readCSVFlows reads {product}-flows.csv.
func readCSVFlows(content []byte) (facts, error) {
	rows, err := records(content)
	out := facts{}
	for _, r := range rows {
		out[fact{r["host"], r["protocol"], r["port"], scopeOf(r["direction"], r["scope"])}] = true
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

// readMarkdown reads the tables of ports in {product}-ports.md, whose cells
// hold names rather than ids.
func readMarkdown(ids names) func([]byte) (facts, error) {
	return func(content []byte) (facts, error) {
		doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(content))
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
				if row[1] == "" || strings.HasPrefix(row[1], "unix socket") {
					continue // rows of another world than protocols and ports
				}
				var scopes []string
				for _, part := range list(row[2], ";") {
					if to, isTo := strings.CutPrefix(part, "to "); isTo {
						scopes = append(scopes, outgoing(ids.of(to))...)
					} else if parties, isEither := strings.CutPrefix(part, "between "); isEither {
						scopes = append(scopes, either(ids.of(strings.Replace(parties, " and ", ", ", 1)))...)
					} else {
						scopes = append(scopes, ids.of(part)...)
					}
				}
				cell, _, _ := strings.Cut(row[1], " (")
				for part := range strings.SplitSeq(cell, "; ") {
					protocols, ports := readPortCell(part)
					out.product(ids.of(row[0]), protocols, ports, scopes)
				}
			}
		}
		return out, nil
	}
}

// names finds ids by the names that documents show, in lower case.
type names map[string]string

// of splits a list of names. A name that nothing has stays as it is, so that
// the comparison shows it.
func (n names) of(cell string) []string {
	var out []string
	for _, name := range list(strings.ToLower(cell), ",") {
		if id := n[name]; id != "" {
			name = id
		}
		out = append(out, name)
	}
	return out
}

// readPortCell takes "TCP, UDP 7946, 80" apart.
func readPortCell(cell string) (protocols, ports []string) {
	cell, _, _ = strings.Cut(cell, " type ")
	cell = strings.ReplaceAll(strings.Replace(cell, "Any protocol", "any", 1), " or ", ", ")
	for part := range strings.SplitSeq(cell, ", ") {
		for word := range strings.FieldsSeq(part) {
			if isNumber := word[0] >= '0' && word[0] <= '9'; isNumber || word == "dynamic" || word == "unknown" {
				ports = append(ports, word)
			} else {
				protocols = append(protocols, strings.ToLower(word))
			}
		}
	}
	if len(protocols) == 0 {
		protocols = []string{"unstated"}
	}
	return protocols, ports
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

// readYAML reads a file of variables by name.
func readYAML(content []byte) (map[string]yaml.Node, error) {
	var vars map[string]yaml.Node
	err := yaml.Unmarshal(content, &vars)
	return vars, err
}

// readVars reads ansible/vars/{product_ident}_ports.yml.
func readVars(content []byte) (facts, error) {
	vars, err := readYAML(content)
	if err != nil {
		return nil, err
	}
	out := facts{}
	for name, node := range vars {
		if !strings.HasSuffix(name, "_ports") {
			continue
		}
		var rows []struct {
			Protocols, Hosts, Scopes, To, Between []string
			Port                                  string
		}
		if err := node.Decode(&rows); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out.product(r.Hosts, r.Protocols, list(r.Port, ","), append(r.Scopes, append(outgoing(r.To), either(r.Between)...)...))
		}
	}
	return out, nil
}

// readGroupFlows reads the list of flows in the group_vars of one host.
func readGroupFlows(host string) func([]byte) (facts, error) {
	return func(content []byte) (facts, error) {
		vars, err := readYAML(content)
		if err != nil {
			return nil, err
		}
		out := facts{}
		for name, node := range vars {
			if !strings.HasSuffix(name, "_flows") {
				continue
			}
			var rows []struct{ Direction, Protocol, Port, Scope string }
			if err := node.Decode(&rows); err != nil {
				return nil, err
			}
			for _, r := range rows {
				out[fact{host, r.Protocol, r.Port, scopeOf(r.Direction, r.Scope)}] = true
			}
		}
		return out, nil
	}
}

// readGroupLists reads the lists of ports by scope and protocol in the
// group_vars of one host: mke_managers_internal_tcp_ports and the like.
func readGroupLists(product, host string, scopes []string) func([]byte) (facts, error) {
	return func(content []byte) (facts, error) {
		vars, err := readYAML(content)
		if err != nil {
			return nil, err
		}
		out := facts{}
		for name, node := range vars {
			rest, ok := strings.CutPrefix(name, snake(product+"_"+host)+"_")
			if !ok || rest == "flows" {
				continue
			}
			rest, isOut := strings.CutPrefix(rest, "to_")
			// The longest scope that fits: one may begin like another.
			scope := ""
			for _, s := range scopes {
				if strings.HasPrefix(rest, snake(s)+"_") && len(s) > len(scope) {
					scope = s
				}
			}
			if scope == "" {
				return nil, fmt.Errorf("variable %s names no scope", name)
			}
			rest = strings.TrimPrefix(rest, snake(scope)+"_")
			if isOut {
				scope = "to " + scope
			}
			protocol, withPorts := strings.CutSuffix(rest, "_ports")
			ports := []string{""}
			if withPorts {
				if err := node.Decode(&ports); err != nil {
					return nil, err
				}
			}
			out.product([]string{host}, []string{strings.ReplaceAll(protocol, "_", "-")}, ports, []string{scope})
		}
		return out, nil
	}
}

func snake(id string) string { return strings.ReplaceAll(id, "-", "_") }
