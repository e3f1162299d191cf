package publish

import (
	"portpress/internal/export"
	"portpress/internal/problem"
)

// Compare finds how the product's folder below out differs from the set, and
// changes nothing. Every file that Write would write, replace or remove, or
// would refuse to, is a problem; so is an interrupted build. The diffs lead
// from the folder to what Write would make of it, where needed by force.
func Compare(out string, set export.Set, o Options) (Report, []Diff, problem.List) {
	o.Force = false
	report := newReport(out, set)
	if found := checkNames(set); len(found) > 0 {
		return report, nil, found
	}
	pl, found := openPlace(out, set.Product, false, o.Waiting, nil)
	if len(found) > 0 {
		return report, nil, found
	}
	defer pl.close(false)

	p, found := makePlan(pl, set, o)
	found = append(found, p.handEdits(pl, false)...)
	found = append(found, p.drift(pl)...)
	diffs, unreadable := p.diffs(pl)
	found = append(found, unreadable...)
	found.Sort()
	report.Changed, report.Files = p.pending(), p.states()
	return report, diffs, found
}

// drift tells what a build would change.
func (p *plan) drift(pl *place) problem.List {
	var found problem.List
	tell := func(path string, state State) {
		q := problem.Problem{Severity: problem.Error, File: pl.file(path), Hint: "run `portpress build`"}
		switch state {
		case Missing:
			q.Code, q.Text = problem.DriftMissing, "is missing"
		case Changed:
			q.Code, q.Text = problem.DriftChanged, "is out of date"
		case Stale:
			q.Code, q.Text = problem.DriftStale, "is pressed no more"
		default:
			return
		}
		found = append(found, q)
	}
	others := false
	for i := range p.items {
		it := &p.items[i]
		if it.obstacle == nil {
			tell(it.path, it.state)
		}
		others = others || it.put() || it.state == Stale
	}
	// Any other drift changes SHA256SUMS too, which goes without saying.
	if !others {
		tell(sumsName, p.sumsState)
	}
	if p.old.interrupted {
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: problem.DriftStale, File: pl.file(journalName),
			Text: "shows that a build was interrupted", Hint: "run `portpress build` again to finish it",
		})
	}
	return found
}
