package splice

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// heading is a heading of a document.
type heading struct {
	title string
	at    source.Span // its line
	next  int         // where the line behind it, and behind its underline, starts
}

var (
	atxHeading   = regexp.MustCompile(`^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?$`)
	adocHeading  = regexp.MustCompile(`^(?:={1,6}|#{1,6})[ \t]+(.*?)(?:[ \t]+=+)?$`)
	htmlHeading  = regexp.MustCompile(`(?i)^[ \t]*<h[1-6][^>]*>(.*)</h[1-6]>$`)
	latexHeading = regexp.MustCompile(`^[ \t]*\\(?:part|chapter|(?:sub)*section|(?:sub)?paragraph)\*?\{(.*)\}$`)
	tags         = regexp.MustCompile(`<[^>]*>`)
)

// headings lists the headings of a document, but for those in code. Where the
// format has none, there are none.
func (d *Document) headings() []heading {
	var list []heading
	var literal []source.Span
	if d.format.literal != nil {
		literal = d.format.literal(d.text)
	}
	previous, previousAt := "", 0
	eachLine(d.text, func(start, next int, line string) {
		if within(literal, start) {
			previous = ""
			return
		}
		title, underlined := d.format.title(line, previous)
		switch {
		case underlined:
			list = append(list, heading{title, source.Span{Start: previousAt, End: previousAt + len(previous)}, next})
		case title != "":
			list = append(list, heading{title, source.Span{Start: start, End: start + len(line)}, next})
		}
		previous, previousAt = line, start
	})
	return list
}

// title gives the title of a heading's line; underlined says that the line is
// only drawn below the title, which is the line before it.
func (f format) title(line, previous string) (title string, underlined bool) {
	of := func(pattern *regexp.Regexp) string {
		if m := pattern.FindStringSubmatch(line); m != nil {
			return strings.TrimSpace(m[1])
		}
		return ""
	}
	above := strings.TrimSpace(previous)
	switch f.table {
	case "markdown":
		if title := of(atxHeading); title != "" {
			return title, false
		}
		if above != "" && !atxHeading.MatchString(previous) && (ruled(line, "=", 1) || ruled(line, "-", 2)) {
			return above, true
		}
	case "rst":
		if above != "" && !ruled(previous, "", 1) && ruled(line, "", len([]rune(above))) {
			return above, true
		}
	case "adoc":
		return of(adocHeading), false
	case "html":
		return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(of(htmlHeading), ""))), false
	default:
		return of(latexHeading), false
	}
	return "", false
}

// ruled reports whether a line is at least so many of one of the marks in a
// row, or, without marks, of any punctuation.
func ruled(line, marks string, atLeast int) bool {
	line = strings.TrimRight(line, " \t")
	if len(line) < max(atLeast, 1) || strings.Trim(line, line[:1]) != "" {
		return false
	}
	if marks != "" {
		return strings.Contains(marks, line[:1])
	}
	return line[0] < utf8.RuneSelf && (unicode.IsPunct(rune(line[0])) || unicode.IsSymbol(rune(line[0])))
}

// Insert writes an empty block that asks for something below a heading. Where
// the same block stands there already, the document stays as it is.
func Insert(name string, text []byte, title, ask string) ([]byte, problem.List) {
	d, found := Read(name, text)
	if len(found) > 0 {
		return nil, found
	}
	var titles []string
	var at []heading
	for _, h := range d.headings() {
		titles = append(titles, h.title)
		if strings.EqualFold(h.title, strings.TrimSpace(title)) {
			at = append(at, h)
		}
	}
	switch {
	case len(at) == 0:
		hint := "write the heading into the document first"
		if len(titles) > 0 {
			hint = cmp.Or(problem.DidYouMean(title, titles), "its headings: "+strings.Join(titles[:min(len(titles), 10)], ", "))
		}
		return nil, problem.List{{
			Severity: problem.Error, Code: problem.UnknownHeading, File: name,
			Text: fmt.Sprintf("has no heading %q", title), Hint: hint,
		}}
	case len(at) > 1:
		p := d.at(at[1].at, problem.UnknownHeading, fmt.Sprintf("%q is a heading on line %d too", title, d.line(at[0].at)))
		p.Hint = "write the markers yourself, or give one of the two another heading"
		return nil, problem.List{p}
	}
	h, newline := at[0], d.newline()
	c := d.format.comments[0]
	begin, end := d.format.write(c, signBegin+" "+ask), d.format.write(c, signEnd)
	for _, b := range d.Blocks {
		if b.begin.Start >= h.next && strings.TrimSpace(string(d.text[h.next:b.begin.Start])) == "" && b.text(d) == begin {
			return text, nil
		}
	}
	var out strings.Builder
	out.Write(text[:h.next])
	if h.next == len(text) && !strings.HasSuffix(string(text), "\n") {
		out.WriteString(newline)
	}
	out.WriteString(newline + begin + newline + end + newline)
	rest := string(text[h.next:])
	if rest != "" && !strings.HasPrefix(rest, "\n") && !strings.HasPrefix(rest, "\r\n") {
		out.WriteString(newline)
	}
	out.WriteString(rest)
	return []byte(out.String()), nil
}
