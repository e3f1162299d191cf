package dataset

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// reserved are the peers that every dataset has, so that no host or named peer
// may take their names.
var reserved = []*Peer{
	{ID: "any", Kind: PeerAny, Name: "Anyone", Description: "Any address."},
	{ID: "cluster", Kind: PeerCluster, Name: "Cluster hosts", Description: "Every host of the cluster."},
	{ID: "self", Kind: PeerSelf, Name: "The host itself", Description: "Processes on the same host only."},
	{ID: podsID, Kind: PeerNamed, Name: "Pods", Description: "Pods and containers on the cluster's hosts, by addresses of their own."},
	{ID: wordUnstated, Kind: PeerUnstated, Name: "Not stated", Description: "The source doesn't say who."},
}

// podsID is the peer whose networks are those of pods and services.
const podsID = "pods"

// addPeer makes a peer known, unless its name is taken.
func (l *loader) addPeer(e *entry, p *Peer) bool {
	if old := l.names.peers[p.ID]; old != nil && old.Kind != "" { // without a kind it is only expected
		text := fmt.Sprintf("%q is already the name of a host", p.ID)
		if old.Kind != PeerHost {
			text = fmt.Sprintf("%q is a peer that every dataset has", p.ID)
		}
		l.reportKey(problem.BadID, e.base.file, e.path(), text, "choose another id")
		return false
	}
	l.names.peers[p.ID] = p
	return true
}

func (l *loader) hosts() {
	for _, e := range l.entries("hosts") {
		h := &Host{ID: e.id, OS: Linux, asWritten: l.ds.Product.KeepCase}
		hostKeys.read(&l.reader, &e, h)
		if h.Group == "" {
			h.Group = strings.ReplaceAll(l.ds.Product.ID+"_"+h.ID, "-", "_")
		}
		if h.ID == allHosts {
			l.reportKey(problem.BadID, e.base.file, e.path(), `"all" stands for every host`, "choose another id")
			continue
		}
		if l.addPeer(&e, &Peer{ID: h.ID, Kind: PeerHost, Name: h.Name}) {
			l.ds.Hosts = append(l.ds.Hosts, h)
			l.names.hosts[h.ID] = h
		}
	}
	if !l.spared(hostsUnstated) {
		l.needSome("hosts", len(l.ds.Hosts))
	}
}

// readGroup reads the name of a host's inventory group. Ansible takes what
// Python takes for a name.
func readGroup(r *reader, e *entry, h *Host) {
	h.Group = r.text(e, "group", true)
	if h.Group == "" {
		return
	}
	name := h.Group
	valid := func(c rune) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }
	if device.MatchString(name) {
		_, file := e.get("group")
		r.report(problem.BadID, file, e.path("group"), quoted(name)+" names a device on Windows, and files are named for it", "choose another group")
	}
	if strings.IndexFunc(name, func(c rune) bool { return !valid(c) }) >= 0 || name[0] >= '0' && name[0] <= '9' {
		_, file := e.get("group")
		r.report(problem.BadID, file, e.path("group"), quoted(name)+" is not a group name for Ansible",
			"write letters, digits and underscores, no digit first")
	}
}

func (l *loader) peers() {
	for _, e := range l.entries("peers") {
		p := &Peer{ID: e.id, Kind: PeerNamed}
		peerKeys.read(&l.reader, &e, p)
		if l.addPeer(&e, p) {
			l.ds.Peers = append(l.ds.Peers, p)
		}
	}
}

func (l *loader) scopes() {
	for _, e := range l.entries("scopes") {
		s := &Scope{ID: e.id, asWritten: l.ds.Product.KeepCase}
		scopeKeys.read(&l.reader, &e, s)
		l.ds.Scopes = append(l.ds.Scopes, s)
		l.names.scopes[s.ID] = s
	}
	for id, peer := range l.names.peers {
		if s := l.names.scopes[id]; s != nil {
			l.names.own[id] = s
			if len(s.From) > 0 && (len(s.From) > 1 || s.From[0] != peer) {
				l.reportKey(problem.BadID, l.fileOf("scopes", id), []any{"scopes", id},
					fmt.Sprintf("scope %q has the name of a peer, and another meaning", id), "choose another id")
			}
			continue
		}
		l.names.own[id] = &Scope{ID: id, Name: peer.Name, Description: peer.Description, From: []*Peer{peer}, Own: true}
	}
}

// addOwnScopes adds the scopes that stand for a peer and that a row names.
func (l *loader) addOwnScopes() {
	used, assumed := map[*Scope]bool{}, map[*Scope]bool{}
	for _, p := range l.ds.Ports {
		for _, s := range p.Scopes {
			if s.Own {
				used[s] = true
			}
		}
		for _, s := range p.assumed.scopes {
			if s.Own {
				assumed[s] = true
			}
		}
		for _, peer := range append(slices.Clip(p.To), p.Between...) {
			if s := l.names.own[peer.ID]; s.Own && !peer.unstated() { // as a destination it is nobody's scope
				used[s] = true
			}
		}
	}
	peers := slices.Clone(reserved)
	for _, h := range l.ds.Hosts {
		peers = append(peers, l.names.peers[h.ID])
	}
	for _, p := range append(peers, l.ds.Peers...) {
		if s := l.names.own[p.ID]; used[s] || assumed[s] {
			s.assumed = !used[s]
			l.ds.Scopes = append(l.ds.Scopes, s)
		}
	}
}
