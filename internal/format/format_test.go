package format

import (
	"math"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// formatCase is one value and what a format makes of it; the empty want with
// fails set means an error that holds its text.
type formatCase struct {
	in    any
	want  string
	fails string
}

func check(t *testing.T, name string, format func(any) (string, error), cases []formatCase) {
	t.Helper()
	for _, c := range cases {
		got, err := format(c.in)
		switch {
		case c.fails != "":
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s %#v: got %q and %v, want an error with %q", name, c.in, got, err, c.fails)
			}
		case err != nil || got != c.want:
			t.Errorf("%s %#v: got %q and %v, want %q", name, c.in, got, err, c.want)
		}
	}
}

// itself gives a dict that is nested in a list without end.
func itself() any {
	list := make([]any, 1)
	list[0] = list
	return list
}

func TestJSON(t *testing.T) {
	t.Parallel()
	check(t, "json", JSON, []formatCase{
		{in: nil, want: "null"},
		{in: true, want: "true"},
		{in: 443, want: "443"},
		{in: int64(-1), want: "-1"},
		{in: uint16(7), want: "7"},
		{in: 1.5, want: "1.5"},
		{in: "a<b>&\"\\\n\x01\x7f\u2028é", want: `"a<b>&\"\\\n\u0001` + "\x7f\u2028é\""},
		{in: []string{}, want: "[]"},
		{in: []string{"a", "b"}, want: `["a", "b"]`},
		{in: []any{1, "a", nil, []any{true}}, want: `[1, "a", null, [true]]`},
		{in: map[string]any{"b": 1, "a": []int{2}}, want: `{"a": [2], "b": 1}`},
		{in: &Object{[]any{"z", 1, "a", &Object{}}}, want: `{"z": 1, "a": {}}`},
		{in: hosts, want: `["managers", "workers"]`},
		{in: hosts[0], want: `"managers"`},
		{in: ranges, want: `["7946", "8000-8010"]`},
		{in: row.Options, want: `["gossip"]`},
		{in: dataset.PeerAny, want: `"any"`},
		{in: prefixes, want: `["10.0.0.0/24", "fd00:1::/64"]`},
		{in: "\xff", fails: "not UTF-8"},
		{in: math.NaN(), fails: "no number"},
		{in: row, fails: "a Port can't be written"},
		{in: []*dataset.Port{row}, fails: "a Port can't be written"},
		{in: dataset.Product{}, fails: "a Product can't be written"},
		{in: (*dataset.Host)(nil), fails: "there is no Host here"},
		{in: func() {}, fails: "a function can't be written"},
		{in: itself(), fails: "nested more than 64 deep"},
	})
}

func TestYAML(t *testing.T) {
	t.Parallel()
	check(t, "yaml", YAML, []formatCase{
		{in: nil, want: "null"},
		{in: false, want: "false"},
		{in: 443, want: "443"},
		{in: 1.5, want: "1.5"},
		{in: 2.0, want: "2.0"},
		{in: 1e21, want: "1000000000000000000000.0"},
		{in: "managers", want: "managers"},
		{in: "Web interface v1.2/x", want: "Web interface v1.2/x"},
		{in: "", want: `""`},
		{in: "443", want: `"443"`},
		{in: "20:21", want: `"20:21"`},
		{in: "0443", want: `"0443"`},
		{in: "1e3", want: `"1e3"`},
		{in: "0x1F", want: `"0x1F"`},
		{in: ".inf", want: `".inf"`},
		{in: "2026-11-22", want: `"2026-11-22"`},
		{in: "yes", want: `"yes"`},
		{in: "No", want: `"No"`},
		{in: "y", want: `"y"`},
		{in: "OFF", want: `"OFF"`},
		{in: "Null", want: `"Null"`},
		{in: "~", want: `"~"`},
		{in: "<<", want: `"<<"`},
		{in: "=", want: `"="`},
		{in: "yes please", want: "yes please"},
		{in: "a: b", want: `"a: b"`},
		{in: "a #b", want: `"a #b"`},
		{in: "a ", want: `"a "`},
		{in: "a  b", want: `"a  b"`},
		{in: "- a", want: `"- a"`},
		{in: "---", want: `"---"`},
		{in: "a, b", want: `"a, b"`},
		{in: "{{ x }}", want: `"{{ x }}"`},
		{in: "é", want: `"é"`},
		{in: "a\nb\t\x00\x7f\u0085\u2028\ufeff\ufffe\"\\", want: `"a\nb\t\u0000\u007f\u0085\u2028\ufeff\ufffe\"\\"`},
		{in: "😀", want: `"😀"`},
		{in: []string{"179", "a"}, want: `["179", a]`},
		{in: map[string]any{"on": 1, "a": nil}, want: `{a: null, "on": 1}`},
		{in: dataset.Range{From: 179, To: 179}, want: `"179"`},
		{in: "\xff", fails: "not UTF-8"},
		{in: math.Inf(1), fails: "no number"},
		{in: row, fails: "a Port can't be written"},
		{in: itself(), fails: "nested more than 64 deep"},
	})
}

