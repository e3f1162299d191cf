package render

import (
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// TestRefusals holds that functions refuse what others would go on with.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{`{{ print .Ports }}`, "print: argument 1 is a list"},
		{`{{ print (first .Ports) }}`, "print: a Port can't be written as it is"},
		{`{{ println nil }}`, "println: argument 1 has no value"},
		{`{{ printf "%p" (first .Ports) }}`, "printf: a Port can't be written as it is"},
		{`{{ printf "%d" "x" }}`, `printf: "%d" does not fit its arguments: %!d(string=x)`},
		{`{{ printf "%s" }}`, `printf: "%s" does not fit its arguments: %!s(MISSING)`},
		{`{{ html .Ports }}`, "html: a list can't stand here"},
		{`{{ js (first .Ports) }}`, "js: a Port can't be written as it is"},
		{`{{ urlquery .Hosts }}`, "urlquery: a list can't stand here"},
		{`{{ cat .Hosts }}`, "cat: a list can't stand here"},
		{`{{ join "," .Ports }}`, "join: a Port can't be written as it is"},
		{`{{ toString .Ports }}`, "toString: a list can't stand here"},
		{`{{ json (toStrings .Ports) }}`, "toStrings: a Port can't be written as it is"},
		{`{{ json (sortAlpha .Ports) }}`, "sortAlpha: a Port can't be written as it is"},
		{`{{ int "0x10" }}`, `int: "0x10" is no number`},
		{`{{ int "" }}`, `int: "" is no number`},
		{`{{ int 1.5 }}`, "int: a number is no whole number"},
		{`{{ int true }}`, "int: a truth value is no whole number"},
		{`{{ add }}`, "add: there is nothing to calculate"},
		{`{{ add "x" 1 }}`, `add: "x" is no number`},
		{fmt.Sprintf(`{{ add %d 1 }}`, math.MaxInt), "add: the result does not fit in 64 bits"},
		{fmt.Sprintf(`{{ add %d -1 }}`, math.MinInt), "add: the result does not fit in 64 bits"},
		{fmt.Sprintf(`{{ sub %d 1 }}`, math.MinInt), "sub: the result does not fit in 64 bits"},
		{fmt.Sprintf(`{{ mul %d 2 }}`, math.MaxInt), "mul: the result does not fit in 64 bits"},
		{`{{ div 1 0 }}`, "div: a division by 0"},
		{`{{ mod 1 0 }}`, "mod: a division by 0"},
		{`{{ json (until 2000000) }}`, "until: more than 1048576 steps"},
		{`{{ json (untilStep 0 1 0) }}`, "untilStep: a step of 0 never ends"},
		{`{{ repeat -1 "x" }}`, "repeat: can't repeat 1 bytes -1 times"},
		{`{{ repeat 1000000000000 "x" }}`, "repeat: can't repeat 1 bytes 1000000000000 times"},
		{`{{ indent 100000 "x" }}`, "indent: can't indent by 100000"},
		{`{{ $d := dict }}{{ $d = set $d "a" (list $d) }}`, "set: the dict would hold itself"},
		{`{{ $a := dict }}{{ $b := dict "a" $a }}{{ $a = set $a "b" $b }}`, "set: the dict would hold itself"},
		{`{{ dict "a" }}`, `dict: the key "a" has no value`},
		{`{{ dict "a" 1 "a" 2 }}`, `dict: the key "a" stands twice`},
		{`{{ json (object 1 2) }}`, "object: argument 1 is a key and must be text, not a number"},
		{`{{ mdRow }}`, "mdRow: a row without cells"},
		{`{{ yamlItem 2 "a" }}`, `yamlItem: the key "a" has no value`},
		{`{{ yamlItem "id" .Path }}`, `expected integer; found "id"`},
		{`{{ cannot .Product "x" }}`, "cannot: cannot takes a flow or a port, and a reason"},
		{`{{ warn "no-cluster-network" "" "" }}`, "warn: the text is empty"},
		{`{{ regexMatch "(" "x" }}`, "regexMatch: error parsing regexp: missing closing ): `(`"},
		{`{{ .Hosts.Title.Nope }}`, "there is no field .Nope in a string"},
		{`{{ printf "%v" (first .Ports).Ranges }}`, "printf: argument 1 is a list"},
		{`{{ (index .Peers 0).Kind }}`, "index: reflect: slice index out of range"},
	} {
		set, problems := pressTree("x.tmpl", c.text)
		if len(problems) != 1 || !strings.Contains(problems[0].Text, c.want) {
			t.Errorf("%s: got\n%s%swant %q", c.text, show(set), show(problems), c.want)
		}
	}
}

