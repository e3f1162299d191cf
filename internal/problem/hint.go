package problem

import "fmt"

// Hinted is an error that says what to do next, as a problem does.
type Hinted struct{ Text, Hint string }

// Error returns the text without the hint.
func (e *Hinted) Error() string { return e.Text }

// Hintf makes an error with a hint, which may be empty, and a text.
func Hintf(hint, format string, args ...any) error {
	return &Hinted{Text: fmt.Sprintf(format, args...), Hint: hint}
}
