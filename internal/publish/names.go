package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"portpress/internal/export"
	"portpress/internal/problem"
)

const (
	sumsName    = "SHA256SUMS"
	journalName = privatePrefix + "journal"

	// privatePrefix begins every name that this package makes for itself, so
	// that no export can collide with one and a reader of `ls -a` knows whose
	// it is.
	privatePrefix = ".portpress-"
)

// tempName names the file that a target is staged in. It lies beside the
// target, because a rename is atomic within one filesystem only. Its length
// does not depend on the target's, which may be the longest that the system
// allows, and it can be told from the path alone, so that a later build finds
// what a killed one left.
func tempName(target string) string {
	sum := sha256.Sum256([]byte(target))
	return path.Join(path.Dir(target), privatePrefix+"tmp-"+hex.EncodeToString(sum[:8]))
}

// whyNotPath returns what keeps a path from being published, or "".
//
// Backslashes and control characters are turned away although SHA256SUMS could
// escape them: no export needs them, and readers of the list other than
// coreutils rarely know the escapes.
func whyNotPath(p string) string {
	switch {
	case p == "":
		return "is empty"
	case !fs.ValidPath(p) || p == ".":
		return "is not a plain path below the product's folder"
	case strings.ContainsFunc(p, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }):
		return "holds a backslash or a control character"
	case !filepath.IsLocal(filepath.FromSlash(p)):
		return "is not a file name on this system"
	case strings.EqualFold(p, sumsName):
		return "is the list that portpress itself writes"
	}
	for element := range strings.SplitSeq(fold(p), "/") {
		if strings.HasPrefix(element, privatePrefix) {
			return "begins with " + privatePrefix + ", which portpress keeps for itself"
		}
	}
	return ""
}

// fold maps names that differ in case only to one: such names are one file on
// the usual filesystems of macOS and Windows.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		if 'A' <= least && least <= 'Z' {
			return least + 'a' - 'A' // the prefix above is lower case
		}
		return least
	}, s)
}

// checkNames finds every path of a set that can't be published: malformed,
// kept for portpress, or at odds with another path of the set.
func checkNames(set export.Set) problem.List {
	var found problem.List
	report := func(code problem.Code, f export.File, text string) {
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: code, File: f.Template, Text: text,
			Hint: "give the template another name",
		})
	}
	if why := whyNotPath(set.Product); why != "" || strings.Contains(set.Product, "/") {
		if why == "" {
			why = "is not a single name"
		}
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: problem.ExportPath,
			Text: fmt.Sprintf("the product's folder %q %s", set.Product, why),
			Hint: "give the product a plain name as its id",
		})
	}

	files := make(map[string]export.File, len(set.Files))
	for _, f := range set.Files {
		if why := whyNotPath(f.Path); why != "" {
			report(problem.ExportPath, f, fmt.Sprintf("the export's path %q %s", f.Path, why))
			continue
		}
		key := fold(f.Path)
		if other, taken := files[key]; taken {
			text := strconv.Quote(f.Path) + " is pressed twice"
			if other.Path != f.Path {
				text = fmt.Sprintf("%q and %q are one file on systems that ignore case", other.Path, f.Path)
			}
			if other.Template != "" && other.Template != f.Template {
				text += ", also by " + other.Template
			}
			report(problem.ExportCollision, f, text)
			continue
		}
		files[key] = f
	}
	for _, f := range set.Files {
		for dir := path.Dir(f.Path); dir != "." && dir != "/"; dir = path.Dir(dir) {
			if other, taken := files[fold(dir)]; taken {
				report(problem.ExportCollision, f, fmt.Sprintf("%q needs a folder where %q is a file", f.Path, other.Path))
				break
			}
		}
	}
	found.Sort()
	return found
}
