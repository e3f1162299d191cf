package problem

import (
	"slices"
	"strconv"

	"github.com/agext/levenshtein"
)

// DidYouMean returns a hint that names the known word nearest to word, or ""
// when none is near.
func DidYouMean(word string, known []string) string {
	best, bestDistance := "", 0
	for _, k := range known {
		d := levenshtein.Distance(word, k, nil)
		if d == 2 && sameLetters(word, k) {
			d = 1 // two letters changed places: one slip of the fingers
		}
		// A third of the letters may differ; more is another word.
		if d <= max(1, max(len(word), len(k))/3) && (best == "" || d < bestDistance) {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}
