package render

import (
	"cmp"
	"errors"
	"slices"

	"portpress/internal/dataset"
	"portpress/internal/policy"
	"portpress/internal/problem"
)

// Flows is what templates see of flows.
type Flows = policy.Flows

// Group is the flows that have something in common.
type Group = policy.Group

// Data is the dot of every template: the dataset, and which export is being
// pressed. Templates share the dataset; nothing they can call changes it.
type Data struct {
	Product    dataset.Product
	Hosts      dataset.Hosts
	Peers      []*dataset.Peer
	Scopes     dataset.Scopes
	Options    []*dataset.Option
	Interfaces []*dataset.Interface
	Columns    []*dataset.Column
	Ports      []*dataset.Port
	Networks   []*dataset.Network
	SSH        dataset.SSH
	Egress     dataset.Egress

	Host  *dataset.Host  // the current host; nil unless the path holds {host}
	Scope *dataset.Scope // the current scope; nil unless the path holds {scope}
	Zone  string         // the current zone of firewalld; empty unless the path holds {policy_zone} or {policy_zone_out}
	Path  string         // the export's path

	betweens bool // whether any row is of traffic that either side may start
	remarked bool // whether any says more than port, hosts, scopes and purpose
	assumes  bool // whether any flow has what its rows don't state
	policy   *policy.Policy
	said     *warnings // of this export
}

// newData prepares what all exports share.
func newData(ds *dataset.Dataset) *Data {
	return &Data{
		Product: ds.Product, Hosts: ds.Hosts, Peers: ds.Peers, Scopes: ds.Scopes, Options: ds.Options, Interfaces: ds.Interfaces, Columns: ds.Columns,
		Ports: ds.Ports, Networks: ds.Networks, SSH: ds.SSH, Egress: ds.Egress, policy: policy.New(ds),
		betweens: slices.ContainsFunc(ds.Ports, func(p *dataset.Port) bool { return len(p.Between) > 0 }),
		remarked: slices.ContainsFunc(ds.Ports, func(p *dataset.Port) bool { return p.SaysMore() || len(p.Options) > 0 }),
		assumes:  slices.ContainsFunc(ds.Flows, func(f dataset.Flow) bool { return f.Assumption() != "" }),
	}
}

// forJob gives the dot of one export, and where it warns.
func (d *Data) forJob(j *job, said *warnings) *Data {
	own := *d
	own.said = said
	own.Host, own.Scope, own.Zone, own.Path = j.host, j.scope, j.zone, j.path
	return &own
}

// Flows gives every flow, in the order of the table.
func (d *Data) Flows() Flows { return d.policy.Flows() }

// FlowsTo gives the flows that arrive at a host.
func (d *Data) FlowsTo(h *dataset.Host) (Flows, error) {
	if h == nil {
		return nil, errNoHost()
	}
	return d.policy.To(h), nil
}

// FlowsFrom gives the flows that leave a host.
func (d *Data) FlowsFrom(h *dataset.Host) (Flows, error) {
	if h == nil {
		return nil, errNoHost()
	}
	return d.policy.From(h), nil
}

// Firewall gives what the current host lets in, as a target is told it, and
// has the export warn of what the target can't be told. What stands inside
// another file is given its indent.
func (d *Data) Firewall(target string, indent ...int) (*policy.Firewall, error) {
	t, err := d.target(target)
	if err != nil {
		return nil, err
	}
	f, warnings := d.policy.Firewall(d.Host, t)
	for _, n := range indent {
		if f.Lead, err = repeat(n, " "); err != nil {
			return nil, err
		}
	}
	for _, w := range warnings {
		d.said.say(w)
	}
	return f, nil
}

// SecurityGroups gives what AWS is told of all hosts, and has the export warn
// of what it can't be told.
func (d *Data) SecurityGroups() *policy.SecurityGroups {
	groups, warnings := d.policy.SecurityGroups()
	for _, w := range warnings {
		d.said.say(w)
	}
	return groups
}

// Listeners gives what should listen on the current host.
func (d *Data) Listeners() (*policy.Listeners, error) {
	if d.Host == nil {
		return nil, errNoHost()
	}
	return d.policy.Listeners(d.Host), nil
}

// PortTypes gives the types that ports of the current host have to SELinux, as
// a consumer takes them, and has the export warn of what it can't be told.
func (d *Data) PortTypes(consumer string) ([]*policy.PortType, error) {
	if d.Host == nil {
		return nil, errNoHost()
	}
	if d.Host.OS != dataset.Linux {
		return nil, errOtherOS
	}
	types, warnings, known := d.policy.PortTypes(d.Host, consumer)
	if !known {
		names := policy.PortTypeConsumers()
		hint := cmp.Or(problem.DidYouMean(consumer, names), "there are: "+joinWords(names))
		return nil, problem.Hintf(hint, "nobody who takes types of SELinux is called %q", consumer)
	}
	for _, w := range warnings {
		d.said.say(w)
	}
	return types, nil
}

// Play gives what the ready playbook of a folder must know of its hosts; nil if
// there are none for it.
func (d *Data) Play(folder string) *policy.Play { return d.policy.Play(folder) }

// Probes gives what to try from outside the cluster.
func (d *Data) Probes() *policy.Probes { return d.policy.Probes() }

// Service gives what the current scope opens on the current host, as a service
// of a target; nil if that is nothing.
func (d *Data) Service(target string) (*policy.Service, error) {
	t, err := d.target(target)
	if err == nil && d.Scope == nil {
		err = problem.Hintf("give the path of the template a {scope}", "there is no current scope in this export")
	}
	if err != nil {
		return nil, err
	}
	return d.policy.Service(d.Host, d.Scope, t), nil
}

// target finds a target that is to be told of the current host.
func (d *Data) target(id string) (*policy.Target, error) {
	t := policy.Find(id)
	if t == nil {
		hint := cmp.Or(problem.DidYouMean(id, policy.Targets()), "the targets are: "+joinWords(policy.Targets()))
		return nil, problem.Hintf(hint, "there is no target %q", id)
	}
	switch {
	case d.Host == nil:
		return nil, errNoHost()
	case !t.For(d.Host):
		return nil, errOtherOS
	}
	return t, nil
}

// errOtherOS ends an export that would tell a host of what it doesn't run.
// Nothing is pressed then.
var errOtherOS = errors.New("the host runs another operating system")

// Remarked reports whether any row says more than port, hosts, scopes and
// purpose.
func (d *Data) Remarked() bool { return d.remarked }

// Typed reports whether any row has a type of SELinux.
func (d *Data) Typed() bool {
	return slices.ContainsFunc(d.Ports, func(p *dataset.Port) bool { return p.SELinux != "" })
}

// Unopenable gives the rows of a host that no firewall could open though they
// should be open, at least in part: a number or protocol is not known.
func (d *Data) Unopenable(h *dataset.Host) []*dataset.Port {
	return d.policy.Unopenable(h)
}

// FlowsOf gives the flows that a row of the table opens, together with other
// rows or alone.
func (d *Data) FlowsOf(p *dataset.Port) Flows { return d.policy.Of(p) }

// shortName gives the name of a thing of a kind that a target can take.
func shortName(kind, id string) (string, error) {
	name, known := policy.ShortName(kind, id)
	if !known {
		hint := cmp.Or(problem.DidYouMean(kind, policy.NameKinds()), "the kinds are: "+joinWords(policy.NameKinds()))
		return "", problem.Hintf(hint, "there is no kind %q of names", kind)
	}
	return name, nil
}
