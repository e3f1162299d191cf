package change

import (
	"slices"
	"testing"

	"portpress/internal/dataset"
)

// FuzzRanges holds the sets to a list of what is in them, number by number.
func FuzzRanges(f *testing.F) {
	f.Add([]byte{1, 1, 3, 3}, []byte{2, 2})
	f.Add([]byte{10, 20, 5, 12}, []byte{0, 4, 21, 30})
	f.Add([]byte{10, 20}, []byte{12, 13, 15, 15})
	f.Add([]byte{}, []byte{0, 0})
	f.Fuzz(func(t *testing.T, x, y []byte) {
		a, b := rangesOf(x), rangesOf(y)
		for _, op := range []struct {
			name string
			got  []dataset.Range
			want func(inA, inB bool) bool
		}{
			{"set", set(slices.Concat(a, b)), func(inA, inB bool) bool { return inA || inB }},
			{"minus", minus(set(a), set(b)), func(inA, inB bool) bool { return inA && !inB }},
			{"common", common(set(a), set(b)), func(inA, inB bool) bool { return inA && inB }},
		} {
			for n := range 300 {
				if got, want := contains(op.got, n), op.want(contains(a, n), contains(b, n)); got != want {
					t.Errorf("%s of %v and %v: %v; %d is in it: %t, want %t", op.name, a, b, op.got, n, got, want)
				}
			}
			if !slices.Equal(op.got, set(op.got)) {
				t.Errorf("%s of %v and %v: %v is not sorted, apart and joined", op.name, a, b, op.got)
			}
		}
	})
}

func rangesOf(ends []byte) []dataset.Range {
	var out []dataset.Range
	for ; len(ends) > 1; ends = ends[2:] {
		out = append(out, dataset.Range{From: int(min(ends[0], ends[1])), To: int(max(ends[0], ends[1]))})
	}
	return out
}

func contains(ranges []dataset.Range, n int) bool {
	return slices.ContainsFunc(ranges, func(r dataset.Range) bool { return r.From <= n && n <= r.To })
}
