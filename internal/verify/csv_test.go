package verify

import "testing"

func TestCSV(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.csv", "\xEF\xBB\xBFa;\"b;,\"\r\n1;2,3\r\n", ``},
		{"x.csv", "\"a,b\"\tc\r\n1\t2;3\r\n", ``},
		{"x.csv", "a;b\r\n1\r\n", "2:1 malformed: this row has 1 field, the header has 2\n| 1\n| ^\nhint: " + csvHint + "\n"},
		{"x.csv", "", `1:1 malformed: no header row
hint: press the header even when there are no rows
`},
		{"x.csv", "a,b\n1,2\n3\n4,5,6\n", `3:1 malformed: this row has 1 field, the header has 2
| 3
| ^
hint: use the csv function for each row: it quotes what holds a comma, a quote or a line break
4:1 malformed: this row has 3 fields, the header has 2
| 4,5,6
| ^
hint: use the csv function for each row: it quotes what holds a comma, a quote or a line break
`},
		{"x.csv", "a,b\n1,x \"y\" z\n", `2:5 malformed: a quote inside a field that is not quoted
| 1,x "y" z
|     ^
hint: use the csv function for each row: it quotes what holds a comma, a quote or a line break
`},
		{"x.csv", "a,b\n1,\"x\n", `2:1 malformed: a quoted field in this row is not closed
| 1,"x
| ^
hint: use the csv function for each row: it quotes what holds a comma, a quote or a line break
`},
		{"x.csv", "a,,a\n1,2,3\n", `1:3 malformed: column 2 has no name
| a,,a
|   ^
hint: name every column in the header
1:4 malformed: the column name "a" is given twice, first for column 1
| a,,a
|    ^
hint: readers that go by name keep one of the two: rename the other
`},
		{"x.csv", "a,b\n\n1,2\n", `2:1 malformed: an empty line between the rows
hint: trim white space in the template with {{- and -}}
`},
		{"x.csv", "a,b\r\n1,2\n", `2:4 malformed: this line ends in LF, the first in CRLF
| 1,2
|    ^
hint: end every line of the template the same way, with LF or with CRLF
`},
		{"x.csv", "a,b\r1,2\n", "1:4 malformed: a carriage return without a line feed\n| a,b\r1,2\n|    ^\nhint: end every line of the template the same way, with LF or with CRLF\n"},
		{"x.csv", "\ufeffa,é é\r\n1,\"2\n3\"\r\n", ``},
		{"x.csv", "a,b\n1,\"2\"x\n", `2:5 malformed: text follows the closing quote of a field
| 1,"2"x
|     ^
hint: use the csv function for each row: it quotes what holds a comma, a quote or a line break
`},
		{"x.csv", "a,b\n1,2\n\n", `3:1 malformed: an empty line between the rows
hint: trim white space in the template with {{- and -}}
`},
	})
}
