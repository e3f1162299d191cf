package dataset

import (
	"cmp"

	"portpress/internal/problem"
)

// What a host runs.
const (
	Linux   = "linux"
	Windows = "windows"
)

// readOS reads the operating system of a host type.
func readOS(r *reader, e *entry, h *Host) {
	h.OS = r.text(e, "os", true)
	if h.OS == "" { // told already
		h.OS = Linux
	}
	if h.OS != Linux && h.OS != Windows {
		_, file := e.get("os")
		words := []string{Linux, Windows}
		r.report(problem.UnknownOS, file, e.path("os"), "no host runs "+quoted(h.OS), cmp.Or(problem.DidYouMean(h.OS, words), `it is "linux" or "windows"`))
		h.OS = Linux
	}
}

// Of gives the host types that run an operating system.
func (h Hosts) Of(os string) Hosts {
	var of Hosts
	for _, host := range h {
		if host.OS == os {
			of = append(of, host)
		}
	}
	return of
}
