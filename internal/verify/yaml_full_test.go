package verify

import "testing"

func TestYAML(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.yml", "a: b: c\n", `1:5 malformed: not valid YAML: mapping values are not allowed in this context
| a: b: c
|     ^
hint: a value that holds ': ' must go through the yaml function
`},
		{"x.yml", "ports:\n  - 20:21\n  - 0443\n  - yes\n  - ~\n", `2:5 yaml-ambiguous: "20:21" is the integer 1221 to a YAML 1.1 reader and text to a YAML 1.2 reader
|   - 20:21
|     ^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
3:5 yaml-ambiguous: "0443" is the integer 291 to a YAML 1.1 reader and the integer 443 to a YAML 1.2 reader
|   - 0443
|     ^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
4:5 yaml-ambiguous: "yes" is the boolean true to a YAML 1.1 reader and text to a YAML 1.2 reader
|   - yes
|     ^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
`},
		{"x.yml", "a:\n\tb: 1\n", `2:1 malformed: not valid YAML: found character that cannot start any token while scanning for the next token
| 	b: 1
| ^
hint: a tab here is not allowed: use spaces
`},
		{"x.yml", "a: 1\t# x\n", `1:5 yaml-ambiguous: a tab is an error to PyYAML and white space to a YAML 1.2 reader
| a: 1	# x
|     ^
hint: use spaces
`},
		{"x.yml", "a: |\n  x\n  \ty # \t\nb: \"\t\" # \t\nc: '\t'\nd:\te\n", `6:3 yaml-ambiguous: a tab is an error to PyYAML and white space to a YAML 1.2 reader
| d:	e
|   ^
hint: use spaces
`},
		{"x.yml", "a: @x\n", "1:4 malformed: not valid YAML: found character that cannot start any token while scanning for the next token\n| a: @x\n|    ^\nhint: a value that begins with one of @ ` % * & ! { [ must go through the yaml function\n"},
		{"x.yml", "a: *x\n", "1:4 malformed: not valid YAML: unknown anchor 'x' referenced\n| a: *x\n|    ^\nhint: a value that begins with one of @ ` % * & ! { [ must go through the yaml function\n"},
		{"x.yml", "a: \"x\n", `1:4 malformed: not valid YAML: found unexpected end of stream while scanning a quoted scalar, which goes on to line 2
| a: "x
|    ^
hint: a quote or a bracket is not closed: a value that begins with one must go through the yaml function
`},
		{"x.yml", "a: [x\n", `1:4 malformed: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence, which goes on to line 2
| a: [x
|    ^
hint: a quote or a bracket is not closed: a value that begins with one must go through the yaml function
`},
		{"x.yml", "a:\n    b: 1\n  c: 2\n", `3:3 malformed: not valid YAML: did not find expected key while parsing a block mapping that begins on line 1
|   c: 2
|   ^
hint: check the indentation: a range that trims too much or too little white space shifts it
`},
		{"x.yml", "%YAML 1.2\n---\na: b\n", `1:1 yaml-ambiguous: a directive: readers of another version refuse the file or ignore the line
| %YAML 1.2
| ^^^^^^^^^
hint: leave it out, and write what every version understands
`},
		{"x.yml", "a: 1\n...\n%TAG ! tag:x,2000:\n---\nb: 1\n", `3:1 yaml-ambiguous: a directive: readers of another version refuse the file or ignore the line
| %TAG ! tag:x,2000:
| ^^^^^^^^^^^^^^^^^^
hint: leave it out, and write what every version understands
`},
		{"x.yml", "a: 1\nb: 2\n\"a\": 3\n", `3:1 malformed: the key "a" is given twice in one mapping, first on line 1
| "a": 3
| ^
hint: readers keep the last or stop: press each key once
`},
		{"x.yml", "x: {true: 1, True: 2, \"true\": 3}\n", `1:14 malformed: the key "True" is given twice in one mapping, first on line 1
| x: {true: 1, True: 2, "true": 3}
|              ^^^^
hint: readers keep the last or stop: press each key once
`},
		{"x.yml", "? [a]\n: b\n? {c: d}\n: e\n", `1:3 yaml-ambiguous: a sequence or a mapping as a key is an error to PyYAML
| ? [a]
|   ^
hint: use a string for the key; a value that begins with { or [ must go through the yaml function
3:3 yaml-ambiguous: a sequence or a mapping as a key is an error to PyYAML
| ? {c: d}
|   ^
hint: use a string for the key; a value that begins with { or [ must go through the yaml function
`},
		{"x.yml", "a: &a.b x\nb: *a.b\n", `1:4 yaml-ambiguous: the anchor "a.b" is an error to PyYAML
| a: &a.b x
|    ^
hint: name anchors with letters, digits, _ and - only; a value that begins with & or * must go through the yaml function
2:4 yaml-ambiguous: the anchor "a.b" is an error to PyYAML
| b: *a.b
|    ^
hint: name anchors with letters, digits, _ and - only; a value that begins with & or * must go through the yaml function
`},
		{"x.yml", "a: !!int 0443\nb: !!binary aGk=\nc: ! 12\nd: !vault x\ne: !!str yes\nf: !!int 5\n", `1:4 yaml-ambiguous: not every reader takes "0443" for a !!int
| a: !!int 0443
|    ^
hint: leave the tag out, and quote the value if it is text
2:4 yaml-ambiguous: the tag !!binary is not known to every YAML reader
| b: !!binary aGk=
|    ^
hint: leave the tag out, and quote the value if it is text
3:4 yaml-ambiguous: a tag ! alone: a YAML 1.2 reader takes the value for text, PyYAML for what it looks like
| c: ! 12
|    ^
hint: leave the tag out, and quote the value if it is text
`},
		{"x.yml", "base: &b\n  x: 1\nc:\n  <<: *b\n", `4:3 yaml-ambiguous: "<<" is a merge of other keys to a YAML 1.1 reader and text to a YAML 1.2 reader
|   <<: *b
|   ^^
hint: write the merged keys out, or quote it if it is meant as text
`},
		{"x.yml", "a: \"x\u2028y\"\n", "1:6 yaml-ambiguous: U+2028 ends the line for a YAML 1.1 reader and is a character like any other for a YAML 1.2 reader\n| a: \"x\u2028y\"\n|      ^\nhint: write it as \"\\u2028\" in double quotes, or take it out\n"},
		{"x.yml", "é: 2026-11-22\nü: =\n", `1:4 yaml-ambiguous: "2026-11-22" is a date to a YAML 1.1 reader and text to a YAML 1.2 reader
| é: 2026-11-22
|    ^^^^^^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
2:4 yaml-ambiguous: "=" is an error to a YAML 1.1 reader and text to a YAML 1.2 reader
| ü: =
|    ^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
`},
		{"x.yml", "a: !!set {x}\n", `1:4 yaml-ambiguous: the tag !!set is not known to every YAML reader
| a: !!set {x}
|    ^
hint: leave the tag out, and quote the value if it is text
`},
		{"x.yml", "&a [*a]\n", ``},
		{"x.yml", "a: !!bool 1\n", `1:4 yaml-ambiguous: not every reader takes "1" for a !!bool
| a: !!bool 1
|    ^
hint: leave the tag out, and quote the value if it is text
`},
		{"x.yml", "- y\n- NO\n- 1_000\n- 0b101\n- 0o17\n- 1e3\n- -.5\n- 1:20.5\n- 08\n- 0x_\n- -0\n- 99999999999999999999\n- 0X1F\n- 2026-1-2\n", `1:3 yaml-ambiguous: "y" is the boolean true to a YAML 1.1 reader and text to a YAML 1.2 reader
| - y
|   ^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
2:3 yaml-ambiguous: "NO" is the boolean false to a YAML 1.1 reader and text to a YAML 1.2 reader
| - NO
|   ^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
3:3 yaml-ambiguous: "1_000" is the integer 1000 to a YAML 1.1 reader and text to a YAML 1.2 reader
| - 1_000
|   ^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
4:3 yaml-ambiguous: "0b101" is the integer 5 to a YAML 1.1 reader and text to a YAML 1.2 reader
| - 0b101
|   ^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
5:3 yaml-ambiguous: "0o17" is text to a YAML 1.1 reader and the integer 15 to a YAML 1.2 reader
| - 0o17
|   ^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
6:3 yaml-ambiguous: "1e3" is text to a YAML 1.1 reader and the number 1000 to a YAML 1.2 reader
| - 1e3
|   ^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
7:3 yaml-ambiguous: "-.5" is text to a YAML 1.1 reader and the number -0.5 to a YAML 1.2 reader
| - -.5
|   ^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
8:3 yaml-ambiguous: "1:20.5" is the number 80.5 to a YAML 1.1 reader and text to a YAML 1.2 reader
| - 1:20.5
|   ^^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
9:3 yaml-ambiguous: "08" is text to a YAML 1.1 reader and the integer 8 to a YAML 1.2 reader
| - 08
|   ^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
10:3 yaml-ambiguous: "0x_" is an error to a YAML 1.1 reader and text to a YAML 1.2 reader
| - 0x_
|   ^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
11:3 yaml-ambiguous: "-0" is the integer 0 to most readers and of type float to some
| - -0
|   ^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
12:3 yaml-ambiguous: "99999999999999999999" is the integer 99999999999999999999 to most readers and of type float to some
| - 99999999999999999999
|   ^^^^^^^^^^^^^^^^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
13:3 yaml-ambiguous: "0X1F" is text to most readers and of type int to some
| - 0X1F
|   ^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
14:3 yaml-ambiguous: "2026-1-2" is text to most readers and of type timestamp to some
| - 2026-1-2
|   ^^^^^^^^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
`},
		{"x.yml", "- .5\n- +.inf\n- .NaN\n- 1.50\n- ~\n- TRUE\n- Null\n- 007\n- 0x1F\n- 1.5e+3\n- 443:8443\n", ``},
		{"x.yml", "1: a\n0x1: b\n\"1\": c\n~: d\n: e\n", `2:1 malformed: the key "0x1" is given twice in one mapping, first on line 1
| 0x1: b
| ^^^
hint: readers keep the last or stop: press each key once
5:1 malformed: the key "" is given twice in one mapping, first on line 4
| : e
| ^
hint: readers keep the last or stop: press each key once
`},
		{"x.yml", "a: 1\r\nb: [x,\r\n  y]\r\n", `3:3 yaml-ambiguous: "y" is the boolean true to a YAML 1.1 reader and text to a YAML 1.2 reader
|   y]
|   ^
hint: quote it, or give it to the yaml function; a number is written in plain decimal digits
`},
		{"x.yml", "a: 1\n---\na: 2\n...\n# c\n---\n- b\n", ``},
		{"x.yml", "1: a\ntrue: b\n1.0: c\n\"0\": d\nfalse: e\n", `2:1 yaml-ambiguous: the key "true" is the same to Python as the one on line 1, where true is 1 and 1.0 too
| true: b
| ^^^^
hint: quote both keys
3:1 yaml-ambiguous: the key "1.0" is the same to Python as the one on line 1, where true is 1 and 1.0 too
| 1.0: c
| ^^^
hint: quote both keys
`},
		{"x.yml", "a: |\n  x\n  \t", `3:1 yaml-ambiguous: readers differ on whether the white space that ends the file is a line of the block scalar before it
|   	
| ^
hint: end the template with a line break and nothing after it
`},
		{"x.yml", "a: |\n  x\n# c\n  ", ``},
		{"x.yml", "a: |\n  x", ``},
	})
}
