package policy

import (
	"fmt"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// fileLimits are how many bytes of an export its reader takes, by the folder
// that it stands in.
var fileLimits = []struct {
	folder string
	bytes  int
	reader string
}{
	{"cloud-init/", 16384, "EC2's user-data"}, // before base64: the User Guide, "Run commands at launch"
}

// groupLimit is how many rules AWS allows for a direction and family of a
// group, unless that quota is raised.
const groupLimit = 60

// TooLong is the warning of an export that is longer than its reader takes, if
// it is.
func TooLong(path string, bytes int) (Warning, bool) {
	for _, l := range fileLimits {
		if strings.HasPrefix(path, l.folder) && bytes > l.bytes {
			return Warning{
				Code: problem.OverLimit,
				Text: fmt.Sprintf("%d bytes are more than the %d that %s takes", bytes, l.bytes, l.reader),
				Hint: "give fewer networks, or have the machine fetch the file: #include URL",
			}, true
		}
	}
	return Warning{}, false
}

// tooMany warns of groups that have more rules than AWS allows.
func (b *groupBuilder) tooMany(direction string, rules []*GroupRule) {
	four, six := map[*SecurityGroup]int{}, map[*SecurityGroup]int{}
	for _, r := range rules {
		if r.CIDR6 == "" { // a group as the other side counts for both
			four[r.Group]++
		}
		if r.CIDR4 == "" {
			six[r.Group]++
		}
	}
	warn := func(h *dataset.Host, count int, family string) {
		if count > groupLimit {
			b.warnings = append(b.warnings, Warning{
				Code: problem.OverLimit,
				Text: fmt.Sprintf("the group of %s has %d %s rules of %s, and AWS allows %d by default", h.ID, count, direction, family, groupLimit),
				Hint: "have the quota of rules for each group raised, or give fewer networks",
			})
		}
	}
	for _, h := range b.policy.ds.Hosts {
		warn(h, four[b.groups[h]], "IPv4")
		warn(h, six[b.groups[h]], "IPv6")
	}
}
