package verify

import "testing"

func TestXML(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.xml", "", `1:1 malformed: no root element
hint: press one element around everything
`},
		{"x.xml", "<a>\n  <b>\n</a>\n", `3:4 malformed: not well-formed XML: element <b> closed by </a>
| </a>
|    ^
hint: close elements in the reverse order of their opening
`},
		{"x.xml", "<a>\n  <b>\n", `2:3 malformed: not well-formed XML: <b> is not closed
|   <b>
|   ^^
hint: close it, inside the same range or condition that opens it
`},
		{"x.xml", "<a>R&D</a>\n", `1:5 malformed: not well-formed XML: invalid character entity &D (no semicolon)
| <a>R&D</a>
|     ^
hint: a value that holds & or < must go through the xml function; of names XML knows amp, lt, gt, quot and apos only
`},
		{"x.svg", "<a>&nbsp;</a>\n", `1:4 malformed: not well-formed XML: invalid character entity &nbsp;
| <a>&nbsp;</a>
|    ^
hint: a value that holds & or < must go through the xml function; of names XML knows amp, lt, gt, quot and apos only
`},
		{"x.xml", "<a/>\n<b/>\n<c/>\n", `2:1 malformed: a second root element <b>
| <b/>
| ^
hint: put one element around them all
`},
		{"x.xml", "<a/>\n  text\n", `2:3 malformed: text outside the root element
|   text
|   ^
hint: a value that holds & or < must go through the xml function
`},
		{"x.xml", "\n<?xml version=\"1.0\"?>\n<a/>\n", `2:1 malformed: the XML declaration is not at the very start
| <?xml version="1.0"?>
| ^
hint: trim what the template presses before it with -}}
`},
		{"x.xml", "<a b='1' c='2' b='3'/>\n", `1:1 malformed: the attribute b is given twice in <a>
| <a b='1' c='2' b='3'/>
| ^
hint: press each attribute once
`},
		{"x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><use xlink:href=\"#a\"/></svg>\n", `1:41 malformed: the prefix xlink: is not declared
| <svg xmlns="http://www.w3.org/2000/svg"><use xlink:href="#a"/></svg>
|                                         ^
hint: declare it with xmlns:xlink="…" on the root element
`},
		{"x.xml", "<a b=c/>", `1:6 malformed: not well-formed XML: unquoted or missing attribute value in element
| <a b=c/>
|      ^
hint: give every attribute a value, in quotes
`},
		{"x.xml", "<a>1 < 2</a>", `1:6 malformed: not well-formed XML: expected element name after <
| <a>1 < 2</a>
|      ^
hint: a value that holds & or < must go through the xml function
`},
		{"x.xml", "<a/><!DOCTYPE a>", `1:5 malformed: a document type after the root element began
| <a/><!DOCTYPE a>
|     ^
hint: move it above the root element
`},
		{"x.xml", "<?xml version=\"1.0\" encoding=\"latin1\"?><a/>", `1:39 malformed: not well-formed XML: the declared encoding is not UTF-8
| <?xml version="1.0" encoding="latin1"?><a/>
|                                       ^
hint: exports are UTF-8: declare that, or no encoding at all
`},
		{"x.xml", "<!DOCTYPE a><!-- c --><a xmlns:x=\"urn:x\" x:b=\"1\" xml:lang=\"en\">&lt;&#38;</a>\n<!-- d -->\n", ``},
	})
}
