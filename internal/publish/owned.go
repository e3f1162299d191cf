package publish

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// owned is what portpress wrote here according to its own records: by path,
// the content that may stand there and be called its own.
type owned struct {
	listed record            // by SHA256SUMS, and by the draft what was put in place already
	folded map[string]string // Fold(path) to path

	sums        []byte // SHA256SUMS as it stands
	sumsInfo    fs.FileInfo
	merged      bool              // SHA256SUMS holds both sides of a merge
	pending     map[string]digest // by the draft
	interrupted bool              // a draft is there
	doubtful    bool              // problems were found, so what looks foreign may be listed
}

// readOwned reads SHA256SUMS and the draft. Malformed lines of SHA256SUMS are
// problems, unless forced: then they are passed over.
func (sh *shelf) readOwned(force bool) (*owned, problem.List) {
	var found, bad problem.List
	read := func(name string) ([]byte, fs.FileInfo) {
		data, info, err := sh.read(name)
		switch {
		case errors.Is(err, errTooBig):
			bad = append(bad, badRecord(sh.file(name)))
		case err != nil:
			found = append(found, sh.unreadable(name, err))
		}
		return data, info
	}
	ow := &owned{folded: map[string]string{}}
	ow.sums, ow.sumsInfo = read(sh.record)
	var lines problem.List
	ow.listed, ow.merged, lines = parseSums(sh.file(sh.record), ow.sums)
	bad = append(bad, lines...)

	draft, info := read(sh.draft())
	ow.interrupted = info != nil
	ow.pending = parseDraft(draft)
	found = append(found, ow.takeUp(sh)...)
	if !force {
		found = append(found, bad...)
	}

	for path := range ow.listed {
		ow.folded[export.Fold(path)] = path
	}
	ow.doubtful = len(found) > 0
	return ow, found
}

// takeUp lists what a build that was cut short put in place.
func (ow *owned) takeUp(sh *shelf) problem.List {
	var found problem.List
	above := &folders{shelf: sh, seen: map[string]folder{}}
	for _, path := range slices.Sorted(maps.Keys(ow.pending)) {
		it := item{path: path, above: above.above(path)}
		if ow.wrote(path, ow.pending[path]) || it.above.blocked || !it.look(sh) || !it.plain() {
			continue
		}
		sum, err := sh.digestOf(path)
		if err != nil {
			found = append(found, failed(sh.file(path), false, err))
		} else if sum == ow.pending[path] {
			ow.listed.add(path, sum)
		}
	}
	return found
}

// recovered is SHA256SUMS as it would be had the build that was cut short kept
// it up to date, and whether it stands on disk otherwise. Without such a build
// it is SHA256SUMS as it stands.
func (ow *owned) recovered() (sums []byte, changed bool) {
	if !ow.interrupted {
		return ow.sums, false
	}
	sums = formatSums(ow.listed)
	return sums, !bytes.Equal(sums, ow.sums)
}

// unreadable tells why a file of the product's folder can't be read.
func (sh *shelf) unreadable(name string, err error) problem.Problem {
	if k, ok := errors.AsType[kindError](err); ok {
		return inTheWay(sh.file(name), fs.FileMode(k), false)
	}
	return failed(sh.file(name), false, err)
}

// paths lists every path that the records name, sorted.
func (ow *owned) paths() []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(ow.listed)), maps.Keys(ow.pending))
	slices.Sort(all)
	return slices.Compact(all)
}

// wrote reports whether portpress wrote this content at the path.
func (ow *owned) wrote(path string, sum digest) bool {
	return slices.Contains(ow.listed[path], sum)
}
