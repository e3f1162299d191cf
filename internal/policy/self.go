package policy

import (
	"sort"

	"portpress/internal/dataset"
)

// arriving is what others than the host itself may reach of one protocol.
type arriving struct {
	ports   reach
	without bool // anything, of a protocol without ports
}

// reachedByOthers reports whether others than the host itself reach some of
// what a flow from itself is about, whoever they are and by whatever row.
func (b *builder) reachedByOthers(f *dataset.Flow) bool {
	if b.others == nil {
		b.others = map[string]*arriving{}
		of := map[string]Flows{}
		for _, other := range b.policy.To(b.host) {
			if other.Peer.Kind != dataset.PeerSelf {
				of[other.Protocol.ID] = append(of[other.Protocol.ID], other)
			}
		}
		for id, flows := range of {
			b.others[id] = &arriving{flows.Ranges(), !flows[0].Protocol.HasPorts}
		}
	}
	if b.others["any"] != nil {
		return true
	}
	if f.Protocol.ID == "any" {
		return len(b.others) > 0
	}
	others := b.others[f.Protocol.ID]
	if others == nil || others.without {
		return others != nil
	}
	i := sort.Search(len(others.ports), func(i int) bool { return others.ports[i].To >= f.Range.From })
	return i < len(others.ports) && others.ports[i].From <= f.Range.To
}
