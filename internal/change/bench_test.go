package change

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// BenchmarkBetween compares tables of 10,000 rows: one with itself, with one
// in which a row in ten differs, and with one whose rows all have other ids
// and open more.
func BenchmarkBetween(b *testing.B) {
	plain := manyRows(b, "row", func(int) string { return "inside" })
	for _, test := range []struct {
		name  string
		after *dataset.Dataset
	}{
		{"same", manyRows(b, "row", func(int) string { return "inside" })},
		{"tenth", manyRows(b, "row", func(i int) string { return []string{"public", "inside"}[min(i%10, 1)] })},
		{"renamed", manyRows(b, "entry", func(int) string { return "public" })},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Between(plain, test.after)
			}
		})
	}
}

func manyRows(b *testing.B, id string, scope func(int) string) *dataset.Dataset {
	var text strings.Builder
	text.WriteString(head)
	for i := range 10_000 {
		text.WriteString(row(fmt.Sprintf("%s-%d", id, i), fmt.Sprintf("port = %d", i+1), `protocols = ["tcp", "udp"]`,
			`hosts = ["servers", "agents"]`, fmt.Sprintf("scopes = %q", scope(i)), fmt.Sprintf(`purpose = "Purpose %d"`, i)))
	}
	return load(b, text.String())
}
