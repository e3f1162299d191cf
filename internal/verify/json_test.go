package verify

import "testing"

func TestJSON(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.json", "", `1:1 malformed: not valid JSON: unexpected end of JSON input
hint: an empty export must press {} or []
`},
		{"x.json", "{\"a\": [1, 2,]}\n", `1:13 malformed: not valid JSON: invalid character ']' looking for beginning of value
| {"a": [1, 2,]}
|             ^
hint: trailing comma after the last item of a range?
`},
		{"x.json", "[\n  {\"a\": 1}\n  {\"a\": 2}\n]\n", `3:3 malformed: not valid JSON: invalid character '{' after array element
|   {"a": 2}
|   ^
hint: comma missing between two items of a range?
`},
		{"x.json", "{\"a\": 1", `1:8 malformed: not valid JSON: unexpected end of JSON input
| {"a": 1
|        ^
hint: a bracket or a quote is not closed
`},
		{"x.json", "{\"a\": tcp}", `1:8 malformed: not valid JSON: invalid character 'c' in literal true (expecting 'r')
| {"a": tcp}
|        ^
hint: every string, name and list must go through the json function
`},
		{"x.json", "{} {}", `1:4 malformed: not valid JSON: invalid character '{' after top-level value
| {} {}
|    ^
hint: an export holds one value: put brackets around them all
`},
		{"x.tf.json", "{\"é\": {\"id\": 1,\n  \"\\u0069d\": 2}}", `2:3 malformed: the name "id" is given twice in one object, first on line 1
|   "\u0069d": 2}}
|   ^^^^^^^^^
hint: readers differ on which of two they keep: press each name once
`},
		{"x.JSON", "\ufeff{}", "1:1 malformed: begins with a byte order mark, which JSON does not allow\n| \ufeff{}\n| ^\nhint: save the template without one\n"},
	})
}
