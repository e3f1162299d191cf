package project

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// reader reads a project file's values, and gathers what is wrong with them.
type reader struct {
	file     *source.File
	problems problem.List
}

func (r *reader) tell(code problem.Code, path []any, text, hint string) {
	p := problemAt(r.file, path)
	p.Code, p.Text, p.Hint = code, text, hint
	r.problems = append(r.problems, p)
}

func (r *reader) wrongType(path []any, want string, value any) {
	r.tell(problem.WrongType, path, fmt.Sprintf("%s must be %s, not %s", label(path), want, typeOf(value)), "")
}

// label names a key as the file does.
func label(path []any) string {
	var b strings.Builder
	for _, p := range path {
		switch p := p.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", p)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(p)
		}
	}
	return b.String()
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "a list of tables"
	}
	return "a date or time"
}

func (r *reader) format(value any) {
	n, isNumber := value.(int64)
	switch at := []any{"format"}; {
	case !isNumber:
		r.wrongType(at, "a number", value)
	case n > Format:
		r.tell(problem.FormatNewer, at, fmt.Sprintf("format %d is newer than this portpress reads, which is %d", n, Format), "use a newer portpress")
	case n < 1:
		r.tell(problem.WrongType, at, fmt.Sprintf("there is no format %d", n), fmt.Sprintf("write format = %d", Format))
	}
}

// settings reads the keys of a table: the top of the file, or with a path a
// site.
func (r *reader) settings(s *Settings, table map[string]any, at []any) {
	var known []string
	for i := range keys {
		if len(at) == 0 || keys[i].Site {
			known = append(known, keys[i].Name)
		}
	}
	if len(at) == 0 {
		known = append(known, "format", "sites")
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		here := append(slices.Clip(at), name)
		i := slices.IndexFunc(keys, func(k key) bool { return k.Name == name })
		switch {
		case len(at) == 0 && (name == "format" || name == "sites"):
		case i >= 0 && (len(at) == 0 || keys[i].Site):
			keys[i].read(r, s, table[name], here)
		case i >= 0:
			r.unknown(here, "a site can't say "+name, "it holds for all sites: move it to the top of the file")
		default:
			r.unknown(here, "unknown key "+strconv.Quote(name), cmp.Or(problem.DidYouMean(name, known), "known keys: "+strings.Join(known, ", ")))
		}
	}
}

// unknown reports a key rather than its value.
func (r *reader) unknown(path []any, text, hint string) {
	at, _ := r.file.Locate(path...)
	p := r.file.At(at.Key)
	p.Severity, p.Code, p.Text, p.Hint = problem.Error, problem.UnknownKey, text, hint
	r.problems = append(r.problems, p)
}

func (r *reader) site(name string, value any) *Site {
	s := &Site{Name: name}
	at := []any{"sites", name}
	if !plainName(name) {
		p := problemAt(r.file, at)
		p.Code, p.Text = problem.BadID, fmt.Sprintf("%q can't name a site", name)
		p.Hint = "a site's name has small letters, digits and hyphens"
		r.problems = append(r.problems, p)
	}
	if name == NoSite {
		p := problemAt(r.file, at)
		p.Code, p.Text, p.Hint = problem.BadID, "a site can't be called none, which stands for no site", "give the site another name"
		r.problems = append(r.problems, p)
	}
	table, isTable := value.(map[string]any)
	if !isTable {
		r.wrongType(at, "a table", value)
		return s
	}
	r.settings(&s.Settings, table, at)
	return s
}

// NamePattern is what names a site, as a regular expression.
const NamePattern = `^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`

