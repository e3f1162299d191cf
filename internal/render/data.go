package render

import (
	"slices"
	"sync"

	"portpress/internal/dataset"
)

// Data is the dot of every template: the dataset, and which export is being
// pressed. Templates share the dataset; nothing they can call changes it.
type Data struct {
	Product    dataset.Product
	Hosts      dataset.Hosts
	Peers      []*dataset.Peer
	Scopes     dataset.Scopes
	Options    []*dataset.Option
	Interfaces []*dataset.Interface
	Ports      []*dataset.Port
	Networks   []*dataset.Network
	SSH        dataset.SSH

	Host  *dataset.Host  // the current host; nil unless the path holds {host}
	Scope *dataset.Scope // the current scope; nil unless the path holds {scope}
	Path  string         // the export's path

	flows *flowIndex
}

// newData prepares what all exports share.
func newData(ds *dataset.Dataset) *Data {
	return &Data{
		Product: ds.Product, Hosts: ds.Hosts, Peers: ds.Peers, Scopes: ds.Scopes, Options: ds.Options, Interfaces: ds.Interfaces,
		Ports: ds.Ports, Networks: ds.Networks, SSH: ds.SSH, flows: newFlowIndex(ds.Flows),
	}
}

// forJob gives the dot of one export.
func (d *Data) forJob(j *job) *Data {
	own := *d
	own.Host, own.Scope, own.Path = j.host, j.scope, j.path
	return &own
}

// Flows gives every flow, in the order of the table.
func (d *Data) Flows() Flows { return d.flows.get().all }

// FlowsTo gives the flows that arrive at a host.
func (d *Data) FlowsTo(h *dataset.Host) (Flows, error) {
	if h == nil {
		return nil, errNoHost()
	}
	return d.flows.get().to[h], nil
}

// FlowsFrom gives the flows that leave a host.
func (d *Data) FlowsFrom(h *dataset.Host) (Flows, error) {
	if h == nil {
		return nil, errNoHost()
	}
	return d.flows.get().from[h], nil
}

// Remarked reports whether any row says more than port, hosts, scopes and
// purpose.
func (d *Data) Remarked() bool {
	return slices.ContainsFunc(d.Ports, func(p *dataset.Port) bool { return p.HasDetails() || len(p.Options) > 0 })
}

// Unopenable gives the rows of a host that no firewall could open though they
// should be open: their number or protocol is not known. They have no flows.
func (d *Data) Unopenable(h *dataset.Host) []*dataset.Port {
	var ports []*dataset.Port
	for _, p := range d.Ports {
		if p.Unopenable() != "" && slices.Contains(p.Hosts, h) {
			ports = append(ports, p)
		}
	}
	return ports
}

// FlowsOf gives the flows that a row of the table opens, together with other
// rows or alone.
func (d *Data) FlowsOf(p *dataset.Port) Flows { return d.flows.ports()[p] }

// flowIndex finds flows by host and by row without a scan. Each half is built
// when the first template asks, since many never do.
type flowIndex struct {
	source []dataset.Flow

	once sync.Once
	all  Flows
	to   map[*dataset.Host]Flows // incoming
	from map[*dataset.Host]Flows // outgoing

	ports func() map[*dataset.Port]Flows
}

func newFlowIndex(source []dataset.Flow) *flowIndex {
	x := &flowIndex{source: source}
	x.ports = sync.OnceValue(x.byPort)
	return x
}

func (x *flowIndex) get() *flowIndex {
	x.once.Do(func() {
		x.all = make(Flows, len(x.source))
		x.to = map[*dataset.Host]Flows{}
		x.from = map[*dataset.Host]Flows{}
		for i := range x.source {
			f := &x.source[i]
			x.all[i] = f
			of := x.to
			if f.Direction == dataset.Out {
				of = x.from
			}
			of[f.Host] = append(of[f.Host], f)
		}
	})
	return x
}

// byPort makes use of the order of flows: those of a row mostly stand
// together, and are then a part of the whole list.
func (x *flowIndex) byPort() map[*dataset.Port]Flows {
	all := x.get().all
	ports := map[*dataset.Port]Flows{}
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].Port == all[i].Port {
			end++
		}
		run := all[i:end:end] // so that an append copies
		if before := ports[all[i].Port]; before != nil {
			run = append(before, run...)
		}
		ports[all[i].Port] = run
		i = end
	}
	for _, f := range all {
		for _, p := range f.Also {
			ports[p] = append(ports[p], f)
		}
	}
	return ports
}
