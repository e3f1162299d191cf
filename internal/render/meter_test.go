package render

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
)

// large gives an argument for each word by which docs/templates.md shows how
// functions are called.
var large = map[string]string{
	"TEXT": "$t", "VALUE": "$t", "LIST": "$l", "N": "3", "N…": "7 7", "A": "$t", "B": "$t", "B…": "$t $t", "VALUE…": "$t $l $t $t",
	"KEY": `"k"`, "KEY…": `"k" "m"`, "INDENT": "1000", "OBJECT": `(object "k" $t)`, "WORD": `"comma"`, "MARK": "$t", "LEVEL": "2", "ID…": "$t $t",
	"KIND": `"string"`, "RANGES": "$l", "NETWORKS": "$l", "CODE": `"no-cluster-network"`, "HINT": "$t", "FLOW": "(index $.Flows 0)", "REASON": "$t",
	"PART": `"a"`, "ONE": "$t", "MANY": "$t", "FORMAT": `"%s%[1]s%[1]s"`, "OLD": `"a"`, "NEW": "$t", "CHARACTERS": "$t", "EXPRESSION": `"(.)"`,
	"FROM": "0", "END": "1000000000", "STEP": "1", "OTHER": "$t", "YES": "$t", "NO": "$t", "CONSTRAINT": "$t", "LIST…": "$l $l $l", "NAME…": "$t $t",
	"DICT": `(dict "k" $t)`, "DICT…": `(dict "k" $t)`, "PATH": "$t",
}

// calls gives a call of each function with large arguments.
func calls(t *testing.T) map[string]string {
	t.Helper()
	text, _ := doc(t)
	_, functionsPart, _ := strings.Cut(text, "\n## Functions\n")
	found := map[string]string{}
	for _, table := range rows(functionsPart, "###") {
		for _, cells := range table {
			words := strings.Fields(unquote(cells[0]))
			call := words[0]
			for _, w := range words[1:] {
				if large[w] == "" {
					t.Fatalf("there is no large argument for %s of %s", w, words[0])
				}
				call += " " + large[w]
			}
			found[words[0]] = call
		}
	}
	for _, name := range functionNames() {
		if found[name] == "" {
			t.Errorf("%s is not called", name)
		}
	}
	return found
}

// more are calls that make much of little, or compare much.
var more = []string{
	`regexReplaceAll "(.)" $t "$1$1$1$1$1$1$1$1$1$1"`, `regexReplaceAll "" $t $t`, `regexReplaceAllLiteral "" $t $t`, `regexReplaceAll "$" $t "x"`,
	`regexFindAll "" $t -1`, `regexSplit "" $t -1`, `splitList "" $t`, `wrapWith 1 $t $t`, `wrapWith 0 $t $t`, `wrap 1 $t`, `replace "" $t $t`,
	`indent 16000000 "a"`, `nindent 1000000 $t`, `repeat 16000000 "a"`, `repeat 1000000000 $t`, `untilStep 0 9000000000000000000 1`, `until 9000000000000000000`,
	`join $t $l`, `uniq $l`, `without $l ` + strings.Repeat("$t ", 500), `concat ` + strings.Repeat("$l ", 50), `printf "%999999d%999999d" 1 1`,
	`printf "%*d" 1000000000 1`, `yamlBlock 100000 "k" $t`, `ansibleBlock 100000 "k" $t`, `yamlList 1000000 $l`, `fit 100000000 $t`, `trunc 1000000 $t`,
	`chunk 1 $l`, `mdRow $t $t $t $t $t $t $t $t`, `csv $l $l $l`, `json (list $l $l $l $l)`, `plural $t $t 1000000`, `semver $t`, `ternary $t $t true`,
}

// begun is a text of 12 n bytes and a list of n elements.
func begun(n int) string {
	return fmt.Sprintf("{{ $t := repeat %d \"a\\n<{\\\"é|_.*\" }}{{ $l := until %[1]d | toStrings }}\n", n)
}

// TestFunctionsEnd calls every function with large arguments, and then again and
// again with what it made: it ends with a result, or with an error at its line.
func TestFunctionsEnd(t *testing.T) {
	all := calls(t)
	list := slices.Sorted(maps.Values(all))
	for i, call := range append(list, more...) {
		t.Run(strings.Fields(call)[0], func(t *testing.T) {
			n, work := 8_000, int64(16<<20)
			if i >= len(list) {
				n, work = 100_000, 0
			}
			once := begun(n) + "{{ $x := " + call + " }}"
			again := `{{ $t := "a\n<{\"é|_.*" }}{{ $l := list $t $t }}` + "\n{{ range until 2000 }}{{ $x := " + call + " }}" +
				"{{ if kindIs \"string\" $x }}{{ $t = $x }}{{ else if kindIs \"slice\" $x }}{{ $l = $x }}{{ end }}{{ end }}"
			for text, work := range map[string]int64{once: work, again: 16 << 20} {
				set, problems := All([]Source{tree("templates", "x.tmpl", text)}, sample(), Options{MaxWork: work})
				for _, p := range problems {
					if p.File == "x" { // what the export itself warns of
						continue
					}
					if p.File != "templates/x.tmpl" || p.Line == 0 || p.Text == "" {
						t.Errorf("%s: %.300s", p.Place(), p.Text)
					}
				}
				if len(problems) == 0 && len(set.Files) > 0 {
					t.Errorf("it presses %.300q", set.Files[0].Content)
				}
			}
		})
	}
}

// Nothing that needs chance, the clock, secrets or the machine is there.
func TestNothingFromOutside(t *testing.T) {
	t.Parallel()
	outside := regexp.MustCompile(`(?i)rand|crypt|passw|genp|genc|gens|uuid|env|host.*name|date|now|ago|shuffle|time|derive|seed`)
	for _, name := range functionNames() {
		if outside.MatchString(name) {
			t.Errorf("%s is there", name)
		}
	}
}

// What a function makes and is given is counted, whatever its type.
func TestMeasure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"given":     {`{{ $t := repeat 1000 "x" }}{{ range until 100000 }}{{ $x := contains "y" $t }}{{ end }}`, "are given and make more than 1000000 bytes"},
		"made":      {`{{ range until 100000 }}{{ $x := repeat 1000 "x" }}{{ end }}`, "are given and make more than 1000000 bytes"},
		"kept":      {`{{ $d := dict }}{{ range until 100000 }}{{ $x := set $d (print .) (repeat 1000 "x") }}{{ end }}`, "are given and make more than 1000000 bytes"},
		"a chain":   {`{{ $x := "\"" ` + strings.Repeat("| json ", 40) + ` }}`, "more than 1000000 bytes"},
		"a dict":    {`x{{ $d := dict }}{{ range until 10000 }}{{ $x := set $d (print .) 1 }}{{ end }}`, ""},
		"no longer": {`x{{ range until 100 }}{{ $x := repeat 1000 "x" }}{{ end }}`, ""},
	} {
		_, problems := All([]Source{tree("templates", "x.tmpl", "\n"+test.text)}, sample(), Options{MaxWork: 1_000_000})
		got := show(problems)
		if test.want == "" && got != "" || !strings.Contains(got, test.want) || test.want != "" && !strings.HasPrefix(got, "templates/x.tmpl:2:") {
			t.Errorf("%s: %s", name, got)
		}
	}
	// The engine takes every function as it took it before.
	for name, fn := range measured(functions(), &meter{limit: 1 << 40}) {
		template.New("x").Funcs(template.FuncMap{name: fn})
	}
}
