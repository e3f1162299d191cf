package dataset

import (
	"fmt"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// size is what a row or a table comes to in the exports.
type size struct {
	flows int // and for a row that opens nothing its hosts, each of which exports name
	rules int // one for each network, address, device and type of a flow, as firewalls need them that take one of each
}

// sizeOf counts what a row comes to without making it.
func (ds *Dataset) sizeOf(p *Port) size {
	hosts := p.OpenHosts()
	if !p.Opens() {
		return size{flows: len(hosts)}
	}
	peers, networks := 0, 0
	count := func(list []*Peer) {
		for _, peer := range list {
			peers++
			networks += max(1, len(peer.Networks))
		}
	}
	if len(p.Between) > 0 { // at most, since a host's own side is one of them
		count(p.Between)
		count(p.Between)
	} else {
		count(p.To)
		for _, s := range p.scopesAt(nil, nil) {
			count(ds.sources(s))
		}
	}
	ranges := 0
	for _, proto := range p.OpenProtocols() {
		ranges += len(p.opened(proto))
	}
	each := times(len(hosts), ranges)
	narrowed := times(max(1, len(p.Bind)), max(1, len(p.Interfaces)), max(1, len(p.Types)))
	return size{flows: times(each, peers), rules: times(each, networks, narrowed)}
}

// times multiplies up to a number that is more than any limit: the sum of one
// for each row must not overflow.
func times(factors ...int) int {
	const enough = 1 << 31
	n := 1
	for _, f := range factors {
		if n *= min(f, enough); n >= enough {
			n = enough
		}
	}
	return n
}

// networkRules counts the rules of what [networks] makes of every host: sets of
// all networks, and what it forwards from the cluster's to those of pods.
func (ds *Dataset) networkRules() int {
	elements, cluster := 0, 0
	for _, n := range ds.Networks {
		elements += len(n.Prefixes)
		if n.ID == "cluster" {
			cluster = len(n.Prefixes)
		}
	}
	return times(len(ds.Hosts), elements+times(cluster, len(ds.Pods())))
}

// Rules counts what the dataset comes to in firewalls that take one network,
// address, device and type in each rule.
func (ds *Dataset) Rules() int {
	n := times(len(ds.Hosts), len(ds.SSH.Networks)) + ds.networkRules()
	for _, p := range ds.Ports {
		n += ds.sizeOf(p).rules
	}
	return n
}

// checkFlows wants the rows to expand into no more flows than may be, and says
// which row has most of them.
func (l *loader) checkFlows() bool {
	all, most, widest := l.total(func(s size) int { return s.flows })
	if all <= l.limits.Flows {
		return true
	}
	l.reportRow(problem.TooManyFlows, widest,
		fmt.Sprintf("the rows make %d flows, more than %d; this row has most, %d", all, l.limits.Flows, most),
		"a flow is one host, protocol, range and source: name fewer in a row, join the peers of a scope, or raise the limits with --raise-limits")
	return false
}

// checkRules wants the same of rules. The most may stand in [ssh] or
// [networks], too.
func (l *loader) checkRules() bool {
	all := l.ds.Rules()
	if all <= l.limits.Rules {
		return true
	}
	_, most, widest := l.total(func(s size) int { return s.rules })
	ofSSH, ofNetworks := times(len(l.ds.Hosts), len(l.ds.SSH.Networks)), l.ds.networkRules()
	const hint = "a rule is a flow from one network: give wider networks, name fewer hosts or ports in a row, or raise the limits with --raise-limits"
	said := func(what string, n int) string {
		return fmt.Sprintf("the dataset needs %d rules, more than %d; %s has most, %d", all, l.limits.Rules, what, n)
	}
	switch {
	case ofNetworks > max(most, ofSSH):
		l.reportKey(problem.TooManyRules, l.saying("networks"), []any{"networks"}, said("[networks]", ofNetworks), hint)
	case ofSSH > most:
		l.reportKey(problem.TooManyRules, l.saying("ssh"), []any{"ssh"}, said("[ssh]", ofSSH), hint)
	default:
		l.reportRow(problem.TooManyRules, widest, said("this row", most), hint)
	}
	return false
}

// total sums a size of all rows, and finds the row that has most of it.
func (l *loader) total(of func(size) int) (all, most int, widest *Port) {
	for _, p := range l.ds.Ports {
		n := of(l.ds.sizeOf(p))
		all += n
		if n > most {
			most, widest = n, p
		}
	}
	return all, most, widest
}

// reportRow reports what a row comes to, at the layer that made it so.
func (l *loader) reportRow(code problem.Code, p *Port, text, hint string) {
	file, path := l.fileOf("ports", p.ID), []any{"ports", p.ID}
	if layer, key := l.changed(p.ID, "port", "protocols", "hosts", "scopes", "from", "to"); layer != nil {
		file, path = layer, append(path, key)
	}
	l.reportKey(code, file, path, text, hint)
}

// saying gives the file that a section is from: the topmost that has it.
func (l *loader) saying(section string) *source.File {
	for _, layer := range slices.Backward(l.layers) {
		if len(layer.section(section)) > 0 {
			return layer.file
		}
	}
	return l.base.file
}
