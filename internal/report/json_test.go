package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"portpress/internal/screen"
)

// Every character comes back from JSON, and none acts on the screen that the
// JSON is shown on.
func TestJSONOfEveryCharacter(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) && (r < 0x3000 || screen.Acts(r)) {
			all.WriteRune(r)
		}
	}
	var b bytes.Buffer
	if err := JSON(&b, map[string]string{"text": all.String(), "other": "<&>"}); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(b.Bytes(), screen.Acts); i >= 0 {
		t.Errorf("%q is printed as it is", b.Bytes()[i:i+4])
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["text"] != all.String() {
		t.Errorf("read back otherwise: %v", err)
	}
	if !strings.Contains(b.String(), `"<&>"`) {
		t.Error("what only HTML minds is escaped")
	}
}
