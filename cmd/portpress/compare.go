package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"portpress/internal/change"
	"portpress/internal/dataset"
	"portpress/internal/problem"
	"portpress/internal/report"
	"portpress/internal/screen"
)

// comparison is what became of one product, at one or several sites alike.
type comparison struct {
	change *change.Change
	after  *loaded  // as it is now; nil where the product is gone
	file   string   // of what it is, or was
	title  string   // its name, and what became of it as a whole
	sites  []string // their names
}

// comparisons are those of one command.
type comparisons struct {
	list []comparison
	with string // what the products are compared with; "" for two sides that were named
}

// withBase compares datasets with what they were.
func (c *diffCmd) withBase(t *terminal) error {
	flags := &workFlags{baseFlags: c.baseFlags}
	w, problems, err := flags.open(t, c.Sides, func(w *work) error {
		if w.project == nil && len(c.Sides) == 0 {
			return usageError{"diff without OLD and NEW compares the datasets of a project file, and there is none here"}
		}
		return w.reports(c.Report)
	})
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	all, found := w.since(c.Base)
	problems = appendNew(problems, found)
	return c.finish(w, problems, all)
}

// since compares the datasets with what they were at a revision, or at the base
// of a pull request.
func (w *work) since(rev string) (*comparisons, problem.List) {
	base, problems := baseOf(rev)
	if problems.Failed(false) {
		return &comparisons{}, problems
	}
	after, found := w.load()
	problems = append(problems, found...)
	var before []loaded
	if base.rev != "" {
		then, found := w.past(base.rev)
		problems = appendNew(problems, found)
		if then != nil {
			before, found = then.load()
			problems = appendNew(problems, found)
		}
	}
	all := &comparisons{with: base.name}
	if !problems.Failed(false) {
		all.compare(pairs(before, after))
	}
	return all, problems
}

// compare compares each product, what opens more first. Sites at which it is the
// same are told once.
func (all *comparisons) compare(list []pair) {
	first := map[string]int{}
	for _, p := range list {
		c := comparison{after: p.after}
		title := ""
		switch {
		case p.before == nil:
			c.change, c.file = change.Between(nothing(p.after), p.after.ds), p.after.name
			title = p.after.ds.Product.Name + " (added)"
		case p.after == nil:
			c.change, c.file = change.Between(p.before.ds, nothing(p.before)), p.before.name
			title = p.before.ds.Product.Name + " (removed)"
		default:
			c.change, c.file = change.Between(p.before.ds, p.after.ds), p.after.name
			title = p.after.ds.Product.Name
		}
		var text bytes.Buffer
		_ = c.change.Text(&text, false) // a buffer takes all
		site := p.site()
		key := c.file + "\x00" + title + "\x00" + text.String()
		at, told := first[key]
		if !told {
			at = len(all.list)
			first[key] = at
			c.title, c.change.Of = title, title
			all.list = append(all.list, c)
		}
		if site != "" {
			all.list[at].sites = append(all.list[at].sites, site)
		}
	}
	count := map[string]int{}
	for i := range all.list {
		count[all.list[i].file]++
	}
	for i := range all.list {
		if c := &all.list[i]; count[c.file] > 1 {
			c.change.Of += " at " + strings.Join(c.sites, ", ")
		}
	}
	widest := func(c *comparison) bool { return c.change.Widened() }
	all.list = append(keep(all.list, widest, true), keep(all.list, widest, false)...)
}

// keep gives the comparisons of which something is so, or isn't.
func keep(list []comparison, is func(*comparison) bool, want bool) []comparison {
	var out []comparison
	for i := range list {
		if is(&list[i]) == want {
			out = append(out, list[i])
		}
	}
	return out
}

func (p *pair) site() string {
	if p.after != nil {
		return p.after.site.name
	}
	return p.before.site.name
}

// nothing is the other side of a product that was added or removed. The way in by
// ssh is that of its hosts, of which there are none.
func nothing(l *loaded) *dataset.Dataset {
	return &dataset.Dataset{Product: l.ds.Product, SSH: l.ds.SSH}
}

