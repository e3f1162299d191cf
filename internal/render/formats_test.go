package render

import (
	"math"
	"net/netip"
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

func checkFormat(t *testing.T, name string, format func(any) (string, error), cases []formatCase) {
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
	ds := sample()
	checkFormat(t, "json", jsonValue, []formatCase{
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
		{in: ds.Hosts, want: `["managers", "workers"]`},
		{in: ds.Hosts[0], want: `"managers"`},
		{in: ds.Ports[2].Ranges, want: `["7946", "8000-8010"]`},
		{in: ds.Ports[2].Options, want: `["gossip"]`},
		{in: dataset.PeerAny, want: `"any"`},
		{in: ds.Networks[0].Prefixes, want: `["10.0.0.0/24", "fd00:1::/64"]`},
		{in: "\xff", fails: "not UTF-8"},
		{in: math.NaN(), fails: "no number"},
		{in: ds.Ports[0], fails: "a Port can't be written"},
		{in: ds.Ports, fails: "a Port can't be written"},
		{in: ds.Product, fails: "a Product can't be written"},
		{in: (*dataset.Host)(nil), fails: "there is no Host here"},
		{in: func() {}, fails: "a function can't be written"},
		{in: itself(), fails: "nested more than 64 deep"},
	})
}

func TestYAML(t *testing.T) {
	t.Parallel()
	ds := sample()
	checkFormat(t, "yaml", yamlValue, []formatCase{
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
		{in: ds.Ports[0].Ranges[0], want: `"179"`},
		{in: "\xff", fails: "not UTF-8"},
		{in: math.Inf(1), fails: "no number"},
		{in: ds.Ports[0], fails: "a Port can't be written"},
		{in: itself(), fails: "nested more than 64 deep"},
	})
}

func TestYAMLBlocks(t *testing.T) {
	t.Parallel()
	same(t, pressOne(t, `{{ yamlMap "id" "bgp" "port" "179" "hosts" .Hosts "on" true }}
list:
{{ yamlItem 2 "id" "a" "n" (object "k" 1) }}
{{ yamlItem 2 "id" "b" }}
{{ yamlBlock 2 "x" 1 "y" (list 1 "two") }}
{{ yamlList 4 .Hosts }}
{{ yamlList 4 (list) }}
{{ yamlMap }} {{ yamlItem 0 }}`), `
{id: bgp, port: "179", hosts: [managers, workers], "on": true}
list:
  - id: a
    "n": {k: 1}
  - id: b
  x: 1
  "y": [1, two]
    - managers
    - workers
    []
{} - {}`)
	for _, c := range []struct{ text, want string }{
		{`{{ yamlItem -1 "a" 1 }}`, "yamlItem: can't indent by -1"},
		{`{{ yamlItem 2 "a" }}`, `yamlItem: the key "a" has no value`},
		{`{{ yamlItem 2 "a" 1 "a" 2 }}`, `yamlItem: the key "a" stands twice`},
		{`{{ yamlItem 2 1 "a" }}`, "yamlItem: argument 1 is a key and must be text, not a number"},
		{`{{ yamlItem "id" .Path }}`, "expected integer; found \"id\""},
		{`{{ yamlList 2 "a" }}`, "yamlList: text is no list"},
		{`{{ jsonObject "a" 1 "b" }}`, `jsonObject: the key "b" has no value`},
	} {
		_, problems := pressTree("x.tmpl", c.text)
		if len(problems) != 1 || !strings.HasSuffix(problems[0].Text, c.want) {
			t.Errorf("%s: got\n%swant %q", c.text, show(problems), c.want)
		}
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	ds := sample()
	checkFormat(t, "csv", func(v any) (string, error) { return csv("a", v, "z") }, []formatCase{
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
		{in: ds.Hosts, want: "a,managers;workers,z\r\n"},
		{in: []string{"-x", "y"}, want: "a,\"'-x;y\",z\r\n"},
		{in: []any{1, "b"}, want: "a,1;b,z\r\n"},
		{in: ds.Ports[2].Ranges, want: "a,7946;8000-8010,z\r\n"},
		{in: ds.Ports[0].Ranges[0], want: "a,179,z\r\n"},
		{in: "\xff", fails: "not UTF-8"},
		{in: "a\x00", fails: "NUL"},
		{in: map[string]any{}, fails: "a dict can't stand here"},
		{in: ds.Ports[0], fails: "a Port can't be written"},
	})
	if got, err := csv(""); got != "\"\"\r\n" || err != nil {
		t.Errorf("an empty record is %q, %v: readers would skip it", got, err)
	}
}

func TestShellAndFirewall(t *testing.T) {
	t.Parallel()
	ds := sample()
	checkFormat(t, "sh", sh, []formatCase{
		{in: "", want: "''"},
		{in: "it's $HOME `x` \\", want: `'it'\''s $HOME ` + "`x` \\'"},
		{in: 5, want: "'5'"},
		{in: ds.Hosts, want: "'managers' 'workers'"},
		{in: "a\x00", fails: "NUL"},
		{in: ds.Ports[0], fails: "a Port can't be written"},
	})
	checkFormat(t, "nftComment", nftComment, []formatCase{
		{in: "", want: `""`},
		{in: `the "x" \ y`, want: `"the 'x' \ y"`},
		{in: "a\nb\tc\x7f", want: `"a b c "`},
		{in: strings.Repeat("x", 129), want: `"` + strings.Repeat("x", 128) + `"`},
		{in: strings.Repeat("x", 127) + "é" + "x", want: `"` + strings.Repeat("x", 127) + `"`},
		{in: "\xff", fails: "not UTF-8"},
		{in: []string{"a"}, fails: "a list can't stand here"},
	})
	checkFormat(t, "nftSet", nftSet, []formatCase{
		{in: ds.Ports[2].Ranges, want: "{ 7946, 8000-8010 }"},
		{in: []string{"tcp"}, want: "{ tcp }"},
		{in: ds.Networks[0].Prefixes, want: "{ 10.0.0.0/24, fd00:1::/64 }"},
		{in: 443, want: "{ 443 }"},
		{in: []string{}, fails: "no empty sets"},
		{in: []string{"1 } accept; #"}, fails: "can't be an element"},
		{in: []string{"-1"}, fails: "can't be an element"},
		{in: []string{""}, fails: "can't be an element"},
	})
	six := netip.MustParsePrefix("fd00::/8")
	four := netip.MustParsePrefix("10.0.0.0/8")
	if got := ipv4([]netip.Prefix{six, four}); len(got) != 1 || got[0] != four {
		t.Errorf("ipv4 gives %v", got)
	}
	if got := ipv6([]netip.Prefix{six, four}); len(got) != 1 || got[0] != six {
		t.Errorf("ipv6 gives %v", got)
	}
}

func TestXML(t *testing.T) {
	t.Parallel()
	checkFormat(t, "xml", xml, []formatCase{
		{in: `a<b>&"'`, want: "a&lt;b&gt;&amp;&quot;&apos;"},
		{in: "a\n\t\r", want: "a&#10;&#9;&#13;"},
		{in: "é😀", want: "é😀"},
		{in: 5, want: "5"},
		{in: "\x01", fails: "no place for the character U+0001"},
		{in: "\ufffe", fails: "no place for the character U+FFFE"},
		{in: "\x00", fails: "NUL"},
		{in: "\xff", fails: "not UTF-8"},
		{in: []string{"a"}, fails: "a list can't stand here"},
	})
}

func TestIdent(t *testing.T) {
	t.Parallel()
	checkFormat(t, "ident", ident, []formatCase{
		{in: "ip-in-ip", want: "ip_in_ip"},
		{in: "Abc_9", want: "Abc_9"},
		{in: "9a", want: "_9a"},
		{in: "a é.b", want: "a___b"},
		{in: sample().Hosts[0], want: "managers"},
		{in: "", fails: "an empty text"},
	})
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	checkFormat(t, "oneLine", oneLine, []formatCase{
		{in: " a\r\n\tb  c\x00\u2028d ", want: "a b c d"},
		{in: sample().Hosts, want: "managers, workers"},
		{in: map[string]any{}, fails: "a dict can't stand here"},
	})
}
