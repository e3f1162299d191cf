package export

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"portpress/internal/problem"
)

// Names that portpress keeps for itself, so that no export can collide with
// what it writes, and a reader of `ls -a` knows whose they are.
const (
	SumsName      = "SHA256SUMS" // at the top of a product's folder
	PrivatePrefix = ".portpress" // begins every other name of its own
)

// WhyNot says what makes a path unfit to be an export's, and what to do about
// it, or "". This is the one rule for paths: whatever is written by it can be
// on every system, is listed in SHA256SUMS without escapes, and shows what it
// is called.
//
// The rules for names are those of Windows, the strictest: see "Naming Files,
// Paths, and Namespaces" in its documentation.
func WhyNot(path string) (text, hint string) {
	if !fs.ValidPath(path) || path == "." {
		return "not a path inside the product's folder", "no empty, . or .. parts"
	}
	for _, r := range path {
		switch {
		case strings.ContainsRune(`\:*?"<>|`, r) || unicode.IsControl(r):
			return fmt.Sprintf("%q can't stand in a file name on every system", r), ""
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector):
			return fmt.Sprintf("the character %U is not seen in a file name", r), ""
		}
	}
	const kept, other = "the name is kept for portpress itself", "choose another name"
	if Fold(path) == Fold(SumsName) {
		return kept, other
	}
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case len(segment) > 255:
			return "a part of the path is longer than 255 bytes", "give the template a shorter name"
		case strings.HasSuffix(segment, ".") || strings.HasSuffix(segment, " "):
			return "a part of the path ends in a full stop or a space", ""
		case device(stem(segment)):
			return fmt.Sprintf("%s names a device on Windows", stem(segment)), other
		case strings.HasPrefix(Fold(segment), PrivatePrefix):
			return kept, other
		}
	}
	return "", ""
}

// stem is what Windows looks at in search of a device: what stands before the
// first full stop, without the blanks there.
func stem(name string) string {
	before, _, _ := strings.Cut(name, ".")
	return strings.TrimRight(before, " ")
}

// device reports the names that Windows has for devices.
func device(stem string) bool {
	stem = strings.ToLower(stem)
	if slices.Contains([]string{"con", "prn", "aux", "nul", "conin$", "conout$"}, stem) {
		return true
	}
	for _, kind := range []string{"com", "lpt"} {
		number, found := strings.CutPrefix(stem, kind)
		if found && slices.Contains(strings.Split("123456789¹²³", ""), number) {
			return true
		}
	}
	return false
}

// Fold maps the names that are one file on some system to the same string:
// those that differ only in case, as on macOS and Windows, or only in how their
// letters are encoded (Unicode's normalization forms), as on macOS.
func Fold(path string) string {
	ascii := true
	for i := range len(path) {
		ascii = ascii && path[i] < 0x80
	}
	if ascii {
		return strings.ToLower(path)
	}
	folded := strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return unicode.ToLower(least)
	}, norm.NFD.String(path))
	return norm.NFC.String(folded)
}

// Judge finds every file that can't be written beside the others: its path is
// unfit, or another file stands there on some system, or stands where it needs
// a folder. It says which files are fit; of those in each other's way the first
// is.
func Judge(files []File) (fit []bool, found problem.List) {
	fit = make([]bool, len(files))
	report := func(code problem.Code, f *File, text, hint string) {
		found = append(found, problem.Problem{Severity: problem.Error, Code: code, File: f.Template, Text: text, Hint: hint})
	}
	// One problem for each pair of templates, however many hosts.
	said := map[[2]string]bool{}
	clash := func(a, b *File, text string) {
		pair := [2]string{a.Template, b.Template}
		if !said[pair] {
			said[pair] = true
			report(problem.ExportCollision, b, text, "rename one of the two")
		}
	}
	byPath := make(map[string]*File, len(files))
	for i := range files {
		f := &files[i]
		if text, hint := WhyNot(f.Path); text != "" {
			report(problem.ExportPath, f, fmt.Sprintf("would press %q: %s", f.Path, text), hint)
			continue
		}
		key := Fold(f.Path)
		if first := byPath[key]; first != nil {
			clash(first, f, collision(first, f))
			continue
		}
		byPath[key] = f
		fit[i] = true
	}
	for i := range files {
		if !fit[i] {
			continue
		}
		f, key := &files[i], Fold(files[i].Path)
		for at := strings.LastIndexByte(key, '/'); at > 0; at = strings.LastIndexByte(key[:at], '/') {
			if other := byPath[key[:at]]; other != nil {
				clash(other, f, fmt.Sprintf("presses %s, but %s presses the file %s", f.Path, other.Template, other.Path))
			}
		}
	}
	return fit, found
}

// collision says how two files are one.
func collision(first, second *File) string {
	switch {
	case first.Path == second.Path && first.Template == second.Template:
		return fmt.Sprintf("presses %s more than once", second.Path)
	case first.Path == second.Path:
		return fmt.Sprintf("presses %s, as %s does", second.Path, first.Template)
	case strings.EqualFold(first.Path, second.Path):
		return fmt.Sprintf("presses %s, which differs only in case from %s of %s", second.Path, first.Path, first.Template)
	}
	return fmt.Sprintf("presses %s, which differs from that of %s only in how its letters are encoded", second.Path, first.Template)
}
