package publish

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
)

// journal is what builds that were cut short were about to put where. Until
// SHA256SUMS is renewed it speaks for the files that they had renamed already.
type journal map[string][]digest

// parseJournal reads a journal as far as it is whole. Power may fail before it
// is on disk, but then nothing that it announces has happened either.
func parseJournal(data []byte) journal {
	j := journal{}
	for line := range strings.Lines(string(data)) {
		whole := strings.TrimSuffix(line, "\n")
		if e, _, text := parseEntry(whole); text == "" && whole != line {
			j.add(e)
		}
	}
	return j
}

func (j journal) add(e entry) {
	if !slices.Contains(j[e.path], e.sum) {
		j[e.path] = append(j[e.path], e.sum)
	}
}

// format returns the journal in the form of SHA256SUMS, where a path may stand
// on several lines: one for each build that was cut short.
func (j journal) format() []byte {
	var b []byte
	for _, path := range slices.Sorted(maps.Keys(j)) {
		for _, sum := range j[path] {
			b = entry{sum: sum, path: path}.appendTo(b)
		}
	}
	return b
}

// writeJournal puts the journal in place: all that this build is about to put,
// and all that an older journal says, since that may still lie on disk. It is
// not synced yet; a kill can't undo what the kernel has.
func (b *build) writeJournal() error {
	b.journal = journal{}
	for path, sums := range b.plan.old.pending {
		for _, sum := range sums {
			b.journal.add(entry{sum: sum, path: path})
		}
	}
	for i := range b.plan.items {
		if it := &b.plan.items[i]; it.put() {
			b.journal.add(entry{sum: it.sum, path: it.path})
		}
	}
	temp := tempName(journalName)
	f, err := b.create(temp, 0o666)
	if err != nil {
		return err
	}
	err = b.at("write " + temp)
	if err == nil {
		_, err = f.Write(b.journal.format())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return b.rename(temp, journalName)
}

// syncJournal makes the journal's content last through a power failure.
func (b *build) syncJournal() error {
	if err := b.at("sync " + journalName); err != nil {
		return err
	}
	f, err := b.root.OpenFile(journalName, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// dropJournal takes back a journal whose build changed nothing. One that holds
// an older journal's lines stays: they may still be needed.
func (b *build) dropJournal() error {
	if err := b.remove(tempName(journalName)); err != nil || b.plan.old.interrupted {
		return err
	}
	return b.remove(journalName)
}

// sweep removes the temporary files and empty folders that an interrupted
// build left, which its journal names. It returns the path that failed.
func (b *build) sweep() (string, error) {
	for _, name := range []string{journalName, sumsName} {
		if err := b.remove(tempName(name)); err != nil {
			return name, err
		}
	}
	above := &folders{place: b.place, seen: map[string]folder{}}
	for path := range b.plan.old.pending {
		if fo := above.above(path); fo.blocked || !fo.there {
			continue
		}
		if err := b.remove(tempName(path)); err != nil {
			return path, err
		}
	}
	for path := range b.plan.old.pending {
		b.rmdir(path)
	}
	return "", nil
}
