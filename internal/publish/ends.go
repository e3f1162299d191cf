package publish

import (
	"bytes"
	"crypto/sha256"

	"portpress/internal/problem"
)

// Git, and editors, change line ends: a repository with "* text=auto", or a
// clone with core.autocrlf, has other bytes on disk than a build wrote. Nobody's
// work is in such a difference, so a build may do away with it.

// unixEnds is a content with LF for each CRLF.
func unixEnds(content []byte) []byte {
	if bytes.IndexByte(content, '\r') < 0 {
		return content
	}
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
}

// wroteButForEnds reports whether portpress wrote this content at the path, with
// whatever line ends. A content that mixes them can't be told from its digest.
func (ow *owned) wroteButForEnds(path string, content []byte) bool {
	if len(ow.listed[path]) == 0 {
		return false
	}
	unix := unixEnds(content)
	return ow.wrote(path, sha256.Sum256(unix)) ||
		ow.wrote(path, sha256.Sum256(bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n"))))
}

// sumsEnds reports whether SHA256SUMS is wrong in its line ends only.
func (p *plan) sumsEnds() bool {
	return p.sumsState == Changed && bytes.Equal(unixEnds(p.old.sums), p.sums)
}

// lineEnds tells of the files that differ in line ends only. Who knows where
// they are kept says how to keep git from it.
func (p *plan) lineEnds(sh *shelf, severity problem.Severity) problem.List {
	var found problem.List
	tell := func(path string) {
		found = append(found, problem.Problem{
			Severity: severity, Code: problem.LineEnds, File: sh.file(path), Text: "differs from what portpress wrote in its line ends only",
		})
	}
	for i := range p.items {
		if p.items[i].ends {
			tell(p.items[i].path)
		}
	}
	if p.sumsEnds() {
		tell(p.record)
	}
	return found
}
