package verify

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/testtool"
	"portpress/internal/verify/quickyaml"
)

// pyYAML runs a script that reads JSON from its standard input and prints
// JSON, under a Python that has PyYAML.
func pyYAML(t *testing.T, script string, in, out any) {
	t.Helper()
	python := testtool.Need(t, "python3-yaml")[0]
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", "import sys, json, yaml\n"+script)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(text), os.Stderr
	printed, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(printed, out); err != nil {
		t.Fatal(err)
	}
}

// resolveScript resolves and constructs plain scalars as a document's reader
// would. What can't be constructed is an error to that reader.
const resolveScript = `
loader, out = yaml.SafeLoader(""), []
for text in json.load(sys.stdin):
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    kind, value = tag.rsplit(":", 1)[1], ""
    if kind in ("int", "float", "bool"):
        try:
            value = repr(loader.construct_object(yaml.ScalarNode(tag, text))).lower()
        except Exception:
            kind = "value"
    out.append([kind, value])
json.dump(out, sys.stdout)
`

// trickyScalars are plain scalars that some reader takes for more than text,
// or that look as if one might.
var trickyScalars = strings.Fields(`
	~ null Null NULL nULL none nil
	true True TRUE tRUE false False FALSE yes Yes YES yEs no No NO on On ON off Off OFF y Y n N t f
	0 -0 +0 00 01 07 08 -07 0443 0o17 0O17 0b101 0B101 0b2 0x1F 0X1F -0x1F +0x1f 0x 0x_ 0b_ 0_ 0xG
	1 -1 +1 1_000 1__0 _1 1_ 9223372036854775807 9223372036854775808 18446744073709551616 99999999999999999999999
	20:21 1:20.5 190:20:30 190:20:30.15 443:8443 22:80 00:30 0:30 -1:30 +1:30 1:60 1:5 1:05 1:005 1: 1:2: 12:30:45 1_0:20 1:2_0 1:20.5_0 1:2e3
	1.5 -1.5 +1.5 1. .5 -.5 +.5 . -. 1.2.3 10.0.0.0 1e3 1E3 1e+3 1.5e3 1.5e+3 1.5e-3 1.e+3 .5e+3 .5e3 e3 1e 1e+ 1.5e+ 1_000.5 1.5_0 1._5 0.1 00.1 09.5 1e400 -1e400 1.0e+400
	.inf .Inf .INF .iNF +.inf -.inf -.INF .nan .NaN .NAN .Nan +.nan inf nan Infinity -inf
	2026-11-22 2026-1-2 2026-13-45 2026-11 2026-11-22T10:20:30Z 2026-11-22t10:20:30.5+01:00 2026-11-22T1:20:30 2026-11-22T10:20 2026-1-2T10:20:30 2026-11-22T10:20:30-5 2026-11-22T10:20:30+5:3 2026-11-2
	= << <<< == 443/tcp 30000-32767 fd00:1::/64 10.0.0.0/8 - -- --- -a word
`)

// allScalars adds to trickyScalars the ones with spaces, and every short
// combination of the characters that numbers and dates are made of.
func allScalars() []string {
	scalars := append([]string{
		"", "2026-11-22 10:20:30", "2026-11-22 10:20:30 +5", "2026-11-22 10:20:30.25 Z", "2026-11-22  1:20:30",
		"2026-11-22 ", "2026-11-22 1", "1 000", "a b", "2 hosts",
	}, trickyScalars...)
	const alphabet = "01679.:-+_eExXobf,TZ"
	for length, level := 1, []string{""}; length <= 3; length++ {
		var next []string
		for _, head := range level {
			for _, c := range alphabet {
				next = append(next, head+string(c))
			}
		}
		scalars, level = append(scalars, next...), next
	}
	return scalars
}

// TestReadAs11 proves the table of YAML 1.1 against PyYAML itself.
func TestReadAs11(t *testing.T) {
	scalars := allScalars()
	var theirs [][2]string
	pyYAML(t, resolveScript, scalars, &theirs)
	for i, s := range scalars {
		want := reading{theirs[i][0], theirs[i][1]}
		switch s {
		case "y", "Y", "n", "N":
			// PyYAML leaves out these two booleans of YAML 1.1; others don't.
			if want.kind != "str" {
				t.Errorf("PyYAML now takes %q for a %s", s, want.kind)
			}
			continue
		}
		if got := readAs11(s); !sameReading(got, want) {
			t.Errorf("%q is %v here, %v to PyYAML", s, got, want)
		}
	}
}

