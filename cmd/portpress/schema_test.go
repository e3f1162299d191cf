package main

import (
	"os"
	"path/filepath"
	"testing"

	"portpress/internal/schema"
)

// TestSchemaFiles holds docs/schema, which the shipped datasets name, to what
// the program prints; with -update it writes the files.
func TestSchemaFiles(t *testing.T) {
	for _, kind := range schema.Kinds() {
		want, err := schema.Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("../../docs/schema", kind+".json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what portpress schema %s prints: make golden writes it (%v)\n%s", path, kind, err, firstDifference(string(got), string(want)))
		}
	}
}
