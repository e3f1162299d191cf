package publish

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
)

func TestCheckNames(t *testing.T) {
	set := export.Set{Product: "mke/..", Files: []export.File{{Path: "a", Template: "t/a"}, {Path: "A", Template: "t/A"}, {Path: "../up", Template: "t/up"}}}
	const want = `error export-path : the product's folder would be "mke/..": not a path inside the product's folder; give the product a plain name as its id
error export-collision t/A: presses A, which differs only in case from a of t/a; rename one of the two
error export-path t/up: would press "../up": not a path inside the product's folder; no empty, . or .. parts
`
	if diff := cmp.Diff(want, lines("OUT", checkNames(set))); diff != "" {
		t.Error(diff)
	}

	for product, bad := range map[string]bool{"mke": false, "": true, ".": true, "..": true, "a/b": true, ".portpress-lock": true, "a\\b": true, "con": true} {
		if got := len(checkNames(export.Set{Product: product})) > 0; got != bad {
			t.Errorf("product %q: turned away is %v", product, got)
		}
	}
}

func TestTempName(t *testing.T) {
	long := "a/b/" + strings.Repeat("x", 255)
	seen := map[string]string{}
	for _, target := range []string{"x", "y", "a/x", "a/b/x", long, long[:len(long)-1] + "y", draftName, sumsName} {
		temp := tempName(target)
		if why, _ := export.WhyNot(temp); path.Dir(temp) != path.Dir(target) || len(path.Base(temp)) > 40 || why == "" {
			t.Errorf("%q is staged as %q", target, temp)
		}
		if other, taken := seen[temp]; taken {
			t.Errorf("%q and %q are staged as %q", target, other, temp)
		}
		seen[temp] = target
	}
}
