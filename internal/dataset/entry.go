package dataset

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// values is what one file says of an entry.
type values struct {
	file  *source.File
	table map[string]any
}

// entry is one table of a section, as the layers together give it.
type entry struct {
	section, id string   // id is empty for a section that is one table
	base        values   // the lowest layer that has it
	over        []values // those above, the lowest first
	partial     bool     // whether a syntax error hides a part of it
}

// get returns the value of a key and the file that gave it.
func (e *entry) get(key string) (any, *source.File) {
	for _, v := range slices.Backward(e.over) {
		if value, ok := v.table[key]; ok {
			return value, v.file
		}
	}
	return e.base.table[key], e.base.file
}

// path is where the entry, or a key or list element of it, stands.
func (e *entry) path(more ...any) []any {
	path := make([]any, 0, 2+len(more))
	path = append(path, e.section)
	if e.id != "" {
		path = append(path, e.id)
	}
	return append(path, more...)
}

// reporter collects problems.
type reporter struct {
	problems problem.List
	told     map[spot]*tally
	alike    int                  // how many of one kind are told of a file; 0 means perFile
	warns    bool                 // what is reported now is a warning
	guessed  map[problem.Code]int // how often a name like an unknown one was looked for
}

// report adds a problem at the value of path in file, or at the nearest place
// above it.
func (r *reporter) report(code problem.Code, file *source.File, path []any, text, hint string) {
	place, _ := file.Locate(path...)
	r.reportAt(code, file, place.Value, text, hint)
}

// reportKey is report at the name of the key rather than its value.
func (r *reporter) reportKey(code problem.Code, file *source.File, path []any, text, hint string) {
	place, _ := file.Locate(path...)
	r.reportAt(code, file, place.Key, text, hint)
}

func (r *reporter) reportAt(code problem.Code, file *source.File, at source.Span, text, hint string) {
	if r.tooMany(code, file, at) {
		return
	}
	p := file.At(at)
	p.Severity, p.Code, p.Text, p.Hint = problem.Error, code, text, hint
	if r.warns {
		p.Severity = problem.Warning
	}
	r.problems = append(r.problems, p)
}

// warn makes a warning of what is reported meanwhile.
func (r *reporter) warn(report func()) {
	r.warns = true
	report()
	r.warns = false
}

// wrongType reports a value that is not what the key takes.
func (r *reporter) wrongType(file *source.File, path []any, want string, got any) {
	name := ""
	for _, p := range path {
		if key, ok := p.(string); ok {
			name = key
		}
	}
	hint := ""
	switch got.(type) {
	case int64, float64, bool:
		if want == wantText && file.Name == setName {
			hint = fmt.Sprintf(`write '%s="…"', with quotes inside those of the shell`, name)
		} else if want == wantText {
			hint = "write it in quotes"
		}
	}
	r.report(problem.WrongType, file, path, fmt.Sprintf("%s must be %s, not %s", name, want, typeName(got)), hint)
}

// wantText is what wrongType calls the type of most keys.
const wantText = "text"

// quoted shows what somebody wrote, or its beginning: the line below the
// message has the rest.
func quoted(s string) string {
	const enough = 64
	n := 0
	for i := range s {
		if n++; n > enough {
			return strconv.Quote(s[:i] + "…")
		}
	}
	return strconv.Quote(s)
}

// typeName says what TOML calls a value.
func typeName(v any) string {
	switch v := v.(type) {
	case string:
		return "the text " + quoted(v)
	case int64:
		return "the number " + strconv.FormatInt(v, 10)
	case float64:
		return "a fraction"
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	}
	return "a date or time"
}