// plainName reports whether a name is one for ids, which are parts of paths
// too.
func plainName(name string) bool {
	return name != "" && name[0] != '-' && name[len(name)-1] != '-' &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func (r *reader) text(value any, at []any) string {
	s, isText := value.(string)
	switch {
	case !isText:
		r.wrongType(at, "text", value)
	case strings.TrimSpace(s) == "":
		r.tell(problem.EmptyText, at, label(at)+" is empty", "write something, or leave the key out")
	}
	return s
}

func (r *reader) word(value any, at []any, words []string) string {
	s := r.text(value, at)
	if s != "" && !slices.Contains(words, s) {
		r.tell(problem.WrongType, at, fmt.Sprintf("there is no %s %q", label(at), s),
			cmp.Or(problem.DidYouMean(s, words), "write "+strings.Join(words, " or ")))
	}
	return s
}

func (r *reader) truth(value any, at []any) bool {
	b, isTruth := value.(bool)
	if !isTruth {
		r.wrongType(at, "true or false", value)
	}
	return b
}

// texts reads one text or a list of them, each judged by check.
func (r *reader) texts(value any, at []any, check func(r *reader, s string, at []any)) []string {
	list, isList := value.([]any)
	if s, isText := value.(string); isText {
		list, isList = []any{s}, true
	}
	if !isList {
		r.wrongType(at, "a list of texts", value)
		return nil
	}
	out := make([]string, 0, len(list))
	for i, v := range list {
		here := append(slices.Clip(at), i)
		if _, alone := value.(string); alone {
			here = at
		}
		if _, isText := v.(string); !isText {
			r.wrongType(here, "text", v)
			continue
		}
		s := r.text(v, here)
		switch {
		case s == "":
		case slices.Contains(out, s):
			r.tell(problem.Repeated, here, fmt.Sprintf("%q is in the list twice", s), "remove one")
		default:
			if check != nil {
				check(r, s, here)
			}
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) path(s string, at []any) {
	if strings.Contains(s, `\`) {
		r.tell(problem.BadPath, at, fmt.Sprintf("%q has a backslash", s), "write / between folders, on Windows too")
	}
}

func (r *reader) report(s string, at []any) {
	form, file, _ := strings.Cut(s, "=")
	r.path(file, at)
	if !slices.Contains(reportWords, form) {
		r.tell(problem.WrongType, at, fmt.Sprintf("there is no report %q", form), cmp.Or(problem.DidYouMean(form, reportWords), "write "+strings.Join(reportWords, " or ")))
	}
}

func (r *reader) glob(s string, at []any) {
	r.path(s, at)
	if !doublestar.ValidatePattern(s) {
		r.tell(problem.BadPath, at, fmt.Sprintf("%q is not a pattern", s), "* ? [a-z] {a,b} and ** are known")
	}
}

// places reads the table of folders by globs.
func (r *reader) places(s *Settings, value any, at []any) {
	table, isTable := value.(map[string]any)
	if !isTable {
		r.wrongType(at, `a table such as "ansible/group_vars/*" = "inventory/group_vars"`, value)
		return
	}
	for _, glob := range slices.Sorted(maps.Keys(table)) {
		here := append(slices.Clip(at), glob)
		r.glob(glob, here)
		folder := r.text(table[glob], here)
		if folder == "" {
			continue
		}
		r.path(folder, here)
		if why := WhyNotFolder(folder); why != "" {
			r.tell(problem.BadPath, here, why, `name a folder of the project, such as "docs"; {product} and {site} in it stand for ids`)
		}
		s.Place = append(s.Place, Place{glob, path.Clean(folder)})
	}
}

// WhyNotFolder says what keeps exports from being placed in a folder; "" if
// nothing does.
func WhyNotFolder(folder string) string {
	clean := path.Clean(folder)
	if path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") {
		return fmt.Sprintf("%q leads out of the project", folder)
	}
	rest := strings.NewReplacer("{product}", "", "{site}", "").Replace(folder)
	if strings.ContainsAny(rest, "{}") {
		return fmt.Sprintf("%q has braces that mean nothing", folder)
	}
	return ""
}

// Folder is the folder of a place for a product at a site.
func (p Place) folder(product, site string) string {
	return strings.NewReplacer("{product}", product, "{site}", site).Replace(p.Folder)
}

// Placed says where an export is kept, relative to the project's folder; ""
// where no place is said. Of several globs that match, the longest counts: it
// says most. What stands in the glob before the first wildcard's folder is
// left out of the path.
func (s *Settings) Placed(product, site, export string) string {
	best := -1
	for i, p := range s.Place {
		if Matches(p.Glob, export) && (best < 0 || len(p.Glob) > len(s.Place[best].Glob)) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	p := s.Place[best]
	rest := path.Base(export)
	if base, _ := doublestar.SplitPattern(p.Glob); strings.Contains(p.Glob, "/") && strings.HasPrefix(export, base+"/") {
		rest = strings.TrimPrefix(export, base+"/")
	}
	return path.Join(p.folder(product, site), rest)
}

// Matches holds an export's path against a glob: one with a slash against the
// whole, one without against the name in any folder.
func Matches(glob, export string) bool {
	if !strings.Contains(glob, "/") {
		export = path.Base(export)
	}
	return doublestar.MatchUnvalidated(glob, export)
}
