package verify

import "testing"

func TestText(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.md", "a\x00b\n", "1:2 malformed: control character U+0000\n| a\x00b\n|  ^\nhint: take it out of the dataset or the template\n"},
		{"x.md", "caf\xe9\n", `1:4 malformed: not valid UTF-8
| caf�
|    ^
hint: save the dataset and the template as UTF-8
`},
		{"x.nft", "x \x1b[31m\u0085\n", "1:3 malformed: control character U+001B\n| x \x1b[31m\u0085\n|   ^\nhint: take it out of the dataset or the template\n1:8 malformed: control character U+0085\n| x \x1b[31m\u0085\n|        ^\nhint: take it out of the dataset or the template\n"},
		{"x.md", "line\r\n\ttab é\n", ``},
		{"x.png", "\x89PNG\x00", ``},
		{"applications.d/mke", "\x01", "1:1 malformed: control character U+0001\n| \x01\n| ^\nhint: take it out of the dataset or the template\n"},
	})
}
