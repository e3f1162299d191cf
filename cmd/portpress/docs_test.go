package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"portpress/internal/dataset"
	"portpress/internal/project"
	"portpress/internal/render"
	"portpress/internal/report"
)

// keysHeader begins each table of keys in docs/dataset.md.
const keysHeader = "| key | type | meaning |"

// TestDatasetPageKeys holds the tables of docs/dataset.md to the table of keys
// that a dataset is read by; with -update it writes them.
func TestDatasetPageKeys(t *testing.T) {
	const path = "../../docs/dataset.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(page)
	for _, s := range dataset.Sections() {
		if len(s.Keys) == 0 { // only ids, of which the text tells
			continue
		}
		heading := "## `[" + s.Name + "]`"
		if s.Name == "" {
			heading = "## At the top"
		}
		var tables [2][]dataset.About // the second is of what few rows say
		for _, k := range s.Keys {
			i := 0
			if k.Few {
				i = 1
			}
			tables[i] = append(tables[i], k)
		}
		for i, keys := range tables {
			if len(keys) == 0 {
				continue
			}
			from, to := tableBelow(t, want, heading, i)
			want = want[:from] + keysTable(keys) + want[to:]
		}
	}
	switch {
	case want == string(page):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s has other tables of keys than the program: make golden writes them\n%s", path, firstDifference(string(page), want))
	}
}

// tableBelow finds the n-th table of keys below a heading.
func tableBelow(t *testing.T, page, heading string, n int) (from, to int) {
	t.Helper()
	from = strings.Index(page, "\n"+heading+"\n")
	if from < 0 {
		t.Fatalf("the page has no heading %s", heading)
	}
	for range n + 1 {
		i := strings.Index(page[from+1:], "\n"+keysHeader+"\n")
		if i < 0 || strings.Contains(page[from+len(heading):from+1+i], "\n## ") {
			t.Fatalf("too few tables below %s: write a line %s", heading, keysHeader)
		}
		from += i + 2
	}
	to = from
	for strings.HasPrefix(page[to:], "|") {
		to += strings.Index(page[to:], "\n") + 1
	}
	return from, to
}

// keysTable writes a table. A bar would end its cell.
func keysTable(keys []dataset.About) string {
	var b strings.Builder
	b.WriteString(keysHeader + "\n| --- | --- | --- |\n")
	for _, k := range keys {
		mark := ""
		if k.Must {
			mark = " ●"
		}
		b.WriteString("| `" + k.Name + "`" + mark + " | " + k.Type.Name + " | " + strings.ReplaceAll(k.Means, "|", "\\|") + " |\n")
	}
	return b.String()
}

// firstDifference gives the first lines in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return a[i] + "\nwant\n" + strings.Join(b[min(i, len(b)):min(i+1, len(b))], "\n")
		}
	}
	return ""
}

// projectHeader begins the table of keys in docs/project.md.
const projectHeader = "| key | type | flag | sites | meaning |\n| --- | --- | --- | --- | --- |\n"

// TestProjectPageKeys holds the table of docs/project.md to the keys that a
// project file is read by; with -update it writes it.
func TestProjectPageKeys(t *testing.T) {
	const path = "../../docs/project.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), projectHeader)
	if !found {
		t.Fatalf("%s has no table of keys", path)
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	if strings.HasPrefix(rest, "\n") {
		after = rest[1:]
	}
	var table strings.Builder
	for _, k := range project.Keys() {
		flag, sites := "an argument", ""
		if k.Flag != "" {
			flag = "`--" + k.Flag + "`"
		}
		if k.Site {
			sites = "yes"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", k.Name, k.Type, flag, sites, k.Means)
	}
	want := strings.ReplaceAll(before+projectHeader+table.String()+"\n"+after, "|  |", "| |")
	switch {
	case want == string(page):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s has another table of keys than the program: make golden writes it\n%s", path, firstDifference(string(page), want))
	}
}

// Every key of a project file is a flag of build and check, and every setting
// of the two is a key.
func TestKeysAreFlags(t *testing.T) {
	notSettings := []string{
		"project", "site", // which file, and which part of it
		"force",   // a permission for one run
		"fail-on", // what the caller makes of the result
	}
	for _, command := range []any{&buildCmd{}, &checkCmd{}} {
		parser, err := kong.New(command, kong.Vars{"reports": "text,json"})
		if err != nil {
			t.Fatal(err)
		}
		flags := map[string]bool{}
		for _, f := range parser.Model.Flags {
			flags[f.Name] = f.Name != "help" && !slices.Contains(notSettings, f.Name)
		}
		for _, k := range project.Keys() {
			if k.Flag != "" && !flags[k.Flag] {
				t.Errorf("%T has no flag --%s for the key %s", command, k.Flag, k.Name)
			}
			delete(flags, k.Flag)
		}
		for name, setting := range flags {
			if setting {
				t.Errorf("the setting --%s of %T has no key", name, command)
			}
		}
	}
}

// The forms of reports are the words of a project file, and those that
// docs/cli.md tells of.
func TestReportsAreKnown(t *testing.T) {
	keys := project.Keys()
	i := slices.IndexFunc(keys, func(k project.Key) bool { return k.Name == "report" })
	if words := keys[i].Words; !slices.Equal(words, report.Formats()) {
		t.Errorf("a project file takes %v, --report %v", words, report.Formats())
	}
	page, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "| form | what it is |\n| --- | --- |\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	var told []string
	for line := range strings.Lines(table) {
		told = append(told, strings.Split(line, "`")[1])
	}
	if slices.Sort(told); !slices.Equal(told, report.Formats()) {
		t.Errorf("docs/cli.md tells of %v", told)
	}
}

// docs/ci.md tells of each CI system, and of each variable that is read.
func TestServicesAreTold(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| system | read, in this order |")
	for _, s := range services {
		_, row, found := strings.Cut(table, "\n| "+s.name+" | ")
		row, _, _ = strings.Cut(row, "\n")
		asked := map[string]bool{}
		s.bases(func(name string) string { asked[name] = true; return "pull_request" })
		for name := range asked {
			if !found || !strings.Contains(row, "`"+name+"`") {
				t.Errorf("docs/ci.md doesn't tell of %s of %s", name, s.name)
			}
		}
	}
}

// docs/documents.md tells of every key and column that a table can be asked
// for with, and of no other.
func TestDocumentsPageKeys(t *testing.T) {
	page, err := os.ReadFile("../../docs/documents.md")
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string][]string{"| key | what it says |": tableKeys, "| column | what it shows |": render.ColumnNames(&dataset.Dataset{})} {
		_, rest, _ := strings.Cut(string(page), header+"\n| --- | --- |\n")
		table, _, _ := strings.Cut(rest, "\n\n")
		var got []string
		for line := range strings.Lines(table) {
			got = append(got, strings.Split(line, "`")[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("below %s stand %v, want %v", header, got, want)
		}
	}
}
