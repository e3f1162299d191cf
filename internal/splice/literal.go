package splice

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"portpress/internal/source"
)

// The functions here find what a document shows as it stands, such as fenced
// code: a marker in it is an example, not a marker.

// markdownCode finds fenced and indented code as CommonMark has it. Only blocks
// are parsed: what stands inside a line doesn't matter here.
func markdownCode(doc []byte) []source.Span { return code(doc, true) }

// mdxCode finds fenced code; MDX has no indented code.
func mdxCode(doc []byte) []source.Span { return code(doc, false) }

func code(doc []byte, indented bool) []source.Span {
	shift := 0
	if rest, marked := bytes.CutPrefix(doc, []byte(bom)); marked {
		shift, doc = len(bom), rest
	}
	before := func(place int) int { return place }
	if indented {
		if out, found := outdent(doc); found {
			doc, before = out.text, out.before
		}
	}
	var spans []source.Span
	tree := parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...)).Parse(text.NewReader(doc))
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns no error
		kind := n.Kind()
		if !entering || kind != ast.KindFencedCodeBlock && (kind != ast.KindCodeBlock || !indented) {
			return ast.WalkContinue, nil
		}
		lines := n.Lines()
		for i := range lines.Len() {
			s := lines.At(i)
			if s.Start < s.Stop {
				spans = append(spans, source.Span{Start: shift + before(s.Start), End: shift + before(s.Stop-1) + 1})
			}
		}
		return ast.WalkSkipChildren, nil
	})
	slices.SortFunc(spans, func(a, b source.Span) int { return a.Start - b.Start })
	return spans
}

// eachLine calls f with every line, without its break and the white space
// before that, and with where it and the next one start.
func eachLine(doc []byte, f func(start, next int, line string)) {
	start := 0
	if bytes.HasPrefix(doc, []byte(bom)) {
		start = len(bom)
	}
	for line := range bytes.Lines(doc[start:]) {
		f(start, start+len(line), strings.TrimRight(string(line), " \t\r\n"))
		start += len(line)
	}
}

// adocFence is the line that begins and ends a verbatim block of AsciiDoc:
// listings, literals, passthroughs, comments, and Markdown's fences.
var adocFence = regexp.MustCompile("^(-{4,}|\\.{4,}|\\+{4,}|/{4,}|```.*)$")

// adocVerbatim finds the verbatim blocks of AsciiDoc.
func adocVerbatim(doc []byte) []source.Span {
	var spans []source.Span
	fence, from := "", 0
	eachLine(doc, func(start, _ int, line string) {
		switch {
		case fence != "":
			if line == fence {
				spans = append(spans, source.Span{Start: from, End: start})
				fence = ""
			}
		case adocFence.MatchString(line):
			fence, from = line, start
			if strings.HasPrefix(line, "```") {
				fence = "```"
			}
		}
	})
	return endOpen(spans, fence != "", from, doc)
}

// latexFence begins a verbatim environment of LaTeX.
var latexFence = regexp.MustCompile(`\\begin\{(verbatim\*?|lstlisting|minted|Verbatim|alltt|comment)\}`)

// latexVerbatim finds the verbatim environments of LaTeX.
func latexVerbatim(doc []byte) []source.Span {
	var spans []source.Span
	end, from := "", 0
	eachLine(doc, func(start, _ int, line string) {
		if end == "" {
			if m := latexFence.FindStringSubmatch(line); m != nil && !strings.HasPrefix(strings.TrimLeft(line, " \t"), "%") {
				end, from = `\end{`+m[1]+"}", start
			}
		}
		if end != "" && strings.Contains(line, end) {
			spans = append(spans, source.Span{Start: from, End: start})
			end = ""
		}
	})
	return endOpen(spans, end != "", from, doc)
}

// endOpen ends a block that the document leaves open: it reaches to the end.
func endOpen(spans []source.Span, open bool, from int, doc []byte) []source.Span {
	if open {
		spans = append(spans, source.Span{Start: from, End: len(doc)})
	}
	return spans
}

// rstVerbatim are the directives of reStructuredText whose content is not
// read as text: docutils' own and Sphinx's.
var rstVerbatim = regexp.MustCompile(`^\.\. +(code-block|code|sourcecode|highlight|parsed-literal|raw|math|prompt|doctest|testcode|testoutput|graphviz|mermaid|jinja|csv-table)::`)

// rstDirective is any directive; the content of the others is text.
var rstDirective = regexp.MustCompile(`^\.\. +([^ ]|\|[^|]+\| +)[^ ]*::( |$)`)

// rstLiteral finds literal blocks of reStructuredText: what is indented below
// a paragraph that ends in ::, below a directive for code, and below a comment.
func rstLiteral(doc []byte) []source.Span {
	var spans []source.Span
	level := -1 // of the line that opened the block; below it, what is indented more
	from := 0
	eachLine(doc, func(start, _ int, line string) {
		if line == "" {
			return
		}
		body := strings.TrimLeft(line, " \t")
		depth := len(line) - len(body)
		if level >= 0 {
			if depth > level {
				return
			}
			if from < start {
				spans = append(spans, source.Span{Start: from, End: start})
			}
			level = -1
		}
		opens := strings.HasSuffix(body, "::") && !rstDirective.MatchString(body) || rstVerbatim.MatchString(body)
		// A comment's text reaches as far as it is indented; but a marker is a
		// comment whose block may be what an author indents.
		if body == ".." || strings.HasPrefix(body, ".. ") && !strings.Contains(body, sign) && rstComment(body) {
			opens = true
		}
		if opens {
			level, from = depth, start+len(line)
		}
	})
	return endOpen(spans, level >= 0, from, doc)
}

// rstComment reports whether explicit markup is a comment: no directive, no
// target, footnote, citation or substitution.
func rstComment(body string) bool {
	rest := strings.TrimLeft(body[2:], " ")
	return !rstDirective.MatchString(body) && !strings.HasPrefix(rest, "_") && !strings.HasPrefix(rest, "[") && !strings.HasPrefix(rest, "|")
}
