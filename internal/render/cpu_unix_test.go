//go:build unix

package render

import "syscall"

// cpu gives the processor time used so far, in nanoseconds: on a busy machine
// it says more than the clock.
func cpu() int64 {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return use.Utime.Nano() + use.Stime.Nano()
}
