package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/screen"
)

// text prints diffs and what changed to standard output, problems to standard
// error.
func (o *Output) text(r *Result) error {
	var b strings.Builder
	paint := screen.Paint{On: o.ColourOut}
	if !o.Quiet {
		for _, d := range r.Diffs {
			b.WriteString(colourDiff(screen.Lines(d), paint))
		}
		if len(r.Folders) > 0 {
			files(&b, r.Files, paint)
			summary(&b, r)
		}
	}
	if err := o.Write(o.logged(b.String())); err != nil {
		return err
	}
	return o.tell(r.short())
}

// short is the list of problems that a person reads.
func (r *Result) short() problem.List {
	list := joinNetworks(collapse(r.Problems), r.Problems)
	if r.Several {
		return joinInexpressible(list, r.Problems)
	}
	return list
}

// files lists every file that isn't as it was: path, state, bytes.
func files(b *strings.Builder, list []File, paint screen.Paint) {
	colours := map[string]func(string) string{
		"new": paint.Green, "changed": paint.Yellow, "removed": paint.Red, "edited": paint.Red,
		"foreign": paint.Red, "missing": paint.Yellow, "stale": paint.Yellow,
	}
	pathWidth, stateWidth, bytesWidth := 0, 0, 0
	changed := slices.DeleteFunc(slices.Clone(list), func(f File) bool { return f.State == "unchanged" })
	for i := range changed {
		f := &changed[i]
		f.Path = screen.Text(f.Path)
		pathWidth = max(pathWidth, screen.Width(f.Path))
		stateWidth = max(stateWidth, len(f.State))
		bytesWidth = max(bytesWidth, len(grouped(f.Bytes)))
	}
	for _, f := range changed {
		state := f.State
		if colour := colours[state]; colour != nil {
			state = colour(state)
		}
		fmt.Fprintf(b, "%s%s  %s%s  %*s\n", f.Path, strings.Repeat(" ", pathWidth-screen.Width(f.Path)),
			state, strings.Repeat(" ", stateWidth-len(f.State)), bytesWidth, grouped(f.Bytes))
	}
}

// summary is the last line: how many files are in which state.
func summary(b *strings.Builder, r *Result) {
	var order []string
	count := map[string]int{}
	for _, f := range r.Files {
		if count[f.State] == 0 {
			order = append(order, f.State)
		}
		count[f.State]++
	}
	slices.Sort(order)
	parts := make([]string, len(order))
	for i, s := range order {
		parts[i] = fmt.Sprintf("%d %s", count[s], s)
	}
	verb := r.Verb
	if verb == "written" && r.Failed {
		verb = "nothing written"
		if r.Changed {
			verb = "written in part"
		}
	}
	fmt.Fprintf(b, "%s: %s (%s)\n", verb, screen.Text(problem.Some(r.Folders)), strings.Join(parts, ", "))
}

// colourDiff colours a unified diff's lines.
func colourDiff(diff string, paint screen.Paint) string {
	if !paint.On {
		return diff
	}
	var b strings.Builder
	for line := range strings.Lines(diff) {
		text, _ := strings.CutSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "diff "):
			text = paint.Bold(text)
		case strings.HasPrefix(line, "@@"):
			text = paint.Cyan(text)
		case strings.HasPrefix(line, "+"):
			text = paint.Green(text)
		case strings.HasPrefix(line, "-"):
			text = paint.Red(text)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
