package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"portpress/internal/problem"
)

func TestProblems(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    problem.Problem
		want string
	}{
		{
			"all of it",
			problem.Problem{
				Severity: problem.Error, Code: problem.PortRange, File: "data/mke.toml", Line: 42, Column: 8,
				Text: "port 70000 is outside 1–65535", Hint: "write a smaller one", Excerpt: "port = 70000", Width: 5,
			},
			`data/mke.toml:42:8: error: port 70000 is outside 1–65535 [port-range]
    port = 70000
           ^^^^^
    hint: write a smaller one
`,
		},
		{
			"warning without a hint",
			problem.Problem{Severity: problem.Warning, Code: problem.Unused, File: "x.toml", Line: 1, Column: 1, Text: "host \"a\" is not used", Excerpt: "[hosts.a]", Width: 9},
			`x.toml:1:1: warning: host "a" is not used [unused]
    [hosts.a]
    ^^^^^^^^^
`,
		},
		{
			"no place",
			problem.Problem{Severity: problem.Error, Code: problem.NothingMatched, Text: "nothing matches x"},
			"error: nothing matches x [nothing-matched]\n",
		},
		{
			"a file and no line",
			problem.Problem{Severity: problem.Error, Code: problem.ReadFailed, File: "x.toml", Text: "is a folder", Hint: "name a file"},
			"x.toml: error: is a folder [read-failed]\n    hint: name a file\n",
		},
		{
			"a line and no column",
			problem.Problem{Severity: problem.Error, Code: problem.Malformed, File: "x.csv", Line: 3, Text: "has 4 fields", Excerpt: "not shown without a column"},
			"x.csv:3: error: has 4 fields [malformed]\n",
		},
		{
			"no excerpt",
			problem.Problem{Severity: problem.Error, Code: problem.MissingKey, File: "x.toml", Line: 1, Column: 1, Text: "the dataset has no format"},
			"x.toml:1:1: error: the dataset has no format [missing-key]\n",
		},
		{
			"behind the end of the line, no width",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 5, Text: "t", Excerpt: "a = "},
			"x.toml:1:5: error: t [toml-syntax]\n    a = \n        ^\n",
		},
		{
			"far behind the end of the line",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 50, Text: "t", Excerpt: "a = ", Width: 7},
			"x.toml:1:50: error: t [toml-syntax]\n    a = \n        ^\n",
		},
		{
			"tabs stay where they are",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 6, Text: "t", Excerpt: "\ta\t= b", Width: 1},
			"x.toml:1:6: error: t [toml-syntax]\n    \ta\t= b\n    \t \t  ^\n",
		},
		{
			"wide characters take two columns",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 3, Text: "t", Excerpt: "日本語é!", Width: 2},
			"x.toml:1:3: error: t [toml-syntax]\n    日本語é!\n        ^^^\n",
		},
		{
			"combining characters take none",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 4, Text: "t", Excerpt: "e\u0301xy", Width: 1},
			"x.toml:1:4: error: t [toml-syntax]\n    e\u0301xy\n      ^\n",
		},
		{
			"what a terminal would act on is made visible",
			problem.Problem{
				Severity: problem.Error, Code: problem.ControlChar, File: "\x1b]0;x\a.toml", Line: 1, Column: 4,
				Text: "a\x1b[31mred\nb\x7f", Hint: "h\x00\u202e", Excerpt: "\x1b[2J\u0085x", Width: 2,
			},
			"␛]0;x␇.toml:1:4: error: a␛[31mred␊b␡ [control-character]\n    ␛[2J\ufffdx\n       ^^\n    hint: h␀\ufffd\n",
		},
		{
			"bytes that are no text",
			problem.Problem{Severity: problem.Error, Code: problem.NotUTF8, File: "x\xff", Line: 1, Column: 2, Text: "t\xff", Excerpt: "a\xffb"},
			"x\ufffd:1:2: error: t\ufffd [not-utf8]\n    a\ufffdb\n     ^\n",
		},
		{
			"beginning of a long line",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 3, Text: "t", Excerpt: strings.Repeat("0123456789", 20), Width: 2},
			"x.toml:1:3: error: t [toml-syntax]\n    " + strings.Repeat("0123456789", 10) + "…\n      ^^\n",
		},
		{
			"middle of a long line",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 101, Text: "t", Excerpt: strings.Repeat("0123456789", 20), Width: 2},
			"x.toml:1:101: error: t [toml-syntax]\n    …789" + strings.Repeat("0123456789", 9) + "0123456…\n    " + strings.Repeat(" ", 34) + "^^\n",
		},
		{
			"end of a long line",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 199, Text: "t", Excerpt: strings.Repeat("0123456789", 20), Width: 9},
			"x.toml:1:199: error: t [toml-syntax]\n    …" + strings.Repeat("0123456789", 10) + "\n    " + strings.Repeat(" ", 99) + "^^\n",
		},
		{
			"a place longer than what is shown",
			problem.Problem{Severity: problem.Error, Code: problem.TOMLSyntax, File: "x.toml", Line: 1, Column: 1, Text: "t", Excerpt: strings.Repeat("x", 500), Width: 500},
			"x.toml:1:1: error: t [toml-syntax]\n    " + strings.Repeat("x", 100) + "…\n    " + strings.Repeat("^", 100) + "\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Problems(&b, problem.List{tc.p}, false); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}

func TestProblemsColour(t *testing.T) {
	list := problem.List{
		{Severity: problem.Error, Code: problem.PortRange, File: "x.toml", Line: 2, Column: 8, Text: "t", Excerpt: "port = 0", Width: 1, Hint: "h"},
		{Severity: problem.Warning, Code: problem.Unused, Text: "u"},
	}
	const want = "\x1b[1mx.toml:2:8\x1b[0m: \x1b[1;31merror:\x1b[0m t [port-range]\n" +
		"    port = 0\n           \x1b[1;31m^\x1b[0m\n    hint: h\n" +
		"\x1b[1;33mwarning:\x1b[0m u [unused]\n"
	var b bytes.Buffer
	if err := Problems(&b, list, true); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// The locale must not change what is printed.
func TestProblemsAmbiguousWidth(t *testing.T) {
	p := problem.Problem{Severity: problem.Error, Code: problem.PortRange, File: "x", Line: 1, Column: 5, Text: "t", Excerpt: "…–“”x", Width: 1}
	var b bytes.Buffer
	if err := Problems(&b, problem.List{p}, false); err != nil {
		t.Fatal(err)
	}
	if want := "x:1:5: error: t [port-range]\n    …–“”x\n        ^\n"; b.String() != want {
		t.Errorf("got:\n%s", b.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestProblemsFail(t *testing.T) {
	if err := Problems(fullDisk{}, problem.List{{Text: "t"}}, false); err == nil || err.Error() != "no space" {
		t.Errorf("got %v", err)
	}
}

func FuzzProblems(f *testing.F) {
	f.Add("x.toml", "text", "hint", "a = \x1b[0m\t日本", 3, 2, 1)
	f.Add("", "", "", strings.Repeat("é", 300), 299, 4, 0)
	f.Fuzz(func(t *testing.T, file, text, hint, excerpt string, column, width, severity int) {
		p := problem.Problem{
			Severity: problem.Severity(severity), Code: problem.Malformed, File: file, Line: 1, Column: max(0, column),
			Text: text, Hint: hint, Excerpt: strings.ReplaceAll(excerpt, "\n", ""), Width: width,
		}
		var b bytes.Buffer
		if err := Problems(&b, problem.List{p}, false); err != nil {
			t.Fatal(err)
		}
		for _, c := range b.String() {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c >= 0x80 && c < 0xa0 {
				t.Fatalf("%q lets a control character through", b.String())
			}
		}
		lines := strings.Count(b.String(), "\n")
		want := 1
		if hint != "" {
			want++
		}
		if p.Excerpt != "" && p.Column > 0 {
			want += 2
		}
		if lines != want {
			t.Fatalf("%q has %d lines, want %d", b.String(), lines, want)
		}
	})
}

// One hint for many findings that show no line is told once, behind the last of
// those in a row.
func TestHintIsToldOnce(t *testing.T) {
	at := func(file string, line int, hint string) problem.Problem {
		return problem.Problem{Severity: problem.Error, Code: problem.DriftChanged, File: file, Line: line, Column: line, Text: "differs", Hint: hint}
	}
	list := problem.List{at("a", 0, "build"), at("b", 0, "build"), at("c", 0, "other"), at("d", 0, "build"), at("e", 1, "build"), at("f", 2, "build")}
	var b strings.Builder
	if err := Problems(&b, list, false); err != nil {
		t.Fatal(err)
	}
	want := `a: error: differs [drift-changed]
b: error: differs [drift-changed]
    hint: build
c: error: differs [drift-changed]
    hint: other
d: error: differs [drift-changed]
e:1:1: error: differs [drift-changed]
f:2:2: error: differs [drift-changed]
    hint: build
`
	if b.String() != want {
		t.Errorf("printed:\n%s\nwant:\n%s", b.String(), want)
	}
	if list[0].Hint != "build" {
		t.Error("printing changed the list")
	}
}
