package problem

import "unicode/utf8"

// NotUTF8At gives the offset of the first byte that isn't UTF-8, or -1.
func NotUTF8At(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
}
