package publish

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// plan is how a product's folder stands to a set, and so what would make it so.
type plan struct {
	record    string
	force     bool
	items     []item // sorted by path
	gone      []string
	old       *owned
	sums      []byte // SHA256SUMS as it is to be; nothing when nothing is listed
	sumsState State
}

// item is one file: an export, or a file that was one.
type item struct {
	path   string
	export *export.File // nil when it is pressed no more
	above  folder
	state  State       // as Compare reports it; "" when the path is none of ours
	sum    digest      // of the export, or of the stale file
	size   int         // of the same
	on     fs.FileInfo // what is on disk; nil when nothing is, or it can't be looked at
	ends   bool        // whether the disk differs from the export in line ends only

	merged bool // whether it may be what git made of both sides of a merge

	obstacle *problem.Problem // what keeps the export from being written, whatever is forced
}

// plain reports whether a plain file is on disk.
func (it *item) plain() bool { return it.on != nil && it.on.Mode().IsRegular() }

// put reports whether the export is to be written.
func (it *item) put() bool { return it.export != nil && it.state != Unchanged }

// drop reports whether the stale file is to be removed.
func (p *plan) drop(it *item) bool {
	return it.export == nil && (it.state == Stale || p.force && it.plain())
}

// pending reports whether there is anything to do.
func (p *plan) pending() bool {
	return p.old.interrupted || p.sumsState != Unchanged ||
		slices.ContainsFunc(p.items, func(it item) bool { return it.put() || p.drop(&it) })
}

// makePlan looks at everything on disk and changes nothing. The problems are
// those that stop a build even when forced, and, unless it is, the malformed
// lines of SHA256SUMS.
func makePlan(sh *shelf, set export.Set, o Options) (*plan, problem.List) {
	old, found := sh.readOwned(o.Force)
	p := &plan{record: sh.record, force: o.Force, old: old}

	above := &folders{shelf: sh, seen: map[string]folder{}}
	pressed := make(map[string]string, len(set.Files)) // by Fold(path)
	for i := range set.Files {
		f := &set.Files[i]
		pressed[export.Fold(f.Path)] = f.Path
		if o.picks(f.Path) {
			p.items = append(p.items, item{path: f.Path, export: f, above: above.above(f.Path)})
		}
	}
	for _, path := range old.paths() {
		if o.picks(path) && pressed[export.Fold(path)] != path {
			p.items = append(p.items, item{path: path, above: above.above(path)})
		}
	}
	slices.SortFunc(p.items, func(a, b item) int { return strings.Compare(a.path, b.path) })

	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range p.items {
		g.Go(func() error {
			if it := &p.items[i]; it.export != nil {
				it.lookPressed(sh, old)
				it.lookMerged(sh, old, o.Versions)
			} else {
				it.lookStale(sh, old, pressed)
			}
			return nil
		})
	}
	_ = g.Wait() // what goes wrong is in the items

	for i := range p.items {
		switch it := &p.items[i]; {
		case it.obstacle != nil:
			found = append(found, *it.obstacle)
		case it.export == nil && it.state == Missing:
			p.gone = append(p.gone, it.path)
		}
	}
	p.items = slices.DeleteFunc(p.items, func(it item) bool {
		return it.export == nil && it.state != Stale && it.state != Edited
	})
	p.list(o)

	// One obstacle may stand in the way of many files.
	found.Sort()
	return p, slices.Compact(found)
}

// lookPressed finds how the disk stands to an export.
func (it *item) lookPressed(sh *shelf, old *owned) {
	it.sum, it.size = sha256.Sum256(it.export.Content), len(it.export.Content)
	it.state = Missing
	if !it.look(sh) || it.on == nil {
		return
	}
	it.state = Foreign
	if !it.plain() {
		it.block(inTheWay(sh.file(it.path), it.on.Mode(), false))
		return
	}
	same, sum, err := sh.matches(it.path, it.on.Size(), it.export.Content)
	if err != nil {
		it.block(failed(sh.file(it.path), false, err))
		return
	}
	if same {
		it.state = Unchanged
		return
	}
	for _, name := range []string{it.path, old.folded[export.Fold(it.path)]} {
		_, listed := old.listed[name]
		switch {
		case name != it.path && !it.isAlso(sh, name):
		case old.wrote(name, sum):
			it.state = Changed
			return
		case listed:
			it.state = Edited
		}
	}
	it.lookEnds(sh, old)
}

