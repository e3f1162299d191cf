package format

import (
	"strings"
	"unicode/utf8"

	"portpress/internal/fit"
	"portpress/internal/problem"
)

// Indent puts spaces before every line that is not empty.
func Indent(n int, s string) (string, error) {
	if err := checkIndent(n); err != nil {
		return "", err
	}
	return build(func(b []byte) ([]byte, error) {
		for line := range strings.Lines(s) {
			if line != "\n" && line != "\r\n" {
				b = appendSpaces(b, n)
			}
			b = append(b, line...)
		}
		return b, nil
	})
}

// NIndent is Indent after a line break.
func NIndent(n int, s string) (string, error) {
	s, err := Indent(n, s)
	return "\n" + s, err
}

// OneLine makes one line of a value, for formats that know no quoting, such
// as INI files: each run of space, line breaks and control characters becomes one
// space.
func OneLine(v any) (string, error) {
	list, err := Words(v)
	return fit.Line(strings.Join(list, ", ")), err
}

// Comment is OneLine for a comment, of a length that all readers take.
func Comment(v any) (string, error) {
	list, err := Words(v)
	return fit.Comment(strings.Join(list, ", ")), err
}

// Fit cuts a text to at most n characters, and says … where it did.
func Fit(n int, v any) (string, error) {
	if n < 1 {
		return "", problem.Hintf("give 1 or more", "can't cut a text to %d characters", n)
	}
	s, _, err := scalar(v)
	return fit.Characters(s, n), err
}

// goTemplateMarks turns what text/template would take for the beginning of an
// action into one that gives just these characters.
var goTemplateMarks = strings.NewReplacer("{{", "{{`{{`}}")

// GoTemplate gives a text that is itself once a template of Go's was run over
// it, as goss does with the whole of its file, comments included.
func GoTemplate(v any) (string, error) {
	s, _, err := scalar(v)
	return goTemplateMarks.Replace(s), err
}

// Systemd makes a value of a unit file's setting that is shown as text: one line,
// in which % begins no specifier. A backslash at the end would take in the next
// line, so a blank stands behind it, which systemd cuts off.
func Systemd(v any) (string, error) {
	s, err := OneLine(v)
	s = strings.ReplaceAll(s, "%", "%%")
	if strings.HasSuffix(s, `\`) {
		s += " "
	}
	return s, err
}

// Ident makes a variable name that Ansible, Python and shells accept: letters,
// digits and underscores, no digit first.
func Ident(v any) (string, error) {
	s, _, err := scalar(v)
	if err != nil {
		return "", err
	}
	if s == "" {
		return "", problem.Hintf("give it an id", "an empty text makes no name")
	}
	return build(func(b []byte) ([]byte, error) {
		if s[0] >= '0' && s[0] <= '9' {
			b = append(b, '_')
		}
		for _, r := range s {
			if r >= utf8.RuneSelf || !letter(byte(r)) && (r < '0' || r > '9') {
				r = '_'
			}
			b = append(b, byte(r))
		}
		return b, nil
	})
}