// text reads a text key. Where it is required it must be there and not blank.
func (r *reporter) text(e *entry, key string, required bool) string {
	v, file := e.get(key)
	if v == nil {
		if required {
			r.missing(e, key)
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		r.wrongType(file, e.path(key), wantText, v)
		return ""
	}
	if textFault(s, required) != "" { // seldom: the path would be made for every text
		r.checkText(file, e.path(key), key, s, required)
	}
	return s
}

// checkText reports a text that says nothing or can't be shown.
func (r *reporter) checkText(file *source.File, path []any, key, s string, required bool) {
	switch textFault(s, required) {
	case problem.EmptyText:
		r.report(problem.EmptyText, file, path, key+" is empty", "write what it is")
	case problem.ControlChar:
		c, _ := forbidden(s)
		r.report(problem.ControlChar, file, path, fmt.Sprintf("%s holds the control character %U", key, c), "remove it")
	}
}

// textFault says what is wrong with a text, if anything.
func textFault(s string, required bool) problem.Code {
	if required && strings.TrimSpace(s) == "" {
		return problem.EmptyText
	}
	if _, bad := forbidden(s); bad {
		return problem.ControlChar
	}
	return ""
}

// forbidden finds a character that no export should have to carry: controls
// but line breaks and tabs, and those that reorder text on screen, which let
// a document show another port than it has.
func forbidden(s string) (rune, bool) {
	for _, c := range s {
		if c >= ' ' && c < 0x7f {
			continue
		}
		switch {
		case c == '\n', c == '\t':
		case unicode.IsControl(c), c == '\u2028', c == '\u2029', c == '\ufeff', unicode.Is(unicode.Bidi_Control, c):
			return c, true
		}
	}
	return 0, false
}

// truth reads a true-or-false key that is false by default.
func (r *reporter) truth(e *entry, key string) bool {
	v, file := e.get(key)
	b, ok := v.(bool)
	if v != nil && !ok {
		r.wrongType(file, e.path(key), "true or false", v)
	}
	return b
}

func (r *reporter) missing(e *entry, key string) {
	r.missingKey(problem.MissingKey, e, key, fmt.Sprintf("add a line %s = …", key))
}

func (r *reporter) missingKey(code problem.Code, e *entry, key, hint string) {
	if !e.partial { // else it may well be there
		r.reportKey(code, e.base.file, e.path(), fmt.Sprintf("%s has no %s", e.name(), key), hint)
	}
}

// name is what messages call the entry.
func (e *entry) name() string {
	if e.id == "" {
		return "[" + e.section + "]"
	}
	return fmt.Sprintf("[%s.%s]", e.section, e.id)
}

// list reads a key that takes one value or a list of them, and returns the
// elements with the file they come from. A required list must not be empty.
func (r *reporter) list(e *entry, key string, required bool) ([]any, *source.File) {
	v, file := e.get(key)
	switch v := v.(type) {
	case nil:
		if required {
			r.missing(e, key)
		}
		return nil, file
	case []any:
		if len(v) == 0 && required {
			r.report(problem.EmptyList, file, e.path(key), key+" is an empty list", "name at least one")
		}
		return v, file
	case []map[string]any:
		r.wrongType(file, e.path(key), "a list", v)
		return nil, file
	}
	return []any{v}, file
}

// element is the path of the i-th element of a list, or of the value itself
// where it stands without a list.
func (e *entry) element(key string, i int) []any {
	if v, _ := e.get(key); !isList(v) {
		return e.path(key)
	}
	return e.path(key, i)
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// checkID reports an id that can't stand in file and variable names.
func (r *reporter) checkID(file *source.File, path []any, id string, value bool) {
	if isKebab(id) {
		return
	}
	text := quoted(id) + " is not a kebab-case id"
	hint := "write lower-case letters and digits with single hyphens between, a letter first"
	switch k := kebab(id); {
	case isKebab(k):
		hint = "write " + strconv.Quote(k)
	case len(id) > maxID:
		text = fmt.Sprintf("%s is longer than %d characters", quoted(id), maxID)
		hint = "choose a shorter id"
	}
	if value {
		r.report(problem.BadID, file, path, text, hint)
	} else {
		r.reportKey(problem.BadID, file, path, text, hint)
	}
}

// checkFileID is checkID for an id that files are named for, as they are for
// products, hosts and scopes.
func (r *reporter) checkFileID(file *source.File, path []any, id string, value bool) {
	r.checkID(file, path, id, value)
	if !device.MatchString(id) {
		return
	}
	text := quoted(id) + " names a device on Windows, and files are named for it"
	if value {
		r.report(problem.BadID, file, path, text, "choose another id")
	} else {
		r.reportKey(problem.BadID, file, path, text, "choose another id")
	}
}

// device is a name that Windows has for a device, with any ending.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|(com|lpt)[1-9])$`)

// maxID is how long an id may be: it becomes a part of file names.
const maxID = 64

// isKebab reports whether id is lower-case words joined by single hyphens.
func isKebab(id string) bool {
	if id == "" || id[0] < 'a' || id[0] > 'z' || id[len(id)-1] == '-' || len(id) > maxID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if c == '-' && id[i-1] != '-' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			continue
		}
		return false
	}
	return true
}

// kebab is the nearest id to any text.
func kebab(s string) string {
	var b strings.Builder
	var last rune
	for _, c := range s {
		switch {
		case unicode.IsUpper(c) && (unicode.IsLower(last) || unicode.IsDigit(last)):
			b.WriteByte('-')
			fallthrough
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			b.WriteRune(unicode.ToLower(c))
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		last = c
	}
	return strings.TrimSuffix(b.String(), "-")
}

// sortedKeys keeps messages in one order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
