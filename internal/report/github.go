package report

import (
	"fmt"
	"strings"

	"portpress/internal/problem"
)

// annotations is how many of a severity GitHub shows of a step; it drops the
// rest without a word.
const annotations = 10

// github prints the text, and then a workflow command for each finding, which
// GitHub shows beside the line that it names:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func (o *Output) github(r *Result) error {
	if err := o.people(r); err != nil {
		return err
	}
	var b strings.Builder
	all := o.findings(joinDrift(r.short()))
	count, told := map[problem.Severity]int{}, map[problem.Severity]int{}
	for i := range all {
		count[all[i].severity]++
	}
	for i := range all {
		f := &all[i]
		told[f.severity]++
		switch left := count[f.severity] - annotations + 1; {
		case told[f.severity] > annotations:
			continue
		case told[f.severity] == annotations && left > 1:
			command(&b, f.severity, nil, fmt.Sprintf("and %d more: the log of this step has all", left))
			continue
		}
		var where []string
		if f.path != "" {
			where = append(where, "file="+property(f.path), fmt.Sprintf("line=%d", f.line), fmt.Sprintf("col=%d", f.column), fmt.Sprintf("endColumn=%d", f.column+f.width))
		}
		text := f.text
		if f.hint != "" {
			text += "\n" + f.hint
		}
		command(&b, f.severity, append(where, "title="+property("portpress: "+string(f.code))), text)
	}
	return o.Write(b.String())
}

// joinDrift makes one finding of files that drift alike.
func joinDrift(list problem.List) problem.List {
	type saying struct {
		code       problem.Code
		text, hint string
	}
	first := map[saying]int{}
	others := map[int][]string{}
	var out problem.List
	for _, p := range list {
		s := saying{p.Code, p.Text, p.Hint}
		at, said := first[s]
		switch {
		case !isDrift(p.Code) || p.Code == problem.DriftSource || p.From != "":
		case said:
			others[at] = append(others[at], p.File)
			continue
		default:
			first[s] = len(out)
		}
		out = append(out, p)
	}
	for at, files := range others {
		out[at].Text += " (also " + someFiles(files) + ")"
	}
	return out
}

// command writes a workflow command.
func command(b *strings.Builder, severity problem.Severity, properties []string, text string) {
	name := severity.String()
	if len(properties) > 0 {
		name += " " + strings.Join(properties, ",")
	}
	fmt.Fprintf(b, "::%s::%s\n", name, data.Replace(text))
}

// What stands in a command, as the runner reads it back.
var (
	data       = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	properties = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func property(s string) string { return properties.Replace(shown(s)) }
