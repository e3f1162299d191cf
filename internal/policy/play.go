package policy

import (
	"slices"

	"portpress/internal/dataset"
)

// Play is what a ready playbook of Ansible must know: the hosts that it runs
// on, the lists that their vars have, and whose addresses it needs.
type Play struct {
	Product dataset.Product
	SSH     dataset.SSH
	Folder  string        // of the hosts' vars, beside the playbook's
	OS      string        // that it is for
	Hosts   dataset.Hosts // the host types that it runs on
	All     dataset.Hosts // and those of the product

	Variables []string // in which the inventory may give addresses: of each peer, and of one host
	Learned   []*Teller
}

// Teller is hosts that are asked for the addresses of a peer, where the
// inventory doesn't give them.
type Teller struct {
	Variable string // in which it would
	Group    string // of the hosts; empty for every host of the product
}

// HostList is a list that a host type has.
type HostList struct {
	Variable string
	Group    string // of the hosts that have it
	Rare     bool   // few types have one
}

// Play gives what the playbook of a folder must know; nil if no host runs the
// operating system that the folder is for.
func (p *Policy) Play(folder string) *Play {
	play := &Play{Product: p.ds.Product, SSH: p.ds.SSH, Folder: folder, OS: dataset.Linux, All: p.ds.Hosts}
	if folder == dataset.Windows {
		play.OS = dataset.Windows
	}
	if play.Hosts = p.ds.Hosts.Of(play.OS); len(play.Hosts) == 0 {
		return nil
	}
	of := variable(p.ds.Product.ID) + "_"
	for _, by := range p.Flows().Incoming().ByPeer() {
		peer := by.Peer
		if peer.Kind != dataset.PeerNamed && peer.Kind != dataset.PeerCluster && peer.Kind != dataset.PeerHost {
			continue
		}
		name := of + variable(peer.ID) + "_addresses"
		play.Variables = append(play.Variables, name)
		if peer.Kind == dataset.PeerNamed || len(peer.Networks) > 0 {
			continue
		}
		t := &Teller{Variable: name}
		if i := slices.IndexFunc(p.ds.Hosts, func(h *dataset.Host) bool { return h.ID == peer.ID }); i >= 0 {
			t.Group = p.ds.Hosts[i].Group
		}
		play.Learned = append(play.Learned, t)
	}
	if len(play.Learned) > 0 {
		play.Variables = append(play.Variables, of+string(dataset.PeerSelf)+"_addresses")
	}
	return play
}

// Lists gives the list of a name that each host type has.
func (p *Play) Lists(name string) []*HostList { return p.lists(name, false) }

// RareLists gives one that few host types have.
func (p *Play) RareLists(name string) []*HostList { return p.lists(name, true) }

func (p *Play) lists(name string, rare bool) []*HostList {
	lists := make([]*HostList, len(p.Hosts))
	for i, h := range p.Hosts {
		lists[i] = &HostList{Variable: variable(p.Product.ID) + "_" + variable(h.ID) + "_" + name, Group: h.Group, Rare: rare}
	}
	return lists
}
