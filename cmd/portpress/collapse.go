package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// collapse makes one line of what several exports say alike, and of the rows
// that they can't carry for the same reason, so that a person can read the
// list. The JSON report keeps them apart.
func collapse(list problem.List) problem.List {
	type saying struct {
		code       problem.Code
		text, hint string
	}
	first := map[saying]int{}
	others := map[int][]string{}
	var out problem.List
	for _, p := range joinRows(list) {
		if p.Severity == problem.Warning && p.Line == 0 && p.File != "" {
			s := saying{p.Code, p.Text, p.Hint}
			if at, said := first[s]; said {
				others[at] = append(others[at], p.File)
				continue
			}
			first[s] = len(out)
		}
		out = append(out, p)
	}
	for at, files := range others {
		out[at].Text += " (also in " + someOf(files) + ")"
	}
	return out
}

// joinRows makes one problem of the rows that an export can't carry for the
// same reason.
func joinRows(list problem.List) problem.List {
	type cell struct{ export, reason string }
	first := map[cell]int{}
	rows := map[int][]string{}
	var out problem.List
	for _, p := range list {
		if p.Code != problem.NotExpressible {
			out = append(out, p)
			continue
		}
		c := cell{p.File, reasonOf(p)}
		at, said := first[c]
		if !said {
			at = len(out)
			first[c] = at
			out = append(out, p)
		}
		rows[at] = append(rows[at], strconv.Quote(p.Row))
	}
	for at, ids := range rows {
		out[at].Text = fmt.Sprintf("can't carry %s: %s", strings.Join(ids, ", "), reasonOf(out[at]))
	}
	return slices.Clip(out)
}

// reasonOf is what the template said, without the row before it.
func reasonOf(p problem.Problem) string {
	_, reason, _ := strings.Cut(p.Text, strconv.Quote(p.Row)+": ")
	return reason
}

// someOf names a few files; of more it gives the number.
func someOf(files []string) string {
	const few = 3
	if len(files) <= few {
		return strings.Join(files, ", ")
	}
	return fmt.Sprintf("%s and %d others", files[0], len(files)-1)
}
