package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"portpress/internal/dataset"
	"portpress/internal/screen"
)

// initCmd writes files to start from.
type initCmd struct {
	Site initSiteCmd `cmd:"" help:"Write a commented layer with all that a site may say of a dataset."`
}

// initSiteCmd writes a site's layer.
type initSiteCmd struct {
	Dataset string `arg:"" optional:"" default:"mke" help:"TOML file, id of a shipped dataset, or - for standard input. Default: ${default}."`
	Out     string `short:"o" default:"-" placeholder:"FILE" help:"File to write, which must not exist yet; by default standard output."`
}

// Help is what portpress init site --help says below the flags.
func (*initSiteCmd) Help() string {
	return `The layer lists the peers that need addresses, the way in by ssh, inventory groups, labels of pods, options, interfaces and
the ports that may be changed, each with its present value and commented out.

    portpress init site --out site.toml`
}

//go:embed site.toml.tmpl
var siteTemplate string

// Run does the command.
func (c *initSiteCmd) Run(t *terminal) error {
	ds, problems := (&inputs{}).load(t, c.Dataset)
	if err := t.tell(problems, false); err != nil {
		return err
	}
	text, err := siteLayer(c.Dataset, ds)
	if err != nil {
		return err
	}
	if c.Out == stdin {
		return t.Write(string(text))
	}
	file, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: remove it, or name another file with --out", c.Out)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// setting is a key of the layer: what has it, and its value as TOML.
type setting struct {
	ID, Purpose, Value, OneOf string
}

// inert is a line that sets nothing: a comment, a blank, or a table's heading.
var inert = regexp.MustCompile(`^(#.*|\[[a-z0-9.-]+\])?\n$`)

// siteLayer fills in the template.
func siteLayer(name string, ds *dataset.Dataset) ([]byte, error) {
	data := struct {
		*dataset.Dataset
		Name  string
		Peers []setting
		Ports []setting
	}{Dataset: ds, Name: name, Peers: peerSettings(ds)}
	for _, p := range ds.Ports {
		if !p.Configurable && len(p.OneOf) == 0 || len(p.Ranges) == 0 {
			continue // fixed, or without a number that could be changed
		}
		s := setting{ID: p.ID, Purpose: strings.Join(strings.Fields(p.Purpose), " "), Value: portValue(p.Ranges)}
		if len(p.OneOf) > 0 && !p.Configurable {
			s.OneOf = portValue(p.OneOf)
		}
		data.Ports = append(data.Ports, s)
	}
	tmpl, err := template.New("site.toml").Funcs(template.FuncMap{"pods": podsValue, "line": screen.Text, "toml": dataset.Quote}).Parse(siteTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, data); err != nil {
		return nil, err
	}
	for line := range strings.Lines(b.String()) {
		if !inert.MatchString(line) {
			return nil, fmt.Errorf("the layer would set something by itself: %s", strconv.Quote(line))
		}
	}
	return b.Bytes(), nil
}

// peerSettings lists the peers that rows open to and that have addresses, in
// the order of the flows.
func peerSettings(ds *dataset.Dataset) []setting {
	var out []setting
	seen := map[*dataset.Peer]bool{}
	for i := range ds.Flows {
		p := ds.Flows[i].Peer
		if seen[p] || !p.HasNetworks() {
			continue
		}
		seen[p] = true
		value := `["10.0.0.0/24", "fd00:1::/64"]`
		if len(p.Networks) > 0 {
			var quoted []string
			for _, n := range p.Networks {
				quoted = append(quoted, strconv.Quote(n.String()))
			}
			value = "[" + strings.Join(quoted, ", ") + "]"
		}
		out = append(out, setting{ID: p.ID, Value: value})
	}
	return out
}

// podsValue writes the labels of a host type's pods, or such as it might have.
func podsValue(product string, h *dataset.Host) string {
	labels := h.Pods()
	if len(labels) == 0 {
		labels = map[string]any{"app.kubernetes.io/name": product, "app.kubernetes.io/component": h.ID}
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, fmt.Sprintf("%s = %s", dataset.Quote(key), dataset.Quote(fmt.Sprint(labels[key]))))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// portValue writes ranges as the key port does.
func portValue(ranges []dataset.Range) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		if parts[i] = r.String(); !r.Single() {
			parts[i] = strconv.Quote(parts[i])
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
