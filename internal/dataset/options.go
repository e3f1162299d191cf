package dataset

import (
	"fmt"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// options decodes the declared options, then what the layers choose: in a
// layer, [options] may also hold plain true or false.
func (l *loader) options() {
	for _, e := range l.entries("options") {
		o := &Option{ID: e.id}
		optionKeys.read(&l.reader, &e, o)
		if other := l.chosen(o.Group, nil); o.On && other != nil {
			_, file := e.get("default")
			l.report(problem.OptionsExclude, file, e.path("default"), excludes(o, other), "let only one of a group be the default")
			o.On = false
		}
		l.ds.Options = append(l.ds.Options, o)
		l.names.options[o.ID] = o
	}
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
	other := l.chosen(o.Group, o)
	switch {
	case on && other != nil && byHand[other]:
		l.reportKey(problem.OptionsExclude, file, []any{"options", o.ID}, excludes(o, other), "choose one of the two")
		return
	case on && other != nil:
		other.On = false
	}
	o.On, byHand[o] = on, true
}

// chosen returns the option of a group that is on, but for one.
func (l *loader) chosen(group string, but *Option) *Option {
	for _, o := range l.ds.Options {
		if group != "" && o.Group == group && o.On && o != but {
			return o
		}
	}
	return nil
}

func excludes(o, other *Option) string {
	return fmt.Sprintf("option %q can't be on beside %q: both are of the group %q", o.ID, other.ID, o.Group)
}
