package dataset

import (
	"fmt"
	"slices"
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// options decodes the declared options, then what the layers choose: in a
// layer, [options] may also hold plain true or false.
func (l *loader) options() {
	all := l.entries("options")
	for _, e := range all {
		o := &Option{ID: e.id}
		optionKeys.read(&l.reader, &e, o)
		if other := l.rival(o); o.On && other != nil {
			_, file := e.get("default")
			l.report(problem.OptionsExclude, file, e.path("default"), excludes(o, other), "let only one of the two be the default")
			o.On = false
		}
		l.ds.Options = append(l.ds.Options, o)
		l.names.options[o.ID] = o
	}
	l.checkExcludes(all)
	byHand := map[*Option]bool{}
	for _, file := range l.all() {
		table := file.section("options")
		for _, id := range file.ids("options") {
			if _, isTable := table[id].(map[string]any); isTable {
				continue
			}
			on, isBool := table[id].(bool)
			o := l.names.options[id]
			path := []any{"options", id}
			switch {
			case o == nil && l.names.options[unsure] != nil:
			case o == nil:
				l.reportKey(problem.UnknownOption, file.file, path, "unknown option "+quoted(id),
					l.known(problem.UnknownOption, "options", id, func() []string { return sortedKeys(l.names.options) }))
			case !isBool:
				l.wrongType(file.file, path, "true or false", table[id])
			default:
				l.choose(o, on, byHand, file.file)
			}
		}
	}
}

// choose turns an option on or off. Turning one on turns off the default of
// its group; a second choice in one group is a problem.
func (l *loader) choose(o *Option, on bool, byHand map[*Option]bool, file *source.File) {
	other := l.rival(o)
	for on && other != nil && !byHand[other] { // a choice takes the place of defaults
		other.On = false
		other = l.rival(o)
	}
	if on && other != nil {
		l.reportKey(problem.OptionsExclude, file, []any{"options", o.ID}, excludes(o, other), "choose one of the two")
		return
	}
	o.On, byHand[o] = on, true
}

// rival returns an option that is on and can't be on beside another.
func (l *loader) rival(o *Option) *Option {
	for _, other := range l.ds.Options {
		if other != o && other.On && exclude(o, other) {
			return other
		}
	}
	return nil
}

// exclude reports whether two options can't both be on.
func exclude(a, b *Option) bool {
	return a.Group != "" && a.Group == b.Group || slices.Contains(a.Excludes, b.ID) || slices.Contains(b.Excludes, a.ID)
}

func excludes(o, other *Option) string {
	text := fmt.Sprintf("option %q can't be on beside %q: ", o.ID, other.ID)
	if o.Group != "" && o.Group == other.Group {
		return text + fmt.Sprintf("both are of the group %q", o.Group)
	}
	return text + "they exclude each other"
}

// checkExcludes wants each id that an option excludes to be another option, and
// keeps what documents call that.
func (l *loader) checkExcludes(options []entry) {
	place := map[string]int{}
	for i, o := range l.ds.Options {
		place[o.ID] = i
	}
	rivals := map[int][]int{} // by their places, both ways
	for i, o := range l.ds.Options {
		for _, id := range o.Excludes {
			if other, known := place[id]; known {
				rivals[i], rivals[other] = append(rivals[i], other), append(rivals[other], i)
			}
		}
	}
	for i, list := range rivals {
		slices.Sort(list)
		for _, other := range slices.Compact(list) {
			l.ds.Options[i].rivals = append(l.ds.Options[i].rivals, l.ds.Options[other].Name)
		}
	}
	for _, e := range options {
		list, file := l.list(&e, "excludes", false)
		for i, v := range list {
			id, isText := v.(string)
			if isText && (id == e.id || l.names.options[id] == nil && l.names.options[unsure] == nil) {
				l.report(problem.UnknownOption, file, e.element("excludes", i), fmt.Sprintf("option %q excludes %s, which is no other option", e.id, quoted(id)),
					l.known(problem.UnknownOption, "options", id, func() []string { return sortedKeys(l.names.options) }))
			}
		}
	}
}

// Described says what an option is, and which others can't be on beside it.
func (o *Option) Described() string {
	if len(o.rivals) == 0 {
		return o.Description
	}
	return strings.TrimSpace(o.Description + " Not beside " + strings.Join(o.rivals, ", ") + ".")
}
