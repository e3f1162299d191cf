package main

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// validGlobs reports a pattern that can never match.
func validGlobs(globs []string) error {
	for _, g := range globs {
		if err := validGlob("--only", g); err != nil {
			return err
		}
	}
	return nil
}

func validGlob(flag, glob string) error {
	if !doublestar.ValidatePattern(glob) {
		return usageError{flag + " " + glob + " is not a pattern: * ? [a-z] {a,b} and ** are known"}
	}
	return nil
}

// only makes the filter of --only: a pattern with a slash is held against an
// export's whole path, one without against its name in any folder. Without
// patterns the filter is nil.
func only(globs []string) func(string) bool {
	if len(globs) == 0 {
		return nil
	}
	return func(export string) bool {
		for _, g := range globs {
			subject := export
			if !strings.Contains(g, "/") {
				subject = path.Base(export)
			}
			if doublestar.MatchUnvalidated(g, subject) {
				return true
			}
		}
		return false
	}
}
