package verify

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// htmlHint is what mends most broken pages.
const htmlHint = "a value that holds & or < must go through the html function"

// htmlOpen is an element that isn't closed yet.
type htmlOpen struct {
	name   string
	offset int
}

// htmlVoid are the elements without content, and htmlImplied those that end
// without being closed: see section 13.1.2 of the HTML standard.
var (
	htmlVoid    = strings.Fields("area base br col embed hr img input link meta source track wbr")
	htmlImplied = strings.Fields("html head body p li dt dd rt rp optgroup option thead tbody tfoot tr td th colgroup caption")
)

// checkHTML holds a page, or a part of one, to what browsers would mend in
// silence: elements are closed in the order of their opening, no tag and no
// comment is cut short, and an id stands once.
func checkHTML(r *report) {
	content := r.file.Content
	tokens := html.NewTokenizer(bytes.NewReader(content))
	var open []htmlOpen
	ids := map[string]int{}
	foreign := 0 // how many of the open elements are SVG's or MathML's roots
	at := 0
	for {
		kind := tokens.Next()
		start := at
		at += len(tokens.Raw())
		if kind == html.ErrorToken {
			if start < len(content) {
				r.malformed(start, "a tag is not closed", "close it with >; "+htmlHint)
			}
			break
		}
		token := tokens.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			htmlIDs(r, token, start, ids)
			if slices.Contains(htmlVoid, token.Data) || kind == html.SelfClosingTagToken && foreign > 0 {
				continue
			}
			if token.Data == "svg" || token.Data == "math" {
				foreign++
			}
			open = append(open, htmlOpen{token.Data, start})
		case html.EndTagToken:
			var found bool
			if open, found = htmlClose(r, open, token.Data); !found {
				r.malformed(start, fmt.Sprintf("</%s> closes nothing", token.Data), "take it out, or open the element inside the same range or condition")
			} else if token.Data == "svg" || token.Data == "math" {
				foreign--
			}
		case html.CommentToken:
			if raw := content[start:at]; bytes.HasPrefix(raw, []byte("<!--")) && !bytes.HasSuffix(raw, []byte("-->")) {
				r.malformed(start, "a comment is not closed", "close it with -->")
			}
		}
	}
	htmlUnclosed(r, open)
}

// htmlClose closes the innermost element of a name, and those within it.
func htmlClose(r *report, open []htmlOpen, name string) (rest []htmlOpen, found bool) {
	for i, o := range slices.Backward(open) {
		if o.name == name {
			htmlUnclosed(r, open[i+1:])
			return open[:i], true
		}
	}
	return open, false
}

// htmlUnclosed reports the elements that had to be closed.
func htmlUnclosed(r *report, open []htmlOpen) {
	for _, o := range open {
		if !slices.Contains(htmlImplied, o.name) {
			r.malformed(o.offset, fmt.Sprintf("<%s> is not closed", o.name), "close it, inside the same range or condition that opens it")
		}
	}
}

// htmlIDs reports an id that an element before has.
func htmlIDs(r *report, token html.Token, offset int, ids map[string]int) {
	for _, attr := range token.Attr {
		if attr.Key != "id" {
			continue
		}
		if ids[attr.Val]++; ids[attr.Val] == 2 {
			r.malformed(offset, fmt.Sprintf("the id %s stands twice", shown(attr.Val)), "links find the first only: make each of the row's own id")
		}
	}
}
