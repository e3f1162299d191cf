package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/testtool"
	"portpress/internal/testtool/hostile"
)

// TestSARIF hands logs to the public schema: of a plain result, of none, and of
// hostile texts in every field.
func TestSARIF(t *testing.T) {
	readers := testtool.Need(t, "sarif-schema")[0]
	odd := sample()
	for _, text := range hostile.Texts {
		odd.Problems = append(odd.Problems, problem.Problem{Severity: problem.Error, Code: problem.Edited, File: text.Text, Line: 1, Text: text.Text, Hint: text.Text})
	}
	for _, name := range []string{"a:b/c d?e#f%g", "/abs/ü.toml", "--set", "../x", "."} {
		odd.Problems = append(odd.Problems, problem.Problem{Severity: problem.Warning, Code: problem.Unused, File: name, Text: name})
	}
	dir := t.TempDir()
	args := []string{"sarif"}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, r := range map[string]*Result{"plain": sample(), "none": {}, "odd": odd} {
		args = append(args, write(name, printed(t, "sarif", Output{Top: "sub"}, r)))
	}
	if out, err := exec.Command(readers, args...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	// The schema does find mistakes.
	for _, damage := range [][2]string{{`"level": "error"`, `"level": "eror"`}, {`"startLine": 9`, `"startLine": 0`}, {`"2.1.0"`, `"2.1"`}} {
		text := strings.Replace(printed(t, "sarif", Output{}, sample()), damage[0], damage[1], 1)
		if out, err := exec.Command(readers, "sarif", write("damaged", text)).CombinedOutput(); err == nil {
			t.Errorf("%s passed: %s", damage[1], out)
		}
	}
}
