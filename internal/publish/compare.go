package publish

import (
	"portpress/internal/export"
	"portpress/internal/problem"
)

// Compare finds how the products' folders below out differ from the sets, and
// changes nothing. Every file that Write would write, replace or remove, or
// would refuse to, is a problem; so is an interrupted build. The diffs lead
// from the folders to what Write would make of them, where needed by force.
func Compare(out string, sets []export.Set, o Options) ([]Report, []Diff, problem.List) {
	o.Force = false
	reports, found := begin(out, sets)
	if len(found) > 0 || len(sets) == 0 {
		return reports, nil, found
	}
	st, found := openStore(out, false, o.Waiting, nil)
	if len(found) > 0 {
		return reports, nil, found
	}
	defer st.close(false)

	var diffs []Diff
	for i, set := range sets {
		sh, bad := st.shelf(set)
		found = append(found, bad...)
		if sh == nil {
			continue
		}
		p, bad := makePlan(sh, set, o)
		found = append(found, bad...)
		found = append(found, p.handEdits(sh, false)...)
		found = append(found, p.drift(sh)...)
		more, bad := p.diffs(sh)
		found = append(found, bad...)
		diffs = append(diffs, more...)
		reports[i].Changed, reports[i].Files = p.pending(), p.states()
	}
	found.Sort()
	return reports, diffs, found
}

// drift tells what a build would change.
func (p *plan) drift(sh *shelf) problem.List {
	var found problem.List
	tell := func(path string, state State) {
		q := problem.Problem{Severity: problem.Error, File: sh.file(path), Hint: "run `portpress build`"}
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
		if it.ends {
			continue
		}
		if it.obstacle == nil {
			tell(it.path, it.state)
		}
		others = others || it.put() || it.state == Stale
	}
	switch {
	case p.old.merged:
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: problem.DriftChanged, File: sh.file(p.record),
			Text: "holds both sides of a merge", Hint: "run `portpress build`",
		})
	case !others && !p.sumsEnds(): // any other drift changes SHA256SUMS too, which goes without saying
		tell(p.record, p.sumsState)
	}
	found = append(found, p.lineEnds(sh, problem.Error)...)
	if p.old.interrupted {
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: problem.DriftStale, File: sh.file(sh.draft()),
			Text: "shows that a build was interrupted", Hint: "run `portpress build` again to finish it",
		})
	}
	return found
}