// lookEnds finds whether what seems to be someone else's is what portpress
// wrote, or would, but for line ends.
func (it *item) lookEnds(sh *shelf, old *owned) {
	data, _, err := sh.read(it.path)
	if err != nil {
		return // too large, or changing at this moment
	}
	if it.ends = bytes.Equal(unixEnds(data), unixEnds(it.export.Content)); it.ends || old.wroteButForEnds(it.path, data) {
		it.state = Changed
		return
	}
	it.merged = old.merged || bytes.HasPrefix(data, []byte("<<<<<<< ")) || bytes.Contains(data, []byte("\n<<<<<<< "))
}

// lookStale finds whether a file that is pressed no more may be removed.
func (it *item) lookStale(sh *shelf, old *owned, pressed map[string]string) {
	// What can't be looked at may be what portpress wrote, and must stay listed.
	if (!it.above.blocked || it.above.err != nil) && !it.look(sh) {
		return
	}
	switch {
	case it.above.blocked:
		// Behind a link, say, it is not what portpress wrote.
	case it.on == nil:
		it.state = Missing
		return
	case pressed[export.Fold(it.path)] != "" && it.isAlso(sh, pressed[export.Fold(it.path)]):
		return // only the case of its name changed, on a system that ignores it
	case it.plain():
		var err error
		if it.sum, err = sh.digestOf(it.path); err != nil {
			it.block(failed(sh.file(it.path), false, err))
			return
		}
		it.size = int(it.on.Size())
		ours := old.wrote(it.path, it.sum)
		if !ours {
			data, _, err := sh.read(it.path)
			ours = err == nil && old.wroteButForEnds(it.path, data)
		}
		if ours {
			it.state = Stale
			return
		}
	}
	if _, listed := old.listed[it.path]; listed {
		it.state = Edited
	}
}

// look sets what is on disk, and reports whether it can be looked at.
func (it *item) look(sh *shelf) bool {
	switch {
	case it.above.err != nil:
		it.block(failed(sh.file(it.above.at), false, it.above.err))
	case it.above.blocked:
		it.block(inTheWay(sh.file(it.above.at), it.above.mode, true))
	case it.above.there:
		var err error
		if it.on, err = sh.lstat(it.path); err != nil {
			it.block(failed(sh.file(it.path), false, err))
		}
	}
	return it.obstacle == nil
}

func (it *item) block(p problem.Problem) { it.obstacle = &p }

// isAlso reports whether another name leads to the same file on disk.
func (it *item) isAlso(sh *shelf, name string) bool {
	if name == "" {
		return false
	}
	other, err := sh.lstat(name)
	return err == nil && other != nil && os.SameFile(it.on, other)
}

// list makes the new SHA256SUMS.
func (p *plan) list(o Options) {
	sums := make(record, len(p.items))
	for path, wrote := range p.old.listed {
		if !o.picks(path) {
			sums[path] = wrote
		}
	}
	for i := range p.items {
		if it := &p.items[i]; it.export != nil {
			sums[it.path] = []digest{it.sum}
		}
	}
	p.sums = formatSums(sums)

	there := p.old.sumsInfo != nil
	_, takenUp := p.old.recovered()
	switch {
	case !takenUp && there == (len(p.sums) > 0) && bytes.Equal(p.sums, p.old.sums):
		p.sumsState = Unchanged
	case len(p.sums) == 0:
		p.sumsState = Stale
	case !there:
		p.sumsState = Missing
	default:
		p.sumsState = Changed
	}
}
