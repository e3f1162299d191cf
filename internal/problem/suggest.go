package problem

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// DidYouMean returns a hint that names the known word nearest to word, or ""
// when none is near.
func DidYouMean(word string, known []string) string {
	best, bestDistance := "", 0
	letters := utf8.RuneCountInString(word)
	for _, k := range known {
		long := max(letters, utf8.RuneCountInString(k))
		short := min(letters, utf8.RuneCountInString(k))
		// A third of the letters may differ; more is another word.
		limit := max(1, long/3)
		if long-short > limit || long < 2 {
			continue // without measuring, which takes its time in a long list
		}
		d := levenshtein.Distance(word, k, nil) // its MaxCost gives wrong distances
		if d == 2 && sameLetters(word, k) {
			d = 1 // two letters changed places: one slip of the fingers
		}
		// Two slips at the beginning are rarer than two words for opposites:
		// who writes external doesn't mean internal.
		if d > 1 && !sameStart(word, k) {
			continue
		}
		if d <= limit && (best == "" || d < bestDistance) {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

// sameStart reports whether the first letters are the same, but for their case.
func sameStart(word, k string) bool {
	a, _ := utf8.DecodeRuneInString(word)
	b, _ := utf8.DecodeRuneInString(k)
	return unicode.ToLower(a) == unicode.ToLower(b)
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

// Some names the first of many things, and says how many more there are:
// a list in a message may be as long as the table.
func Some(names []string) string {
	const few = 12
	if len(names) <= few+1 { // "and 1 more" would be no shorter
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, … and %d more", strings.Join(names[:few], ", "), len(names)-few)
}
