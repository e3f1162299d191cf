package format

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                          "",
		"BGP peers, used for x":     "BGP peers, used for x",
		"kube-apiserver v1.2":       "kube-apiserver v1.2",
		"snake_case_name":           "snake_case_name",
		"30000-32767":               "30000-32767",
		"a | b":                     `a \| b`,
		`C:\x`:                      `C:\\x`,
		"`code`":                    "\\`code\\`",
		"*bold* and 2 * 3":          `\*bold\* and 2 * 3`,
		"_x_":                       `\_x\_`,
		"[a](b)":                    `\[a\](b)`,
		"<b> & a < b":               "&lt;b> & a &lt; b",
		"&amp; AT&T":                "&amp;amp; AT&T",
		"one\ntwo\r\nthree":         "one<br/>two<br/>three",
		"# no heading":              `\# no heading`,
		"#1":                        "#1",
		"1. no list":                `1\. no list`,
		"- no list":                 `\- no list`,
		"-5":                        "-5",
		"https://a.b/c_d":           "https://a.b/c_d",
		"https://a.b/*c*":           `https\://a.b/\*c\*`,
		"~about~":                   `\~about\~`,
		"Ünïcödé — fine":            "Ünïcödé — fine",
		"see www.x.y/[z]":           `see www\.x.y/\[z\]`,
		"{{ x }} {% y %}":           `\{<wbr/>\{ x }} \{<wbr/>% y %}`,
		"    code":                  "&#32;   code",
		"\tcode":                    "&#9;code",
		"   text":                   "   text",
		"C #":                       `C \#`,
		"C ## ":                     `C \## `,
		"#":                         `\#`,
		"C#":                        "C#",
		"import a":                  "&#105;mport a",
		"export a from b":           "&#101;xport a from b",
		"an import ":                "an import ",
		"costs $5":                  `costs \$5`,
		"TCP, UDP 7946 (see below)": "TCP, UDP 7946 (see below)",
	} {
		got, err := Markdown(in)
		if err != nil || got != want {
			t.Errorf("md(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []any{"a\x00b", "\xff", row, map[string]any{}} {
		if got, err := Markdown(in); err == nil {
			t.Errorf("md(%v) = %q, want an error", in, got)
		}
	}
}

func TestMarkdownTable(t *testing.T) {
	t.Parallel()
	head, err := MarkdownHeader("Hosts", "a|b")
	if want := "| Hosts | a\\|b |\n| --- | --- |"; head != want || err != nil {
		t.Errorf("got %q, %v, want %q", head, err, want)
	}
	for want, cells := range map[string][]any{
		"| managers, workers | x |": {hosts, "x"},
		"| | - |":                   {"", "-"},
		"| true | 5 |":              {true, 5},

		`| <a id="mke-bgp"></a>a | b |`: {Anchor{"mke-bgp"}, "a", "b"},
	} {
		if got, err := MarkdownRow(cells...); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if got, err := MarkdownRow(); err == nil {
		t.Errorf("a row without cells gives %q", got)
	}
}

// TestMarkdownLong holds that the time grows with the length, not its square.
func TestMarkdownLong(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"*", "_ ", "a_", "://", "www.", "&", "&a", "<", "[", "\\", "\n", "1", "#", "- "} {
		done := make(chan error, 1)
		go func() {
			_, err := Markdown(strings.Repeat(part, 1<<20))
			done <- err
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("a long run of %q takes too long", part)
		}
	}
}

// gfm is a reader of Markdown as GitHub understands it.
func gfm(t *testing.T, source string) string {
	t.Helper()
	var out bytes.Buffer
	reader := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
	if err := reader.Convert([]byte(source), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	cellPattern = regexp.MustCompile(`(?s)<td>(.*?)</td>`)
	tagPattern  = regexp.MustCompile(`<[^>]*>`)
)

// seen gives the text that a reader of HTML sees, with spaces as a browser
// shows them.
func seen(source string) string {
	source = strings.ReplaceAll(source, "<br/>", "\n")
	return spaced(html.UnescapeString(tagPattern.ReplaceAllString(source, "")))
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

var hostileMarkdown = []string{
	"", "plain", "a|b", `a\|b`, `\\|`, `\`, "`", "``a`", "*a*", "**a**", "***", "_a_", "__a__", "a_b", "a__b_", "_", "~a~", "~~a~~",
	"[a](b)", "![a](b)", "[a]", "[^1]", "[x]", "<b>", "<br>", "</td>", "<!-- x", "<a@b.c>", "<http://x>", "a < b > c", "&lt;", "&#35;", "&x",
	"# a", "#", "## ", "> a", "- a", "+ a", "* a", "1. a", "1) a", "12345678901. a", "---", "===", "***", "```", "~~~", "| --- |", ":--",
	"www.a.b/_c_", "http://a.b/*c*", "ftp://x.y/~z~", "https://a.b/c|d", "a@b.c", "_a@b.c_", "x www.a.b", "https://a.b/&amp;",
	"a\nb", "a\r\nb", "a\rb", "\ta", "    code", "a  ", "a\\", "é*ü*", "«*a*»", "＊", "*a _b* c_", "a*b", "2*3*4", "a * b", "$x$", "'q' \"r\"",
	"!", "![", "a!", "(c)", "--", "...", ":smile:", "@me", "\u00a0a\u00a0", "a\u2028b", "=", "-", "+", "0.", "0)", "=a", ">", "http://", "www.",
	"\t", " \tx", "     x", "C #", "# a #", "## ##", "a # ", "a\t##", "{{ x }}", "{{{ y", "{% z %}", "{#", "{{< a >}}", "https://a.b/{{c}}", "<wbr/>",
}

// FuzzMarkdownCell holds that a reader sees in the cell exactly the text that
// was given, and in the next cell nothing of it.
func FuzzMarkdownCell(f *testing.F) {
	for _, s := range hostileMarkdown {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > 256 { // goldmark takes long over long runs
			return
		}
		head, err := MarkdownHeader("A", "B")
		if err != nil {
			t.Fatal(err)
		}
		row, err := MarkdownRow(s, "next")
		if err != nil {
			t.Fatal(err)
		}
		page := gfm(t, head+"\n"+row+"\n")
		cells := cellPattern.FindAllStringSubmatch(page, -1)
		if len(cells) != 2 {
			t.Fatalf("%q gave the row %q and the page\n%s", s, row, page)
		}
		if got := seen(cells[0][1]); got != spaced(s) {
			t.Errorf("%q is seen as %q, from %q", s, got, row)
		}
		if got := seen(cells[1][1]); got != "next" {
			t.Errorf("%q changes the next cell to %q", s, got)
		}
	})
}

// FuzzMarkdownText holds the same of running text, at the start of a line and
// inside emphasis that the template wrote.
func FuzzMarkdownText(f *testing.F) {
	for _, s := range hostileMarkdown {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || spaced(s) == "" || len(s) > 256 {
			return
		}
		text, err := Markdown(s)
		if err != nil {
			t.Fatal(err)
		}
		for lead, tag := range map[string]string{"": "p", "## ": "h2", "- ": "ul"} {
			page := strings.TrimSpace(gfm(t, lead+text+"\n"))
			if !strings.HasPrefix(page, "<"+tag+">") || strings.Count(page, "<"+tag+">") != 1 || seen(page) != spaced(s) {
				t.Errorf("%q is seen as %q, from %q", s, page, lead+text)
			}
			// Liquid and Hugo read what is written, Vue what is shown.
			if strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(page, "{{") {
				t.Errorf("%q has braces for a second reader: %q, shown as %q", s, text, page)
			}
		}
		text, err = Markdown("x" + s + "x")
		if err != nil {
			t.Fatal(err)
		}
		page := gfm(t, "**"+text+"**\n")
		if strings.Count(page, "<strong>") != 1 || seen(page) != spaced("x"+s+"x") {
			t.Errorf("%q in bold is seen as %q, from %q", s, page, text)
		}
	})
}
