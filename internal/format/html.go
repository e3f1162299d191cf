package format

// HTML escapes a value for HTML, in text and in attributes of either quote. The
// brace becomes a reference too: pages are often read by Liquid or Hugo before a
// browser has them.
func HTML(v any) (string, error) {
	s, _, err := scalar(v)
	if err == nil {
		err = checkText(s)
	}
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return appendHTML(b, s), nil })
}

// HTMLHeader writes the head of a table, in which each cell says that it is of
// its column.
func HTMLHeader(cells ...any) (string, error) {
	_, cells, err := anchored(cells)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return appendHTMLRow(b, "", `<th scope="col">`, "</th>", cells) })
}

// HTMLRow writes a row of a table. Lists are joined with commas; line breaks
// become <br>.
func HTMLRow(values ...any) (string, error) {
	id, cells, err := anchored(values)
	if err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) { return appendHTMLRow(b, id, "<td>", "</td>", cells) })
}

func appendHTMLRow(b []byte, id, open, end string, cells []any) ([]byte, error) {
	b = append(b, "<tr"...)
	if id != "" {
		b = append(append(append(b, ` id="`...), id...), '"')
	}
	b = append(b, '>')
	for _, v := range cells {
		s, err := shown(v)
		if err != nil {
			return b, err
		}
		b = append(b, open...)
		for i, line := range shownLines(s) {
			if i > 0 {
				b = append(b, "<br>"...)
			}
			b = appendHTML(b, line)
		}
		b = append(b, end...)
	}
	return append(b, "</tr>"...), nil
}

func appendHTML(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case '{':
			b = append(b, "&#123;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}
