package policy

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress/internal/bench"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/source"
)

// load reads a dataset and layers over it, given as text.
func load(t *testing.T, texts ...string) *dataset.Dataset {
	t.Helper()
	files := make([]*source.File, len(texts))
	for i, text := range texts {
		file, problems := source.FromReader(strings.NewReader(text), fmt.Sprintf("layer%d.toml", i))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		files[i] = file
	}
	ds, problems := dataset.Load(files[0], files[1:]...)
	if problems.Count(problem.Error) > 0 {
		t.Fatal(problems)
	}
	return ds
}

func everyKeyText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(everyKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// datasets are what properties are held over.
func datasets(t *testing.T) map[string]*dataset.Dataset {
	t.Helper()
	key := everyKeyText(t)
	return map[string]*dataset.Dataset{
		"bare": load(t, key), "site": load(t, key, site), "narrow": load(t, key, narrow),
		"narrow, site": load(t, key, narrow, site), "zoned": load(t, key, narrow, site, "interfaces.storage.zone = \"storage\"\n"), "bench": load(t, string(bench.Dataset(200))),
	}
}

// everyFirewall calls check for each dataset, host and target.
func everyFirewall(t *testing.T, check func(t *testing.T, p *Policy, target *Target, f *Firewall, warnings []Warning)) {
	for name, ds := range datasets(t) {
		p := New(ds)
		for _, h := range ds.Hosts {
			for _, target := range targets {
				t.Run(fmt.Sprintf("%s/%s/%s", name, h.ID, target.ID()), func(t *testing.T) {
					f, warnings := p.Firewall(h, target)
					check(t, p, target, f, warnings)
				})
			}
		}
	}
}

// portByPort reports whether rules open each port of a flow by itself.
func portByPort(flow *dataset.Flow, rules []*Rule) bool {
	left := flow.Range.To - flow.Range.From + 1
	for _, r := range rules {
		one := *flow
		if !r.Closed {
			one.Range = r.Flow.Range
			if reflect.DeepEqual(one, *r.Flow) && one.Range.Single() && flow.Range.From <= one.Range.From && one.Range.To <= flow.Range.To {
				left--
			}
		}
	}
	return left == 0
}

// isPortOf reports whether a flow is one port of another one.
func isPortOf(one, of *dataset.Flow) bool {
	return one.Port == of.Port && one.Protocol == of.Protocol && one.Range.Single() && of.Range.From <= one.Range.From && one.Range.To <= of.Range.To
}

// serves reports whether a service holds what a flow opens.
func serves(s *Service, t *Target, f *dataset.Flow) bool {
	return s != nil && slices.ContainsFunc(s.Opens, func(r *Rule) bool {
		return r.Protocol == t.protocol(f) && r.Ports == f.Range.Join(t.portMark)
	})
}

// otherFamily reports whether a flow has nothing in the target's family, or
// arrives at addresses of another than it comes from.
func (t *Target) otherFamily(f *dataset.Flow) bool {
	for _, fam := range bothFamilies {
		own := icmpFamily(f.Protocol)
		if t.family != both && t.family != fam || own != both && own != fam {
			continue
		}
		here := len(f.Port.Bind) == 0 || len(f.Port.BindTo(fam == four)) > 0
		if here && (f.Peer.Kind == dataset.PeerAny || t.inventory || t.pods || t.findsHosts && len(f.Peer.Networks) == 0 || len(texts(f.Peer.Networks, fam)) > 0) {
			return false
		}
	}
	return true
}

// everyRule gives a section's rules, those of bundles too.
func everyRule(s *Section) []*Rule {
	rules := slices.Clone(s.Rules)
	for _, b := range s.Bundles {
		rules = append(rules, b.Rules...)
	}
	return rules
}

// write gives a rule in one line, to compare.
func write(r *Rule) string {
	var words []string
	add := func(name string, values ...string) {
		if text := strings.Join(values, ","); text != "" {
			words = append(words, name+" "+text)
		}
	}
	if r.Closed {
		return "closed " + r.Title
	}
	add("family", r.Family)
	add("source", r.Source)
	add("bind", r.Bind)
	add("device", r.Device)
	add("type", r.Type)
	add("protocol", r.Protocol)
	add("ports", r.Ports)
	return strings.Join(words, " ")
}

// section gives what a target is told of a row from a peer.
func section(f *Firewall, peer, row string) []string {
	var lines []string
	for _, s := range f.Sections {
		for _, r := range s.Rules {
			if s.Peer.ID == peer && r.Flow.Port.ID == row {
				lines = append(lines, write(r))
			}
		}
		for _, b := range s.Bundles {
			if s.Peer.ID != peer || !slices.ContainsFunc(b.Flows, func(f *dataset.Flow) bool { return f.Port.ID == row }) {
				continue
			}
			lines = append(lines, "# "+b.Title)
			for _, r := range b.Rules {
				lines = append(lines, write(r))
			}
		}
	}
	return lines
}
