package verify

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\xEF\xBB\xBF"

// isText reports whether a file is known to hold text. Of names that say
// nothing (Makefile, a ufw application profile) those count that a template
// pressed: only a file copied as it is can be binary. ext is in lower case.
func isText(file export.File, ext string) bool {
	switch ext {
	case ".json", ".yml", ".yaml", ".csv", ".toml", ".xml", ".svg",
		".md", ".txt", ".rst", ".adoc", ".tsv", ".jsonl", ".html", ".htm", ".css", ".js",
		".nft", ".rules", ".conf", ".cfg", ".cnf", ".ini", ".env", ".properties",
		".service", ".socket", ".timer", ".tf", ".tfvars", ".hcl", ".j2",
		".sh", ".bash", ".ps1", ".py", ".go", ".sql", ".dot", ".mmd", ".puml":
		return true
	case "":
		return strings.HasSuffix(file.Template, ".tmpl")
	}
	// A hidden name such as .gitignore is all extension.
	return path.Base(file.Path) == ext && strings.HasSuffix(file.Template, ".tmpl")
}

// checkText holds text to UTF-8 without control characters other than tab,
// line feed and carriage return. It reports whether parsing makes sense.
func checkText(r *report) bool {
	content := r.file.Content
	if at := problem.NotUTF8At(content); at >= 0 {
		r.malformed(at, "not valid UTF-8",
			"save the dataset and the template as UTF-8")
		return false
	}
	ok := true
	for i, b := range content {
		if !suspect[b] {
			continue
		}
		if b == 0xC2 && content[i+1] >= 0xA0 {
			continue // a character beyond the C1 controls
		}
		char, _ := utf8.DecodeRune(content[i:])
		ok = false
		r.malformed(i, fmt.Sprintf("control character %U", char),
			"take it out of the dataset or the template")
	}
	return ok
}

// suspect marks the bytes that are a control character or, for 0xC2, may
// begin one of U+0080 to U+009F. Exports are mostly none of them, so a table
// lets the loop over a megabyte stay under a millisecond.
var suspect = func() (table [256]bool) {
	for b := range byte(0x20) {
		table[b] = b != '\t' && b != '\n' && b != '\r'
	}
	table[0x7F], table[0xC2] = true, true
	return table
}()

// lineBreak is a character that YAML 1.1 takes for the end of a line and
// YAML 1.2 for an ordinary one.
type lineBreak struct {
	offset int
	char   rune
}

// oddBreaks returns the line and paragraph separators in text. (The third of
// the kind, U+0085, is a control character, which checkText refuses.)
func oddBreaks(text []byte) (found []lineBreak) {
	for i := 0; ; i += 3 {
		n := bytes.Index(text[i:], []byte("\xE2\x80"))
		if n < 0 || i+n+2 >= len(text) {
			return found
		}
		i += n
		switch text[i+2] {
		case 0xA8:
			found = append(found, lineBreak{i, '\u2028'})
		case 0xA9:
			found = append(found, lineBreak{i, '\u2029'})
		}
	}
}

// reportOddBreaks records each line or paragraph separator of a YAML export.
func reportOddBreaks(r *report) {
	for _, b := range oddBreaks(r.file.Content) {
		r.add(finding{
			offset: b.offset,
			code:   problem.YAMLAmbiguous,
			text:   fmt.Sprintf("%U ends the line for a YAML 1.1 reader and is a character like any other for a YAML 1.2 reader", b.char),
			hint:   fmt.Sprintf("write it as \"\\u%04x\" in double quotes, or take it out", b.char),
		})
	}
}
