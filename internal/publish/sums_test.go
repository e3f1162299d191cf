package publish

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
	"portpress/internal/problem"
)

const (
	hexA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	hexB = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
)

func TestParseSums(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string // the paths, one for each content
		merged     bool
		found      problem.List
	}{
		{name: "empty"},
		{name: "plain", data: hexA + "  a\n" + hexB + "  b/c d.md\n", want: []string{"a", "b/c d.md"}},
		{name: "binary mode", data: hexA + " *a\n", want: []string{"a"}},
		{name: "upper case", data: strings.ToUpper(hexA) + "  a\n", want: []string{"a"}},
		{name: "no newline at the end", data: hexB + "  b\n" + hexA + "  a", want: []string{"b"}, found: problem.List{
			{Line: 2, Column: 68, Width: 1, Excerpt: hexA + "  a", Text: "the last line is cut off: a line break is missing"},
		}},
		{name: "both sides of a merge", data: hexA + "  a\n" + hexB + "  a\n" + hexB + "  b\n", want: []string{"a", "a", "b"}, merged: true},
		{
			name: "merge conflict", merged: true, want: []string{"a", "a", "b", "c"},
			data: hexA + "  c\n<<<<<<< ours\n" + hexA + "  a\n||||||| base\n" + hexA + "  a\n=======\n" + hexB + "  a\n>>>>>>> theirs\n" + hexA + "  b\n",
		},
		{name: "nearly a conflict", data: "<<<<<<<< ours\n========\n", found: problem.List{
			{Line: 1, Column: 1, Width: 13, Excerpt: "<<<<<<<< ours", Text: "this line does not begin with the 64 digits of a SHA-256"},
			{Line: 2, Column: 1, Width: 8, Excerpt: "========", Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "blank line", data: "\n" + hexA + "  a\n", want: []string{"a"}, found: problem.List{
			{Line: 1, Column: 1, Width: 1, Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "a digit short", data: hexA[1:] + "  a\n", found: problem.List{
			{Line: 1, Column: 64, Width: 3, Excerpt: hexA[1:] + "  a", Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "a digit too many", data: hexA + "0  a\n", found: problem.List{
			{Line: 1, Column: 65, Width: 4, Excerpt: hexA + "0  a", Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "no digit in the middle", data: "é" + hexA[1:] + "  a\n", found: problem.List{
			{Line: 1, Column: 1, Width: 67, Excerpt: "é" + hexA[1:] + "  a", Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "one space", data: hexA + " a\n", found: problem.List{
			{Line: 1, Column: 65, Width: 2, Excerpt: hexA + " a", Text: "two spaces are missing between the SHA-256 and the path"},
		}},
		{name: "escaped", data: "\\" + hexA + "  a\\nb\n", found: problem.List{
			{Line: 1, Column: 1, Width: 71, Excerpt: "\\" + hexA + "  a\\nb", Text: "this line does not begin with the 64 digits of a SHA-256"},
		}},
		{name: "line ends of Windows", data: hexA + "  a\r\n" + hexB + "  b\r\n", want: []string{"a", "b"}},
		{name: "carriage return", data: hexA + "  a\r\r\n", found: problem.List{
			{Line: 1, Column: 67, Width: 2, Excerpt: hexA + "  a\r", Text: `the listed path "a\r": '\r' can't stand in a file name on every system`},
		}},
		{name: "outside", data: hexA + "  ../../etc/passwd\n", found: problem.List{
			{Line: 1, Column: 67, Width: 16, Excerpt: hexA + "  ../../etc/passwd", Text: `the listed path "../../etc/passwd": not a path inside the product's folder`},
		}},
		{name: "no path", data: hexA + "  \n", found: problem.List{
			{Line: 1, Column: 67, Width: 1, Excerpt: hexA + "  ", Text: `the listed path "": not a path inside the product's folder`},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			listed, merged, found := parseSums("dist/SHA256SUMS", []byte(test.data))
			var got []string
			for path, sums := range listed {
				got = append(got, slices.Repeat([]string{path}, len(sums))...)
			}
			if merged != test.merged {
				t.Errorf("merged: %v", merged)
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
			for i := range test.found {
				p := &test.found[i]
				p.Severity, p.Code, p.File = problem.Error, problem.BadSums, "dist/SHA256SUMS"
				p.Hint = "restore the file from version control, or run `portpress build --force` to renew it"
			}
			if diff := cmp.Diff(test.found, found); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzParseSums: whatever the bytes, no line is lost without a problem, no path
// leads outside, and what is read is written in a form that is read the same.
func FuzzParseSums(f *testing.F) {
	for _, seed := range []string{
		"", "\n", hexA + "  a\n", hexA + " *a/b\n" + hexB + "  c", hexA + "  ../x\n", hexA + "  a\n" + hexA + "  a\n",
		"<<<<<<< a\n" + hexA + "  a\n=======\n" + hexB + "  a\n>>>>>>> b\n",
		"\\" + hexA + "  a\n", hexA + "  a\r\n", hexA + "\n", "\xff", strings.Repeat("0", 64) + "  é\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		listed, merged, found := parseSums("S", data)
		count := bytes.Count(data, []byte("\n"))
		if len(data) > 0 && data[len(data)-1] != '\n' {
			count++
		}
		// Of a merge, a line may be a mark, or say what another one said.
		if n := len(listed) + len(found); n != count && !merged || n > count {
			t.Errorf("%d entries and %d problems of %d lines", len(listed), len(found), count)
		}
		for path := range listed {
			if why, _ := export.WhyNot(path); why != "" {
				t.Errorf("path %q: %s", path, why)
			}
		}
		for _, p := range found {
			if p.Line < 1 || p.Line > count || p.Column < 1 || p.Column > len(p.Excerpt)+1 || p.Text == "" {
				t.Errorf("problem %+v", p)
			}
		}
		again, _, bad := parseSums("S", formatSums(listed))
		if diff := cmp.Diff(listed, again); diff != "" || len(bad) > 0 {
			t.Errorf("written and read again: %v %s", bad, diff)
		}
		for path, sum := range parseDraft(data) {
			if !slices.Contains(listed[path], sum) && len(found) == 0 {
				t.Errorf("the draft says of %q what the list doesn't", path)
			}
		}
	})
}

// A kill or a power failure may leave any part of a draft, and a list may be cut
// by other hands: a line that is cut off must not vouch for a shorter path.
func TestCutOff(t *testing.T) {
	whole := map[string]digest{"a": {1}, "ab": {2}, "ab/c": {3}}
	all := record{}
	for path, sum := range whole {
		all.add(path, sum)
	}
	data := formatSums(all)
	for n := range data {
		lines := bytes.Count(data[:n], []byte("\n"))
		cut := n > 0 && data[n-1] != '\n'
		lists, _, found := parseSums("S", data[:n])
		listed := map[string]digest{}
		for path, sums := range lists {
			listed[path] = sums[0]
		}
		for _, got := range []map[string]digest{parseDraft(data[:n]), listed} {
			if len(got) != lines {
				t.Errorf("cut at %d: %d entries, want %d", n, len(got), lines)
			}
			for path, sum := range got {
				if whole[path] != sum {
					t.Errorf("cut at %d: %q is made up", n, path)
				}
			}
		}
		if cut != (len(found) == 1) {
			t.Errorf("cut at %d: %v", n, found)
		}
	}
	if diff := cmp.Diff(whole, parseDraft(data)); diff != "" {
		t.Error(diff)
	}
}
