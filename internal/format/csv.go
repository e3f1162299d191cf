package format

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"portpress/internal/problem"
)

// csvListMark joins the elements of a list in one cell. Spreadsheets offer it
// when they split a cell, and ids can't hold it.
const csvListMark = ";"

// Sheet is how records are written for one spreadsheet or another. The zero
// value is RFC 4180's.
type Sheet struct {
	Delimiter Delimiter
	Mark      bool // whether a file begins with a byte order mark, without which Excel takes it for another encoding
}

// Delimiter is what stands between the cells of a record. As the first value
// of a record it is no cell.
type Delimiter struct{ char byte }

// delimiters are those that spreadsheets split by, by their names.
var delimiters = map[string]Delimiter{"comma": {','}, "semicolon": {';'}, "tab": {'\t'}}

// Delimiters lists the names of the delimiters.
func Delimiters() []string { return slices.Sorted(maps.Keys(delimiters)) }

// NewDelimiter gives the delimiter of a name.
func NewDelimiter(name string) (Delimiter, error) {
	d, known := delimiters[name]
	if !known {
		return d, problem.Hintf("the delimiters are: "+strings.Join(Delimiters(), ", "), "there is no delimiter %q", name)
	}
	return d, nil
}

// CSV writes one record by the rules of RFC 4180.
func CSV(cells ...any) (string, error) { return Sheet{}.CSV(cells...) }

// CSV writes one record of RFC 4180, line break (CR LF) included. Text that a
// spreadsheet would run as a formula gets an apostrophe before it, as OWASP's
// "CSV Injection" advises; numbers given as numbers stay as they are.
func (s Sheet) CSV(cells ...any) (string, error) {
	mark := s.Delimiter.char
	if len(cells) > 0 {
		if own, ok := cells[0].(Delimiter); ok {
			mark, cells = own.char, cells[1:]
		}
	}
	if mark == 0 {
		mark = ','
	}
	return build(func(b []byte) ([]byte, error) { return appendCSVRow(b, mark, spread(cells)) })
}

func appendCSVRow(b []byte, mark byte, cells []any) ([]byte, error) {
	from := len(b)
	var err error
	for i, v := range cells {
		if i > 0 {
			b = append(b, mark)
		}
		if b, err = appendCSVCell(b, mark, v); err != nil {
			return b, err
		}
	}
	if len(b) == from { // readers skip empty lines
		b = append(b, `""`...)
	}
	return append(b, "\r\n"...), nil
}

func appendCSVCell(b []byte, mark byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendCSVText(b, mark, v, true)
	case []string:
		return appendCSVText(b, mark, strings.Join(v, csvListMark), true)
	case int, bool, nil:
		s, isText, err := scalar(v)
		if err != nil {
			return b, err
		}
		return appendCSVText(b, mark, s, isText)
	}
	if id, ok := idOf(v); ok {
		return appendCSVText(b, mark, id, true)
	}
	var few [fewIDs]string
	if ids, ok := appendIDs(few[:0], v); ok {
		return appendCSVText(b, mark, strings.Join(ids, csvListMark), true)
	}
	p, err := Plain(v)
	if err != nil {
		return b, err
	}
	switch p.(type) {
	case []string, []any:
		list, err := Words(p)
		if err != nil {
			return b, err
		}
		return appendCSVText(b, mark, strings.Join(list, csvListMark), true)
	}
	s, isText, err := scalar(p)
	if err != nil {
		return b, err
	}
	return appendCSVText(b, mark, s, isText)
}

func appendCSVText(b []byte, mark byte, s string, isText bool) ([]byte, error) {
	danger := isText && formula(s)
	quote, ascii := danger, true
	for i := range len(s) {
		switch c := s[i]; {
		case c == mark || c == '"' || c == '\r' || c == '\n':
			quote = true
		case c >= utf8.RuneSelf || c == 0:
			ascii = false
		}
	}
	if !ascii {
		if err := checkText(s); err != nil {
			return b, err
		}
	}
	if s == `\.` || s != "" && (s[0] == ' ' || s[len(s)-1] == ' ') {
		quote = true // PostgreSQL ends its input at \. and some readers trim
	}
	if !quote {
		return append(b, s...), nil
	}
	b = append(b, '"')
	if danger {
		b = append(b, '\'')
	}
	for {
		before, after, found := strings.Cut(s, `"`)
		b = append(b, before...)
		if !found {
			return append(b, '"'), nil
		}
		b = append(b, `""`...)
		s = after
	}
}

// formula reports whether spreadsheets would calculate a cell, or show it
// without its first character. The full-width forms work in East Asian
// versions of Excel.
func formula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	case 0xef:
		r, _ := utf8.DecodeRuneInString(s)
		return r == '＝' || r == '＋' || r == '－' || r == '＠'
	}
	return false
}
