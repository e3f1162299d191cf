package screen

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Every character there is, alone and between letters, leaves one line, in
// which nothing acts on the screen; and what is shown anyway stays as it is.
func TestTextOfEveryCharacter(t *testing.T) {
	// By their Unicode properties, which the code need not go by.
	unsafe := func(r rune) bool {
		return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\ufeff' || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == 0x20000 {
			r = 0xe0000 // between them there are Chinese characters and nothing
		}
		s := "a" + string(r) + "b"
		text, line, lines := Text(s), Line(s), Lines(s)
		for _, c := range text {
			if unsafe(c) {
				t.Fatalf("Text(%q) is %q", s, text)
			}
		}
		if line != text && (r != '\t' || line != s) {
			t.Errorf("Line(%q) is %q", s, line)
		}
		if lines != line && (r != '\n' || lines != s) {
			t.Errorf("Lines(%q) is %q", s, lines)
		}
		if unicode.IsPrint(r) && text != s {
			t.Errorf("Text(%q) is %q", s, text)
		}
		if utf8.RuneCountInString(text) != 3 {
			t.Errorf("Text(%q) is %q", s, text)
		}
	}
	for b := range 0x80 { // bytes that are no text: those of C1 are what an old terminal acts on
		s := "a" + string([]byte{byte(0x80 + b)}) + "b"
		if got := Text(s); got != "a\ufffdb" || Lines(s) != got {
			t.Errorf("Text(%q) is %q", s, got)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"Café, 日本語 – “x”":             "Café, 日本語 – “x”",
		"a\nb\r\nc\td":                "a␊b␍␊c␉d",
		"\x1b]0;title\a\x1b[2J\x7f":   "␛]0;title␇␛[2J␡",
		"443\u202e344\u2066\u200f":    "443\ufffd344\ufffd\ufffd",
		"\u0085\u009b31m\u2028\u2029": "\ufffd\ufffd31m\ufffd\ufffd",
		"क्\u200dष 👩\u200d🚒 ok\ufe0f": "क्\u200dष 👩\u200d🚒 ok\ufe0f", // joiners and variants are spelling
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{
		"a\tb\nc\n":              "a\tb\nc\n",
		"a\r\nb\r\n":             "a\r\nb\r\n", // how the file ends its lines
		"-hidden\r+shown\n":      "-hidden␍+shown\n",
		"a\r\r\nb":               "a␍\r\nb",
		"\x1b[31mred\nb\a":       "␛[31mred\nb␇",
		"no break \x00":          "no break ␀",
		"a\u00a0b":               "a\u00a0b", // shown, so a patch may keep it
		"\xff\nx":                "\ufffd\nx",
		"line\u2028forged\nnext": "line\ufffdforged\nnext",
	} {
		if got := Lines(in); got != want {
			t.Errorf("Lines(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestPaint(t *testing.T) {
	if got := (Paint{}).Bold("x"); got != "x" {
		t.Errorf("without colour: %q", got)
	}
	if got := (Paint{On: true}).Error("x"); got != "\x1b[1;31mx\x1b[0m" {
		t.Errorf("with colour: %q", got)
	}
	if got := (Paint{On: true}).Error(""); got != "" {
		t.Errorf("nothing, coloured: %q", got)
	}
}

// The locale must not change how text is laid out.
func TestWidths(t *testing.T) {
	if widths.EastAsianWidth {
		t.Error("widths depend on the locale")
	}
	for text, want := range map[string]int{"abc": 3, "日本": 4, "e\u0301": 1, "…–“”": 4} {
		if got := Width(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
		if got := Blank(text); len(got) != want || strings.Trim(got, " ") != "" {
			t.Errorf("beside %q stands %q", text, got)
		}
	}
	if got := Blank("a\tb"); got != " \t " {
		t.Errorf("tabs: %q", got)
	}
}

// No line of a log is a command, and what is none stays as it is.
func TestLog(t *testing.T) {
	for text, want := range map[string]string{
		"a::b\n## Ports\n":             "a::b\n## Ports\n",
		"::error::x\n":                 ": :error::x\n",
		" \t::add-mask::x":             " \t: :add-mask::x",
		"a ##[group]x":                 "a # #[group]x",
		"##vso[task.complete]\n::::\n": "# #vso[task.complete]\n: :::\n",
		"###[x]":                       "## #[x]",
	} {
		if got := Log(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
