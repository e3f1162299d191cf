//go:build !unix

package render

// cpu is not known here; the benchmarks then give the clock only.
func cpu() int64 { return 0 }
