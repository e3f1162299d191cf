package verify

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"portpress/internal/problem"
)

// xmlHint is what mends most broken documents.
const xmlHint = "a value that holds & or < must go through the xml function"

// xmlReader follows one document.
type xmlReader struct {
	report *report
	open   []xmlOpen // elements not closed yet
	roots  int
}

type xmlOpen struct {
	name   string
	offset int
}

// checkXML demands a well-formed document: one root element, nothing but
// white space, comments and instructions around it, only entities that are
// defined, and, which the standard reader doesn't check, unique attributes,
// declared name space prefixes and an XML declaration at the very start.
func checkXML(r *report) {
	decoder := xml.NewDecoder(bytes.NewReader(r.file.Content))
	x := &xmlReader{report: r}
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			x.syntax(err, int(decoder.InputOffset()))
			return
		}
		x.token(token, start)
	}
	if x.roots == 0 {
		r.malformed(len(r.file.Content), "no root element",
			"press one element around everything")
	}
}

// syntax records what the reader can't get past.
func (x *xmlReader) syntax(err error, offset int) {
	what := err.Error()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		what = syntax.Msg
	}
	if what == "unexpected EOF" && len(x.open) > 0 {
		// The end of the file is not where the user must look.
		last := x.open[len(x.open)-1]
		x.report.add(finding{
			offset: last.offset,
			width:  len(last.name) + 1,
			code:   problem.Malformed,
			text:   fmt.Sprintf("not well-formed XML: <%s> is not closed", last.name),
			hint:   "close it, inside the same range or condition that opens it",
		})
		return
	}
	offset = max(offset-1, 0) // the reader has taken the offending byte
	hint := xmlHint
	switch {
	case strings.Contains(what, "closed by"):
		hint = "close elements in the reverse order of their opening"
	case strings.Contains(what, "entity"):
		offset = max(bytes.LastIndexByte(x.report.file.Content[:offset+1], '&'), 0)
		hint += "; of names XML knows amp, lt, gt, quot and apos only"
	case strings.Contains(what, "CharsetReader"):
		what = "the declared encoding is not UTF-8"
		hint = "exports are UTF-8: declare that, or no encoding at all"
	case strings.Contains(what, "attribute"):
		hint = "give every attribute a value, in quotes"
	}
	x.report.malformed(offset, "not well-formed XML: "+what, hint)
}

// token checks what the grammar says about one token in its place.
func (x *xmlReader) token(token xml.Token, offset int) {
	switch t := token.(type) {
	case xml.StartElement:
		if len(x.open) == 0 {
			if x.roots++; x.roots == 2 {
				x.report.malformed(offset, fmt.Sprintf("a second root element <%s>", t.Name.Local),
					"put one element around them all")
			}
		}
		x.open = append(x.open, xmlOpen{t.Name.Local, offset})
		x.attributes(t, offset)
	case xml.EndElement:
		x.open = x.open[:len(x.open)-1]
	case xml.CharData:
		if len(x.open) == 0 {
			text := bytes.TrimPrefix(t, []byte(byteOrderMark))
			if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) > 0 {
				x.report.malformed(offset+len(t)-len(trimmed), "text outside the root element", xmlHint)
			}
		}
	case xml.ProcInst:
		if t.Target == "xml" && len(bytes.TrimPrefix(x.report.file.Content[:offset], []byte(byteOrderMark))) > 0 {
			x.report.malformed(offset, "the XML declaration is not at the very start",
				"trim what the template presses before it with -}}")
		}
	case xml.Directive:
		if x.roots > 0 {
			x.report.malformed(offset, "a document type after the root element began", "move it above the root element")
		}
	}
}

// attributes checks the names in one start tag.
func (x *xmlReader) attributes(element xml.StartElement, offset int) {
	x.prefix(element.Name.Space, offset)
	for i, attr := range element.Attr {
		x.prefix(attr.Name.Space, offset)
		for _, other := range element.Attr[:i] {
			if other.Name == attr.Name {
				x.report.malformed(offset, fmt.Sprintf("the attribute %s is given twice in <%s>",
					attr.Name.Local, element.Name.Local), "press each attribute once")
			}
		}
	}
}

// prefix reports a name space prefix that nothing declares. The standard
// reader leaves such a prefix in place of the address that it stands for,
// and only an address holds a colon or a slash.
func (x *xmlReader) prefix(space string, offset int) {
	if space == "" || space == "xml" || space == "xmlns" || strings.ContainsAny(space, ":/") {
		return
	}
	x.report.malformed(offset, fmt.Sprintf("the prefix %s: is not declared", space),
		fmt.Sprintf("declare it with xmlns:%s=\"…\" on the root element", space))
}
