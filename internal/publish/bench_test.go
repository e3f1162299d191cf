package publish

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"portpress/internal/export"
)

// sizes are what a user has, and what a very large product would have.
var sizes = []struct {
	name         string
	files, bytes int
}{{"15x2KB", 15, 2 << 10}, {"4x20MB", 4, 20 << 20}}

// benchSet returns files that begin with the mark, so that two marks give sets
// that differ everywhere.
func benchSet(files, size int, mark string) export.Set {
	set := export.Set{Product: "mke"}
	for i := range files {
		content := append([]byte(mark), bytes.Repeat([]byte("179,tcp,managers,internal,BGP peers\n"), size/36)...)
		set.Files = append(set.Files, export.File{Path: fmt.Sprintf("d%d/%02d.csv", i%3, i), Content: content})
	}
	return set
}

// bench runs one publishing step on each size. The folder is on the disk that
// holds TMPDIR, so syncs cost what they cost there.
func bench(b *testing.B, step func(b *testing.B, out string, set, other export.Set)) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			set, other := benchSet(size.files, size.bytes, "a"), benchSet(size.files, size.bytes, "b")
			b.SetBytes(int64(size.files * len(set.Files[0].Content)))
			step(b, b.TempDir(), set, other)
		})
	}
}

func mustB(b *testing.B, out string, set export.Set) {
	if _, found := writeOne(out, set, Options{}); len(found) > 0 {
		b.Fatal(found)
	}
}

func BenchmarkWriteNew(b *testing.B) {
	bench(b, func(b *testing.B, out string, set, _ export.Set) {
		for b.Loop() {
			b.StopTimer()
			if err := os.RemoveAll(out); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			mustB(b, out, set)
		}
	})
}

func BenchmarkWriteChanged(b *testing.B) {
	bench(b, func(b *testing.B, out string, set, other export.Set) {
		for b.Loop() {
			mustB(b, out, set)
			set, other = other, set
		}
	})
}

func BenchmarkWriteUnchanged(b *testing.B) {
	bench(b, func(b *testing.B, out string, set, _ export.Set) {
		mustB(b, out, set)
		for b.Loop() {
			mustB(b, out, set)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	bench(b, func(b *testing.B, out string, set, _ export.Set) {
		mustB(b, out, set)
		for b.Loop() {
			if report, _, found := compareOne(out, set, Options{}); report.Changed || len(found) > 0 {
				b.Fatal(found)
			}
		}
	})
}

func BenchmarkCompareChanged(b *testing.B) {
	bench(b, func(b *testing.B, out string, set, other export.Set) {
		mustB(b, out, set)
		for b.Loop() {
			_, diffs, _ := compareOne(out, other, Options{})
			for _, d := range diffs {
				if len(d.Unified()) == 0 {
					b.Fatal("no diff of ", d.Path)
				}
			}
		}
	})
}
