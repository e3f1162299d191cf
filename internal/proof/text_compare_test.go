package proof

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"path"
	"regexp"
	"strings"
	gotemplate "text/template"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"go.yaml.in/yaml/v4"

	"portpress/internal/fit"
)

// textCompare tells where an export with a text in it differs from the one
// with the token, other than by the text.
type textCompare struct {
	path string
	text string
}

// differs reads both as their reader does; "" if they say the same.
func differs(name, plain, got, text string) string {
	c := textCompare{name, text}
	if strings.HasPrefix(name, "goss/") { // goss runs its file as a template first
		var err error
		if plain, err = executed(plain); err != nil {
			return err.Error()
		}
		if got, err = executed(got); err != nil {
			return err.Error()
		}
	}
	switch path.Ext(name) {
	case ".yaml", ".yml":
		return c.yaml(plain, got)
	case ".json":
		return c.json(plain, got)
	case ".csv":
		return c.csv(plain, got)
	case ".xml":
		return c.xml(plain, got)
	case ".md":
		return c.markdown(plain, got)
	case ".html":
		return c.pages(plain, got)
	case ".adoc", ".rst": // a heading's line is as long as the heading, and a text of several lines has several
		plain, got = rule.ReplaceAllString(plain, "==="), rule.ReplaceAllString(got, "===")
		if path.Ext(name) == ".adoc" {
			plain, got = html.UnescapeString(plain), html.UnescapeString(got)
		}
		if !strings.Contains(text, "\n") && (path.Ext(name) == ".adoc" || len(text) < maxRST) {
			return c.lines(plain, got)
		}
		if want := strings.ReplaceAll(plain, token, text); !shows(got, want) {
			return "shows other letters"
		}
		return ""
	}
	return c.lines(plain, got)
}

// maxRST is about how many bytes of text a line of reStructuredText has: longer
// ones go on in the next, or end in ….
const maxRST = 4000

var rule = regexp.MustCompile(`(?m)^(={3,}|-{3,}|~{3,})$`)

// executed runs a template of Go's, without functions of goss's own: a text
// that calls one is an error.
func executed(content string) (string, error) {
	t, err := gotemplate.New("goss").Parse(content)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, map[string]any{"Env": map[string]string{"HOME": "/root"}})
	return b.String(), err
}

// maxLine is the shortest line of all readers: iptables-restore's.
const maxLine = 10240

// lines compares line by line, for languages whose lines stand for themselves.
// A line with a text has all that stands around it, and the text.
func (c textCompare) lines(plain, got string) string {
	want, have := strings.Split(plain, "\n"), strings.Split(got, "\n")
	if len(want) != len(have) {
		return fmt.Sprintf("%d lines, not %d", len(have), len(want))
	}
	for i, line := range want {
		if diff := c.line(line, have[i]); diff != "" {
			return fmt.Sprintf("line %d: %s", i+1, diff)
		}
	}
	return ""
}

