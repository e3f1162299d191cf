package verify

import (
	"strings"
	"testing"

	"portpress/internal/export"
)

func TestTOML(t *testing.T) {
	checkCases(t, []exportCase{
		{"x.toml", "a = \"b\"\nc = d\n", `2:5 malformed: not valid TOML: expected value but found "d" instead
| c = d
|     ^
hint: every string must go through the json function, whose quotes TOML shares; each key and table may be given once
`},
		{"x.toml", "[a]\nb = 1\nb = 2\n", `3:1 malformed: not valid TOML: key 'a.b' has already been defined
| b = 2
| ^
hint: every string must go through the json function, whose quotes TOML shares; each key and table may be given once
`},
		{"x.toml", "[a]\n[a]\n", `2:2 malformed: not valid TOML: key 'a' has already been defined
| [a]
|  ^
hint: every string must go through the json function, whose quotes TOML shares; each key and table may be given once
`},
		{"x.toml", "a = \"é\" \"x\"\n", `1:8 malformed: not valid TOML: expected a top-level item to end with a newline, comment, or EOF, but got '"' instead
| a = "é" "x"
|        ^^
hint: every string must go through the json function, whose quotes TOML shares; each key and table may be given once
`},
		{"x.toml", "a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", `1:1005 malformed: more than 1000 brackets are open here, near "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
hint: a bracket or a quote is not closed
`},
		{"x.toml", "a = \"x\r\nb = 1\r\n", `1:7 malformed: not valid TOML: strings cannot contain newlines
| a = "x
|       ^
hint: every string must go through the json function, whose quotes TOML shares; each key and table may be given once
`},
	})
}

// A key of very many names ends with an error, wherever it stands; the decoder
// alone would take minutes over it.
func TestTOMLLongKeys(t *testing.T) {
	names := strings.Repeat("a.", 50_000) + "b"
	for what, text := range map[string]string{
		"key":          names + " = 1\n",
		"header":       "[" + names + "]\nx = 1\n",
		"list":         "[[" + names + "]]\nx = 1\n",
		"inline table": "x = [{y = {" + names + " = 1}}]\n",
		"one too many": strings.Repeat("a.", maxNames) + "b = 1\n",
	} {
		problems := All([]export.File{{Path: "x.toml", Content: []byte(text)}})
		if len(problems) != 1 || !strings.Contains(problems[0].Text, "names") {
			t.Errorf("%s: %d problems", what, len(problems))
		}
	}
	if problems := All([]export.File{{Path: "x.toml", Content: []byte(strings.Repeat("a.", maxNames-1) + "b = {c = [1, {d.e = 2}]}\n")}}); len(problems) > 0 {
		t.Errorf("as many names as may be: %v", problems)
	}
}
