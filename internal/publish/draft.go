package publish

import (
	"errors"
	"os"
	"path"
	"strings"
)

// draft is the name of the record as it is to be. It is written before anything
// is staged and renamed to the record's when all it lists is in place, so while
// it is there it tells two things: a build is under way or was cut short, and
// what that build may have put where.
func (sh *shelf) draft() string {
	return path.Join(path.Dir(sh.record), privatePrefix+strings.TrimPrefix(path.Base(sh.record), "."))
}

// parseDraft reads a draft as far as it is whole. A build may be killed while it
// writes one, and power may fail before it is on disk, but then nothing that
// the rest announces has happened either.
func parseDraft(data []byte) map[string]digest {
	sums := map[string]digest{}
	for line := range strings.Lines(string(data)) {
		whole := strings.TrimSuffix(line, "\n")
		if e, _, text := parseEntry(whole); text == "" && whole != line {
			sums[e.path] = e.sum
		}
	}
	return sums
}

// writeDraft is what a build begins with. The draft is not synced yet: a kill
// can't undo what the kernel has.
func (b *build) writeDraft() error {
	f, err := b.write(b.draft(), b.plan.sums, b.plan.old.sumsInfo)
	if err != nil {
		return err
	}
	return f.Close()
}

// syncDraft makes the draft last through a power failure.
func (b *build) syncDraft() error {
	if err := b.at("sync " + b.draft()); err != nil {
		return err
	}
	f, err := b.root.OpenFile(b.draft(), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// recover takes up what a build that was cut short left: its temporary files
// and empty folders go, what it put in place is listed in SHA256SUMS, and then
// its draft goes, which spoke for that until now. It returns the path that
// failed.
func (b *build) recover() (string, error) {
	above := &folders{shelf: b.shelf, seen: map[string]folder{}}
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
	if sums, changed := b.plan.old.recovered(); changed {
		if err := b.stage(b.record, sums, b.plan.old.sumsInfo); err != nil {
			return b.record, err
		}
		if err := b.rename(tempName(b.record), b.record); err != nil {
			return b.record, err
		}
		b.begun = true
	} else if err := b.remove(tempName(b.record)); err != nil {
		return b.record, err
	}
	return b.draft(), b.remove(b.draft())
}
