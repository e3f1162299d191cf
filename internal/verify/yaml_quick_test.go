package verify

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"portpress/internal/export"
	"portpress/internal/verify/quickyaml"
)

// quickSure are texts that the quick reader must know: what templates press
// day by day should never need the full reader.
var quickSure = []string{
	"",
	"\n\n",
	"# only a comment",
	"---\n",
	"a: 1\n",
	"a: 1",
	"a: b\n\n# comment\nc: d # comment\n",
	"---\na: 1\n---\nb: 2\n---\n- a\n",
	"--- # first\na: 1\n",
	"a:\n  b:\n    c: d\n  e: f\ng: h\n",
	"a:\n- b\n- c\nd:\n  - e\n  - f\n",
	"- a: 1\n  b: 2\n- a: 3\n  b:\n  - x\n  c: z\n",
	"- - a\n  - b\n- - c\n",
	"-\n  a: 1\n-   b: 2\n    c: 3\n",
	"a:\nb:\n- \n-\n",
	"- key: |\n    x\n",
	"a:\n  b\nc:\n  \"d\"\n",
	"a: \"x: \\\"y\\\" \\u00e9 \\n\" # c\nb: 'it''s'\n\"c d\": e\n'f': g\n",
	"a: [tcp, udp, \"x, y\", 'z', 443, true]\nb: {c: 1, \"d\": [e, {f: g}], h: 'i'}\nc: []\nd: {}\n",
	"[]\n",
	"{}",
	"a: 443/tcp\nb: 30000-32767\nc: 10.0.0.0/8\nd: 10.0.0.1\ne: fd00:1::/64\nf: 2 hosts\n",
	"a: true\nb: false\nc: null\nd: ~\ne: -1\nf: 0\ng: word\n",
	"443: a\n80: b\n",
	"a: |\n  x: y\n\n    # kept\n\nb: c\n",
	"a: |\n  flush\n  \ttab\nb: >-\n  one\n  two\n\nc: |+\n  x\n\n",
	"a:\n  - |\n    text\n  - >-\n    text\n",
	"a: http://host:80/path#x\nb: rule family=\"ipv4\" accept\nc: -A INPUT -p tcp\nd: --dport\n",
	"a: é – ü 👍️\nß: ö\n",
	"user_data: |\n  #cloud-config\n  a: [\n",
	"k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\nk8: 1\nk9: 1\nk10: 1\n",
	"  a: 1\n  b: 2\n",
	"a:\n    - b:\n        c\n    # x\n      # y\n    - d\n",
}

// quickUnsure are texts that the full reader must judge, whether they turn
// out right or wrong.
var quickUnsure = []string{
	"a: 1\na: 2\n",
	"a: 1\n\"a\": 2\n",
	"a: {b: 1, b: 2}\n",
	"a: {b: 1, \"b\": 2}\n",
	"a: b: c\n",
	"a: b\n  c\n",
	"- a\n  b\n",
	"a:\n    b: 1\n  c: 2\n",
	"  a: 1\nb: 2\n",
	"a: 1\n- b\n",
	"- a\nb: 1\n",
	"a: - b\n",
	"a:\tb\n",
	"\ta: b\n",
	"a: \"b\tc\"\n",
	"a: b\r\n",
	"a: [1, 2\n",
	"a: [1, 2]x\n",
	"a: [1,, 2]\n",
	"a: [1, 2,]\n",
	"a: {b}\n",
	"a: {b:c}\n",
	"a: {\"b\":1}\n",
	"a: [b: c]\n",
	"a: [http://x]\n",
	"a: \"b\" c\n",
	"a: \"b\"#c\n",
	"a: \"b\n",
	"a: 'b\n",
	"a: \"\\x41\"\n",
	"a: \"\\ud83d\\ude00\"\n",
	"a: \"\\q\"\n",
	"a: |2\n   x\n",
	"a: |\nb: c\n",
	"a: |\n     \n  x\n",
	"a: |\n    x\n  y\n",
	"a: |\n\tx\n",
	"|\n x\n",
	"a: &x b\n",
	"a: *x\n",
	"a: !!str b\n",
	"a: @b\n",
	"a: `b`\n",
	"a: %b\n",
	"a: ? b\n",
	"? a\n: b\n",
	"? [a]\n: b\n",
	"%YAML 1.1\n---\na: b\n",
	"a: b\n...\n",
	"--- a\n",
	"---a: b\n--- |\n x\n",
	"<<: b\n",
	"=: b\n",
	"a: b\u2028c\n",
	"\ufeffa: b\n",
	"~: a\n",
	"a : b\n",
	"true: a\n1: b\n",
	"a: {true: b}\n",
	"a: |\n  x",
	"a: |\n  x\n  \t",
	"a b\nc d\n",
	"\"" + strings.Repeat("k", 600) + "\": a\n",
	"k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\nk8: 1\nk9: 1\nk10: 1\nk1: 1\n",
}

func TestQuickYAML(t *testing.T) {
	for _, text := range quickSure {
		if !quickyaml.Sure([]byte(text)) {
			t.Errorf("not sure of %q", text)
		}
		r := &report{file: export.File{Path: "x.yml", Content: []byte(text)}}
		if fullYAML(r); len(r.list) > 0 {
			t.Errorf("%q: the full reader finds %s", text, r.list[0].Text)
		}
	}
	for _, text := range quickUnsure {
		if quickyaml.Sure([]byte(text)) {
			t.Errorf("sure of %q", text)
		}
	}
}

// TestQuickDepth keeps the frames inside their room on the stack.
func TestQuickDepth(t *testing.T) {
	for depth, want := range map[int]bool{quickyaml.MaxDepth: true, quickyaml.MaxDepth + 1: false} {
		text := strings.Repeat("- ", depth) + "a\n"
		if got := quickyaml.Sure([]byte(text)); got != want {
			t.Errorf("%d sequences in each other: sure is %t, want %t", depth, got, want)
		}
	}
}

// TestQuickOnShipped keeps the shipped templates within what the quick reader
// knows: leaving it would cost each build more than a millisecond per 30 KB.
func TestQuickOnShipped(t *testing.T) {
	dist, n := os.DirFS("../../dist"), 0
	for _, pattern := range []string{"*/ansible/*/*.yml", "*/cloud-init/*.yaml"} {
		names, err := fs.Glob(dist, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.Contains(name, "/playbooks/") {
				continue // as long as it is for any table, and full of expressions
			}
			n++
			text, err := fs.ReadFile(dist, name)
			if err != nil {
				t.Fatal(err)
			}
			if !quickyaml.Sure(text) {
				t.Errorf("not sure of dist/%s", name)
			}
		}
	}
	if n == 0 {
		t.Error("no YAML in dist")
	}
}
