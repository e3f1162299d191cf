package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

// Target is a kind of firewall: what its rules can say, as data.
type Target struct {
	id     string
	os     string  // of the hosts that it is for; empty for any
	limits []limit // what it can't be told; the first that a flow hits counts

	family       family    // if it knows one only
	families     [2]string // its words for IPv4 and IPv6
	alwaysFamily bool      // its rules are of one family each
	icmpOfFamily bool      // ICMP has no rules of IPv6, nor ICMPv6 of IPv4
	findsHosts   bool      // it knows the cluster's hosts without networks, by labels or groups
	label        nameForm  // by which it does
	pods         bool      // it knows them by the labels of their pods
	sets         bool      // networks stand in sets, by name, and a rule's source is such a name
	lists        bool      // networks stand in lists, by name; one that doesn't say where it listens takes both families
	setFamilies  [2]string // what it calls the families there
	ipset        nameForm  // of the sets that hold what the inventory says

	icmpOpen string     // who lets in all of it besides, whatever the rows say; with PROTOCOL
	legacyAH string     // why AH of IPv6 may stay closed, where it is told by its number
	icmp     icmpPolicy // what its exports let in of it before all rows
	ssh      bool       // its exports let ssh in, whatever the rows say

	egress egress // what it can be told of outgoing traffic

	inventory    bool                     // where packets come from is said at another time, so no section is closed
	together     func(*dataset.Flow) bool // which flows of a protocol share rules, unless narrowed; nil is all
	rowsTogether bool                     // of the others, those of a row and protocol do
	ends         bool                     // its rules say both of their ends in one form
	marks        bool                     // the comment on a rule says all that it says but its source
	chunk        int                      // how many ranges stand in one rule; 0 is any number

	each        []dimension       // of these a rule has one only; the first changes last
	singlePorts bool              // of ranges, too, though others take a list of them
	portMark    string            // between the ends of a range
	words       map[string]string // for protocols that it calls neither by their id, with ports, nor by their number
	noTypeName  string            // ICMP types have names, and this is why one without can't be carried; with PROTOCOL and TYPE

	zones           bool   // it knows an interface by the zone that it is in
	stopsForwarding bool   // with it a host forwards nothing but what it is told
	stopsPods       string // or it does and can't be told, so that what pods need forwarded is to be said elsewhere
	afterDNAT       bool   // its rules are of what stands behind DNAT, and of the ports there
	holdsForwarded  bool   // it is told, before DNAT, who may reach a port that the host forwards
	passesForwarded string // or why it can't hold such a port

	comments     commentForm
	loopback     string   // what its exports say of what only the host itself reaches
	namesClosed  bool     // its exports name in a comment what stands in a section that is closed
	namesRefused bool     // and also what it can't be told
	name         nameForm // of the chain or policy that the rules stand in

	// What a scope opens can be a thing of its own, which others are let use: see Service.
	services bool                     // the target is told of services only
	narrow   func(*dataset.Flow) bool // what a service has no words for, but a rule has
	named    nameLimits
	ofHost   bool // the name of what holds the rules is the host's, see HostName
}

// typeNames reports whether the target knows ICMP types by name.
func (t *Target) typeNames() bool { return t.noTypeName != "" }

// For reports whether the target is for a host: no Windows knows nftables.
func (t *Target) For(h *dataset.Host) bool { return t.os == "" || t.os == h.OS }

// ID is the name that templates call the target by.
func (t *Target) ID() string { return t.id }

// nameLimits are lengths beyond which a target takes nothing; 0 is no limit.
type nameLimits struct {
	service, list int // of a service's name, and of what it opens, in one text
	reason        string
}

// limit is something that a target can't be told. Without a reason there is
// nothing to say, since it is open already.
type limit struct {
	hit    func(*dataset.Flow) bool
	reason string // with PROTOCOL, DEVICE and ZONE where those of the flow stand
}

// limitOf gives the first limit that a flow hits, or nil.
func (t *Target) limitOf(f *dataset.Flow) *limit {
	for i := range t.limits {
		if t.limits[i].hit(f) {
			return &t.limits[i]
		}
	}
	return nil
}

// openAlready reports whether a flow needs no rule, since what it lets in is
// open on every host.
func (t *Target) openAlready(f *dataset.Flow) bool {
	l := t.limitOf(f)
	return l != nil && l.reason == ""
}

// words gives the reason for one flow.
func (l *limit) words(f *dataset.Flow) string {
	if strings.Contains(l.reason, "PROTOCOL") {
		return strings.ReplaceAll(l.reason, "PROTOCOL", f.Protocol.Name)
	}
	if strings.Contains(l.reason, "DEVICE") {
		return strings.ReplaceAll(l.reason, "DEVICE", f.Port.MissingDevice())
	}
	if strings.Contains(l.reason, "ZONE") {
		return strings.ReplaceAll(l.reason, "ZONE", cmp.Or(f.Port.MissingZone(), f.Port.Interfaces[0].Name))
	}
	return l.reason
}

// protocol gives the target's word for a flow's protocol. Names of
// /etc/protocols mislead ("ipip" is 94), so those without ports are numbers.
func (t *Target) protocol(f *dataset.Flow) string {
	if word, ok := t.words[f.Protocol.ID]; ok {
		return word
	}
	if f.Protocol.HasPorts {
		return f.Protocol.ID
	}
	return strconv.Itoa(f.Protocol.Number)
}

// What limits ask of a flow.

// over reports whether a flow's protocol is one of those with the ids.
func over(ids ...string) func(*dataset.Flow) bool {
	return func(f *dataset.Flow) bool { return slices.Contains(ids, f.Protocol.ID) }
}

// notOver is the contrary of over.
func notOver(ids ...string) func(*dataset.Flow) bool {
	of := over(ids...)
	return func(f *dataset.Flow) bool { return !of(f) }
}

// missesDevice: the row listens on an interface of which the site hasn't said
// the device.
func missesDevice(f *dataset.Flow) bool { return f.Port.MissingDevice() != "" }

// onInterfaces: the row listens on some of the host's networks only.
func onInterfaces(f *dataset.Flow) bool { return len(f.Port.Interfaces) > 0 }

// narrowed: the row listens on some addresses or interfaces only, or is some
// types of ICMP.
func narrowed(f *dataset.Flow) bool {
	return len(f.Port.Bind)+len(f.Port.Interfaces)+len(f.Port.Types) > 0
}

// bound: the row listens on some addresses only.
func bound(f *dataset.Flow) bool { return len(f.Port.Bind) > 0 }

// everythingToAnyone: any protocol, from any address, to all of the host.
func everythingToAnyone(f *dataset.Flow) bool {
	return f.Protocol.ID == "any" && f.Peer.Anyone() && len(f.Port.Bind) == 0
}
