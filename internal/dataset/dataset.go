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
	Product    Product
	Hosts      Hosts
	Peers      []*Peer // the named outside parties, in document order
	Scopes     Scopes  // the declared ones, then those that stand for a peer that rows name
	Options    []*Option
	Interfaces []*Interface
	Columns    []*Column
	Ports      []*Port
	Networks   []*Network
	SSH        SSH
	Egress     Egress
	Assume     Assume
	pods       *Peer
	Flows      []Flow // in the order of Ports, then of each row's hosts, protocols, ranges, sources and destinations
}

// Product names what the table belongs to.
type Product struct {
	ID           string // prefix of file and variable names
	Name         string
	Abbreviation string
	Version      string // the product version that the table was read from; may be empty
	Source       string // where the table was read; may be empty
	KeepCase     bool   // names in lists keep their capitals
	Notes        []string

	said keySet
}

// Host is a host type, such as managers or workers.
type Host struct {
	ID    string
	Name  string
	Group string // the inventory group in Ansible
	OS    string // linux or windows
	pods  map[string]string
	said  keySet

	asWritten   bool // its name keeps its capitals in a list
	SinglePorts bool // the network plugin of its pods ignores the end of a range
}

// SSH is the way in for those who run the hosts. Exports that close ports keep
// it open, so that nobody is locked out.
type SSH struct {
	Port     int
	Networks []netip.Prefix // where it may come from; empty means anywhere
	said     keySet
}

// Hosts is a list of host types, in the order of the document.
type Hosts []*Host

// Scope is a named set of sources that may reach a port.
type Scope struct {
	ID          string
	Name        string
	Description string
	From        []*Peer
	Own         bool // it stands for one peer that rows name in from, to or between
	assumed     bool // rows only have it by [assume]
	asWritten   bool // its name keeps its capitals in a list
	said        keySet
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

	PeerUnstated PeerKind = "unstated" // the document doesn't say who
)

// Peer is one source in a scope.
type Peer struct {
	ID          string // "any", "cluster", "self", a host's id, or a key of [peers]
	Kind        PeerKind
	Name        string
	Description string
	Addresses   []string       // host names that the product's documentation gives
	Networks    []netip.Prefix // from [networks]; empty when nobody has said
	said        keySet
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
	Group       string   // options of one group exclude each other; may be empty
	Excludes    []string // the ids of others that can't be on beside it
	rivals      []string // their names
	On          bool
	said        keySet
}

// Interface is a network of the host that rows may be bound to, such as a
// storage network.
type Interface struct {
	ID     string
	Name   string
	Device string // the site's name of the device, such as eth1; empty when it has not said
	Zone   string // the zone of firewalld that the device is in; empty when the site has not said
	said   keySet
}

// Port is one row of the table.
type Port struct {
	ID           string
	Ranges       []Range     // sorted as written; empty when no protocol has ports
	Protocols    []*Protocol // as written
	Hosts        Hosts
	Scopes       Scopes
	Options      []*Option // what the row needs: each, but of one group any
	Configurable bool
	Purpose      string
	On           bool // whether the options that the row needs are on
	*Details          // what few rows say; never nil
	said         keySet
}

// Details is what only some rows of a table say. Rows that say none of it
// share one.
type Details struct {
	To          []*Peer      // destinations of outgoing traffic
	Between     []*Peer      // the parties of which any may start
	Setting     string       // the product's setting that changes the port
	OneOf       []Range      // the ports of which the product uses one
	Unstated    string       // "dynamic" or "unknown" in the place of a port, or beside others
	PortNames   []string     // what each of Ranges is called, or its protocol; empty where they have no names
	Instances   int          // how many ports there are from each number; 0 where that isn't said
	Pattern     string       // how the document writes the number, such as 32NN
	Types       []int        // ICMP or ICMPv6 types
	codes       []int        // the code of each of Types, or -1 for all; empty where that holds for all types
	Bind        []netip.Addr // the addresses that it listens on, if not all
	Interfaces  []*Interface // the networks that it listens on, if not all
	Forwarded   bool         // the host sends its traffic on by DNAT
	Target      []Range      // where the traffic is forwarded to
	Application string       // the protocol above, such as HTTPS
	SELinux     string       // the type that its ports have to SELinux, such as http_port_t
	Component   string       // the part of the product that listens
	Socket      string       // the path of a unix socket, or "unknown"
	Alternative []Range      // the ports that stand for it
	Either      bool         // it is one of the protocols, nobody knows which
	Notes       []string     // what a footnote says
	Since       string       // the first product version with the row
	Until       string       // the last one
	Documented  bool         // the row is shown and opens nothing
	Repeats     []string     // ids of rows that open the same on purpose

	assumed       assumed
	portProtocols []*Protocol       // the one that each of Ranges goes with; empty where all go with all
	columns       map[string]string // by the column's id
	when          []conditional     // the ports that it has with options, in their order
	otherwise     []Range           // the ports without them, where one is on
	chosen        *Option           // whose port it is then
}

// Flow is one atom of the table: who may reach which port of which host.
type Flow struct {
	Direction Direction
	Host      *Host
	Protocol  *Protocol
	Range     Range // zero when the protocol has no ports
	Scope     *Scope
	Peer      *Peer   // the source, or for Out the destination
	Port      *Port   // the row that it came from
	Also      []*Port // other rows that say the same
}

// Direction is which way a flow goes, seen from its host.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

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
	switch r.From {
	case 0:
		return ""
	case r.To:
		return strconv.Itoa(r.From)
	}
	return strconv.Itoa(r.From) + mark + strconv.Itoa(r.To)
}

// Single reports whether the range is one port.
func (r Range) Single() bool { return r.From == r.To && r.From != 0 }

// Number gives the row's ports as the table writes them: "443", "80, 8000-8010",
// "53/tcp, 53/udp" where each protocol has its own, "32NN", "dynamic", or "" when
// its protocols have none.
func (p *Port) Number() string {
	switch {
	case p.Pattern != "":
		return p.Pattern
	case len(p.portProtocols) > 0:
		return strings.Join(p.Numbers(), ", ")
	case p.Unstated != "" && len(p.Ranges) > 0:
		return joinRanges(p.Ranges) + ", " + p.Unstated
	case p.Unstated != "":
		return p.Unstated
	}
	return joinRanges(p.Ranges)
}

// Numbers gives the row's ranges as texts. Behind one that goes with a protocol
// alone stands that: "88/tcp".
func (p *Port) Numbers() []string {
	texts := Texts(p.Ranges, Range.String)
	if p.Details == nil {
		return texts
	}
	for i, proto := range p.portProtocols {
		if proto != unstatedProtocol {
			texts[i] += "/" + proto.ID
		}
	}
	return texts
}

func joinRanges(ranges []Range) string {
	if len(ranges) == 1 {
		return ranges[0].String()
	}
	return strings.Join(Texts(ranges, Range.String), ", ")
}
