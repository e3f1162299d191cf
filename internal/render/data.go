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

	Host  *dataset.Host  // the current host; nil unless the path holds {host}
	Scope *dataset.Scope // the current scope; nil unless the path holds {scope}
	Path  string         // the export's path

	flows *flowIndex
}

// newData prepares what all exports share.
func newData(ds *dataset.Dataset) *Data {
	return &Data{
		Product: ds.Product, Hosts: ds.Hosts, Peers: ds.Peers, Scopes: ds.Scopes, Options: ds.Options, Interfaces: ds.Interfaces,
		Ports: ds.Ports, Networks: ds.Networks, flows: newFlowIndex(ds.Flows),
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

// FlowsOf gives the flows that a row of the table opens.
func (d *Data) FlowsOf(p *dataset.Port) Flows { return d.flows.get().byPort[p] }

// flowIndex finds flows by host and by row without a scan. It is built when
// the first template asks, since many never do.
type flowIndex struct {
	once   sync.Once
	source []dataset.Flow
	all    Flows
	to     map[*dataset.Host]Flows // incoming
	from   map[*dataset.Host]Flows // outgoing
	byPort map[*dataset.Port]Flows
}

func newFlowIndex(source []dataset.Flow) *flowIndex { return &flowIndex{source: source} }

func (x *flowIndex) get() *flowIndex {
	x.once.Do(func() {
		x.all = make(Flows, len(x.source))
		x.to = map[*dataset.Host]Flows{}
		x.from = map[*dataset.Host]Flows{}
		x.byPort = map[*dataset.Port]Flows{}
		for i := range x.source {
			f := &x.source[i]
			x.all[i] = f
			of := x.to
			if f.Direction == dataset.Out {
				of = x.from
			}
			of[f.Host] = append(of[f.Host], f)
			x.byPort[f.Port] = append(x.byPort[f.Port], f)
		}
	})
	return x
}
