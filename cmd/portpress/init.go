package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"net/netip"
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
	Project   initProjectCmd   `cmd:"" default:"withargs" help:"Write a project file and a dataset to start from. This is what init does by itself."`
	Templates initTemplatesCmd `cmd:"" help:"Copy shipped templates, to be changed."`
	Site      initSiteCmd      `cmd:"" help:"Write a commented layer with all that a site may say of a dataset."`
}

// initSiteCmd writes a site's layer.
type initSiteCmd struct {
	Dataset string `arg:"" optional:"" help:"TOML file, id of a shipped dataset or of the project's, or - for standard input. Default: the project's, or mke."`
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
	w, problems, err := (&baseFlags{}).openOne(t, c.Dataset)
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	ds, found := w.dataset(&site{readable: true}, w.names[0])
	problems = append(problems, found...)
	if err := t.tell(problems, false); err != nil {
		return err
	}
	text, err := siteLayer(w.names[0], ds)
	if err != nil {
		return err
	}
	if c.Out == stdin {
		return t.Write(string(text))
	}
	return writeNew(c.Out, text)
}

// setting is a key of the layer: what has it, and its value as TOML.
type setting struct {
	ID, Caption, Value, OneOf string
}

// inert is a line that sets nothing: a comment, a blank, or a table's heading.
var inert = regexp.MustCompile(`^(#.*|\[[a-z0-9.-]+\])?\n$`)

// siteLayer fills in the template.
func siteLayer(name string, ds *dataset.Dataset) ([]byte, error) {
	data := struct {
		*dataset.Dataset
		Name  string
		Allow string
		Peers []setting
		Ports []setting
	}{Dataset: ds, Name: name, Allow: textsValue(ds.Egress.Allow), Peers: peerSettings(ds)}
	for _, p := range ds.Ports {
		if !p.Configurable && len(p.OneOf) == 0 || len(p.Ranges) == 0 {
			continue // fixed, or without a number that could be changed
		}
		s := setting{ID: p.ID, Caption: strings.Join(strings.Fields(p.Caption()), " "), Value: portValue(p.StatedRanges())}
		if len(p.PortNames) > 0 || p.Unstated != "" {
			s.Value = p.StatedTOML()
		}
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

// peerSettings lists the peers that rows open to and that have addresses, also
// those of rows that are off or that no firewall can open, in the order of the
// table.
func peerSettings(ds *dataset.Dataset) []setting {
	var out []setting
	seen := map[*dataset.Peer]bool{}
	add := func(p *dataset.Peer) {
		if seen[p] || !p.HasNetworks() {
			return
		}
		seen[p] = true
		value := `["10.0.0.0/24", "fd00:1::/64"]`
		if len(p.Networks) > 0 {
			value = networksValue(p.Networks)
		}
		out = append(out, setting{ID: p.ID, Value: value})
	}
	for _, row := range ds.Ports {
		for _, s := range row.Scopes {
			for _, p := range s.From {
				add(p)
			}
		}
		for _, p := range append(slices.Clip(row.To), row.Between...) {
			add(p)
		}
	}
	for _, p := range ds.Assume.From {
		add(p)
	}
	// Pods come with the cluster, so most tables don't name them.
	i := slices.IndexFunc(out, func(s setting) bool { return s.ID == "cluster" })
	if i < 0 || slices.ContainsFunc(out, func(s setting) bool { return s.ID == "pods" }) {
		return out
	}
	value := `["10.42.0.0/16", "10.43.0.0/16"]`
	if pods := ds.Pods(); len(pods) > 0 {
		value = networksValue(pods)
	}
	return slices.Insert(out, i+1, setting{ID: "pods", Value: value})
}

func networksValue(networks []netip.Prefix) string {
	return textsValue(dataset.Texts(networks, netip.Prefix.String))
}

func textsValue(texts []string) string {
	quoted := dataset.Texts(texts, strconv.Quote)
	return "[" + strings.Join(quoted, ", ") + "]"
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
