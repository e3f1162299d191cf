package publish

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
)

func TestWhyNotPath(t *testing.T) {
	tests := map[string]string{
		"ports.csv":                 "",
		"ansible/group_vars/a.yml":  "",
		".hidden/..two":             "",
		"ünïcödé 名.md":              "",
		"nested/SHA256SUMS":         "",
		"portpress-journal":         "",
		"":                          "is empty",
		".":                         "is not a plain path below the product's folder",
		"..":                        "is not a plain path below the product's folder",
		"../x":                      "is not a plain path below the product's folder",
		"a/../b":                    "is not a plain path below the product's folder",
		"/etc/passwd":               "is not a plain path below the product's folder",
		"a//b":                      "is not a plain path below the product's folder",
		"a/":                        "is not a plain path below the product's folder",
		"./a":                       "is not a plain path below the product's folder",
		"a\xff":                     "is not a plain path below the product's folder",
		"a\\b":                      "holds a backslash or a control character",
		"a\nb":                      "holds a backslash or a control character",
		"a\r":                       "holds a backslash or a control character",
		"a\u0085":                   "holds a backslash or a control character",
		"SHA256SUMS":                "is the list that portpress itself writes",
		"sha256Sums":                "is the list that portpress itself writes",
		".portpress-journal":        "begins with .portpress-, which portpress keeps for itself",
		"a/.portpress-x/b":          "begins with .portpress-, which portpress keeps for itself",
		".PORTPRESS-tmp-0123456789": "begins with .portpress-, which portpress keeps for itself",
		".portpreſs-lock":           "begins with .portpress-, which portpress keeps for itself", // folds to s
	}
	for path, want := range tests {
		if got := whyNotPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestCheckNames(t *testing.T) {
	set := export.Set{Product: "mke/..", Files: []export.File{
		{Path: "a", Template: "t/a"},
		{Path: "a", Template: "t/a2"},
		{Path: "A", Template: "t/A"},
		{Path: "a/b/c", Template: "t/abc"},
		{Path: "x/y", Template: "t/xy"},
		{Path: "X/Y/z", Template: "t/XYz"},
		{Path: "x/z", Template: "t/xz"},
		{Path: "../up", Template: "t/up"},
		{Path: "/abs", Template: "t/abs"},
	}}
	const want = `error export-path : the product's folder "mke/.." is not a plain path below the product's folder; give the product a plain name as its id
error export-collision t/A: "a" and "A" are one file on systems that ignore case, also by t/a; give the template another name
error export-collision t/XYz: "X/Y/z" needs a folder where "x/y" is a file; give the template another name
error export-collision t/a2: "a" is pressed twice, also by t/a; give the template another name
error export-collision t/abc: "a/b/c" needs a folder where "a" is a file; give the template another name
error export-path t/abs: the export's path "/abs" is not a plain path below the product's folder; give the template another name
error export-path t/up: the export's path "../up" is not a plain path below the product's folder; give the template another name
`
	if diff := cmp.Diff(want, lines("OUT", checkNames(set))); diff != "" {
		t.Error(diff)
	}

	for product, bad := range map[string]bool{"mke": false, "": true, ".": true, "..": true, "a/b": true, ".portpress-lock": true, "a\\b": true} {
		if got := len(checkNames(export.Set{Product: product})) > 0; got != bad {
			t.Errorf("product %q: turned away is %v", product, got)
		}
	}
}

func TestTempName(t *testing.T) {
	long := "a/b/" + strings.Repeat("x", 255)
	seen := map[string]string{}
	for _, target := range []string{"x", "y", "a/x", "a/b/x", long, long[:len(long)-1] + "y", journalName, sumsName} {
		temp := tempName(target)
		if path.Dir(temp) != path.Dir(target) || len(path.Base(temp)) > 40 || whyNotPath(temp) == "" {
			t.Errorf("%q is staged as %q", target, temp)
		}
		if other, taken := seen[temp]; taken {
			t.Errorf("%q and %q are staged as %q", target, other, temp)
		}
		seen[temp] = target
	}
}
