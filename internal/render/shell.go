package render

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sh quotes a value for a POSIX shell as one word; a list becomes one word
// for each element. The quotes are single ones, inside which nothing is
// special (XCU 2.2.2).
func sh(v any) (string, error) {
	list, err := words(v)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		for i, s := range list {
			if strings.IndexByte(s, 0) >= 0 {
				return b, hinted("take it out", "%q holds a NUL, which no argument of a program can", s)
			}
			if i > 0 {
				b = append(b, ' ')
			}
			b = append(b, '\'')
			for {
				before, after, found := strings.Cut(s, "'")
				b = append(b, before...)
				if !found {
					break
				}
				b = append(b, `'\''`...)
				s = after
			}
			b = append(b, '\'')
		}
		return b, nil
	})
}

// maxNFTComment is what nft accepts in a comment, in bytes.
const maxNFTComment = 128

// nftComment quotes a text for nft's comment. Its strings know no escapes: a
// double quote becomes a single one, anything unprintable a space, and what
// is too long is cut between characters.
func nftComment(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(s) {
		return "", errNotUTF8(s)
	}
	return build(func(b []byte) ([]byte, error) {
		b = append(b, '"')
		for _, r := range s {
			switch {
			case r == '"':
				r = '\''
			case unicode.IsControl(r), r == '\u2028', r == '\u2029':
				r = ' '
			}
			if len(b)-1+utf8.RuneLen(r) > maxNFTComment {
				break
			}
			b = utf8.AppendRune(b, r)
		}
		return append(b, '"'), nil
	})
}

// nftSet writes the elements of a list as an anonymous set: { 179, 443 }.
func nftSet(list any) (string, error) {
	elements, err := words(list)
	if err != nil {
		return "", err
	}
	if len(elements) == 0 {
		return "", hinted("ask for elements with {{ if }} first", "nft has no empty sets")
	}
	return build(func(b []byte) ([]byte, error) {
		b = append(b, "{ "...)
		for i, e := range elements {
			if !nftElement(e) {
				return b, hinted("elements are ports, ranges, addresses and names", "%q can't be an element of an nft set", e)
			}
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(b, e...)
		}
		return append(b, " }"...), nil
	})
}

// nftElement allows what ports, ranges, addresses, prefixes and names need.
func nftElement(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case letter(c), c >= '0' && c <= '9', c == '.', c == ':', c == '/', c == '_', c == '-' && i > 0:
		default:
			return false
		}
	}
	return s != ""
}

// ipv4 keeps the IPv4 networks of a list.
func ipv4(list []netip.Prefix) []netip.Prefix { return family(list, true) }

// ipv6 keeps the IPv6 networks of a list.
func ipv6(list []netip.Prefix) []netip.Prefix { return family(list, false) }

func family(list []netip.Prefix, four bool) []netip.Prefix {
	var kept []netip.Prefix
	for _, p := range list {
		if p.Addr().Is4() == four {
			kept = append(kept, p)
		}
	}
	return kept
}
