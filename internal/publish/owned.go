package publish

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// owned is what portpress wrote here according to its own records: by path,
// every content that may stand there and be called its own.
type owned struct {
	listed  map[string]digest // by SHA256SUMS
	pending journal
	folded  map[string]string // Fold(path) to path, over both

	sums        []byte // SHA256SUMS as it stands
	sumsInfo    fs.FileInfo
	interrupted bool // a journal, or the draft of one, is there
	doubtful    bool // problems were found, so what looks foreign may be listed
}

// readOwned reads SHA256SUMS and the journal. Malformed lines of SHA256SUMS are
// problems, unless forced: then they are passed over.
func (pl *place) readOwned(force bool) (*owned, problem.List) {
	var found problem.List
	read := func(name string) ([]byte, fs.FileInfo) {
		data, info, err := pl.read(name)
		if err != nil {
			found = append(found, pl.unreadable(name, err))
		}
		return data, info
	}
	ow := &owned{folded: map[string]string{}}
	ow.sums, ow.sumsInfo = read(sumsName)
	var bad problem.List
	if ow.listed, bad = parseSums(pl.file(sumsName), ow.sums); !force {
		found = append(found, bad...)
	}

	announced, info := read(journalName)
	ow.pending = parseJournal(announced)
	_, draft := read(tempName(journalName))
	ow.interrupted = info != nil || draft != nil

	for _, p := range ow.paths() {
		ow.folded[export.Fold(p)] = p
	}
	ow.doubtful = len(found) > 0
	return ow, found
}

// unreadable tells why a file of the product's folder can't be read.
func (pl *place) unreadable(name string, err error) problem.Problem {
	if k, ok := errors.AsType[kindError](err); ok {
		return inTheWay(pl.file(name), fs.FileMode(k), false)
	}
	return failed(pl.file(name), false, err)
}

// paths lists every path that the records name, sorted.
func (ow *owned) paths() []string {
	all := make(map[string]struct{}, len(ow.listed))
	for p := range ow.listed {
		all[p] = struct{}{}
	}
	for p := range ow.pending {
		all[p] = struct{}{}
	}
	return slices.Sorted(maps.Keys(all))
}

// wrote reports whether portpress wrote this content at the path.
func (ow *owned) wrote(path string, sum digest) bool {
	listed, ok := ow.listed[path]
	return ok && listed == sum || slices.Contains(ow.pending[path], sum)
}
