package format

import (
	"strings"
	"unicode/utf8"
)

// csvListMark joins the elements of a list in one cell. Spreadsheets offer it
// when they split a cell, and ids can't hold it.
const csvListMark = ";"

// CSV writes one record of RFC 4180, line break (CR LF) included. Text that a
// spreadsheet would run as a formula gets an apostrophe before it, as OWASP's
// "CSV Injection" advises; numbers given as numbers stay as they are.
func CSV(cells ...any) (string, error) {
	return build(func(b []byte) ([]byte, error) { return appendCSVRow(b, cells) })
}

func appendCSVRow(b []byte, cells []any) ([]byte, error) {
	from := len(b)
	var err error
	for i, v := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendCSVCell(b, v); err != nil {
			return b, err
		}
	}
	if len(b) == from { // readers skip empty lines
		b = append(b, `""`...)
	}
	return append(b, "\r\n"...), nil
}

func appendCSVCell(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendCSVText(b, v, true)
	case []string:
		return appendCSVText(b, strings.Join(v, csvListMark), true)
	case int, bool, nil:
		s, isText, err := scalar(v)
		if err != nil {
			return b, err
		}
		return appendCSVText(b, s, isText)
	}
	var few [fewIDs]string
	if ids, ok := appendIDs(few[:0], v); ok {
		return appendCSVText(b, strings.Join(ids, csvListMark), true)
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
		return appendCSVText(b, strings.Join(list, csvListMark), true)
	}
	s, isText, err := scalar(p)
	if err != nil {
		return b, err
	}
	return appendCSVText(b, s, isText)
}

func appendCSVText(b []byte, s string, isText bool) ([]byte, error) {
	danger := isText && formula(s)
	quote, ascii := danger, true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ',' || c == '"' || c == '\r' || c == '\n':
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
