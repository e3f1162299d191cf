package dataset

// expand makes the flows: one for each host, protocol, range, scope and peer
// of each row that is on.
func (ds *Dataset) expand() {
	n := 0
	for _, p := range ds.Ports {
		n += len(p.Hosts) * len(p.Protocols) * max(1, len(p.Ranges)) * len(p.Scopes)
	}
	ds.Flows = make([]Flow, 0, n)
	portless := []Range{{}}
	for _, p := range ds.Ports {
		if !p.On {
			continue
		}
		ranges := p.Ranges
		if len(ranges) == 0 {
			ranges = portless
		}
		for _, h := range p.Hosts {
			for _, proto := range p.Protocols {
				for _, r := range ranges {
					for _, s := range p.Scopes {
						for _, peer := range s.From {
							ds.Flows = append(ds.Flows, Flow{
								Direction: "in", Host: h, Protocol: proto, Range: r, Scope: s, Peer: peer, Port: p,
							})
						}
					}
				}
			}
		}
	}
}
