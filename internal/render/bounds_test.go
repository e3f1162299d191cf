package render

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"portpress/internal/dataset"
)

// ends are templates that would take all memory, all time or the stack, each
// with what is said of it.
func ends() []struct{ name, text, want string } {
	nested := func(n int, inside string) string {
		return strings.Repeat("{{if true}}", n) + inside + strings.Repeat("{{end}}", n)
	}
	double := func(by string) string {
		return `{{ $x := "ab" }}{{ range until 100 }}{{ $x = ` + by + ` }}{{ end }}`
	}
	const (
		calls  = "the templates call each other without end"
		deep   = "nested too deep"
		steps  = "steps"
		large  = "the export is larger than"
		long   = "the text is longer than"
		longer = "the list has more than"
	)
	return []struct{ name, text, want string }{
		{"a recursion in a range", `{{define "r"}}{{range list 1 2}}{{template "r" .}}{{end}}{{end}}{{template "r" .}}`, calls},
		{"a recursion in many ranges", `{{define "r"}}` + strings.Repeat("{{range list 1}}", 500) + `{{template "r" .}}` + strings.Repeat("{{end}}", 500) + `{{end}}{{template "r" .}}`, calls},
		{"a recursion in many ifs", `{{define "r"}}` + nested(5_000, `{{template "r" .}}`) + `{{end}}{{template "r" .}}`, calls},
		{"a recursion of two", `{{define "a"}}{{template "b" .}}{{end}}{{define "b"}}{{with .}}{{template "a" .}}{{end}}{{end}}{{template "a" .}}`, calls},
		{"a recursion that branches", `{{define "r"}}{{if lt (len .) 60}}{{template "r" (print . "x")}}{{template "r" (print . "y")}}{{end}}{{end}}{{template "r" "z"}}`, steps},
		{"many ifs", nested(20_000, "x"), deep},
		{"a range without end", `{{range 9000000000000000000}}{{end}}`, steps},
		{"a range without end that prints", `{{range 9000000000000000000}}` + strings.Repeat("x", 1000) + `{{end}}`, large},
		{"ranges in each other", `{{range until 100000}}{{range until 100000}}{{end}}{{end}}`, steps},
		{"doubling by print", double(`print $x $x`), long},
		{"doubling by printf", double(`printf "%s%s" $x $x`), long},
		{"doubling by printf, one argument", `{{ "ab" ` + strings.Repeat(`| printf "%[1]s%[1]s" `, 60) + `}}`, long},
		{"a wide printf", `{{ $x := "" }}{{ $x = printf "` + strings.Repeat("%999999d", 100) + `" ` + strings.Repeat("1 ", 100) + `}}`, long},
		{"doubling by println", double(`println $x $x`), long},
		{"doubling by cat", double(`cat $x $x`), long},
		{"doubling by join", double(`join $x (list "a" $x "b")`), long},
		{"doubling by replace", double(`replace "a" $x $x`), long},
		{"doubling by replace of nothing", double(`replace "" $x $x`), long},
		{"doubling by quotes", double(`json $x`), long},
		{"ifs that overflow the parser", strings.Repeat("{{if 1}}", 2_000_000) + strings.Repeat("{{end}}", 2_000_000), "too many for a template"},
		{"as many ifs as fit", strings.Repeat("{{if 1}}", 69_000) + strings.Repeat("{{end}}", 69_000), "nested too deep"},
		{"doubling by concat", `{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}`, longer},
		{"doubling by arguments", `{{define "r"}}{{template "r" (print . .)}}{{end}}{{template "r" "ab"}}`, long},
	}
}

// Nothing that a template can say takes the machine: it ends with an error that
// names the template, soon and with little memory.
func TestTemplatesEnd(t *testing.T) {
	for _, tc := range ends() {
		t.Run(tc.name, func(t *testing.T) {
			start, before := time.Now(), allocated()
			set, problems := All([]Source{tree("templates", "x.tmpl", tc.text)}, sample(), Options{})
			// A second at most on a machine that does nothing else.
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("took %v", d)
			}
			if mb := (allocated() - before) >> 20; mb > 2_000 { // in all; most of it is freed on the way
				t.Errorf("took %d MB", mb)
			}
			if len(set.Files) > 0 || len(problems) != 1 {
				t.Fatalf("%d exports and %d problems", len(set.Files), len(problems))
			}
			if p := problems[0]; p.File != "templates/x.tmpl" || p.Line == 0 && !strings.Contains(p.Text, "too many for a template") || !strings.Contains(p.Text, tc.want) {
				t.Errorf("%s: %s; want %s", p.Place(), p.Text, tc.want)
			}
		})
	}
}

// allocated is how many bytes were taken since the program began.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// The bounds can be raised, and what keeps within them is not touched.
func TestBoundsAreRaised(t *testing.T) {
	t.Parallel()
	rounds := fmt.Sprintf(`x{{ range %d }}{{ end }}`, maxSteps+maxSteps/2)
	deep := `{{define "r"}}{{if lt (len .) 20000}}{{template "r" (print . "x")}}{{else}}end{{end}}{{end}}{{template "r" ""}}`
	for _, text := range []string{rounds, deep} {
		if _, problems := All([]Source{tree("templates", "x.tmpl", text)}, sample(), Options{}); len(problems) != 1 {
			t.Errorf("%d problems within the bounds", len(problems))
		}
		set, problems := All([]Source{tree("templates", "x.tmpl", text)}, sample(), Options{Raise: 9})
		if len(problems) > 0 || len(set.Files) != 1 || len(set.Files[0].Content) > 3 {
			t.Errorf("raised: %s", show(problems))
		}
	}
}

// Hosts and scopes of which a path has both make more exports than a computer
// holds. What other templates press is pressed.
func TestTooManyExports(t *testing.T) {
	t.Parallel()
	ds := sample()
	for i := range 300 {
		ds.Hosts = append(ds.Hosts, &dataset.Host{ID: fmt.Sprintf("h%d", i)})
		ds.Scopes = append(ds.Scopes, &dataset.Scope{ID: fmt.Sprintf("s%d", i)})
	}
	files := tree("templates", "a.txt.tmpl", "a", "{host}-{scope}.txt.tmpl", "{{ .Host.ID }}", "{host}.txt", "copied")
	set, problems := All([]Source{files}, ds, Options{})
	want := fmt.Sprintf("templates/{host}-{scope}.txt.tmpl:0:0: error: the path makes %d exports, and all together are more than 50000 [too-many-exports]\n", len(ds.Hosts)*len(ds.Scopes))
	if got := show(problems); !strings.HasPrefix(got, want) || len(problems) != 1 {
		t.Errorf("got  %.300s\nwant %s", got, want)
	}
	if n := 1 + len(ds.Hosts); len(set.Files) != n {
		t.Errorf("%d exports, not %d", len(set.Files), n)
	}
	if planned := Plan([]Source{files}, ds, Options{Raise: 2}); len(planned) != 1+len(ds.Hosts)+len(ds.Hosts)*len(ds.Scopes) {
		t.Errorf("%d planned", len(planned))
	}
}
