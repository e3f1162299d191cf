package report

import (
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"portpress/internal/problem"
	"portpress/internal/testtool/hostile"
)

// TestSARIF holds logs to the schema that OASIS publishes, which lies in testdata:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json.
// They are those of a plain result, of none, and of hostile texts in every field.
func TestSARIF(t *testing.T) {
	file, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	published, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", published); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("sarif.json")
	judge := func(text string) error {
		log, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			return err
		}
		return schema.Validate(log)
	}

	odd := sample()
	for _, text := range hostile.Texts {
		odd.Problems = append(odd.Problems, problem.Problem{Severity: problem.Error, Code: problem.Edited, File: text.Text, Line: 1, Text: text.Text, Hint: text.Text})
	}
	for _, name := range []string{"a:b/c d?e#f%g", "/abs/ü.toml", "--set", "../x", "."} {
		odd.Problems = append(odd.Problems, problem.Problem{Severity: problem.Warning, Code: problem.Unused, File: name, Text: name})
	}
	for name, r := range map[string]*Result{"plain": sample(), "none": {}, "odd": odd} {
		if err := judge(printed(t, "sarif", Output{Top: "sub"}, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The schema does find mistakes.
	for _, damage := range [][2]string{{`"level": "error"`, `"level": "eror"`}, {`"startLine": 9`, `"startLine": 0`}, {`"version": "2.1.0"`, `"version": "2.1"`}} {
		if judge(strings.Replace(printed(t, "sarif", Output{}, sample()), damage[0], damage[1], 1)) == nil {
			t.Errorf("%s passes", damage[1])
		}
	}
}
