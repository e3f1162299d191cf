package change

import (
	"cmp"
	"slices"

	"portpress/internal/dataset"
)

// Sets of ports are lists of ranges that are sorted, apart, and joined where
// they touch: two sets are equal when their lists are. Protocols without ports
// have the zero Range, ICMP the ranges of its types.

// allTypes is every type of ICMP. A type counts as the range of its codes.
var allTypes = dataset.Range{From: 0, To: 1<<16 - 1}

// set makes ranges in any order, overlapping or not, a set.
func set(ranges []dataset.Range) []dataset.Range {
	if len(ranges) < 2 {
		return ranges
	}
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b dataset.Range) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	out := sorted[:1]
	for _, r := range sorted[1:] {
		if last := &out[len(out)-1]; r.From <= last.To+1 {
			last.To = max(last.To, r.To)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// minus gives what of a is not in b. Both are sets.
func minus(a, b []dataset.Range) []dataset.Range {
	var out []dataset.Range
	i := 0
	for _, r := range a {
		for i < len(b) && b[i].To < r.From {
			i++
		}
		from := r.From
		for _, hole := range b[i:] {
			if hole.From > r.To {
				break
			}
			if hole.From > from {
				out = append(out, dataset.Range{From: from, To: hole.From - 1})
			}
			from = hole.To + 1
		}
		if from <= r.To {
			out = append(out, dataset.Range{From: from, To: r.To})
		}
	}
	return out
}

// common gives what is in both a and b. Both are sets.
func common(a, b []dataset.Range) []dataset.Range {
	var out []dataset.Range
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if from, to := max(a[i].From, b[j].From), min(a[i].To, b[j].To); from <= to {
			out = append(out, dataset.Range{From: from, To: to})
		}
		if a[i].To < b[j].To {
			i++
		} else {
			j++
		}
	}
	return out
}
