package problem

import "testing"

func TestNotUTF8At(t *testing.T) {
	for text, want := range map[string]int{
		"": -1, "plain": -1, "grün": -1,
		"\uFFFD": -1, // the replacement character is a character
		"\xff":   0, "gr\xfcn": 2, "\uFFFD\xc3": 3, "a\xed\xa0\x80": 1,
	} {
		if got := NotUTF8At([]byte(text)); got != want {
			t.Errorf("NotUTF8At(%q) = %d, want %d", text, got, want)
		}
	}
}
