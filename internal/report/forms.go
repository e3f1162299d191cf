package report

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"portpress/internal/problem"
)

// form is a way to print a result.
type form struct {
	print func(*Output, *Result) error
	lines bool // lines that may stand among those of others, rather than one document
	adds  bool // put at the end of its file, rather than in its place
}

// forms are the ways, by the word that --report takes. One for another program
// is a function and a line here.
var forms = map[string]form{
	"text":     {print: (*Output).text, lines: true},
	"json":     {print: (*Output).json},
	"github":   {print: (*Output).github, lines: true},
	"gitlab":   {print: (*Output).gitlab},
	"junit":    {print: (*Output).junit},
	"markdown": {print: (*Output).markdown, lines: true, adds: true},
	"sarif":    {print: (*Output).sarif},
}

// Formats lists the words that Print knows.
func Formats() []string { return slices.Sorted(maps.Keys(forms)) }

// target is where a report goes, of an argument FORMAT or FORMAT=FILE.
type target struct{ format, file string }

func targetOf(argument string) target {
	format, file, _ := strings.Cut(argument, "=")
	return target{format, file}
}

// Valid reports what is wrong with a list of reports: a word that is not known,
// or several documents on standard output, of which no program could read one.
func Valid(reports []string) error {
	var alone string
	shown := map[string]bool{}
	for _, r := range reports {
		format, file, named := strings.Cut(r, "=")
		f, known := forms[format]
		switch {
		case !known:
			return problem.Hintf(cmp.Or(problem.DidYouMean(format, Formats()), "known: "+strings.Join(Formats(), ", ")), "there is no report %q", format)
		case named && file == "":
			return problem.Hintf("write "+format+"=FILE", "the report %s has no file", format)
		case named:
			continue
		case shown[format]:
			return fmt.Errorf("the report %s is asked for twice", format)
		}
		shown[format] = true
		if !f.lines {
			alone = format
		}
	}
	if shown["text"] && shown["github"] {
		return problem.Hintf("leave text out", "the report github has the text in it")
	}
	if alone != "" && len(shown) > 1 {
		return problem.Hintf("write "+alone+"=FILE", "the report %s needs standard output for itself", alone)
	}
	return nil
}

// Place puts the files of reports in a folder: at gives the path of one.
func Place(reports []string, at func(string) string) []string {
	out := slices.Clone(reports)
	for i, r := range out {
		if t := targetOf(r); t.file != "" {
			out[i] = t.format + "=" + at(t.file)
		}
	}
	return out
}

// Print writes a result in each of the forms, those of files first: whoever
// sees the end of the others may look for them.
func (o *Output) Print(reports []string, r *Result) error {
	targets := make([]target, len(reports))
	for i, r := range reports {
		targets[i] = targetOf(r)
	}
	slices.SortStableFunc(targets, func(a, b target) int { return -cmp.Compare(min(len(a.file), 1), min(len(b.file), 1)) })
	var failed []error
	for _, t := range targets {
		f, known := forms[t.format]
		switch {
		case !known:
			failed = append(failed, fmt.Errorf("there is no report %q", t.format))
		case t.file == "":
			failed = append(failed, o.as(t.format, r))
		default:
			failed = append(failed, o.toFile(t, f.adds, r))
		}
	}
	return errors.Join(failed...)
}

// as prints a result in a form, the command's own if it has one.
func (o *Output) as(format string, r *Result) error {
	if own := r.Own[format]; own != nil {
		return own(o)
	}
	return forms[format].print(o, r)
}

// people prints a result as text.
func (o *Output) people(r *Result) error {
	if own := r.Own["text"]; own != nil {
		return own(o)
	}
	return o.text(r)
}

// toFile writes a report to a file, without what is for terminals only.
func (o *Output) toFile(t target, adds bool, r *Result) error {
	var b bytes.Buffer
	if err := (&Output{Out: &b, Err: &b, Top: o.Top}).as(t.format, r); err != nil {
		return err
	}
	flag := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if adds {
		flag = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	f, err := os.OpenFile(t.file, flag, 0o666)
	if err == nil {
		text := b.Bytes()
		if adds {
			text = within(text, mostSummary)
		}
		if info, statErr := f.Stat(); adds && statErr == nil && info.Size() > 0 {
			text = append([]byte("\n"), text...)
		}
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	if err != nil {
		return fmt.Errorf("can't write the report %s: %w", t.file, err)
	}
	return nil
}

// mostSummary is how long a summary may get: GitHub shows none of one that is
// longer than 1 MiB with all that stood there before.
const mostSummary = 900 << 10

// within cuts lines off the end of a text that is too long.
func within(text []byte, most int) []byte {
	if len(text) <= most {
		return text
	}
	end := bytes.LastIndexByte(text[:most], '\n') + 1
	return append(text[:end:end], "\n… and more, which has no room here\n"...)
}