func TestYAMLBlocks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		write func() (string, error)
		want  string
	}{
		{"map", func() (string, error) { return YAMLMap("id", "bgp", "port", "179", "hosts", hosts, "on", true) }, `{id: bgp, port: "179", hosts: [managers, workers], "on": true}`},
		{"empty map", func() (string, error) { return YAMLMap() }, "{}"},
		{"item", func() (string, error) { return YAMLItem(2, "id", "a", "n", &Object{[]any{"k", 1}}) }, "  - id: a\n    \"n\": {k: 1}"},
		{"empty item", func() (string, error) { return YAMLItem(0) }, "- {}"},
		{"block", func() (string, error) { return YAMLBlock(2, "x", 1, "y", []any{1, "two"}) }, "  x: 1\n  \"y\": [1, two]"},
		{"list", func() (string, error) { return YAMLList(4, hosts) }, "    - managers\n    - workers"},
		{"empty list", func() (string, error) { return YAMLList(4, []any{}) }, "    []"},
		{"indent", func() (string, error) { return YAMLItem(-1, "a", 1) }, "can't indent by -1"},
		{"no value", func() (string, error) { return YAMLItem(2, "a") }, `the key "a" has no value`},
		{"twice", func() (string, error) { return YAMLItem(2, "a", 1, "a", 2) }, `the key "a" stands twice`},
		{"number as key", func() (string, error) { return YAMLItem(2, 1, "a") }, "argument 1 is a key and must be text, not a number"},
		{"no list", func() (string, error) { return YAMLList(2, "a") }, "text is no list"},
		{"object", func() (string, error) { return JSONObject("a", 1, "b") }, `the key "b" has no value`},
	} {
		got, err := c.write()
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	check(t, "csv", func(v any) (string, error) { return CSV("a", v, "z") }, []formatCase{
		{in: "", want: "a,,z\r\n"},
		{in: nil, want: "a,,z\r\n"},
		{in: "x y", want: "a,x y,z\r\n"},
		{in: "x,y", want: "a,\"x,y\",z\r\n"},
		{in: `x"y"`, want: "a,\"x\"\"y\"\"\",z\r\n"},
		{in: "x\ny", want: "a,\"x\ny\",z\r\n"},
		{in: " x", want: "a,\" x\",z\r\n"},
		{in: "=1+1", want: "a,\"'=1+1\",z\r\n"},
		{in: "+1", want: "a,\"'+1\",z\r\n"},
		{in: "-1", want: "a,\"'-1\",z\r\n"},
		{in: "@x", want: "a,\"'@x\",z\r\n"},
		{in: "\tx", want: "a,\"'\tx\",z\r\n"},
		{in: "＝x", want: "a,\"'＝x\",z\r\n"},
		{in: "＠x", want: "a,\"'＠x\",z\r\n"},
		{in: "ｘ", want: "a,ｘ,z\r\n"},
		{in: -1, want: "a,-1,z\r\n"},
		{in: -1.5, want: "a,-1.5,z\r\n"},
		{in: true, want: "a,true,z\r\n"},
		{in: hosts, want: "a,managers;workers,z\r\n"},
		{in: []string{"-x", "y"}, want: "a,\"'-x;y\",z\r\n"},
		{in: []any{1, "b"}, want: "a,1;b,z\r\n"},
		{in: ranges, want: "a,7946;8000-8010,z\r\n"},
		{in: dataset.Range{From: 179, To: 179}, want: "a,179,z\r\n"},
		{in: "\xff", fails: "not UTF-8"},
		{in: "a\x00", fails: "NUL"},
		{in: map[string]any{}, fails: "a dict can't stand here"},
		{in: row, fails: "a Port can't be written"},
	})
	if got, err := CSV(""); got != "\"\"\r\n" || err != nil {
		t.Errorf("an empty record is %q, %v: readers would skip it", got, err)
	}
}

