// Package publish puts the exports of one or several products on disk, all or
// nothing, and tells how the disk differs from them. It owns SHA256SUMS.
//
// # What portpress owns
//
// SHA256SUMS in a product's folder lists the files that portpress wrote there
// and what they held. A file whose content is what the list says may be
// replaced or removed; any other content came from someone else's hand, and
// Write refuses to lose it unless Options.Force is set.
//
// # What a killed build leaves
//
// Every file is staged beside its target and renamed into place, so each is
// whole, old or new. The SHA256SUMS to come is written first, under a name of
// its own, and renamed last; until then it speaks for the files that are in
// place already. The next Write lists those, sweeps up what was staged, and
// finishes the job. Of several products, all are staged before the first file
// of any is renamed.
//
// Files are synced before they are renamed, so that power failures leave them
// whole as well. Folders are not synced: filesystems keep the order of creates
// and renames, and whether the last build outlives the failure matters little
// when the next one makes the same bytes. Each sync costs as much as pressing
// a whole dataset.
//
// # Problems and failures
//
// Findings carry the codes edited, foreign-file, not-a-file, bad-sums,
// export-path, export-collision and drift-*. What the system refuses (no
// permission, no space) carries read-failed or write-failed, so a command can
// tell the two apart by the code alone.
package publish

import (
	"crypto/sha256"
	"encoding/hex"
)

// Options says how much to publish, and what may be overwritten.
type Options struct {
	// Force lets Write replace files that were edited since, or that
	// portpress never wrote, remove stale files that were edited since, and
	// pass over malformed lines of SHA256SUMS. Compare ignores it.
	Force bool

	// Only, when set, picks the paths (relative to the product's folder) that
	// are published. Other files, and their lines in SHA256SUMS, are left
	// alone, and stale files are looked for among the picked paths only.
	Only func(path string) bool

	// Versions, when set, gives what version control has of a file on the sides
	// of a merge. It is asked for files that a merge put together.
	Versions func(file string) [][]byte

	// Waiting, when set, is called once if another build holds the lock.
	Waiting func()
}

// picks reports whether a path is to be published.
func (o Options) picks(path string) bool { return o.Only == nil || o.Only(path) }

// State says how a file stands to what was pressed.
type State string

// The states. A Write that was carried out reports New, Changed, Unchanged,
// Removed, and Edited for a stale file that it left in place. Compare, and a
// Write that was refused or failed, report the file as it stands: Missing,
// Changed, Unchanged, Stale, Edited, Foreign.
const (
	New       State = "new"       // written, nothing was there
	Changed   State = "changed"   // differs, and the listed content stands there
	Unchanged State = "unchanged" // holds what was pressed already
	Removed   State = "removed"   // was listed and is pressed no more
	Edited    State = "edited"    // listed, and holds neither the listed nor the pressed content
	Foreign   State = "foreign"   // not listed, and not what was pressed
	Missing   State = "missing"   // nothing is there
	Stale     State = "stale"     // listed, and pressed no more
)

// FileState is one file of a product's folder.
type FileState struct {
	Path   string `json:"path"` // slash-separated, relative to the product's folder
	State  State  `json:"state"`
	Bytes  int    `json:"bytes"`  // of the pressed content; for Removed and Stale, of the file on disk
	SHA256 string `json:"sha256"` // of the same content as Bytes, in hexadecimal
}

// Report is what Write did, or what Compare found, in one product's folder.
type Report struct {
	Product string      `json:"product"`
	Folder  string      `json:"folder"`  // as the user named it
	Changed bool        `json:"changed"` // Write changed the folder; Compare: a build would
	Files   []FileState `json:"files"`   // sorted by path, SHA256SUMS among them
}

// digest is a SHA-256 of a file's content.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }
