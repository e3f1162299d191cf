package dataset

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// Every character comes back from TOML as it was, on one line.
func TestQuoteEveryCharacter(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r <= unicode.MaxRune; r += 1 + r/3000 {
		if utf8.ValidRune(r) {
			all.WriteRune(r)
		}
	}
	for text, want := range map[string]string{all.String(): all.String(), `"""`: `"""`, `\`: `\`, "a\xffb": "a\ufffdb", "": ""} {
		var got struct{ Text string }
		quoted := Quote(text)
		if _, err := toml.Decode("text = "+quoted, &got); err != nil || got.Text != want {
			t.Errorf("%.80q came back as %.80q, %v", want, got.Text, err)
		}
		if strings.ContainsAny(quoted, "\n\r") {
			t.Errorf("%.80q takes several lines", text)
		}
	}
}
