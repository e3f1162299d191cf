package verify

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"portpress/internal/problem"
)

// csvHint is what mends most broken rows.
const csvHint = "use the csv function for each row: it quotes what holds a comma, a quote or a line break"

// checkCSV holds a file to RFC 4180, but for the delimiter, which may be a
// semicolon or a tab too: a header of unique names, rows as long
// as the header, quotes only around whole fields, one kind of line end. A
// leading byte order mark is let pass, since spreadsheets ask for one.
func checkCSV(r *report) {
	content := r.file.Content
	skipped := 0
	if bytes.HasPrefix(content, []byte(byteOrderMark)) {
		skipped = len(byteOrderMark)
	}
	csvLineEnds(r, skipped)

	body := content[skipped:]
	rows := csv.NewReader(bytes.NewReader(body))
	rows.Comma = csvDelimiter(body)
	rows.ReuseRecord = true
	rows.FieldsPerRecord = -1 // counted below, to go on after a wrong row
	// at turns the reader's line and byte column into an offset.
	at := func(line, column int) int {
		offset := r.offsetOf(line, 1) + column - 1
		if line == 1 {
			offset += skipped
		}
		return offset
	}

	fields := -1
	for {
		row := int(rows.InputOffset())
		if blank := csvBlank(body[row:]); blank {
			r.malformed(skipped+row, "an empty line between the rows",
				"trim white space in the template with {{- and -}}")
		}
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			csvSyntax(r, err, at)
			return // what follows a stray quote can't be told apart
		}
		line, column := rows.FieldPos(0)
		switch {
		case fields < 0:
			fields = len(record)
			csvHeader(r, rows, record, at)
		case len(record) != fields:
			r.malformed(at(line, column), fmt.Sprintf("this row has %s, the header has %d",
				count(len(record), "field"), fields), csvHint)
		}
	}
	if fields < 0 {
		r.malformed(0, "no header row", "press the header even when there are no rows")
	}
}

// csvDelimiter gives what stands between the fields: the first of those that
// spreadsheets split by in the header, outside of quotes.
func csvDelimiter(body []byte) rune {
	quoted := false
	for _, c := range body {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return ','
		case c == ',' || c == ';' || c == '\t':
			return rune(c)
		}
	}
	return ','
}

// csvSyntax records what the reader can't get past.
func csvSyntax(r *report, err error, at func(line, column int) int) {
	syntax, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		r.malformed(0, fmt.Sprintf("not valid CSV: %v", err), csvHint)
		return
	}
	what, offset := syntax.Err.Error(), at(syntax.Line, syntax.Column)
	switch {
	case errors.Is(syntax.Err, csv.ErrBareQuote):
		what = "a quote inside a field that is not quoted"
	case errors.Is(syntax.Err, csv.ErrQuote) && offset >= len(r.file.Content):
		// The end of the file is not where the user must look.
		what, offset = "a quoted field in this row is not closed", at(syntax.StartLine, 1)
	case errors.Is(syntax.Err, csv.ErrQuote):
		what = "text follows the closing quote of a field"
	}
	if start := syntax.StartLine; start != syntax.Line && offset != at(start, 1) {
		what += fmt.Sprintf(", in the row that begins on line %d", start)
	}
	r.malformed(offset, what, csvHint)
}

// csvHeader demands a name for each column, and a different one.
func csvHeader(r *report, rows *csv.Reader, names []string, at func(line, column int) int) {
	seen := make(map[string]int, len(names))
	for i, name := range names {
		line, column := rows.FieldPos(i)
		f := finding{offset: at(line, column), width: len([]rune(name)), code: problem.Malformed}
		switch first, repeated := seen[name]; {
		case strings.TrimSpace(name) == "":
			f.width = 0
			f.text = fmt.Sprintf("column %d has no name", i+1)
			f.hint = "name every column in the header"
		case repeated:
			f.text = fmt.Sprintf("the column name %s is given twice, first for column %d", shown(name), first)
			f.hint = "readers that go by name keep one of the two: rename the other"
		default:
			seen[name] = i + 1
			continue
		}
		r.add(f)
	}
}

// csvBlank reports whether a line without a single character comes next.
// The standard reader skips it in silence; others take it for a short row.
func csvBlank(rest []byte) bool {
	return len(rest) > 0 && rest[0] == '\n' || len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n'
}

// csvLineEnds reports rows that end unlike the first, and carriage returns
// on their own. Inside quotes both are data.
func csvLineEnds(r *report, start int) {
	content := r.file.Content
	if bytes.IndexByte(content, '\r') < 0 {
		return // nothing to mix, and by far the usual case
	}
	const hint = "end every line of the template the same way, with LF or with CRLF"
	quoted, first := false, ""
	for i := start; i < len(content); i++ {
		end := ""
		switch c := content[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\r' && i+1 < len(content) && content[i+1] == '\n':
			end = "CRLF"
			i++
		case c == '\r':
			r.malformed(i, "a carriage return without a line feed", hint)
		case c == '\n':
			end = "LF"
		}
		if end == "" {
			continue
		}
		if first == "" {
			first = end
		}
		if end != first {
			// One is enough: the rest of the file is likely the same.
			r.malformed(i, fmt.Sprintf("this line ends in %s, the first in %s", end, first), hint)
			return
		}
	}
}

// count says how many there are of something.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