func (c textCompare) line(plain, got string) string {
	if !strings.Contains(plain, token) {
		if got != plain {
			return fmt.Sprintf("%q, not %q", got, plain)
		}
		return ""
	}
	if strings.HasSuffix(c.path, ".rules") && len(got) >= maxLine {
		return fmt.Sprintf("%d bytes", len(got))
	}
	before, _, _ := strings.Cut(plain, token)
	after := plain[strings.LastIndex(plain, token)+len(token):]
	if !strings.HasPrefix(got, before) || !strings.HasSuffix(strings.TrimRight(got, " "), strings.TrimRight(after, " ")) {
		return fmt.Sprintf("%.300q lacks what stands around the text in %q", got, plain)
	}
	if strings.Contains(plain, "Description=") {
		if strings.HasSuffix(strings.ReplaceAll(got, `\\`, ""), `\`) || strings.Contains(strings.ReplaceAll(got, "%%", ""), "%") {
			return fmt.Sprintf("%q says something to systemd", got)
		}
		got = strings.ReplaceAll(got, "%%", "%")
	}
	if want := strings.ReplaceAll(plain, token, c.text); !shows(got, want) {
		return fmt.Sprintf("%.300q doesn't show %.300q", got, want)
	}
	return ""
}

// shows reports whether letters and digits are those of a text, or such up to
// where it was cut: fields differ in which other characters they take.
func shows(got, want string) bool {
	got, want = letters(got), letters(want)
	for part := range strings.SplitSeq(got, "…") {
		at := strings.Index(want, part)
		if at < 0 {
			return false
		}
		want = want[at+len(part):]
	}
	return strings.Contains(got, "…") || want == ""
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '…' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// scalar compares a value that was read.
func (c textCompare) scalar(plain, got string) string {
	switch {
	case !strings.Contains(plain, token):
		if got != plain {
			return fmt.Sprintf("%.300q, not %q", got, plain)
		}
		return ""
	case strings.HasPrefix(plain, "<?xml"): // a file inside the file
		return c.xml(plain, got)
	case strings.Contains(plain, "\n"):
		return c.lines(plain, got)
	}
	want := strings.ReplaceAll(plain, token, c.text)
	if strings.EqualFold(got, want) || strings.EqualFold(words(got), words(want)) || strings.Contains(got, "…") && shows(got, want) {
		return ""
	}
	return fmt.Sprintf("%.300q, not %.300q", got, want)
}

// words has one space in the place of white space, and U+FFFD for what no file holds.
func words(s string) string {
	return strings.Join(strings.Fields(fit.Held(s)), " ")
}

// comment is a line of YAML that is a comment, or the comment behind a value.
var comment = regexp.MustCompile(`^\s*#|\} # `)

func (c textCompare) yaml(plain, got string) string {
	var want, have yaml.Node
	if err := errors.Join(yaml.Unmarshal([]byte(plain), &want), yaml.Unmarshal([]byte(got), &have)); err != nil {
		return err.Error()
	}
	if diff := c.nodes(&want, &have); diff != "" {
		return diff
	}
	a, b := strings.Split(plain, "\n"), strings.Split(got, "\n")
	if len(a) != len(b) {
		return fmt.Sprintf("%d lines, not %d", len(b), len(a))
	}
	for i := range a {
		if comment.MatchString(a[i]) {
			if diff := c.line(a[i], b[i]); diff != "" {
				return fmt.Sprintf("line %d: %s", i+1, diff)
			}
		}
	}
	return ""
}

var jinjaMark = regexp.MustCompile(`\{[{%#]`)

func (c textCompare) nodes(plain, got *yaml.Node) string {
	kind := plain.Kind != got.Kind || len(plain.Content) != len(got.Content)
	unsafe := got.Tag == "!unsafe"
	sameTag := got.Tag == plain.Tag || unsafe && plain.Tag == "!!str"
	if kind || !sameTag {
		return fmt.Sprintf("line %d: another kind than line %d: %s %.200q", got.Line, plain.Line, got.Tag, got.Value)
	}
	if plain.Kind == yaml.ScalarNode {
		if strings.HasPrefix(c.path, "ansible/") && !unsafe && !jinjaMark.MatchString(plain.Value) && jinjaMark.MatchString(got.Value) {
			return fmt.Sprintf("line %d: Ansible would run %q", got.Line, got.Value)
		}
		if diff := c.scalar(plain.Value, got.Value); diff != "" {
			return fmt.Sprintf("line %d: %s", got.Line, diff)
		}
	}
	for i := range plain.Content {
		if diff := c.nodes(plain.Content[i], got.Content[i]); diff != "" {
			return diff
		}
	}
	return ""
}

func (c textCompare) json(plain, got string) string {
	var want, have any
	if err := errors.Join(json.Unmarshal([]byte(plain), &want), json.Unmarshal([]byte(got), &have)); err != nil {
		return err.Error()
	}
	return c.values(want, have)
}

// expression is what Terraform would evaluate.
var expression = regexp.MustCompile(`[$%]\{`)

func (c textCompare) values(plain, got any) string {
	switch plain := plain.(type) {
	case string:
		got, _ := got.(string)
		if strings.HasPrefix(c.path, "terraform/") {
			if !strings.Contains(plain, token) || strings.HasPrefix(plain, "Rules for the") { // a comment
				return c.line(plain, got)
			}
			got = strings.NewReplacer("$${", "", "%%{", "").Replace(got)
			if expression.MatchString(got) {
				return fmt.Sprintf("Terraform would evaluate %q", got)
			}
			return ""
		}
		return c.scalar(plain, got)
	case []any:
		got, _ := got.([]any)
		if len(got) != len(plain) {
			return "a list of another length"
		}
		for i := range plain {
			if diff := c.values(plain[i], got[i]); diff != "" {
				return diff
			}
		}
	case map[string]any:
		got, _ := got.(map[string]any)
		if len(got) != len(plain) {
			return "an object with other keys"
		}
		for k := range plain {
			if diff := c.values(plain[k], got[k]); diff != "" {
				return k + ": " + diff
			}
		}
	default:
		if plain != got {
			return fmt.Sprintf("%v, not %v", got, plain)
		}
	}
	return ""
}

func (c textCompare) csv(plain, got string) string {
	want, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
	have, err2 := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err := errors.Join(err, err2); err != nil {
		return err.Error()
	}
	if len(want) != len(have) {
		return "other records"
	}
	for i := range want {
		for j := range want[i] {
			cell := have[i][j]
			if strings.Contains(want[i][j], token) {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					return fmt.Sprintf("a spreadsheet would calculate %q", cell)
				}
				cell = strings.TrimPrefix(cell, "'")
				if wanted := strings.ReplaceAll(want[i][j], token, c.text); strings.HasPrefix(wanted, "'") {
					cell = "'" + cell
				}
			}
			if diff := c.scalar(want[i][j], cell); diff != "" {
				return diff
			}
		}
	}
	return ""
}

func (c textCompare) xml(plain, got string) string {
	if diff := c.lines(plain, html.UnescapeString(got)); diff != "" {
		return diff
	}
	want, have := xml.NewDecoder(strings.NewReader(plain)), xml.NewDecoder(strings.NewReader(got))
	for {
		a, err := want.Token()
		b, err2 := have.Token()
		if err != nil || err2 != nil {
			if errors.Is(err, io.EOF) && errors.Is(err2, io.EOF) {
				return ""
			}
			return fmt.Sprint(err, err2)
		}
		_, wantText := a.(xml.CharData)
		_, haveText := b.(xml.CharData)
		_, wantComment := a.(xml.Comment)
		_, haveComment := b.(xml.Comment)
		switch {
		case wantText != haveText || wantComment != haveComment:
			return fmt.Sprintf("%v, not %v", b, a)
		case !wantText && !wantComment && fmt.Sprint(a) != fmt.Sprint(b):
			return fmt.Sprintf("%v, not %v", b, a)
		}
	}
}

var (
	tag      = regexp.MustCompile(`<[^>]*>`)
	links    = regexp.MustCompile(`</?a\b[^>]*>`)
	textTags = strings.NewReplacer("<br>", " ", "<br/>", " ", "<wbr/>", "")
)

// markdown compares what a browser is told, and what it then shows.
func (c textCompare) markdown(plain, got string) string {
	if strings.Contains(got, "{{") || strings.Contains(got, "{%") {
		return "Liquid would read braces"
	}
	var pages [2]string
	for i, source := range []string{plain, got} {
		var b bytes.Buffer
		reader := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
		if err := reader.Convert([]byte(source), &b); err != nil {
			return err.Error()
		}
		pages[i] = b.String()
	}
	if strings.Contains(pages[1], "{{") {
		return "Vue would read braces"
	}
	return c.pages(pages[0], pages[1])
}

// pages compares two pages of HTML.
func (c textCompare) pages(plain, got string) string {
	pages := [2]string{textTags.Replace(plain), textTags.Replace(got)}                 // a remark begins by such a tag too
	link := func(s string) bool { return !strings.HasPrefix(s, "<a ") && s != "</a>" } // an address in a text may be one
	want, have := keep(tag.FindAllString(pages[0], -1), link), keep(tag.FindAllString(pages[1], -1), link)
	for i := range max(len(want), len(have)) {
		if i >= len(want) || i >= len(have) || want[i] != have[i] {
			around := func(list []string) string {
				return strings.Join(list[min(max(0, i-12), len(list)):min(i+4, len(list))], "")
			}
			return fmt.Sprintf("markup is ….%s…, not …%s…", around(have), around(want))
		}
	}
	shown := func(page string) string {
		return words(html.UnescapeString(tag.ReplaceAllString(links.ReplaceAllString(page, ""), " ")))
	}
	if wanted := words(strings.ReplaceAll(shown(pages[0]), token, c.text)); !strings.EqualFold(shown(pages[1]), wanted) {
		return fmt.Sprintf("shows %.500q, not %.500q", shown(pages[1]), wanted)
	}
	return ""
}

func keep(list []string, which func(string) bool) []string {
	var out []string
	for _, s := range list {
		if which(s) {
			out = append(out, s)
		}
	}
	return out
}
