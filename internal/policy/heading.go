package policy

import "strings"

// A target's words for what it doesn't open: at all, and to others than the
// host itself.
type shut struct{ off, toOthers string }

var (
	closedIn  = shut{"closed", "closed to others"}
	deniedOut = shut{"denied", "denied"}
)

// head writes what stands above a section, and before each rule of it that is
// only named.
func (b *builder) head(s *Section, words shut) {
	s.Heading = s.Title
	mark := words.off
	switch {
	case s.Self:
		s.Heading += ": " + b.target.loopback
		mark = words.toOthers
	case s.Closed:
		s.Heading += ": " + words.off + ", since [networks] gives no " + b.target.family.name() + "addresses"
		if strings.HasSuffix(b.target.loopback, ".") { // whole sentences
			s.Heading += " of " + s.Peer.ID + "."
		}
	}
	for _, r := range s.Rules {
		if r.Closed {
			r.Mark = mark
		}
	}
	for _, of := range s.Bundles {
		if of.Closed {
			of.Mark = words.off
		}
	}
}

// name is the family's, before a noun; nothing for both.
func (f family) name() string {
	switch f {
	case four:
		return "IPv4 "
	case six:
		return "IPv6 "
	}
	return ""
}
