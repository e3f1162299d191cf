package publish

import (
	"crypto/sha256"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// states returns every file as it stands, as Compare reports it.
func (p *plan) states() []FileState {
	files := make([]FileState, 0, len(p.items)+1)
	for i := range p.items {
		it := &p.items[i]
		files = append(files, FileState{Path: it.path, State: it.state, Bytes: it.size, SHA256: it.sum.String()})
	}
	if p.old.sumsInfo != nil || len(p.sums) > 0 {
		content := p.sums
		if len(p.sums) == 0 {
			content = p.old.sums
		}
		sum := digest(sha256.Sum256(content))
		files = append(files, FileState{Path: p.record, State: p.sumsState, Bytes: len(content), SHA256: sum.String()})
	}
	slices.SortFunc(files, func(a, b FileState) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// done turns the states into those of a plan that was carried out.
func (p *plan) done() {
	for i := range p.items {
		switch it := &p.items[i]; {
		case p.drop(it):
			it.state = Removed
		case it.export == nil || it.state == Unchanged:
		case it.on == nil:
			it.state = New
		default:
			it.state = Changed
		}
	}
	switch p.sumsState {
	case Missing:
		p.sumsState = New
	case Stale:
		p.sumsState = Removed
	}
}

// handEdits finds what someone else's hand put where the plan has something to
// do: errors unless it is to be overwritten, and warnings for what stays.
func (p *plan) handEdits(sh *shelf, force bool) problem.List {
	var found problem.List
	for i := range p.items {
		it := &p.items[i]
		q := problem.Problem{Severity: problem.Error, Code: problem.Edited, File: sh.file(it.path)}
		switch {
		case it.obstacle != nil:
			continue // told by makePlan
		case it.export == nil && it.state == Edited && !p.drop(it):
			q.Severity = problem.Warning
			q.Text = "is pressed no more, but was edited since portpress wrote it, so it stays and is listed no more"
			q.Hint = "remove it, or keep it as your own"
		case force || it.export == nil:
			continue
		case it.state == Edited:
			q.Text = "was edited since portpress wrote it"
			q.Hint = "move the edit into the dataset or " + source(it) + ", or overwrite it with `portpress build --force`"
			if it.merged {
				q.Text = "was merged, and holds lines that portpress wrote on neither side"
				q.Hint = "move them into the dataset or " + source(it) + ", or overwrite them with `portpress build --force`"
			}
		case it.state == Foreign && !p.old.doubtful:
			q.Code = problem.Foreign
			q.Text = "was not written by portpress, and " + source(it) + " presses another content to this path"
			q.Hint = "move it away, or overwrite it with `portpress build --force`"
		default:
			continue
		}
		found = append(found, q)
	}
	return found
}

// source names where an export comes from.
func source(it *item) string {
	if it.export.Template == "" {
		return "its template"
	}
	return it.export.Template
}
