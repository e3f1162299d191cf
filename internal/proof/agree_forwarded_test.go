package proof

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// holder is an export that decides before DNAT who may reach a port that the
// host forwards: whom its rules let pass, and then whom others stop.
type holder struct {
	path  string // with HOST
	rules func(t *testing.T, text string) (passes, stops []allow)
}

var holders = []holder{
	{"nftables/r-HOST.nft", func(t *testing.T, text string) (passes, stops []allow) {
		return readNftChain(t, text, "forwarded", " accept"), readNftChain(t, text, "forwarded", " drop")
	}},
	{"iptables/r-HOST.v4.rules", func(t *testing.T, text string) (passes, stops []allow) { return readMangle(t, text, 4) }},
	{"iptables/r-HOST.v6.rules", func(t *testing.T, text string) (passes, stops []allow) { return readMangle(t, text, 6) }},
	{"ansible/iptables/r_HOST.yml", func(t *testing.T, text string) (passes, stops []allow) {
		name := "r_" + ansibleHost.FindStringSubmatch(text)[1] + "_iptables"
		return readAnsibleItems(t, text, name), readAnsibleItems(t, text, name+"_forwarded") // whom the rules let in the playbook lets pass
	}},
	{"calico/r-HOST.yaml", func(t *testing.T, text string) (passes, stops []allow) {
		for i, doc := range strings.Split(text, "\n---\n") {
			var p calicoPolicy
			yamlInto(t, doc, &p)
			if before := i > 0; p.Spec.PreDNAT != before || p.Spec.ApplyOnForward != before {
				t.Fatalf("policy %d of a file: preDNAT is %t, applyOnForward %t", i, p.Spec.PreDNAT, p.Spec.ApplyOnForward)
			}
			for _, r := range p.Spec.Ingress {
				switch {
				case i > 0 && r.Action == "Deny":
					stops = append(stops, readCalicoRule(t, r)...)
				case i > 0 && r.Action == "Allow" && len(stops) == 0:
					passes = append(passes, readCalicoRule(t, r)...)
				}
			}
		}
		return passes, stops
	}},
}

var ansibleHost = regexp.MustCompile(`r_([a-z]+)_iptables`)

// readMangle reads the chain of what is forwarded.
func readMangle(t *testing.T, text string, family int) (passes, stops []allow) {
	t.Helper()
	_, text, _ = strings.Cut(text, "*mangle")
	var pass, stop strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case strings.Contains(line, "addrtype"):
		case strings.HasSuffix(line, " -j RETURN\n"):
			pass.WriteString(strings.Replace(line, " -j RETURN\n", " -j ACCEPT\n", 1))
		case strings.HasSuffix(line, " -j DROP\n"):
			stop.WriteString(strings.Replace(line, " -j DROP\n", " -j ACCEPT\n", 1))
		}
	}
	return readIptables(t, pass.String(), family), readIptables(t, stop.String(), family)
}

// named reports whether an export says of a flow that it can't carry it, or
// that it doesn't know its peer.
func (p *pressed) named(path string, f *dataset.Flow) bool {
	return p.peers[path][f.Peer.ID] || p.rows[path][f.Port.ID] ||
		slices.ContainsFunc(f.Also, func(row *dataset.Port) bool { return p.rows[path][row.ID] })
}

// forwardedAgree asks who may reach ports that a host forwards. Exports that
// can't decide that must say so.
func (p *pressed) forwardedAgree(t *testing.T, host string, list []question) string {
	t.Helper()
	if !slices.ContainsFunc(p.ds.Flows, func(f dataset.Flow) bool { return f.Forwarded() }) {
		return ""
	}
	type read struct{ passes, stops []allow }
	rules := map[string]read{}
	for _, e := range holders {
		path := strings.ReplaceAll(e.path, "HOST", host)
		passes, stops := e.rules(t, p.files[path])
		rules[path] = read{passes, stops}
	}
	for _, q := range list {
		if !askable(p.ds, q) || q.icmp() || q.port == 0 {
			continue
		}
		held := slices.DeleteFunc(everyFlow(p.ds), func(f *dataset.Flow) bool {
			return f.Direction == dataset.Out || f.Host.ID != host || !f.Forwarded() || f.Peer.Anyone() ||
				fmt.Sprint(f.Protocol.Number) != q.protocol || q.port < f.Range.From || q.port > f.Range.To
		})
		if len(held) == 0 {
			continue // and who reaches it is up to others
		}
		open := base(&opener{ssh: true}, p.ds, host, q)
		var by []*dataset.Flow
		for _, f := range matching(p.ds, host, q) {
			if meansSource(f.Peer, q) {
				by = append(by, f)
			}
		}
		for path, r := range rules {
			if strings.HasSuffix(path, "v4.rules") && q.from.Is6() || strings.HasSuffix(path, "v6.rules") && q.from.Is4() {
				continue
			}
			lets := func(a allow) bool { return a.lets(q) }
			got := slices.ContainsFunc(r.passes, lets) || !slices.ContainsFunc(r.stops, lets)
			unnamed := func(f *dataset.Flow) bool { return !p.named(path, f) }
			switch {
			case got && !open && len(by) == 0 && slices.ContainsFunc(held, unnamed):
				return fmt.Sprintf("%s lets pass what is forwarded and closed: %+v\n%s", path, q, p.files[path])
			case !got && (open || slices.ContainsFunc(by, unnamed)):
				return fmt.Sprintf("%s stops what is forwarded and open: %+v\n%s", path, q, p.files[path])
			}
		}
		if open || len(by) > 0 {
			continue
		}
		for i := range openers {
			path := strings.ReplaceAll(openers[i].path, "HOST", host)
			_, holds := rules[path]
			governs := openers[i].pods || strings.HasPrefix(path, "terraform/") // they see what is behind DNAT, or before the host
			for _, f := range held {
				if !holds && !governs && !slices.ContainsFunc(append(slices.Clone(f.Also), f.Port), func(row *dataset.Port) bool { return p.rows[path][row.ID] }) {
					return fmt.Sprintf("%s doesn't say that it can't hold %s", path, f.Port.ID)
				}
			}
		}
	}
	return ""
}

// everyFlow gives each flow of a dataset.
func everyFlow(ds *dataset.Dataset) []*dataset.Flow {
	list := make([]*dataset.Flow, len(ds.Flows))
	for i := range ds.Flows {
		list[i] = &ds.Flows[i]
	}
	return list
}

// checksAgree asks goss whether anything should listen.
func (p *pressed) checksAgree(host string, list []question) string {
	names := map[string]string{"6": "tcp", "17": "udp"}
	file := p.files["goss/r-"+host+".yaml"]
	for _, q := range list {
		name := names[q.protocol]
		if name == "" {
			continue
		}
		want := slices.ContainsFunc(p.ds.Flows, func(f dataset.Flow) bool {
			return f.Direction == dataset.In && f.Host.ID == host && f.Protocol.ID == name && f.Range.Single() && f.Range.From == q.port && !f.Forwarded()
		})
		if got := strings.Contains(file, fmt.Sprintf(" %s %d listens:", name, q.port)); got != want {
			return fmt.Sprintf("goss checks %s %d of %s: %t, want %t\n%s", name, q.port, host, got, want, file)
		}
	}
	return ""
}