func TestShellAndFirewall(t *testing.T) {
	t.Parallel()
	check(t, "sh", Shell, []formatCase{
		{in: "", want: "''"},
		{in: "it's $HOME `x` \\", want: `'it'\''s $HOME ` + "`x` \\'"},
		{in: 5, want: "'5'"},
		{in: hosts, want: "'managers' 'workers'"},
		{in: "a\x00", fails: "NUL"},
		{in: row, fails: "a Port can't be written"},
	})
	check(t, "nftComment", NFTComment, []formatCase{
		{in: "", want: `""`},
		{in: `the "x" \ y`, want: `"the 'x' \ y"`},
		{in: "a\nb\tc\x7f", want: `"a b c "`},
		{in: strings.Repeat("x", 128), want: `"` + strings.Repeat("x", 128) + `"`},
		{in: strings.Repeat("x", 129), want: `"` + strings.Repeat("x", 125) + `…"`},
		{in: strings.Repeat("x", 124) + "é" + "yyy", want: `"` + strings.Repeat("x", 124) + `…"`},
		{in: "\xff", fails: "not UTF-8"},
		{in: []string{"a"}, fails: "a list can't stand here"},
	})
	check(t, "nftSet", NFTSet, []formatCase{
		{in: ranges, want: "{ 7946, 8000-8010 }"},
		{in: []string{"tcp"}, want: "{ tcp }"},
		{in: prefixes, want: "{ 10.0.0.0/24, fd00:1::/64 }"},
		{in: 443, want: "{ 443 }"},
		{in: []string{}, fails: "no empty sets"},
		{in: []string{"1 } accept; #"}, fails: "can't be an element"},
		{in: []string{"-1"}, fails: "can't be an element"},
		{in: []string{""}, fails: "can't be an element"},
	})
}

func TestXML(t *testing.T) {
	t.Parallel()
	check(t, "xml", XML, []formatCase{
		{in: `a<b>&"'`, want: "a&lt;b&gt;&amp;&quot;&apos;"},
		{in: "a\n\t\r", want: "a&#10;&#9;&#13;"},
		{in: "é😀", want: "é😀"},
		{in: 5, want: "5"},
		{in: "\x01", fails: "no place for the character U+0001"},
		{in: "a\ufffe", want: "a\ufffd"},
		{in: "\x00", fails: "NUL"},
		{in: "\xff", fails: "not UTF-8"},
		{in: []string{"a"}, fails: "a list can't stand here"},
	})
}

