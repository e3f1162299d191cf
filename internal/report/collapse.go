package report

import (
	"fmt"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// collapse makes one line of what several exports say alike, and of the rows
// that they can't carry for the same reason, so that a person can read the
// list. It is for texts; where programs read, each stands by itself.
func collapse(list problem.List) problem.List {
	type saying struct {
		code             problem.Code
		text, hint, rows string
	}
	list, rows := joinRows(list)
	first := map[saying]int{}
	others := map[int][]string{}
	var out problem.List
	for i, p := range list {
		if p.Severity == problem.Warning && p.Line == 0 && p.File != "" {
			// All rows, so that what is cut below can't make two lists alike.
			s := saying{p.Code, p.Text, p.Hint, strings.Join(rows[i], " ")}
			if at, said := first[s]; said {
				others[at] = append(others[at], p.File)
				continue
			}
			first[s] = len(out)
		}
		if len(rows[i]) > 0 {
			p.Text = fmt.Sprintf("can't carry %s: %s", problem.Some(rows[i]), p.Text)
		}
		out = append(out, p)
	}
	for at, files := range others {
		out[at].Text += " (also in " + someFiles(files) + ")"
	}
	return out
}

// joinRows makes one problem of the rows that an export can't carry for the
// same reason. Its text is the reason; the rows stand beside it.
func joinRows(list problem.List) (out problem.List, rows map[int][]string) {
	type cell struct{ export, reason string }
	first := map[cell]int{}
	rows = map[int][]string{}
	for _, p := range list {
		if p.Code != problem.NotExpressible {
			out = append(out, p)
			continue
		}
		row := strconv.Quote(p.Row)
		p.Text = reasonOf(p)
		c := cell{p.File, p.Text}
		at, said := first[c]
		if !said {
			at = len(out)
			first[c] = at
			out = append(out, p)
		}
		rows[at] = append(rows[at], row)
	}
	return out, rows
}

// reasonOf is what the template said, without the row before it.
func reasonOf(p problem.Problem) string {
	_, reason, _ := strings.Cut(p.Text, strconv.Quote(p.Row)+": ")
	return reason
}

// someFiles names a few files; of more it gives the number.
func someFiles(files []string) string {
	const few = 3
	if len(files) <= few {
		return strings.Join(files, ", ")
	}
	return fmt.Sprintf("%s and %d others", files[0], len(files)-1)
}
