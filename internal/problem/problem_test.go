package problem

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFailed(t *testing.T) {
	warning, failure := Problem{Severity: Warning}, Problem{Severity: Error}
	for _, tc := range []struct {
		list           List
		failed, strict bool
	}{
		{nil, false, false},
		{List{warning}, false, true},
		{List{failure}, true, true},
		{List{warning, failure, warning}, true, true},
	} {
		if got := tc.list.Failed(false); got != tc.failed {
			t.Errorf("%v failed: %t", tc.list, got)
		}
		if got := tc.list.Failed(true); got != tc.strict {
			t.Errorf("%v failed, strictly: %t", tc.list, got)
		}
	}
	list := List{warning, failure, warning}
	if w, e := list.Count(Warning), list.Count(Error); w != 2 || e != 1 {
		t.Errorf("counted %d warnings and %d errors", w, e)
	}
}

func TestSort(t *testing.T) {
	want := List{
		{Text: "no file"},
		{File: "a", Text: "no line"},
		{File: "a", Line: 1, Text: "no column"},
		{File: "a", Line: 1, Column: 2, Code: "a", Text: "x"},
		{File: "a", Line: 1, Column: 2, Code: "a", Text: "y"},
		{File: "a", Line: 1, Column: 2, Code: "b", Text: "a"},
		{File: "a", Line: 1, Column: 10, Text: "numbers, not text"},
		{File: "a", Line: 2, Column: 1},
		{File: "b", Line: 1, Column: 1, Hint: "first"}, // equal ones keep their order
		{File: "b", Line: 1, Column: 1, Hint: "second"},
	}
	got := slices.Clone(want)
	slices.Reverse(got[:8])
	got = slices.Concat(got[8:], got[:8])
	got.Sort()
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"managers", "workers", "worker-pools", "tcp", "udp", "udplite"}
	for word, want := range map[string]string{
		"manager":      "managers",
		"mangers":      "managers",
		"Workers":      "workers",
		"workers":      "workers", // itself
		"tpc":          "tcp",     // two letters changed places
		"upd":          "udp",
		"udp-lite":     "udplite",
		"wrokers-pool": "worker-pools",
		"gateways":     "",
		"t":            "",
		"":             "",
		"http":         "",
		"wörkers":      "workers", // one letter, though two bytes
	} {
		got := DidYouMean(word, known)
		if want != "" {
			want = "did you mean " + strconv.Quote(want) + "?"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got := DidYouMean("external", []string{"internal"}); got != "" {
		t.Errorf("the opposite: %q", got)
	}
	if got := DidYouMean("x", []string{"y"}); got != "" {
		t.Errorf("another letter is no slip: %q", got)
	}
	if got := DidYouMean("x", nil); got != "" {
		t.Errorf("got %q", got)
	}
	// The first of the nearest.
	if got := DidYouMean("etcd-pear", []string{"etcd-near", "etcd-peer"}); !strings.Contains(got, "etcd-near") {
		t.Errorf("got %q", got)
	}
}

func TestSome(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, strconv.Itoa(i))
	}
	for n, want := range map[int]string{
		0: "", 1: "0", 2: "0, 1",
		13:   "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
		14:   "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … and 2 more",
		1000: "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … and 988 more",
	} {
		if got := Some(names[:n]); got != want {
			t.Errorf("of %d: %q, want %q", n, got, want)
		}
	}
}

// Codes must be words that a script can match on, each of its own.
func TestCodes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for _, value := range v.Values {
				lit, isLit := value.(*ast.BasicLit)
				if !isLit {
					t.Errorf("%s has no plain value", v.Names[0])
					continue
				}
				code, _ := strconv.Unquote(lit.Value)
				if !word.MatchString(code) || seen[code] {
					t.Errorf("code %q is no word of its own", code)
				}
				seen[code] = true
			}
		}
		return true
	})
	if len(seen) < 40 {
		t.Errorf("found %d codes", len(seen))
	}
}
