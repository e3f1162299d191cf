package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"portpress/internal/dataset"
	"portpress/internal/format"
	"portpress/internal/problem"
)

// maxText bounds what one call makes out of a small argument.
const maxText = 1 << 24

// printable reduces arguments to numbers, truth values and text, so that
// nothing prints as a memory address.
func printable(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, v := range args {
		switch v.(type) {
		case string, int, int64, uint64, float64, bool:
			out[i] = v
			continue
		case nil:
			return nil, problem.Hintf("ask for it with {{ if }} first", "argument %d has no value", i+1)
		}
		p, err := format.Plain(v)
		if err != nil {
			return nil, err
		}
		switch p.(type) {
		case []string, []any, map[string]any, *format.Object:
			return nil, problem.Hintf("join it, or range over it", "argument %d is %s", i+1, format.Kind(v))
		}
		out[i] = p
	}
	return out, fits(out...)
}

// fits wants texts that together make one of a size that one call may make.
func fits(args ...any) error {
	n := 0
	for _, v := range args {
		if s, ok := v.(string); ok {
			n += len(s)
		}
	}
	return sized(n)
}

func printPlain(args ...any) (string, error) {
	args, err := printable(args)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(args...), nil
}

func printLine(args ...any) (string, error) {
	args, err := printable(args)
	if err != nil {
		return "", err
	}
	return fmt.Sprintln(args...), nil
}

// numbered is a verb with a long width, or one that chooses its argument.
var numbered = regexp.MustCompile(`%[^%a-zA-Z]*([0-9]{4,}|\[|\*)`)

// printFormat is printf. What fmt writes about a mismatch ("%!d(string=x)") is
// an error here: it must not reach an export.
func printFormat(layout string, args ...any) (string, error) {
	args, err := printable(args)
	if err != nil {
		return "", err
	}
	// A verb may have a width of a million, and [1] takes an argument again.
	longest := 0
	for _, v := range args {
		if s, ok := v.(string); ok {
			longest = max(longest, len(s))
		}
	}
	verbs := strings.Count(layout, "%")
	if numbered.MatchString(layout) {
		longest = max(longest, 1e6)
	}
	if numbered.MatchString(layout) && verbs > maxText/max(longest, 1) {
		return "", sized(maxText + 1)
	}
	s := fmt.Sprintf(layout, args...)
	if i := strings.Index(s, "%!"); i >= 0 && !strings.Contains(fmt.Sprint(args...), "%!") {
		return "", problem.Hintf("give each verb an argument of its kind", "%q does not fit its arguments: %s", layout, s[i:])
	}
	return s, nil
}

func escapeJS(v any) (string, error) { return escape(v, template.JSEscapeString) }
func escapeQuery(v any) (string, error) {
	return escape(v, func(s string) string { return template.URLQueryEscaper(s) })
}

func escape(v any, with func(string) string) (string, error) {
	s, err := format.Text(v)
	return with(s), err
}

// cat joins texts with spaces.
func cat(args ...any) (string, error) {
	parts := make([]string, len(args))
	for i, v := range args {
		s, err := format.Text(v)
		if err != nil {
			return "", err
		}
		parts[i] = s
	}
	return joined(parts, " ")
}

// joined is strings.Join within bounds.
func joined(parts []string, mark string) (string, error) {
	n := len(mark) * len(parts)
	for _, s := range parts {
		n += len(s)
	}
	if err := sized(n); err != nil {
		return "", err
	}
	return strings.Join(parts, mark), nil
}

// join puts a mark between the elements of a list.
func join(mark string, list any) (string, error) {
	parts, err := format.Words(list)
	if err != nil {
		return "", err
	}
	return joined(parts, mark)
}

// sortAlpha sorts texts by their bytes.
func sortAlpha(list any) ([]string, error) {
	parts, err := format.Words(list)
	parts = slices.Clone(parts) // the list may be the dataset's own
	slices.Sort(parts)
	return parts, err
}

// trunc keeps the first n characters, or the last if n is negative.
func trunc(n int, s string) string {
	count := utf8.RuneCountInString(s)
	switch {
	case n >= 0 && n < count:
		return string([]rune(s)[:n])
	case n < 0 && -n < count:
		return string([]rune(s)[count+n:])
	}
	return s
}

func repeat(n int, s string) (string, error) {
	if n < 0 || len(s) > 0 && n > maxText/len(s) {
		return "", problem.Hintf("repeat less", "can't repeat %d bytes %d times", len(s), n)
	}
	return strings.Repeat(s, n), nil
}

// portList writes ranges as texts with a mark of one's own between the ends:
// ufw and iptables write 30000:32767.
func portList(mark string, ranges []dataset.Range) []string {
	return dataset.Texts(ranges, func(r dataset.Range) string { return r.Join(mark) })
}

// fail stops the export with a message of the template's own.
func fail(text string) (string, error) {
	return "", problem.Hintf("", "%s", text)
}

// usage gives the argument list of a function that was called with a wrong
// number of arguments, or "".
func usage(name string) string {
	switch name {
	case warnName:
		return `write {{ warn "CODE" "TEXT" "HINT" }}`
	case cannotName:
		return `write {{ cannot FLOW "REASON" }}`
	case "yamlBlock", "yamlItem":
		return fmt.Sprintf("write {{ %s INDENT KEY VALUE … }}", name)
	}
	return "docs/templates.md shows how to call it"
}
