package export

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestWhyNot(t *testing.T) {
	const (
		outside  = "not a path inside the product's folder"
		kept     = "the name is kept for portpress itself"
		trailing = "a part of the path ends in a full stop or a space"
	)
	for path, want := range map[string]string{
		"ports.csv":                "",
		"ansible/group_vars/a.yml": "",
		".hidden/..two":            "",
		"ünïcödé 名.md":             "",
		"nested/SHA256SUMS":        "",
		"portpress-journal":        "",
		"console.md":               "",
		"com10":                    "",
		"COM0":                     "",
		"a b/c":                    "",
		strings.Repeat("x", 255):   "",

		"": outside, ".": outside, "..": outside, "../x": outside, "a/../b": outside, "/etc/passwd": outside,
		"a//b": outside, "a/": outside, "./a": outside, "a\xff": outside,

		"a\\b":    `'\\' can't stand in a file name on every system`,
		"a\nb":    `'\n' can't stand in a file name on every system`,
		"a\r":     `'\r' can't stand in a file name on every system`,
		"a\u0085": `'\u0085' can't stand in a file name on every system`,
		"C:x":     `':' can't stand in a file name on every system`,
		"a?":      `'?' can't stand in a file name on every system`,

		"ports\u202egpj.md": "the character U+202E is not seen in a file name",
		"\u200fa":           "the character U+200F is not seen in a file name",
		"a\u2066b":          "the character U+2066 is not seen in a file name",
		"a\u200bb":          "the character U+200B is not seen in a file name",
		"a\u00adb":          "the character U+00AD is not seen in a file name",
		"\ufeffa":           "the character U+FEFF is not seen in a file name",
		"a\ufe0f":           "the character U+FE0F is not seen in a file name",
		"a\u2028b":          "the character U+2028 is not seen in a file name",

		"a.": trailing, "a /b": trailing, "...": trailing, " ": trailing,
		strings.Repeat("é", 128): "a part of the path is longer than 255 bytes",

		"SHA256SUMS": kept, "sha256Sums": kept, "SHA256SUMſ": kept, ".portpress": kept, ".portpress-journal": kept,
		"a/.portpress-x/b": kept, ".PORTPRESS-tmp-0123456789": kept, ".portpreſs-lock": kept, // the long s folds to s

		"con": "con names a device on Windows", "a/NUL.txt": "NUL names a device on Windows", "aux .md": "aux names a device on Windows",
		"CONIN$": "CONIN$ names a device on Windows", "conout$.x": "conout$ names a device on Windows",
		"COM1": "COM1 names a device on Windows", "COM¹": "COM¹ names a device on Windows", "lpt³.md": "lpt³ names a device on Windows",
		"lpt9": "lpt9 names a device on Windows",
	} {
		if got, _ := WhyNot(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

// No character that is not seen, or turns others round, gets into a name.
func TestWhyNotOfEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.Bidi_Control, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) {
			continue
		}
		if text, _ := WhyNot("a" + string(r) + "b"); text == "" {
			t.Errorf("%U is let through", r)
		}
	}
}

// Whatever case or normalization form a system gives a name back in, it folds
// to the same, and so does what is folded already.
func TestFold(t *testing.T) {
	for _, name := range []string{"Straße", "ÄB", "é.md", "ﬁ", "Å", "ǅ", "ΣΑΣ", "한글", "ſ", "K", "İ", "ά", "q\u0323\u0307", "q\u0307\u0323", "plain-ASCII"} {
		folded := Fold(name)
		for _, same := range []string{norm.NFC.String(name), norm.NFD.String(name), strings.ToLower(norm.NFD.String(name)), folded} {
			if name == "İ" && same != name && norm.NFC.String(same) != name {
				continue // its small letter is two
			}
			if got := Fold(same); got != folded {
				t.Errorf("%q folds to %q, %q to %q", name, folded, same, got)
			}
		}
	}
	for a, b := range map[string]string{"Å": "å", "K": "k", "ſ": "S", "É": "e\u0301", "ς": "Σ"} {
		if Fold(a) != Fold(b) {
			t.Errorf("%q and %q are one file on some system", a, b)
		}
	}
	for a, b := range map[string]string{"e": "é", "o": "ø", "1": "¹", "fi": "ﬁ"} {
		if Fold(a) == Fold(b) {
			t.Errorf("%q and %q are two files", a, b)
		}
	}
}

func TestJudge(t *testing.T) {
	files := []File{
		{Path: "../up", Template: "t/up"},
		{Path: "a", Template: "t/a"},
		{Path: "a", Template: "t/a2"},
		{Path: "A", Template: "t/A"},
		{Path: "a/b/c", Template: "t/abc"},
		{Path: "é", Template: "t/one"},
		{Path: "E\u0301", Template: "t/two"},
		{Path: "x/y", Template: "t/xy"},
		{Path: "X/Y/z", Template: "t/XYz"},
		{Path: "x/z", Template: "t/{group}"},
		{Path: "x/z", Template: "t/{group}"},
		{Path: "x/z", Template: "t/{group}"}, // said once
	}
	fit, found := Judge(files)
	if diff := cmp.Diff([]bool{false, true, false, false, true, true, false, true, true, true, false, false}, fit); diff != "" {
		t.Errorf("fit: %s", diff)
	}
	var got strings.Builder
	for _, p := range found {
		got.WriteString(p.File + ": " + p.Text + " [" + string(p.Code) + "]; " + p.Hint + "\n")
	}
	const want = `t/up: would press "../up": not a path inside the product's folder [export-path]; no empty, . or .. parts
t/a2: presses a, as t/a does [export-collision]; rename one of the two
t/A: presses A, which differs only in case from a of t/a [export-collision]; rename one of the two
t/two: presses É, which differs from that of t/one only in how its letters are encoded [export-collision]; rename one of the two
t/{group}: presses x/z more than once [export-collision]; rename one of the two
t/abc: presses a/b/c, but t/a presses the file a [export-collision]; rename one of the two
t/XYz: presses X/Y/z, but t/xy presses the file x/y [export-collision]; rename one of the two
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}
