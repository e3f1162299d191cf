package proof

import (
	"bytes"
	"testing"

	difference "portpress/internal/change"
	"portpress/internal/testtool/hostile"
)

// TestChangesStayText tells what changes when every text becomes a hostile one:
// each row of diff and of a release's notes is where it is with plain texts.
func TestChangesStayText(t *testing.T) {
	t.Parallel()
	base := readText(t, "testdata/every-key.toml")
	before := loadText(t, filledWith(t, base, "Before"))
	told := func(text string) (terminal, markdown string) {
		c := difference.Between(before, loadText(t, filledWith(t, base, text)))
		var a, b bytes.Buffer
		if err := c.Text(&a, false); err != nil {
			t.Fatal(err)
		}
		if err := c.Markdown(&b); err != nil {
			t.Fatal(err)
		}
		return a.String(), b.String()
	}
	plainTerminal, plainMarkdown := told(token)
	for _, text := range hostile.Texts {
		t.Run(text.Name, func(t *testing.T) {
			terminal, markdown := told(text.Text)
			c := textCompare{"diff", text.Text}
			if diff := c.lines(plainTerminal, terminal); diff != "" {
				t.Errorf("diff: %s", diff)
			}
			if diff := c.markdown(plainMarkdown, markdown); diff != "" {
				t.Errorf("Markdown: %s", diff)
			}
		})
	}
}
