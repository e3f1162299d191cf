package publish

import (
	"bytes"
	"crypto/sha256"
	"strings"
)

// Two branches that change different rows change the same exports and the same
// lines of SHA256SUMS. What a merge leaves of these holds, but for the marks of
// a conflict, only lines that portpress wrote on one of the branches: nothing is
// lost where a build presses it anew.

// lookMerged finds whether a file that seems to be edited is what a merge made
// of contents that portpress wrote.
func (it *item) lookMerged(sh *shelf, old *owned, versions func(file string) [][]byte) {
	if it.state != Edited || !it.merged || versions == nil {
		return
	}
	data, _, err := sh.read(it.path)
	if err != nil {
		return
	}
	ours := map[string]bool{}
	for _, v := range versions(sh.file(it.path)) {
		if !old.wrote(it.path, sha256.Sum256(v)) && !old.wroteButForEnds(it.path, v) {
			continue
		}
		for line := range strings.Lines(string(v)) {
			ours[strings.TrimRight(line, "\r\n")] = true
		}
	}
	base := false // whether this is the part that neither side has
	for line := range bytes.Lines(data) {
		text := string(bytes.TrimRight(line, "\r\n"))
		switch {
		case isConflictMark(text):
			base = text[0] == '|'
		case !base && !ours[text]:
			return
		}
	}
	if len(ours) > 0 {
		it.state = Changed
	}
}

// isConflictMark reports whether a line is one of those that git puts around
// the two sides of a conflict, and before what both come from.
func isConflictMark(line string) bool {
	const size = 7 // as git has it where nobody says conflict-marker-size
	if line == strings.Repeat("=", size) {
		return true
	}
	for _, c := range []string{"<", "|", ">"} {
		if rest, is := strings.CutPrefix(line, strings.Repeat(c, size)); is {
			return rest == "" || rest[0] == ' '
		}
	}
	return false
}
