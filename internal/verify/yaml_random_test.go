package verify

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/export"
	"portpress/internal/verify/quickyaml"
)

// fragments are what randomYAML puts together. Most are right somewhere and
// wrong elsewhere, which is what the quick reader must tell apart.
var fragments = strings.Split(
	"a|b|c|a: |b: |c:|\"a\": |'b': |1: |- |- - |-|  |    | |\n|\n  |\n    |\n   |\n|\n- |\n  - |"+
		"[|]|{|}|, |[a, b]|{a: 1, b: [c]}|{a: b}|[]|{}|\"x y\"|'it''s'|\"\\u00e9\\n\"|\"|'|# c| # c|#|"+
		"|>|>-\n  x\n|%|@|:|: |~|null|true|443|443/tcp|30000-32767|10.0.0.0/8|é|x  y|---|\n---\n|\n...\n|?|? |&a |*a|!!str |\t|--x|\\|//",
	"|")

// blockHeaders begin block scalars; their bar would split the list above.
var blockHeaders = []string{"|\n", "|-\n", "|+\n", ">\n", "|\n  x\n", "|-\n    x\n\n   y\n", "|\n\n  \n  x\n  \ty\n"}

func randomYAML(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(16) {
		if random.IntN(12) == 0 {
			b.WriteString(blockHeaders[random.IntN(len(blockHeaders))])
			continue
		}
		b.WriteString(fragments[random.IntN(len(fragments))])
	}
	return b.String()
}

// TestQuickOnRandom puts documents together that keep near to the edge of
// what the quick reader knows, and holds its promise against all three other
// readers: the full one, yaml/v4 and PyYAML. The seed is fixed, so that a
// failure stays.
func TestQuickOnRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(179, 443))
	var sure []string
	seen := map[string]bool{}
	for range 10_000 {
		text := randomYAML(random)
		if seen[text] || !checkText(&report{file: export.File{Content: []byte(text)}}) || !quickyaml.Sure([]byte(text)) {
			continue
		}
		seen[text] = true
		sure = append(sure, text)
	}
	if len(sure) < 500 {
		t.Errorf("the quick reader is sure of %d documents only, so the test proves little", len(sure))
	}
	var theirs []string
	pyYAML(t, documentScript, sure, &theirs)
	for i, text := range sure {
		r := &report{file: export.File{Path: "x.yml", Content: []byte(text)}}
		if fullYAML(r); len(r.list) > 0 {
			t.Errorf("%q: the full reader finds %s", text, r.list[0].Text)
			continue
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
