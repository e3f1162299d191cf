// Package dataset turns TOML layers into one checked table of ports, and
// expands that table into flows. Its types are what templates see.
package dataset

import (
	"net/netip"
	"strconv"
	"strings"
)

// Format is the newest dataset format that this version reads.
const Format = 1

// Dataset is one product's table of ports, checked and expanded.
type Dataset struct {
	Product  Product
	Hosts    Hosts
	Peers    []*Peer // the named outside parties, in document order
	Scopes   Scopes
	Options  []*Option
	Ports    []*Port
	Networks []*Network
	Flows    []Flow // in the order of Ports, then of each row's hosts, protocols, ranges and scopes
}

// Product names what the table belongs to.
type Product struct {
	ID           string // prefix of file and variable names
	Name         string
	Abbreviation string
	Version      string // the product version that the table was read from; may be empty
	Source       string // where the table was read; may be empty
}

// Host is a host type, such as managers or workers.
type Host struct {
	ID   string
	Name string
}

// Hosts is a list of host types, in the order of the document.
type Hosts []*Host

// Scope is a named set of sources that may reach a port.
type Scope struct {
	ID          string
	Name        string
	Description string
	From        []*Peer
}

// Scopes is a list of scopes, in the order of the document.
type Scopes []*Scope

// PeerKind says what a peer stands for.
type PeerKind string

// The kinds of peer.
const (
	PeerAny     PeerKind = "any"     // anyone
	PeerCluster PeerKind = "cluster" // every host of the cluster
	PeerSelf    PeerKind = "self"    // processes on the same host
	PeerHost    PeerKind = "host"    // one host type
	PeerNamed   PeerKind = "named"   // an outside party
)

// Peer is one source in a scope.
type Peer struct {
	ID          string // "any", "cluster", "self", a host's id, or a key of [peers]
	Kind        PeerKind
	Name        string
	Description string
	Networks    []netip.Prefix // from [networks]; empty when the site has not said
}

// Network is a peer's addresses, as [networks] gives them.
type Network struct {
	ID       string // the peer's id
	Prefixes []netip.Prefix
}

// Option is a condition that rows may name.
type Option struct {
	ID          string
	Name        string
	Description string
	On          bool
}

// Port is one row of the table.
type Port struct {
	ID           string
	Ranges       []Range     // sorted as written; empty when no protocol has ports
	Protocols    []*Protocol // as written
	Hosts        Hosts
	Scopes       Scopes
	Options      []*Option // all must be on for the row to open anything
	Configurable bool
	Purpose      string
	On           bool // whether every option that the row names is on
}

// Flow is one atom of the table: who may reach which port of which host.
type Flow struct {
	Direction string // "in"
	Host      *Host
	Protocol  *Protocol
	Range     Range // zero when the protocol has no ports
	Scope     *Scope
	Peer      *Peer
	Port      *Port // the row that it came from
}

// Range is an inclusive run of port numbers, 1 to 65535. A single port has
// From equal to To; the zero Range is no port.
type Range struct {
	From, To int
}

// String gives "443", "30000-32767", or "" for the zero Range.
func (r Range) String() string { return r.Join("-") }

// Join is String with another mark between the ends: nft and firewalld write
// "-", ufw and iptables ":".
func (r Range) Join(mark string) string {
	switch {
	case r.From == 0:
		return ""
	case r.From == r.To:
		return strconv.Itoa(r.From)
	}
	return strconv.Itoa(r.From) + mark + strconv.Itoa(r.To)
}

// Single reports whether the range is one port.
func (r Range) Single() bool { return r.From == r.To && r.From != 0 }

// Number gives the row's ports as the table writes them: "443", "80, 8000-8010",
// or "" when its protocols have none.
func (p *Port) Number() string {
	if len(p.Ranges) == 1 {
		return p.Ranges[0].String()
	}
	parts := make([]string, len(p.Ranges))
	for i, r := range p.Ranges {
		parts[i] = r.String()
	}
	return strings.Join(parts, ", ")
}