// TestAmbiguityAgainstReaders proves the verdict: where it finds nothing,
// PyYAML and our own parser read one value, and what either quick answer
// calls certain is so.
func TestAmbiguityAgainstReaders(t *testing.T) {
	scalars := allScalars()
	var theirs [][2]string
	pyYAML(t, resolveScript, scalars, &theirs)
	passed := 0
	for i, s := range scalars {
		third, ok := readByParser(t, s)
		if !ok {
			continue // not a plain scalar in a document
		}
		text := ambiguity(s, "!!"+third.kind)
		if text == "" {
			passed++
			if old := (reading{theirs[i][0], theirs[i][1]}); !sameReading(third, old) {
				t.Errorf("%q passes, and is %v to PyYAML and %v to yaml/v4", s, old, third)
			}
		}
		if quickyaml.CertainPlain([]byte(s)) {
			old, core := readAs11(s), readAs12(s)
			if old != core || third.kind != core.kind {
				t.Errorf("%q is certain to the quick reader, but %v, %v and %v", s, old, core, third)
			}
		}
	}
	if passed < 1000 || passed == len(scalars) {
		t.Errorf("%d of %d scalars pass, so the test proves little", passed, len(scalars))
	}
}

// readByParser reads a plain scalar as yaml/v4 does in a document. ok is false
// when it isn't one there.
func readByParser(t *testing.T, s string) (r reading, ok bool) {
	t.Helper()
	var node yaml.Node
	if yaml.Load([]byte("- "+s+"\n"), &node) != nil {
		return reading{}, false
	}
	item := node.Content[0].Content
	if len(item) != 1 || item[0].Kind != yaml.ScalarNode || item[0].Value != s {
		return reading{}, false
	}
	r.kind = strings.TrimPrefix(item[0].Tag, "!!")
	switch r.kind {
	case "int", "float", "bool":
		var value any
		if err := item[0].Decode(&value); err != nil {
			t.Fatal(err)
		}
		r.value = strings.ToLower(fmt.Sprint(value))
	}
	return r, true
}

// sameReading compares kinds, and numbers by value: every language prints
// floats in its own way.
func sameReading(a, b reading) bool {
	if a.kind != b.kind {
		return false
	}
	if a.kind != "float" {
		return a.value == b.value
	}
	x, errX := strconv.ParseFloat(a.value, 64)
	y, errY := strconv.ParseFloat(b.value, 64)
	if errX != nil || errY != nil {
		return false
	}
	return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9*math.Abs(x)
}

// documentScript reads whole streams and prints each in one canonical form.
const documentScript = `
def form(v):
    if v is None: return "null"
    if isinstance(v, bool): return str(v).lower()
    if isinstance(v, int): return str(v)
    if isinstance(v, str): return "s" + v.encode().hex()
    if isinstance(v, list): return "[" + ",".join(form(x) for x in v) + "]"
    if isinstance(v, dict): return "{" + ",".join(sorted(form(k) + ":" + form(x) for k, x in v.items())) + "}"
    return "other " + repr(v)
out = []
for text in json.load(sys.stdin):
    try:
        out.append(form(list(yaml.safe_load_all(text))))
    except Exception as e:
        out.append("error " + str(e))
json.dump(out, sys.stdout)
`

// form is the same as in documentScript, for what yaml/v4 reads.
func form(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "s" + hex.EncodeToString([]byte(v))
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = form(v[i])
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		pairs := make([]string, 0, len(v))
		for key, value := range v {
			pairs = append(pairs, form(key)+":"+form(value))
		}
		slices.Sort(pairs)
		return "{" + strings.Join(pairs, ",") + "}"
	case map[any]any:
		pairs := make([]string, 0, len(v))
		for key, value := range v {
			pairs = append(pairs, form(key)+":"+form(value))
		}
		slices.Sort(pairs)
		return "{" + strings.Join(pairs, ",") + "}"
	}
	return fmt.Sprint(v)
}

// TestQuickAgainstReaders proves that both real readers get the same from
// what the quick reader is sure of.
func TestQuickAgainstReaders(t *testing.T) {
	texts := slices.Concat(quickSure, []string{string(benchYAML(20))})
	var theirs []string
	pyYAML(t, documentScript, texts, &theirs)
	for i, text := range texts {
		if !quickyaml.Sure([]byte(text)) {
			t.Errorf("not sure of %q", text)
		}
		documents := []any{}
		if err := yaml.Load([]byte(text), &documents, yaml.WithAllDocuments()); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := form(documents); got != theirs[i] {
			t.Errorf("%q is\n%s to PyYAML and\n%s to yaml/v4", text, theirs[i], got)
		}
	}
}
