package format

import (
	"strings"
	"unicode/utf8"

	"portpress/internal/fit"
	"portpress/internal/problem"
)

// maxNFTComment is what nft accepts in a comment, in bytes.
const maxNFTComment = 128

// NFTComment quotes a text for nft's comment. Its strings know no escapes: a
// double quote becomes a single one, anything unprintable a space, and what
// is too long is cut.
func NFTComment(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(s) {
		return "", errNotUTF8(s)
	}
	s = strings.ReplaceAll(fit.Spaced(s), `"`, "'")
	return `"` + fit.Bytes(s, maxNFTComment) + `"`, nil
}

// NFTSet writes the elements of a list as an anonymous set: { 179, 443 }.
func NFTSet(list any) (string, error) {
	elements, err := Words(list)
	if err != nil {
		return "", err
	}
	if len(elements) == 0 {
		return "", problem.Hintf("ask for elements with {{ if }} first", "nft has no empty sets")
	}
	return build(func(b []byte) ([]byte, error) {
		b = append(b, "{ "...)
		for i, e := range elements {
			if !nftElement(e) {
				return b, problem.Hintf("elements are ports, ranges, addresses and names", "%q can't be an element of an nft set", e)
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