// TestCorners holds what the examples of docs/templates.md leave out.
func TestCorners(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{`{{ trunc 9 "äö" }}{{ trunc 0 "äö" }}{{ trunc -9 "ä" }}`, "äöä"},
		{`{{ indent 2 "a\r\n\r\nb\n" }}|`, "  a\r\n\r\n  b\n|"},
		{`{{ printf "%s %%" "%!d" }}`, "%!d %"},
		{`{{ $d := dict }}{{ range .Ports }}{{ $d = set $d .ID (dict "x" 1) }}{{ end }}{{ join "," (keys $d) }}`, "bgp,gossip,overlay,web"},
		{`{{ range $k, $v := dict "b" 1 "a" 2 }}{{ $k }}{{ $v }}{{ end }}`, "a2b1"},
		{
			fmt.Sprintf(`{{ add %d 0 }} {{ sub 0 %d }} {{ mul -1 %d }}`, math.MinInt, math.MaxInt, math.MaxInt),
			fmt.Sprintf("%d %d %d", math.MinInt, -math.MaxInt, -math.MaxInt),
		},
		{`{{ int (first (first .Ports).Ranges) }}`, "179"},
		{`{{ max "10" 9 }}{{ min -1 "3" }}`, "10-1"},
		{`{{ $list := (first .Ports).ProtocolIDs }}{{ json (sortAlpha (list "b" "a")) }}{{ json $list }}`, `["a", "b"]["tcp"]`},
		{`{{ if .Host }}x{{ else }}no host{{ end }}`, "no host"},
		{`{{ 5 }}{{ "x" }}{{ true }}{{ 1.5 }}`, "5xtrue1.5"},
		{`{{ range .Flows.Ports }}{{ .ID }} {{ end }}`, "bgp web gossip overlay "},
		{`{{ join " " .Flows.Ranges }}`, "179 443 7946 8000-8010"},
		{
			`{{ range .Flows.ByScope }}{{ .Scope.ID }}:{{ range .Flows.ByPort }} {{ .Port.ID }}{{ end }};{{ end }}`,
			"internal: bgp web gossip overlay;external: web;",
		},
		{`{{ len ((.Flows.To "managers").Over "udp") }} {{ len ((.Flows.In "external").From "any") }} {{ len (.Flows.To "nobody") }}`, "2 1 0"},
		{`{{ len .Flows.Incoming }} {{ len .Flows.Outgoing }}`, "13 0"},
		{`{{ range .Ports }}{{ len ($.FlowsOf .) }} {{ end }}{{ range .Hosts }}{{ len ($.FlowsTo .) }} {{ end }}`, "2 2 8 1 7 6 "},
	} {
		if got := pressOne(t, c.text); got != c.want {
			t.Errorf("%s gives %q, want %q", c.text, got, c.want)
		}
	}
}

// TestRanges holds that every port stands in one range, and none is lost.
func TestRanges(t *testing.T) {
	t.Parallel()
	flow := func(from, to int) *dataset.Flow { return &dataset.Flow{Range: dataset.Range{From: from, To: to}} }
	flows := Flows{flow(80, 90), flow(443, 443), flow(0, 0), flow(85, 95), flow(80, 80), flow(96, 97), flow(443, 443), flow(90, 91)}
	want := []dataset.Range{{From: 80, To: 95}, {From: 96, To: 97}, {From: 443, To: 443}}
	if got := flows.Ranges(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if flows[0].Range != (dataset.Range{From: 80, To: 90}) {
		t.Error("the flows were changed")
	}
}

// TestFunctions holds that no name of the allow-list is missing from sprig,
// and that each function has a form that the engine accepts.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for name, fn := range functions() {
		if fn == nil || reflect.TypeOf(fn).Kind() != reflect.Func {
			t.Errorf("%s is %T", name, fn)
		}
		if leftOut(name) != "" {
			t.Errorf("%s is there, and is said to be left out", name)
		}
	}
	for _, name := range builtins() {
		if functions()[name] != nil {
			t.Errorf("%s hides a function of the engine", name)
		}
	}
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	six := netip.MustParsePrefix("fd00::/8")
	four := netip.MustParsePrefix("10.0.0.0/8")
	if got := ipv4([]netip.Prefix{six, four}); len(got) != 1 || got[0] != four {
		t.Errorf("ipv4 gives %v", got)
	}
	if got := ipv6([]netip.Prefix{six, four}); len(got) != 1 || got[0] != six {
		t.Errorf("ipv6 gives %v", got)
	}
}
