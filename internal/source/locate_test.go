package source

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// located writes a place as line:column of the key and of the value, and the
// value's text.
func located(f *File, path ...any) string {
	place, ok := f.Locate(path...)
	key, value := f.At(place.Key), f.At(place.Value)
	s := fmt.Sprintf("%d:%d %d:%d %s", key.Line, key.Column, value.Line, value.Column, f.Text[place.Value.Start:place.Value.End])
	if !ok {
		s = "near " + s
	}
	return s
}

func p(path ...any) []any { return path }

func TestLocate(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		path       []any
		want       string
	}{
		{"key at the top", "# c\nformat = 1\n", p("format"), "2:1 2:10 1"},
		{"table", "a = 1\n[ports.bgp]\nport = 1", p("ports", "bgp"), "2:1 2:1 [ports.bgp]"},
		{"table above", "[ports.bgp]\nport = 1", p("ports"), "1:1 1:1 [ports.bgp]"},
		{"key of a table", "[ports.bgp]\nport = 179\n", p("ports", "bgp", "port"), "2:1 2:8 179"},
		{"key of the last table", "[a.b]\nx=1\n[a.c]\nx=2\n[a.d]\nx=3", p("a", "d", "x"), "6:1 6:3 3"},
		{"key of a table in the middle", "[a.b]\nx=1\n[a.c]\nx=2\n[a.d]\nx=3", p("a", "c", "x"), "4:1 4:3 2"},
		{"element", "x = [1, 2, 3]", p("x", 1), "1:9 1:9 2"},
		{"element of a nested list", "x = [[1], [2, [3, 4]]]", p("x", 1, 1, 1), "1:19 1:19 4"},
		{"element on another line", "x = [ # one\n  'a',\n\n  \"b\", # two\n]", p("x", 1), "4:3 4:3 \"b\""},
		{"no such element", "x = [1, 2]", p("x", 2), "near 1:1 1:5 [1, 2]"},
		{"negative element", "x = [1, 2]", p("x", -1), "near 1:1 1:5 [1, 2]"},
		{"element of a number", "x = 1", p("x", 0), "near 1:1 1:5 1"},
		{"element of an inline table", "x = {a = 1}", p("x", 0), "near 1:1 1:5 {a = 1}"},
		{"inline table", "x = { a = 1, b = { c = [7, 8] } }", p("x", "b", "c", 1), "1:28 1:28 8"},
		{"inline table over lines", "x = {\n a = 1, # c\n b = 2,\n}", p("x", "b"), "3:2 3:6 2"},
		{"dotted key", "ports.bgp.port = 1", p("ports", "bgp", "port"), "1:11 1:18 1"},
		{"dotted key, its table", "ports.bgp.port = 1", p("ports", "bgp"), "1:7 1:18 1"},
		{"dotted key, the second of two", "a.x = 1\na.y = 2", p("a", "y"), "2:3 2:7 2"},
		{"dotted key, none of them", "b = 0\na.x = 1\na.y = 2", p("a", "z"), "near 2:1 2:7 1"},
		{"dotted key in a table", "[ports]\nbgp.port = 1\nweb.port = 2", p("ports", "web", "port"), "3:5 3:12 2"},
		{"dotted key in an inline table", "x = { a.b = 1, a.c = 2 }", p("x", "a", "c"), "1:18 1:22 2"},
		{"rows in one table", "[ports]\na = {port = 1}\nb = {port = 2}", p("ports", "b", "port"), "3:6 3:13 2"},
		{"rows in one value", "ports = {a = {port = 1}, b = {port = 2}}", p("ports", "b", "port"), "1:31 1:38 2"},
		{"blanks round the dots", "a . b\t.c = 1", p("a", "b", "c"), "1:8 1:12 1"},
		{"quoted keys", "[\"a.b\".'c d']\n\"e\\\"f\" = 1", p("a.b", "c d", "e\"f"), "2:1 2:10 1"},
		{"key with escapes", `"\u00e9\t" = 1`, p("é\t"), "1:1 1:14 1"},
		{"empty key", `"" = 1`, p(""), "1:1 1:6 1"},
		{"blanks in the header", "[ a . b ]\nx = 1", p("a", "b", "x"), "2:1 2:5 1"},
		{"header in a multi-line string", "[a]\nx = \"\"\"\n[b]\ny = 1\n\"\"\"\n[b]\ny = 2", p("b", "y"), "7:1 7:5 2"},
		{"header in a literal string", "x = '''\n[b]\ny = 1'''\n[b]\ny = 2", p("b", "y"), "5:1 5:5 2"},
		{"quotes at the end of a string", "x = \"\"\"a\"\"\"\"\"\ny = 1", p("y"), "2:1 2:5 1"},
		{"escaped quotes in a string", "x = \"\"\"\\\"\"\"\\\"\"\"\"\ny = 1", p("y"), "2:1 2:5 1"},
		{"header in a list", "x = [\n[\"b\"],\n[\"c\"]\n]\n[b]\ny = 2", p("b", "y"), "6:1 6:5 2"},
		{"header in a comment", "# [b]\nx = 1 # [b]\n[b]\ny = 2", p("b", "y"), "4:1 4:5 2"},
		{"brackets in a string", "x = [\"]\", '#']", p("x", 1), "1:11 1:11 '#'"},
		{"line breaks of another system", "a = 1\r\n[b]\r\ny = [\r\n 'k', 2]\r\n", p("b", "y", 1), "4:7 4:7 2"},
		{"byte order mark", "\ufeffa = 1", p("a"), "1:1 1:5 1"},
		{"tabs", "\ta\t=\t1", p("a"), "1:2 1:6 1"},
		{"wide characters before it", "x = [\"äöü\", \"日本\", 3]", p("x", 2), "1:19 1:19 3"},
		{"date", "x = [1979-05-27 07:32:00Z, 2]", p("x", 0), "1:6 1:6 1979-05-27 07:32:00Z"},
		{"fraction and sign", "x = [-1.5e+3, +inf]", p("x", 1), "1:15 1:15 +inf"},
		{"behind a line that is no TOML", "[a]\nx y\nz = 1", p("a", "z"), "3:1 3:5 1"},
		{"behind a string without an end", "x = \"abc\\\n[b]\ny = \"z\"", p("b", "y"), "3:1 3:5 \"z\""},
		{"behind a string without an end, quotes in the header", "[a]\nx = \"abc\\\n[\"b\"]\ny = 1", p("b", "y"), "4:1 4:5 1"},
		{"missing key of a table", "[a]\nx=1\n[ports.bgp]\nport = 1", p("ports", "bgp", "hosts"), "near 3:1 3:1 [ports.bgp]"},
		{"missing table of a section", "[a.y]\n[ports.x]\n[ports.y]\n", p("ports", "z", "port"), "near 2:1 2:1 [ports.x]"},
		{"missing section", "[a]\nx=1", p("ports", "bgp", "hosts"), "near 1:1 1:1 "},
		{"row with a table of its own", "[ports.a]\nport=1\n[ports.a.b]\nc=1", p("ports", "a", "b", "c"), "4:1 4:3 1"},
		{"header that doesn't close", "[a]\n[b\nx = 1\n[c]\nx = 2", p("c", "x"), "5:1 5:5 2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := located(text(t, tc.text), tc.path...); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// However a dataset with many rows is written, finding a place in it must not
// take time that grows with the rows: each of them may hold a problem.
func TestLocateManyRows(t *testing.T) {
	const rows = 20_000
	for name, write := range map[string]string{
		"tables":       "[ports.r%d]\nport = %[1]d\n",
		"dotted keys":  "ports.r%d.port = %[1]d\n",
		"inline, many": "r%d = {port = %[1]d}\n",
		"inline, one":  "r%d = {port = %[1]d}, ",
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			switch name {
			case "inline, many":
				b.WriteString("[ports]\n")
			case "inline, one":
				b.WriteString("ports = {")
			}
			for i := range rows {
				fmt.Fprintf(&b, write, i)
			}
			if name == "inline, one" {
				b.WriteString("}")
			}
			f := text(t, b.String())
			start := time.Now()
			for i := range rows {
				place, ok := f.Locate("ports", fmt.Sprintf("r%d", i), "port")
				if got := f.Text[place.Value.Start:place.Value.End]; !ok || got != fmt.Sprint(i) {
					t.Fatalf("row %d: got %q, %t", i, got, ok)
				}
			}
			// It takes half a second at most, and took minutes without the index.
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}
