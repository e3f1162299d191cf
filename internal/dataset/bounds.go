package dataset

import (
	"cmp"
	"fmt"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// set tells whether a list holds something, however long the list is.
type set[T comparable] struct {
	list []T
	in   map[T]bool // once the list is long
}

// longList is from where on a map is quicker than a look at each.
const longList = 16

func newSet[T comparable](list []T) *set[T] {
	s := &set[T]{}
	for _, x := range list {
		s.add(x)
	}
	return s
}

func (s *set[T]) has(x T) bool {
	if s.in != nil {
		return s.in[x]
	}
	return slices.Contains(s.list, x)
}

func (s *set[T]) add(x T) {
	s.list = append(s.list, x)
	if s.in == nil && len(s.list) > longList {
		s.in = make(map[T]bool, 2*longList)
		for _, old := range s.list {
			s.in[old] = true
		}
	}
	if s.in != nil {
		s.in[x] = true
	}
}

// ports are ranges that share no port, by the ports in them.
type portSet struct {
	ranges []Range
	taken  []int32 // which range each port is in, counted from 1; once there are many
}

// add takes a range in, or says which one it overlaps.
func (s *portSet) add(r Range) *fault {
	if old, shares := s.sharing(r); shares {
		if old == r {
			return &fault{problem.RangeOverlap, fmt.Sprintf("port %s is in the list twice", r), "remove one"}
		}
		return &fault{problem.RangeOverlap, fmt.Sprintf("%s overlaps %s", r, old), "join them"}
	}
	s.ranges = append(s.ranges, r)
	switch {
	case s.taken != nil:
		s.take(len(s.ranges))
	case len(s.ranges) > longList:
		s.taken = make([]int32, 1<<16)
		for i := range s.ranges {
			s.take(i + 1)
		}
	}
	return nil
}

func (s *portSet) take(n int) {
	r := s.ranges[n-1]
	for port := r.From; port <= r.To; port++ {
		s.taken[port] = int32(n)
	}
}

// sharing gives a range that shares a port with r, if there is one.
func (s *portSet) sharing(r Range) (old Range, shares bool) {
	if s.taken == nil {
		i := slices.IndexFunc(s.ranges, func(old Range) bool { return r.From <= old.To && old.From <= r.To })
		if i < 0 {
			return Range{}, false
		}
		return s.ranges[i], true
	}
	for _, n := range s.taken[r.From : r.To+1] {
		if n > 0 {
			return s.ranges[n-1], true
		}
	}
	return Range{}, false
}

// perLine is how many problems of one kind are told of one line, and perFile of
// one file unless Limits raise it. Who writes a thousand of them made one mistake.
const (
	perLine = 8
	perFile = 200
)

// spot is where problems of one kind gather.
type spot struct {
	code  problem.Code
	warns bool // counted apart: however many warnings there are, an error is told
	file  *source.File
	line  int // 0 for the whole file
}

// tally counts the problems at a spot.
type tally struct {
	n    int
	last int // where in the list the last one stands that is told
	text string
}

// tooMany counts a problem, and reports whether it is one of too many: then
// the last one that is told says how many follow.
func (r *reporter) tooMany(code problem.Code, file *source.File, at source.Span) bool {
	if r.told == nil {
		r.told = map[spot]*tally{}
	}
	all := r.tally(spot{code, r.warns, file, 0})
	most := cmp.Or(r.alike, perFile)
	if all.n < most {
		line := r.tally(spot{code, r.warns, file, file.Line(at.Start)})
		if line.n++; line.n > perLine {
			r.andMore(line, line.n-perLine, "on this line")
			return true
		}
		line.last = len(r.problems)
	}
	if all.n++; all.n > most {
		r.andMore(all, all.n-most, "like it in this file")
		return true
	}
	all.last = len(r.problems)
	return false
}

func (r *reporter) tally(at spot) *tally {
	if r.told[at] == nil {
		r.told[at] = &tally{}
	}
	return r.told[at]
}

func (r *reporter) andMore(t *tally, n int, where string) {
	p := &r.problems[t.last]
	if t.text == "" {
		t.text = p.Text
	}
	p.Text = fmt.Sprintf("%s (and %d more %s)", t.text, n, where)
}

// guesses is for how many unknown names of a kind a known one like it is
// looked for: that takes a look at each known one.
const guesses = 20
