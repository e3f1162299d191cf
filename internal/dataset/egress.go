package dataset

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// Egress is what the site wants of traffic that its hosts send.
type Egress struct {
	Deny  bool     // nothing leaves a host but what rows and Allow name
	Allow []string // what hosts need to live: ids of needs, sorted
	said  keySet
}

// need is what hosts commonly send, whatever product they run.
type need struct {
	id, purpose string
	common      bool // it is allowed unless the site says otherwise
	pods        bool // pods need it too
	sends       []send
}

// send is one thing that a need is.
type send struct {
	protocols []string
	ports     []Range
	types     []int
	networks  []string // to where; none is anywhere
}

// needs are the words that allow takes, sorted.
var needs = []need{
	{
		id: "dhcp", purpose: "Addresses by DHCP and DHCPv6", common: true,
		sends: []send{{protocols: []string{"udp"}, ports: []Range{{67, 67}, {547, 547}}}},
	},
	{
		id: "dns", purpose: "Name resolution", common: true, pods: true,
		sends: []send{{protocols: []string{"tcp", "udp"}, ports: []Range{{53, 53}}}},
	},
	{ // the addresses at which clouds answer machines of their own
		id: "metadata", purpose: "The cloud's metadata service",
		sends: []send{{protocols: []string{"tcp"}, ports: []Range{{80, 80}}, networks: []string{"169.254.169.254/32", "fd00:ec2::254/128"}}},
	},
	{
		id: "ntp", purpose: "Time", common: true,
		sends: []send{{protocols: []string{"udp"}, ports: []Range{{123, 123}}}},
	},
	{
		id: "ping", purpose: "Echo requests", pods: true,
		sends: []send{{protocols: []string{"icmp"}, types: []int{8}}, {protocols: []string{"icmpv6"}, types: []int{128}}},
	},
	{
		id: "web", purpose: "HTTP and HTTPS, such as mirrors of packages", pods: true,
		sends: []send{{protocols: []string{"tcp"}, ports: []Range{{80, 80}, {443, 443}}}},
	},
}

func needIDs() []string { return Texts(needs, func(n need) string { return n.id }) }

// commonNeeds are those that hosts may send unless the site says otherwise.
func commonNeeds() []string {
	var ids []string
	for _, n := range needs {
		if n.common {
			ids = append(ids, n.id)
		}
	}
	return ids
}

// egress reads what hosts may send.
func (l *loader) egress() {
	e := l.single("egress")
	l.ds.Egress.Allow = commonNeeds()
	egressKeys.read(&l.reader, &e, &l.ds.Egress)
}

func readAllow(r *reader, e *entry, g *Egress) {
	list, file := r.list(e, "allow", false)
	g.Allow = nil
	for i, v := range list {
		path := e.element("allow", i)
		id, isText := v.(string)
		switch {
		case !isText:
			r.wrongType(file, path, "a word or a list of them", v)
		case !slices.Contains(needIDs(), id):
			hint := problem.DidYouMean(id, needIDs())
			if hint == "" {
				hint = "it can be " + strings.Join(needIDs(), ", ") + "; a row with to says everything else"
			}
			r.report(problem.WrongType, file, path, quoted(id)+" is nothing that allow knows", hint)
		case slices.Contains(g.Allow, id):
			r.report(problem.Repeated, file, path, fmt.Sprintf("%s is in the list twice", id), "remove one")
		default:
			g.Allow = append(g.Allow, id)
		}
	}
	slices.Sort(g.Allow)
}

// Rows gives what Allow names as rows of outgoing traffic, each to one peer;
// forPods leaves out what is of no use to pods. Their ids are none that a row
// of the table can have.
func (g *Egress) Rows(forPods bool) []*Port {
	var rows []*Port
	for _, n := range needs {
		if !slices.Contains(g.Allow, n.id) || forPods && !n.pods {
			continue
		}
		for _, s := range n.sends {
			to := &Peer{ID: string(PeerAny), Kind: PeerAny, Name: "Anyone"}
			if len(s.networks) > 0 {
				to = &Peer{ID: needPrefix + n.id, Kind: PeerNamed, Name: n.purpose}
				for _, text := range s.networks {
					to.Networks = append(to.Networks, netip.MustParsePrefix(text))
				}
			}
			row := &Port{
				ID: needPrefix + n.id, Ranges: s.ports, Purpose: n.purpose, On: true,
				Details: &Details{To: []*Peer{to}, Types: s.types},
			}
			for _, id := range s.protocols {
				row.Protocols = append(row.Protocols, protocols[slices.IndexFunc(protocols, func(p *Protocol) bool { return p.ID == id })])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// needPrefix begins the ids of rows that are none of the table's: an id of a
// dataset has no full stop.
const needPrefix = "egress."