func TestIdent(t *testing.T) {
	t.Parallel()
	check(t, "ident", Ident, []formatCase{
		{in: "ip-in-ip", want: "ip_in_ip"},
		{in: "Abc_9", want: "Abc_9"},
		{in: "9a", want: "_9a"},
		{in: "a é.b", want: "a___b"},
		{in: hosts[0], want: "managers"},
		{in: "", fails: "an empty text"},
	})
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	check(t, "oneLine", OneLine, []formatCase{
		{in: " a\r\n\tb  c\x00\u2028d ", want: "a b c d"},
		{in: hosts, want: "managers, workers"},
		{in: map[string]any{}, fails: "a dict can't stand here"},
	})
}

// TestTextForReadersOfTwoLanguages has the functions for files that are read
// twice, by a second language first or last.
func TestTextForReadersOfTwoLanguages(t *testing.T) {
	t.Parallel()
	check(t, "ansible", Ansible, []formatCase{
		{in: "a {{ b", want: `!unsafe "a {{ b"`},
		{in: "{%", want: `!unsafe "{%"`},
		{in: "{{{", want: `!unsafe "{{{"`},
		{in: "x{#", want: `!unsafe "x{#"`},
		{in: "{a} { {", want: `"{a} { {"`},
		{in: "a }} %}", want: `"a }} %}"`},
		{in: "yes", want: `"yes"`},
		{in: []string{"a", "{{ b }}"}, want: `[a, !unsafe "{{ b }}"]`},
		{in: map[string]any{"k": "{{"}, want: `{k: !unsafe "{{"}`},
		{in: 5, want: "5"},
	})
	check(t, "goTemplate", GoTemplate, []formatCase{
		{in: "{{{{{ a }}", want: "{{`{{`}}{{`{{`}}{ a }}"},
		{in: "{ {", want: "{ {"},
	})
	check(t, "systemd", Systemd, []formatCase{
		{in: "100 %\n%n", want: "100 %% %%n"},
		{in: `a\`, want: `a\ `},
		{in: `a\b`, want: `a\b`},
	})
	check(t, "terraform", Terraform, []formatCase{
		{in: "${a} %{b} $${c} $d", want: `"$${a} %%{b} $$${c} $d"`},
		{in: "\"\n", want: `"\"\n"`},
	})
	check(t, "comment", Comment, []formatCase{
		{in: " a\nb ", want: "a b"},
		{in: hosts, want: "managers, workers"},
		{in: strings.Repeat("é", 501), want: strings.Repeat("é", 499) + "…"},
	})
}

func TestFit(t *testing.T) {
	t.Parallel()
	if got, err := Fit(3, "abcd"); got != "ab…" || err != nil {
		t.Errorf("fit gives %q, %v", got, err)
	}
	if got, err := Fit(0, "abcd"); err == nil {
		t.Errorf("fit to nothing gives %q", got)
	}
}

func TestSheet(t *testing.T) {
	t.Parallel()
	semicolon, err := NewDelimiter("semicolon")
	if err != nil {
		t.Fatal(err)
	}
	tab, err := NewDelimiter("tab")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sheet Sheet
		cells []any
		want  string
	}{
		{Sheet{}, []any{"a;b", "c,d", hosts}, "a;b,\"c,d\",managers;workers\r\n"},
		{Sheet{Delimiter: semicolon, Mark: true}, []any{"a;b", "c,d", hosts, "=1"}, "\"a;b\";c,d;\"managers;workers\";\"'=1\"\r\n"},
		{Sheet{Delimiter: tab}, []any{"a\tb", "c,d"}, "\"a\tb\"\tc,d\r\n"},
		{Sheet{Delimiter: tab}, []any{semicolon, "a", "b"}, "a;b\r\n"},
		{Sheet{}, []any{semicolon}, "\"\"\r\n"},
	} {
		if got, err := c.sheet.CSV(c.cells...); got != c.want || err != nil {
			t.Errorf("%v: got %q and %v, want %q", c.cells, got, err, c.want)
		}
	}
	if _, err := NewDelimiter(";"); err == nil || !strings.Contains(err.Error(), "no delimiter") {
		t.Errorf("got %v", err)
	}
}
