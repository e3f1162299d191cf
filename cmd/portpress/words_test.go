package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress/internal/format"
	"portpress/internal/project"
)

// The names of delimiters stand in a flag's tag and in the project file's
// keys, which can't ask format for them.
func TestDelimitersHaveOneSetOfNames(t *testing.T) {
	flag, ok := reflect.TypeFor[workFlags]().FieldByName("CSVDelimiter")
	if !ok {
		t.Fatal("there is no such flag")
	}
	words := strings.FieldsFunc(flag.Tag.Get("enum"), func(c rune) bool { return c == ',' })
	if want := format.Delimiters(); !slices.Equal(words, want) {
		t.Errorf("the flag takes %q, format knows %q", words, want)
	}
	i := slices.IndexFunc(project.Keys(), func(k project.Key) bool { return k.Name == "csv-delimiter" })
	if i < 0 || !slices.Equal(project.Keys()[i].Words, format.Delimiters()) {
		t.Errorf("the key of the project file doesn't take what format knows, %q", format.Delimiters())
	}
}
