package change

import (
	"net/netip"
	"strings"
	"testing"
)

func TestGained(t *testing.T) {
	for _, test := range []struct{ before, after, want string }{
		{"", "10.0.0.0/24", "10.0.0.0/24"},
		{"10.0.0.0/24", "10.0.0.0/24", ""},
		{"10.0.0.0/16", "10.0.9.0/24", ""},
		{"10.0.9.0/24", "10.0.0.0/16", "10.0.0.0/16"},
		{"10.0.0.0/25 10.0.0.128/25", "10.0.0.0/24", ""},
		{"10.0.0.128/25 10.0.0.0/25", "10.0.0.0/24", ""},
		{"10.0.0.0/25 10.0.0.192/26", "10.0.0.0/24", "10.0.0.0/24"},
		{"10.0.0.0/16 10.0.1.0/24", "10.0.2.0/24", ""},
		{"0.0.0.0/0", "::/0", "::/0"},
		{"::/0", "0.0.0.0/0", "0.0.0.0/0"},
		{"255.255.255.255/32 ::/128", "::/127", "::/127"},
		{"fd00::/65 fd00:0:0:0:8000::/65", "fd00::/64", ""},
		{"10.0.0.0/24", "fd00::/64 10.0.0.7/32 10.0.1.0/24", "fd00::/64 10.0.1.0/24"},
	} {
		var got []string
		for _, p := range gained(prefixes(test.before), prefixes(test.after)) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%q → %q gains %q, want %q", test.before, test.after, got, test.want)
		}
	}
}

func prefixes(list string) []netip.Prefix {
	var out []netip.Prefix
	for s := range strings.FieldsSeq(list) {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}
