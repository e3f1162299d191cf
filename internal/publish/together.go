package publish

import (
	"cmp"
	"path/filepath"
	"slices"
	"sync"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// Folder is a folder and what the products' folders below it are to hold.
type Folder struct {
	Out  string
	Sets []export.Set
	Only func(path string) bool // in the place of that of the options
}

// picks is the options with what holds for this folder alone.
func (f *Folder) picks(o Options) Options {
	if f.Only != nil {
		o.Only = f.Only
	}
	return o
}

// Documents are changed together with what is written below folders.
type Documents struct {
	List   []Document
	Folder string // is locked meanwhile, so that two runs don't mix
}

// WriteAll is Write for several folders, and for documents: whatever can be
// refused or can fail is so before the first file of any is renamed. The
// reports are in the order of the folders and of their sets.
//
// A document that isn't any more what the build read is not overwritten. A link
// stays, and so do mode, owner and further names of the file that it leads to.
func WriteAll(folders []Folder, docs Documents, o Options) ([]Report, problem.List) {
	return writeAll(folders, docs, o, nil)
}

func writeAll(folders []Folder, docs Documents, o Options, fault func(step string) error) ([]Report, problem.List) {
	fault = oneAtATime(fault)
	t := &together{docs: &documents{fault: fault}}
	var found problem.List
	for _, f := range folders {
		reports, bad := begin(f.Out, f.Sets)
		t.reports = append(t.reports, reports...)
		found = append(found, bad...)
	}
	if len(found) == 0 {
		found = t.open(folders, docs, o, fault)
	}
	if found.Count(problem.Error) == 0 {
		found = append(found, t.docs.look(docs.List)...)
	}
	if found.Count(problem.Error) == 0 {
		found = append(found, carryOut(t.builds(), t.docs)...)
	}
	found = append(found, t.close()...)
	found.Sort()
	return t.reports, found
}

// together is several folders that are written at once.
type together struct {
	reports []Report
	opened  []*opened
	docs    *documents
	lock    func() // gives the documents' lock back
}

// opened is a folder, locked and looked at.
type opened struct {
	*store
	builds []*build
	report []int // the place of each build's report
}

// oneAtATime lets the hook of the tests count steps without a lock of its own:
// files are staged side by side.
func oneAtATime(fault func(step string) error) func(step string) error {
	if fault == nil {
		return nil
	}
	var mu sync.Mutex
	return func(step string) error {
		mu.Lock()
		defer mu.Unlock()
		return fault(step)
	}
}

// open locks the folders and plans what to do. Everybody locks in the order of
// the paths, so that no two runs wait for each other.
func (t *together) open(folders []Folder, docs Documents, o Options, fault func(string) error) problem.List {
	var found problem.List
	type opening struct {
		Folder
		path  string
		first int
	}
	var list []opening
	n := 0
	for _, f := range folders {
		if len(f.Sets) > 0 {
			list = append(list, opening{f, absolute(f.Out), n})
		}
		n += len(f.Sets)
	}
	slices.SortStableFunc(list, func(a, b opening) int { return cmp.Compare(a.path, b.path) })

	own := docs.Folder != "" && slices.ContainsFunc(docs.List, func(d Document) bool { return d.changes() }) &&
		!slices.ContainsFunc(list, func(f opening) bool { return f.path == absolute(docs.Folder) })
	if own {
		if t.lock, found = lockFolder(docs.Folder, o.Waiting); len(found) > 0 {
			return found
		}
	}
	for i, f := range list {
		if i == 0 || list[i-1].path != f.path { // else it is open already
			st, bad := openStore(f.Out, true, o.Waiting, fault)
			found = append(found, bad...)
			if st == nil {
				return found
			}
			t.opened = append(t.opened, &opened{store: st})
		}
		op := t.opened[len(t.opened)-1]
		st := op.store
		for i, set := range f.Sets {
			sh, bad := st.shelf(set)
			found = append(found, bad...)
			if sh == nil {
				continue
			}
			p, bad := makePlan(sh, set, f.picks(o))
			found = append(found, bad...)
			found = append(found, p.handEdits(sh, o.Force)...)
			op.builds = append(op.builds, &build{shelf: sh, plan: p})
			op.report = append(op.report, f.first+i)
		}
	}
	return found
}

// absolute is the path that names a folder however it was named, as far as
// that can be told.
func absolute(name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

func (t *together) builds() []*build {
	var all []*build
	for _, op := range t.opened {
		all = append(all, op.builds...)
	}
	return all
}

// close tells what became of each product, and unlocks the folders.
func (t *together) close() problem.List {
	var found problem.List
	for _, op := range t.opened {
		begun := false
		for i, b := range op.builds {
			begun = begun || b.begun
			found = append(found, b.warned...)
			r := &t.reports[op.report[i]]
			r.Changed, r.Files = b.begun, b.plan.states()
		}
		found = append(found, op.close(!begun)...)
	}
	if t.lock != nil {
		t.lock()
	}
	return found
}

// lockFolder takes the lock of a folder until the returned function is called.
func lockFolder(folder string, waiting func()) (func(), problem.List) {
	if waiting == nil {
		waiting = func() {}
	}
	held, _, err := lock(folder, true, waiting)
	if err != nil {
		return nil, problem.List{failed(folder, true, err)}
	}
	return func() { _ = held.Close() }, nil // nothing was written through it
}

// CompareAll is Compare for several folders.
func CompareAll(folders []Folder, o Options) ([]Report, []Diff, problem.List) {
	var reports []Report
	var diffs []Diff
	var found problem.List
	for i := range folders {
		r, d, bad := Compare(folders[i].Out, folders[i].Sets, folders[i].picks(o))
		reports, diffs, found = append(reports, r...), append(diffs, d...), append(found, bad...)
	}
	return reports, diffs, found
}
