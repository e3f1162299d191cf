package format

import (
	"strings"
	"testing"
)

func TestRST(t *testing.T) {
	t.Parallel()
	check(t, "rst", RST, []formatCase{
		{in: "", want: ""},
		{in: " a\t b\n c ", want: "a b c"},
		{in: "snake_case a_ _b", want: `snake_case a\_ \_b`},
		{in: "*a* `b` |c| d\\", want: "\\*a\\* \\`b\\` \\|c\\| d\\\\"},
		{in: "1. a", want: `1\. a`},
		{in: "iv) a", want: `iv\) a`},
		{in: "443 a", want: "443 a"},
		{in: ".. a", want: `\.. a`},
		{in: "• a", want: `\• a`},
		{in: "a::", want: `a:\:`},
		{in: "::", want: `\::`},
		{in: "a: b:", want: "a: b:"},
		{in: `\`, want: `\ \\`},
		{in: `\\`, want: `\ \\\\`},
		{in: "javascript:1 x-data:2 a/b:c", want: `javascript\:1 x-data\:2 a/b\:c`},
		{in: "https://a.b:80/c http:x mailto:x 10:20 [::1]:80", want: "https://a.b:80/c http:x mailto:x 10:20 [::1]:80"},
		{in: strings.Repeat("a ", 3000), want: strings.Repeat("a ", 1999) + "a…"},
		{in: hosts, want: "managers, workers"},
		{in: "\x00", fails: "NUL"},
		{in: "\xff", fails: "not UTF-8"},
		{in: row, fails: "a Port can't be written"},
	})
	for _, c := range []struct{ mark, text, want string }{{"=", "Ports", "Ports\n====="}, {"-", "a", "a\n----"}, {"~", "日本語", "日本語\n~~~~~~"}, {"=", "*", "\\*\n===="}} {
		if got, err := RSTHeading(c.mark, c.text); got != c.want || err != nil {
			t.Errorf("%q: got %q and %v", c.text, got, err)
		}
	}
	for _, mark := range []string{"", "==", "a"} {
		if got, err := RSTHeading(mark, "Ports"); err == nil {
			t.Errorf("the mark %q gives %q", mark, got)
		}
	}
	if got, err := RSTHeading("=", " "); err == nil {
		t.Errorf("no text gives %q", got)
	}
	if got, err := RSTRow("a", "", "b\nc"); got != "   * - a\n     -\n     - | b\n       | c" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	long := strings.Repeat("ab ", 1333)
	if got, err := RSTRow(long+"* c "+strings.Repeat("d", 5000), "x\n"+long+"yz"); got != "   * - "+long[:len(long)-1]+"\n       \\* c\n       "+strings.Repeat("d", 3999)+"…\n     - | x\n       | "+long[:len(long)-1]+"\n         yz" || err != nil {
		t.Errorf("got %.9000q and %v", got, err)
	}
	if got, err := RSTRow(); err == nil {
		t.Errorf("a row without cells gives %q", got)
	}
}

func TestAdoc(t *testing.T) {
	t.Parallel()
	check(t, "adoc", Adoc, []formatCase{
		{in: "", want: ""},
		{in: " a\t b\n\n// c ", want: "a b +\n&#47;/ c"},
		{in: "snake_case a_", want: "snake_case a&#95;"},
		{in: "*a* `b` |c| {d} \\", want: "&#42;a&#42; &#96;b&#96; &#124;c&#124; &#123;d} &#92;"},
		{in: "it's a -- b... (C)", want: "it&#39;s a &#45;&#45; b&#46;&#46;&#46; &#40;C)"},
		{in: "1. a", want: "1&#46; a"},
		{in: "NOTE: a", want: "NOTE&#58; a"},
		{in: "a:: b;; c", want: "a&#58;&#58; b&#59;&#59; c"},
		{in: "'; `; a;b", want: "&#39;&#59; &#96;&#59; a;b"},
		{in: "AT&T & &amp;", want: "AT&#38;T & &#38;amp;"},
		{in: "https://a.b/c_d", want: "https://a.b/c_d"},
		{in: "https://a.b/*c", want: "https&#58;//a.b/&#42;c"},
		{in: "• a", want: "&#8226; a"},
		{in: hosts, want: "managers, workers"},
		{in: "\xff", fails: "not UTF-8"},
	})
	if got, err := AdocRow(Anchor{"x"}, "a", "", "b"); got != "| [[x]]a\n|\n| b" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	if got, err := AdocRow(Anchor{"x"}); err == nil {
		t.Errorf("an anchor without cells gives %q", got)
	}
	for _, level := range []int{0, 7} {
		if got, err := AdocHeading(level, "a"); err == nil {
			t.Errorf("the level %d gives %q", level, got)
		}
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	check(t, "html", HTML, []formatCase{
		{in: `a<b>&"'{{`, want: "a&lt;b&gt;&amp;&#34;&#39;&#123;&#123;"},
		{in: "a\n b", want: "a\n b"},
		{in: 5, want: "5"},
		{in: []string{"a"}, fails: "a list can't stand here"},
		{in: "\x00", fails: "NUL"},
	})
	if got, err := HTMLRow(Anchor{"x"}, hosts, "a\nb", ""); got != `<tr id="x"><td>managers, workers</td><td>a<br>b</td><td></td></tr>` || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
}

func TestAnchor(t *testing.T) {
	t.Parallel()
	if got, err := NewAnchor("mke", "web-ui", 443); got.id != "mke-web-ui-443" || err != nil {
		t.Errorf("got %q and %v", got.id, err)
	}
	for _, parts := range [][]any{{}, {""}, {"1"}, {"a b"}, {"a]"}, {`a"`}, {"é"}, {hosts}} {
		if got, err := NewAnchor(parts...); err == nil {
			t.Errorf("%q gives %q", parts, got.id)
		}
	}
	if got, err := CSV(Anchor{"x"}); err == nil {
		t.Errorf("an anchor as a cell gives %q", got)
	}
}
