package change

import (
	"net/netip"
	"strconv"

	"portpress/internal/dataset"
)

// ssh compares the way in, which exports that close ports keep open on each
// host: another port, or networks that weren't let in, open more.
func (c *comparer) ssh() {
	a, b := &c.was.ds.SSH, &c.is.ds.SSH
	d := differ{was: c.was, is: c.is}
	fields(&d, dataset.SSHKeys(), a, b)
	c.add(Entry{
		Section: "ssh", State: Unchanged, Fields: d.fields,
		More: lets(a, b, c.is.ds.Hosts), Less: lets(b, a, c.was.ds.Hosts),
	})
}

// anywhere is where ssh may come from when nobody says it.
var anywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// lets gives what one way in opens that the other doesn't.
func lets(without, with *dataset.SSH, hosts dataset.Hosts) []Opening {
	from := func(s *dataset.SSH) []netip.Prefix {
		if len(s.Networks) == 0 {
			return anywhere
		}
		return s.Networks
	}
	opened := from(with)
	if with.Port == without.Port {
		opened = gained(from(without), opened)
	}
	if len(opened) == 0 {
		return nil
	}
	o := Opening{Direction: dataset.In, Protocols: []string{tcp}, Ports: []string{strconv.Itoa(with.Port)}, Hosts: hosts.IDs()}
	if len(with.Networks) == 0 {
		o.Peers = []string{string(dataset.PeerAny)}
	} else {
		o.Networks = dataset.Texts(opened, netip.Prefix.String)
	}
	return []Opening{o}
}

// tcp is the id of ssh's protocol.
const tcp = "tcp"
