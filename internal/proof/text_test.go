package proof

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/render"
	"portpress/internal/source"
	"portpress/internal/testtool/hostile"
	"portpress/internal/verify"
)

// token is what every text is in the dataset that others are held to.
const token = "zqtokenqz"

// textDataset is the dataset that uses every key, with one text in the place
// of all others, and networks so that its ports open.
func textDataset(t testing.TB, text string) string {
	t.Helper()
	return filledWith(t, readText(t, "testdata/every-key.toml"), text)
}

func filledWith(t testing.TB, base, text string) string {
	t.Helper()
	opened := strings.Replace(base, "[networks]\n", "[networks]\ncluster = [\"10.0.0.0/24\", \"fd00:1::/64\"]\n", 1)
	filled, keys, err := hostile.Dataset(opened, func(string) string { return text })
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Sorted(slices.Values(hostile.Keys())); !slices.Equal(keys, want) {
		t.Fatalf("the dataset has texts for\n%q\nand there are\n%q", keys, want)
	}
	return filled
}

// pressText presses every export of textDataset; nil if the dataset is refused.
func pressText(t testing.TB, text string) []export.File {
	t.Helper()
	ds, problems := dataset.Load(&source.File{Name: "text.toml", Text: textDataset(t, text)})
	if ds == nil {
		for _, p := range problems {
			if p.Severity == problem.Error && p.Code != problem.ControlChar && p.Code != problem.EmptyText {
				t.Fatal(printed(t, problems))
			}
		}
		return nil
	}
	set, problems := render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, ds, render.Options{})
	problems = append(problems, verify.All(set.Files)...)
	if problems.Count(problem.Error) > 0 {
		t.Fatal(printed(t, problems))
	}
	return set.Files
}

// TestTextStaysText puts each hostile text into every key that takes any, and
// holds that every export says the same as with plain texts, but for the texts.
func TestTextStaysText(t *testing.T) {
	t.Parallel()
	plain := pressText(t, token)
	for _, text := range hostile.Texts {
		t.Run(text.Name, func(t *testing.T) {
			t.Parallel()
			compareTexts(t, plain, text.Text)
		})
	}
}

// TestPythonHoldsNoText holds that no text gets into what Ansible runs as Python:
// its modules have ids only.
func TestPythonHoldsNoText(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range pressText(t, token) {
		if !strings.HasSuffix(f.Path, ".py") {
			continue
		}
		n++
		if strings.Contains(string(f.Content), token) {
			t.Errorf("%s holds a text", f.Path)
		}
	}
	if n == 0 {
		t.Error("there is no module")
	}
}

func compareTexts(t testing.TB, plain []export.File, text string) {
	t.Helper()
	got := pressText(t, text)
	if got == nil {
		return
	}
	if len(got) != len(plain) {
		t.Fatalf("%d exports, not %d", len(got), len(plain))
	}
	for i, f := range got {
		if f.Path != plain[i].Path {
			t.Fatalf("an export %s rather than %s", f.Path, plain[i].Path)
		}
		if diff := differs(f.Path, string(plain[i].Content), string(f.Content), text); diff != "" {
			t.Errorf("%s: %s", f.Path, diff)
		}
	}
}

// maxFuzzed keeps one run below a second: each presses all exports.
const maxFuzzed = 500

// FuzzText puts any text into every key that takes any.
func FuzzText(f *testing.F) {
	for _, text := range hostile.Texts {
		if len(text.Text) <= maxFuzzed {
			f.Add(text.Text)
		}
	}
	plain := pressText(f, token)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxFuzzed || strings.TrimSpace(text) == "" || !utf8.ValidString(text) || strings.Contains(strings.ToLower(text), token) {
			return
		}
		compareTexts(t, plain, text)
	})
}

// TestTextComparisonFindsDamage has exports in which a text got out of its field.
func TestTextComparisonFindsDamage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, plain, got, text string }{
		{"a.nft", "x # TOKEN\ny", "x # a\nb\ny", "a\nb"},
		{"a.nft", "x \"TOKEN\" y", "x \"a\" z", "a"},
		{"a.nft", "# TOKEN\n", "# b\n", "a"},
		{"a.rules", "# TOKEN\n", "# " + strings.Repeat("a", 11000) + "\n", strings.Repeat("a", 11000)},
		{"a.yaml", "a: TOKEN\n", "a: true\n", "true"},
		{"a.yaml", "a: TOKEN\n", "{a: b, c: d}\n", "b, c: d"},
		{"a.yaml", "# TOKEN\na: 1\n", "# b\na: 1\n", "c"},
		{"a.yaml", "a: |\n  # TOKEN\n  b\n", "a: |\n  # c\n  d\n  b\n", "c\nd"},
		{"ansible/a.yml", "a: TOKEN\n", "a: '{{ x }}'\n", "{{ x }}"},
		{"goss/a.yaml", "a: TOKEN\n", "a: 'b {{ print 1 }}'\n", "b {{ print 1 }}"},
		{"a.json", `["TOKEN"]`, `["a", "b"]`, `a", "b`},
		{"terraform/a.tf.json", `["TOKEN"]`, `["${x}"]`, "${x}"},
		{"a.csv", "a,TOKEN\n", "a,=1\n", "=1"},
		{"a.csv", "a,TOKEN\n", "a,b,c\n", "b,c"},
		{"a.xml", "<a>TOKEN</a>", "<a><b/></a>", "<b/>"},
		{"a.md", "# TOKEN\n", "# a\n\n- b\n", "a\n- b"},
		{"a.md", "TOKEN\n", "{{ x }}\n", "{{ x }}"},
		{"a.md", "# TOKEN\n", "# a #\n", "a #"},
		{"cloud-init/a.yaml", "a: |\n  Description=TOKEN\n  b\n", "a: |\n  Description=x\\\n  b\n", `x\`},
		{"cloud-init/a.yaml", "a: |\n  Description=TOKEN\n  b\n", "a: |\n  Description=%n\n  b\n", `%n`},
	} {
		plain := strings.ReplaceAll(test.plain, "TOKEN", token)
		if diff := differs(test.path, plain, plain, token); diff != "" {
			t.Errorf("%s: %q is not itself: %s", test.path, plain, diff)
		}
		if differs(test.path, plain, test.got, test.text) == "" {
			t.Errorf("%s: %q passes for %q with %q", test.path, test.got, plain, test.text)
		}
	}
}
