package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// entry is one line of SHA256SUMS: what a file holds.
type entry struct {
	sum  digest
	path string
}

// hexLen is the length of a digest as text.
const hexLen = 2 * len(digest{})

// record is what a list says: by path, what portpress wrote there. A path has
// several contents where two branches met, since each branch wrote its own.
type record map[string][]digest

func (r record) add(path string, sum digest) {
	if !slices.Contains(r[path], sum) {
		r[path] = append(r[path], sum)
	}
}

// formatSums returns the list in the form that `sha256sum -c` reads, sorted by
// path. Paths need no escaping: export.WhyNot turns away those that would.
func formatSums(sums record) []byte {
	var b []byte
	for _, path := range slices.Sorted(maps.Keys(sums)) {
		for _, sum := range sums[path] {
			b = entry{sum: sum, path: path}.appendTo(b)
		}
	}
	return b
}

// Sums is the SHA256SUMS of a folder that holds these files and no others.
func Sums(files []export.File) []byte {
	sums := make(record, len(files))
	for i := range files {
		sums.add(files[i].Path, sha256.Sum256(files[i].Content))
	}
	return formatSums(sums)
}

func (e entry) appendTo(b []byte) []byte {
	b = hex.AppendEncode(b, e.sum[:])
	b = append(b, "  "...)
	b = append(b, e.path...)
	return append(b, '\n')
}

// parseSums reads SHA256SUMS. A malformed line becomes a problem and gives no
// entry; the other lines count all the same.
//
// Git may have changed the line ends, and a merge may have left the lines of
// both branches, between its marks for a conflict or, by the driver union,
// without any: each is what portpress wrote on one of them.
func parseSums(file string, data []byte) (listed record, merged bool, found problem.List) {
	listed = record{}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line, whole := strings.CutSuffix(line, "\n")
		line = strings.TrimSuffix(line, "\r")
		if isConflictMark(line) {
			merged = true
			continue
		}
		e, offset, text := parseEntry(line)
		if text == "" && !whole {
			// What is missing may be the rest of the path.
			offset, text = len(line), "the last line is cut off: a line break is missing"
		}
		if text != "" {
			found = append(found, badLine(file, number, line, offset, text))
			continue
		}
		merged = merged || listed[e.path] != nil
		listed.add(e.path, e.sum)
	}
	return listed, merged, found
}

// parseEntry reads one line: 64 hexadecimal digits, a space, a space or (for
// what sha256sum calls binary mode) an asterisk, and the path. When the line is
// malformed it returns where, as an offset in bytes, and what is wrong.
func parseEntry(line string) (e entry, offset int, text string) {
	digits := strings.IndexFunc(line, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) })
	if digits < 0 {
		digits = len(line)
	}
	if digits != hexLen {
		return entry{}, min(digits, hexLen), "this line does not begin with the 64 digits of a SHA-256"
	}
	if _, err := hex.Decode(e.sum[:], []byte(line[:hexLen])); err != nil {
		return entry{}, 0, err.Error()
	}
	rest := line[hexLen:]
	if !strings.HasPrefix(rest, "  ") && !strings.HasPrefix(rest, " *") {
		return entry{}, hexLen, "two spaces are missing between the SHA-256 and the path"
	}
	e.path = rest[2:]
	if why, _ := export.WhyNot(e.path); why != "" {
		return entry{}, hexLen + 2, fmt.Sprintf("the listed path %q: %s", e.path, why)
	}
	return e, 0, ""
}

// badLine points at an offset, in bytes, of a line of SHA256SUMS.
func badLine(file string, number int, line string, offset int, text string) problem.Problem {
	return problem.Problem{
		Severity: problem.Error, Code: problem.BadSums,
		File: file, Line: number, Column: utf8.RuneCountInString(line[:offset]) + 1,
		Text: text, Excerpt: line, Width: max(1, utf8.RuneCountInString(line[offset:])),
		Hint: restoreSums,
	}
}

const restoreSums = "restore the file from version control, or run `portpress build --force` to renew it"
