package render

import (
	"strings"
	"testing"
)

// TestNothingSlipsByTheGuard prints a Port in each way that text is printed
// elsewhere in the same template, so that what is known of the one could be
// taken for the other.
func TestNothingSlipsByTheGuard(t *testing.T) {
	t.Parallel()
	const port = "(index .Ports 0)"
	for name, files := range map[string][]string{
		"a variable set again":       {"x.tmpl", `{{ $x := "a" }}{{ $x }}{{ $x = ` + port + ` }}{{ $x }}`},
		"one set again in a block":   {"x.tmpl", `{{ $x := "a" }}{{ range .Ports }}{{ $x }}{{ $x = . }}{{ end }}`},
		"one of the same name":       {"x.tmpl", `{{ $x := "a" }}{{ with ` + port + ` }}{{ $x := . }}{{ $x }}{{ end }}`},
		"one of if":                  {"x.tmpl", `{{ $x := "a" }}{{ if $x := ` + port + ` }}{{ $x }}{{ end }}`},
		"one of an else":             {"x.tmpl", `{{ $x := "a" }}{{ with $x := ` + port + ` }}{{ with "" }}{{ else }}{{ $x }}{{ end }}{{ end }}`},
		"an element":                 {"x.tmpl", `{{ range $x := .Ports }}{{ $x }}{{ end }}`},
		"an element with its place":  {"x.tmpl", `{{ range $i, $x := .Ports }}{{ $i }}{{ $x }}{{ end }}`},
		"a dot":                      {"x.tmpl", `{{ with "a" }}{{ . }}{{ end }}{{ with ` + port + ` }}{{ . }}{{ end }}`},
		"the dot outside":            {"x.tmpl", `{{ range .Ports }}{{ with .ID }}{{ . }}{{ end }}{{ . }}{{ end }}`},
		"the dot of an else":         {"x.tmpl", `{{ range .Ports }}{{ with "" }}{{ . }}{{ else }}{{ . }}{{ end }}{{ end }}`},
		"a field of a dict":          {"x.tmpl", `{{ range .Ports }}{{ .ID }}{{ end }}{{ with dict "ID" ` + port + ` }}{{ .ID }}{{ end }}`},
		"or":                         {"x.tmpl", `{{ or "" ` + port + ` }}`},
		"or in a pipeline":           {"x.tmpl", `{{ ` + port + ` | or "" }}`},
		"and in a pipeline":          {"x.tmpl", `{{ ` + port + ` | and "a" }}`},
		"a function that gives any":  {"x.tmpl", `{{ first .Ports }}`},
		"a partial of two types":     {"_p.tmpl", `{{ define "p" }}{{ . }}{{ end }}`, "x.tmpl", `{{ template "p" "a" }}{{ template "p" ` + port + ` }}`},
		"a partial of two templates": {"_p.tmpl", `{{ define "p" }}{{ .ID }}{{ end }}`, "a.tmpl", `{{ template "p" ` + port + ` }}`, "x.tmpl", `{{ template "p" dict "ID" ` + port + ` }}`},
		"one called by another":      {"_p.tmpl", `{{ define "p" }}{{ template "q" . }}{{ end }}{{ define "q" }}{{ . }}{{ end }}`, "a.tmpl", `{{ template "p" "a" }}`, "x.tmpl", `{{ template "p" ` + port + ` }}`},
		"one that calls itself":      {"x.tmpl", `{{ define "p" }}{{ . }}{{ if eq (print .) "a" }}{{ template "p" 1.5 }}{{ end }}{{ end }}{{ template "p" "a" }}{{ template "q" ` + port + ` }}{{ define "q" }}{{ . }}{{ end }}`},
		"a block of one's own":       {"_p.tmpl", `{{ define "p" }}{{ block "q" . }}{{ . }}{{ end }}{{ end }}`, "a.tmpl", `{{ template "p" "a" }}`, "x.tmpl", `{{ define "q" }}{{ . }}{{ end }}{{ template "p" ` + port + ` }}`},
		"a template by its name":     {"_p.tmpl", `{{ define "p" }}{{ end }}`, "x.tmpl", `{{ define "p" }}{{ . }}{{ end }}{{ range .Ports }}{{ template "p" . }}{{ end }}`},
	} {
		_, problems := pressTree(files...)
		if got := show(problems); !strings.Contains(got, "a Port can't be written as it is") {
			t.Errorf("%s: %s is\n%q", name, files, got)
		}
	}
}

// TestGuards tells what goes without a guard: what is text, a number or a truth
// value by its type.
func TestGuards(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{{ .Product.Name }}`: false,
		`{{ .Product }}`:      true,
		`{{ .Remarked }}`:     false,
		`{{ .Ports }}`:        true,
		`{{ range .Ports }}{{ .Purpose }}{{ end }}`:                              false,
		`{{ range .Ports }}{{ .Title }}{{ end }}`:                                false,
		`{{ range .Ports }}{{ .Bind }}{{ end }}`:                                 true,
		`{{ range .Flows }}{{ .Range.From }}{{ .Port.ID }}{{ end }}`:             false,
		`{{ range .Flows }}{{ .Range }}{{ end }}`:                                true,
		`{{ range $i, $p := .Ports }}{{ $i }}{{ $p.ID }}{{ end }}`:               false,
		`{{ with .Path }}{{ . }}{{ end }}`:                                       false,
		`{{ range .Hosts.IDs }}{{ . }}{{ end }}`:                                 false,
		`{{ range $k, $v := .Ports }}{{ with $.Zone }}{{ . }}{{ end }}{{ end }}`: false,
		`{{ or .Path "none" }}`:                                                  false,
		`{{ slice .Path 0 1 }}`:                                                  false,
		`{{ (index .Ports 0).ID }}`:                                              true,
		`{{ default "a" .Path }}`:                                                true,
		`{{ .Missing }}`:                                                         true,
	} {
		files := []*file{{name: "x.tmpl", kind: pressed, text: []byte(text)}}
		if got := strings.Contains(parseAll(files)[0].trees["x.tmpl"].Root.String(), emitName); got != want {
			t.Errorf("%s is guarded: %v, want %v", text, got, want)
		}
	}
}
