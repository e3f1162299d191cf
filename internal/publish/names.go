package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"portpress/internal/export"
	"portpress/internal/problem"
)

const (
	sumsName = export.SumsName

	// Everywhere is the product of a set whose paths begin at the folder
	// itself. Such a set has a record of its own.
	Everywhere = "."

	// privatePrefix begins every name that this package makes for itself.
	privatePrefix = export.PrivatePrefix + "-"
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

// Private reports whether a name is one that this package makes for itself: a
// lock, or what a build that was cut short left for the next one.
func Private(name string) bool { return strings.HasPrefix(name, privatePrefix) }

// checkNames finds every path of a set that can't be published. Whoever pressed
// the set asked the same of export; nothing is written on trust.
func checkNames(set export.Set) problem.List {
	_, found := export.Judge(set.Files)
	text, _ := export.WhyNot(set.Product)
	if set.Product == Everywhere && set.Record != "" {
		text = ""
	}
	if text == "" && strings.Contains(set.Product, "/") {
		text = "not a single name"
	}
	if text != "" {
		found = append(found, problem.Problem{
			Severity: problem.Error, Code: problem.ExportPath,
			Text: fmt.Sprintf("the product's folder would be %q: %s", set.Product, text),
			Hint: "give the product a plain name as its id",
		})
	}
	found.Sort()
	return found
}
