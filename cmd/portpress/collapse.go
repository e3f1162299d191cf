package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portpress/internal/problem"
)

// collapse makes one line of the rows that an export can't carry for the same
// reason, and of the exports for which that is the same, so that a person can
// read the list. The JSON report keeps them apart.
func collapse(list problem.List) problem.List {
	type cell struct{ export, reason string }
	var order []cell
	rows := map[cell][]string{}
	var out problem.List
	var hint string
	for _, p := range list {
		if p.Code != problem.NotExpressible {
			out = append(out, p)
			continue
		}
		hint = p.Hint
		c := cell{p.File, reasonOf(p)}
		if rows[c] == nil {
			order = append(order, c)
		}
		rows[c] = append(rows[c], strconv.Quote(p.Row))
	}
	type line struct{ rows, reason string }
	exports := map[line][]string{}
	var lines []line
	for _, c := range order {
		l := line{strings.Join(rows[c], ", "), c.reason}
		if exports[l] == nil {
			lines = append(lines, l)
		}
		exports[l] = append(exports[l], c.export)
	}
	for _, l := range lines {
		text := fmt.Sprintf("can't carry %s: %s", l.rows, l.reason)
		if others := exports[l][1:]; len(others) > 0 {
			text += fmt.Sprintf(" (also in %s)", strings.Join(others, ", "))
		}
		out = append(out, problem.Problem{
			Severity: problem.Warning, Code: problem.NotExpressible, File: exports[l][0], Text: text, Hint: hint,
		})
	}
	return slices.Clip(out)
}

// reasonOf is what the template said, without the row before it.
func reasonOf(p problem.Problem) string {
	_, reason, _ := strings.Cut(p.Text, strconv.Quote(p.Row)+": ")
	return reason
}
