package render

import "strings"

// nearest gives the candidate that a mistyped word most likely meant, or "".
// A third of the letters may differ; case counts for nothing.
func nearest(word string, candidates []string) string {
	best, bestCost := "", 1+max(1, len(word)/3)
	for _, c := range candidates {
		if cost := distance(strings.ToLower(word), strings.ToLower(c)); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	return best
}

// distance counts the single-letter edits and swaps of neighbours that turn a
// into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
