package dataset

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func prefixList(text string) []netip.Prefix {
	var list []netip.Prefix
	for part := range strings.FieldsSeq(text) {
		list = append(list, netip.MustParsePrefix(part))
	}
	return list
}

func TestNetworksAreApart(t *testing.T) {
	for _, test := range []struct{ list, want string }{
		{"", ""},
		{"10.0.0.0/24 10.0.0.5/32", "10.0.0.0/24"},
		{"10.0.0.5/32 10.0.0.0/24", "10.0.0.0/24"},
		{"fd00::/64 10.0.0.0/8 fd00::1/128 10.1.0.0/16 192.0.2.7/32", "fd00::/64 10.0.0.0/8 192.0.2.7/32"},
		{"10.0.1.0/24 10.0.0.0/24", "10.0.1.0/24 10.0.0.0/24"}, // neighbours stay as the site wrote them
		{"10.0.0.0/8 0.0.0.0/0 fd00::/8", "0.0.0.0/0 fd00::/8"},
		{"128.0.0.0/1 fd00::/8 0.0.0.0/1", "0.0.0.0/0 fd00::/8"},
		{"::/1 0.0.0.0/0 8000::/2 c000::/2", "::/0 0.0.0.0/0"},
		{"0.0.0.0/1 128.0.0.0/2", "0.0.0.0/1 128.0.0.0/2"},
	} {
		if got := strings.Join(prefixTexts(apart(prefixList(test.list))), " "); got != test.want {
			t.Errorf("%s is %s, want %s", test.list, got, test.want)
		}
	}
}

// TestNetworksStayTheSame tries random lists of a small part of the addresses:
// none is lost or gained, and no two networks overlap.
func TestNetworksStayTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	holds := func(list []netip.Prefix, a netip.Addr) bool {
		return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	for range 2000 {
		var list []netip.Prefix
		for range random.IntN(6) {
			p, err := netip.AddrFrom4([4]byte{byte(random.IntN(256))}).Prefix(random.IntN(6))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
		got := apart(list)
		for first := range 256 {
			a := netip.AddrFrom4([4]byte{byte(first), 7})
			if holds(list, a) != holds(got, a) {
				t.Fatalf("%v became %v: %s", list, got, a)
			}
		}
		for i, p := range got {
			for _, q := range got[:i] {
				if p.Overlaps(q) {
					t.Fatalf("%v became %v", list, got)
				}
			}
		}
	}
}
