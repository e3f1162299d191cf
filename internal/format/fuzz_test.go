package format

import (
	"bytes"
	stdcsv "encoding/csv"
	stdjson "encoding/json"
	stdxml "encoding/xml"
	"io"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"portpress/internal/fit"
)

// hostile are texts that one format or another takes for something else.
var hostile = []string{
	"", "plain", "a b", " a ", "443", "0443", "20:21", "1_000", "1e3", "0x1f", "0o7", "0b1", ".5", ".inf", "-.Inf", ".NaN", "+1", "-1",
	"yes", "No", "ON", "off", "y", "N", "true", "False", "null", "NULL", "Null", "~", "<<", "=", "-", "?", ":", "- a", "? a", "a: b", "a:",
	"#a", "a #b", "a#b", "[a]", "{a}", "a,b", "&a", "*a", "!a", "!!str a", "|", ">", "'a'", `"a"`, "%a", "@a", "`a`", "---", "...", "--- a",
	"2026-11-22", "2026-11-22T10:00:00Z", "12:30:45", "a\nb", "a\r\nb", "a\rb", "a\tb", "\ta", "a\\b", "\\n", "\x00", "\x01", "\x1b[0m", "\x7f",
	"\u0085", "\u00a0", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\ufffd", "é", "日本", "😀", "\xff", "a\xc3", "=1+1", "@SUM(A1)", "＝1",
	"<a>", "</a>", "]]>", "<!--", "&amp;", "&#0;", "it's", "$HOME", "$(id)", "a;b", "a|b", "a&b", "a*", "{{ x }}", "${x}", "%s", "\\.",
}

func seed(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
}

// mustRefuse holds that a text which a format can't carry is an error, and
// tells whether there is anything more to check.
func mustRefuse(t *testing.T, bad bool, s, got string, err error) bool {
	t.Helper()
	if bad {
		if err == nil {
			t.Errorf("%q became %q, want an error", s, got)
		}
		return true
	}
	if err != nil {
		t.Errorf("%q is refused: %v", s, err)
	}
	return err != nil
}

func FuzzJSON(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := JSONObject("k", s, "l", []string{s}, "z", 1)
		if mustRefuse(t, !utf8.ValidString(s), s, got, err) {
			return
		}
		var back struct {
			K string
			L []string
			Z int
		}
		if err := stdjson.Unmarshal([]byte(got), &back); err != nil || back.K != s || back.L[0] != s || back.Z != 1 {
			t.Errorf("%q comes back as %+v from %s: %v", s, back, got, err)
		}
		if got, err = JSONObject(s, 1); err != nil {
			t.Fatal(err)
		}
		var keys map[string]int
		if err := stdjson.Unmarshal([]byte(got), &keys); err != nil || keys[s] != 1 {
			t.Errorf("the key %q comes back as %v from %s: %v", s, keys, got, err)
		}
	})
}

func FuzzYAML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		item, err := YAMLItem(2, "k", s, "l", []string{s, s}, "m", map[string]any{"x": s}, "z", 1)
		if mustRefuse(t, !utf8.ValidString(s), s, item, err) {
			return
		}
		list, err := YAMLList(2, []string{s})
		if err != nil {
			t.Fatal(err)
		}
		text := "items:\n" + item + "\n" + item + "\nlist:\n" + list + "\n"
		var back struct {
			Items []map[string]any
			List  []any
		}
		if err := yaml.Unmarshal([]byte(text), &back); err != nil || len(back.Items) != 2 || len(back.List) != 1 {
			t.Fatalf("%q: %v from\n%s", s, err, text)
		}
		first := back.Items[0]
		l, _ := first["l"].([]any)
		m, _ := first["m"].(map[string]any)
		if first["k"] != any(s) || len(l) != 2 || l[1] != any(s) || m["x"] != any(s) || first["z"] != any(1) || back.List[0] != any(s) {
			t.Errorf("%q comes back as %#v and %#v from\n%s", s, first, back.List, text)
		}
		if strings.ContainsAny(strings.ReplaceAll(text, "\n", ""), "\x00\x7f\r\u0085\u2028\u2029\ufeff") {
			t.Errorf("%q leaves what readers take for a line's end or refuse: %q", s, text)
		}
		object, err := YAMLMap(s, "v")
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]string
		if err := yaml.Unmarshal([]byte(object), &keys); err != nil || keys[s] != "v" || len(keys) != 1 {
			t.Errorf("the key %q comes back as %v from %s: %v", s, keys, object, err)
		}
	})
}

func FuzzCSV(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := CSV(s, "next", s)
		if mustRefuse(t, !utf8.ValidString(s) || strings.Contains(s, "\x00"), s, got, err) {
			return
		}
		r := stdcsv.NewReader(strings.NewReader(got))
		cells, err := r.Read()
		if err != nil || len(cells) != 3 || cells[1] != "next" || cells[0] != cells[2] {
			t.Fatalf("%q comes back as %q from %q: %v", s, cells, got, err)
		}
		if _, err := r.Read(); err != io.EOF {
			t.Fatalf("%q makes more than one record: %q", s, got)
		}
		// The reader makes \n of \r\n inside quotes; nothing else may change.
		want := strings.ReplaceAll(s, "\r\n", "\n")
		if cells[0] != want && cells[0] != "'"+want {
			t.Errorf("%q comes back as %q from %q", s, cells[0], got)
		}
		if strings.IndexAny(cells[0], "=+-@\t\r\n") == 0 {
			t.Errorf("a spreadsheet would calculate %q, from %q", cells[0], got)
		}
	})
}

func FuzzXML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		bad := !utf8.ValidString(s)
		for _, r := range s {
			bad = bad || r < ' ' && r != '\t' && r != '\n' && r != '\r'
		}
		got, err := XML(s)
		if mustRefuse(t, bad, s, got, err) {
			return
		}
		var back struct {
			A string `xml:"a,attr"`
			B string `xml:"b,attr"`
			C string `xml:",chardata"`
		}
		s = fit.Held(s)
		text := `<x a="` + got + `" b='` + got + `'>` + got + `</x>`
		if err := stdxml.Unmarshal([]byte(text), &back); err != nil || back.A != s || back.B != s || back.C != s {
			t.Errorf("%q comes back as %+q from %s: %v", s, back, text, err)
		}
	})
}

func FuzzNFTComment(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := NFTComment(s)
		if mustRefuse(t, !utf8.ValidString(s), s, got, err) {
			return
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(got, `"`), `"`)
		if len(got) != len(inner)+2 || len(inner) > 128 || strings.ContainsAny(inner, "\"\n\r\x00\u0085") || !utf8.ValidString(inner) {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}

// TestShellRoundTrip has a real shell take the quotes off.
func TestShellRoundTrip(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a POSIX shell")
	}
	var script, want strings.Builder
	for _, s := range hostile {
		if strings.Contains(s, "\x00") {
			continue
		}
		word, err := Shell(s)
		if err != nil {
			t.Fatal(err)
		}
		script.WriteString("printf '<%s>' " + word + "\n")
		want.WriteString("<" + s + ">")
	}
	got, err := exec.Command(shell, "-c", script.String()).Output()
	if err != nil || !bytes.Equal(got, []byte(want.String())) {
		t.Errorf("got %q, want %q: %v", got, want.String(), err)
	}
}
