package source

import (
	"errors"
	"runtime"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/sync/errgroup"
)

// shareBytes is how much text is decoded at a time: enough that the decoder's
// start costs nothing, little enough that what it remembers of keys stays small.
const shareBytes = 16 << 10

// decode gives the values of a text between two offsets, which the rules of
// tables allow. A long one is decoded in shares, side by side: each begins at a
// header, and tables of different headers don't know of each other.
func (b *builder) decode(start, end int) (map[string]any, *fault) {
	cuts := b.cuts(start)
	trees := make([]map[string]any, len(cuts))
	faults := make([]*fault, len(cuts))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, from := range cuts {
		to := end
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		g.Go(func() error {
			trees[i], faults[i] = b.share(from, to)
			return nil
		})
	}
	_ = g.Wait() // faults has what went wrong
	for i, tree := range trees {
		if faults[i] != nil {
			return nil, faults[i]
		}
		if i > 0 {
			merge(trees[0], tree)
		}
	}
	return trees[0], nil
}

// cuts are the offsets at which the shares begin, the first of all included.
// The elements of a list of tables can't be told apart by their headers, so a
// text with one stays whole.
func (b *builder) cuts(start int) []int {
	cuts := []int{start}
	if b.lists {
		return cuts
	}
	for _, at := range b.headers {
		if at-cuts[len(cuts)-1] >= shareBytes {
			cuts = append(cuts, at)
		}
	}
	return cuts
}

// share decodes a part of the text.
func (b *builder) share(from, to int) (map[string]any, *fault) {
	tree := map[string]any{}
	_, err := toml.Decode(string(b.text[from:to]), &tree)
	if err == nil {
		return tree, nil
	}
	f := &fault{at: Span{from, from}, text: invalid + strings.TrimPrefix(err.Error(), "toml: ")}
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		f.at = Span{from + parse.Position.Start, from + parse.Position.Start + parse.Position.Len}
		f.text = invalid + parse.Message
	}
	return nil, f
}