// finish prints what was found, and ends the command.
func (c *diffCmd) finish(w *work, problems problem.List, all *comparisons) error {
	end := ending(problems, false)
	changed := keep(all.list, func(c *comparison) bool { return c.change.Any() }, true)
	widened := keep(changed, func(c *comparison) bool { return c.change.Widened() }, true)
	if end == nil && (c.FailOn == "widened" && len(widened) > 0 || c.FailOn == "any" && len(changed) > 0) {
		end = ended{exitProblems}
	}
	r := &report.Result{Changed: len(changed) > 0, Failed: end != nil, Problems: problems, Verb: "compared"}
	for i := range all.list {
		r.Parts = append(r.Parts, filepath.ToSlash(all.list[i].file))
	}
	notes := c.notes(w, changed)
	r.Problems = append(r.Problems, notes...)
	if len(all.list) > 0 {
		r.Own = map[string]func(*report.Output) error{
			"json": func(o *report.Output) error { return report.JSON(o.Out, all.document()) },
			"markdown": func(o *report.Output) error {
				var b bytes.Buffer
				if err := all.markdown(&b, changed); err != nil {
					return err
				}
				return o.Write(b.String())
			},
			"text": func(o *report.Output) error {
				var b bytes.Buffer
				if err := all.text(&b, changed, o.ColourOut); err != nil {
					return err
				}
				return o.People(b.String())
			},
		}
		if err := w.t.Tell(problems); err != nil { // whatever form the rest has
			return err
		}
	}
	if err := w.t.Print(w.settings.Report, r); err != nil {
		return err
	}
	return end
}

// text writes each product that changed under its name.
func (all *comparisons) text(b *bytes.Buffer, changed []comparison, colour bool) error {
	if all.with != "" {
		fmt.Fprintf(b, "compared with %s\n", screen.Text(all.with))
	}
	if len(changed) == 0 {
		b.WriteString("no changes\n")
	}
	for i := range changed {
		if err := changed[i].change.Text(b, colour); err != nil {
			return err
		}
	}
	return nil
}

// markdown writes a section for each product that changed.
func (all *comparisons) markdown(b *bytes.Buffer, changed []comparison) error {
	if len(changed) == 0 {
		b.WriteString("## Network ports\n\nNo changes.\n")
	}
	for i := range changed {
		if i > 0 {
			b.WriteString("\n")
		}
		if err := changed[i].change.Markdown(b); err != nil {
			return err
		}
	}
	return nil
}

// document is the comparison of two sides, or a list of those of all products.
func (all *comparisons) document() any {
	if all.with == "" {
		return all.list[0].change.Document()
	}
	type one struct {
		Product string   `json:"product"`
		File    string   `json:"file"`
		State   string   `json:"state"`
		Sites   []string `json:"sites"`
		Change  any      `json:"change"`
	}
	out := struct {
		Base     string `json:"base"`
		Changed  bool   `json:"changed"`
		Widened  bool   `json:"widened"`
		Products []one  `json:"products"`
	}{Base: all.with, Products: []one{}}
	for i := range all.list {
		c := &all.list[i]
		out.Changed, out.Widened = out.Changed || c.change.Any(), out.Widened || c.change.Widened()
		state := "compared"
		switch {
		case strings.HasSuffix(c.title, " (added)"):
			state = "added"
		case c.after == nil:
			state = "removed"
		}
		out.Products = append(out.Products, one{c.change.New.ID, filepath.ToSlash(c.file), state, append([]string{}, c.sites...), c.change.Document()})
	}
	return out
}

// notes are the changes as findings: what opens more, which is an error where
// that fails, and where any change does, the others.
func (c *diffCmd) notes(w *work, changed []comparison) problem.List {
	var out problem.List
	var of [][]*comparison             // which of them say it
	first := map[problem.Problem]int{} // by the place and what is said there
	for i := range changed {
		one := &changed[i]
		for _, n := range one.change.Notes() {
			q := problem.Problem{File: one.file, Line: 1, Column: 1}
			if one.after != nil {
				q = w.placeOf(one.after, n.Entry)
			}
			q.Severity, q.Code, q.Text = problem.Warning, problem.OpensMore, n.Text
			switch widens := len(n.Entry.More) > 0; {
			case widens && c.FailOn != "none":
				q.Severity = problem.Error
			case widens:
			case c.FailOn == "any":
				q.Severity, q.Code = problem.Error, problem.Differs
			default:
				continue
			}
			at, told := first[q]
			if !told {
				at = len(out)
				first[q] = at
				out, of = append(out, q), append(of, nil)
			}
			of[at] = append(of[at], one)
		}
	}
	for i := range out {
		if who := names(of[i]); who != "" {
			out[i].Text = who + ": " + out[i].Text
		}
	}
	return out
}

// names says which comparisons something is about: of one with its site, of more
// the products.
func names(list []*comparison) string {
	if len(list) == 1 {
		return list[0].change.Of
	}
	titles := make([]string, len(list))
	for i, c := range list {
		titles[i] = c.title
	}
	slices.Sort(titles)
	return problem.Some(slices.Compact(titles))
}
