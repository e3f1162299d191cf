package fit

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"\na \n\t b\u0085c\u2028": "a b c",
		"a\ufdd0\U0010ffff":       "a\ufffd\ufffd",
		"a\ufffeb\uffff":          "a\ufffdb\ufffd",
		"\\":                      `\`,
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpaced(t *testing.T) {
	if got, want := Spaced(" a \n\t b\u2029\ufffe"), " a    b \ufffd"; got != want {
		t.Errorf("Spaced gives %q, want %q", got, want)
	}
}

func TestCutTextSaysSo(t *testing.T) {
	for _, s := range []string{strings.Repeat("a", 300), strings.Repeat("é", 300), strings.Repeat("🦊", 300)} {
		for _, n := range []int{3, 4, 128, 255, 299} {
			for name, got := range map[string]string{"Bytes": Bytes(s, n), "Characters": Characters(s, n), "BytesWith": BytesWith(s, n, "...")} {
				size := len(got)
				if name == "Characters" {
					size = utf8.RuneCountInString(got)
				}
				if size > n || size < n-3 || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") && !strings.HasSuffix(got, "...") {
					t.Errorf("%s(%.4q…, %d) = %q", name, s, n, got)
				}
			}
		}
	}
	if s := strings.Repeat("é", 64); Bytes(s, 128) != s || Characters(s, 64) != s || Bytes(s, 0) != "" {
		t.Error("a text that fits is cut, or one that can't fit at all is not")
	}
}
