package policy

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// fileLimits are how much of an export its readers take, by the folder that it
// stands in, the least first.
var fileLimits = []struct {
	folder string
	bytes  int
	size   func(content []byte) int
	reader string
	hint   string
}{
	// Before base64 on EC2 (User Guide, "Run commands at launch"), Hetzner ("Create a
	// server"), Azure (osProfile.customData) and Google (metadata values); behind
	// it 65,535 on OpenStack ("Provide user data to instances").
	{"cloud-init/", 16384, wholeFile, "EC2's user-data", userData},
	{"cloud-init/", 32768, wholeFile, "Hetzner's", userData},
	{"cloud-init/", 65535 / 4 * 3, wholeFile, "OpenStack's", userData},
	{"cloud-init/", 65535, wholeFile, "Azure's", userData},
	{"cloud-init/", 262144, wholeFile, "Google's", userData},
	// An object carries all of itself once more in an annotation, and
	// annotations have 256 KiB: TotalAnnotationSizeLimitB of apimachinery.
	{"kubernetes/", 262144, largestObject, "kubectl apply", "apply it with --server-side, give fewer networks, or let ranges stand whole: end-port = true"},
	// etcd's --max-request-bytes is 1.5 MiB.
	{"calico/", 1572864, largestObject, "etcd", "give fewer networks"},
}

const userData = "give fewer networks, or have the machine fetch the file: #include URL"

// groupLimit is how many rules AWS allows for a direction and family of a
// group, unless that quota is raised; and most of what it is raised to: rules of
// a group times groups of an interface are 1,000 at most ("Amazon VPC quotas").
const (
	groupLimit = 60
	groupMost  = 1000
)

// setLimit is how many entries a set of firewalld's holds, whose maxelem
// nobody has raised (ipset(8)).
const setLimit = 65536

// TooLong is the warning of an export that is longer than readers of it take, if
// it is.
func TooLong(path string, content []byte) (Warning, bool) {
	var w Warning
	for _, l := range fileLimits {
		if !strings.HasPrefix(path, l.folder) || len(content) <= l.bytes {
			continue // which is quick
		}
		switch size := l.size(content); {
		case size <= l.bytes:
		case w.Text != "":
			w.Text += fmt.Sprintf(", the %d that %s does", l.bytes, l.reader)
		default:
			w = Warning{
				Code: problem.OverLimit,
				Text: fmt.Sprintf("%d bytes are more than the %d that %s takes", size, l.bytes, l.reader),
				Hint: l.hint,
			}
		}
	}
	return w, w.Text != ""
}

func wholeFile(content []byte) int { return len(content) }

// largestObject counts the longest document of a file of YAML as its reader
// gets it: without comments and indentation, which come to about what JSON has
// for marks.
func largestObject(content []byte) int {
	size, most := 0, 0
	for line := range bytes.Lines(content) {
		line = bytes.TrimSpace(line)
		if string(line) == "---" {
			size = 0
			continue
		}
		if i := bytes.Index(line, []byte(" # ")); i >= 0 {
			line = line[:i]
		}
		if !bytes.HasPrefix(line, []byte("#")) {
			size += len(line)
			most = max(most, size)
		}
	}
	return most
}

// tooManyEntries warns of a set of firewalld's that holds more than it can.
func (b *builder) tooManyEntries(peer *dataset.Peer, list []netip.Prefix) {
	for _, f := range bothFamilies {
		if count := len(texts(list, f)); count > setLimit {
			b.warnings = append(b.warnings, Warning{
				Code: problem.OverLimit,
				Text: fmt.Sprintf("networks.%s has %d networks of %s, and a set of firewalld's holds %d", peer.ID, count, familyNames[f], setLimit),
				Hint: "give larger networks, which hold several of these",
			})
		}
	}
}

var familyNames = map[family]string{four: "IPv4", six: "IPv6"}

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
		limit, by, hint := groupLimit, " by default", "have the quota of rules for each group raised, or give fewer networks"
		if count > groupMost {
			limit, by, hint = groupMost, ", however its quota is raised", "give fewer networks"
		}
		if count > groupLimit {
			b.warnings = append(b.warnings, Warning{
				Code: problem.OverLimit,
				Text: fmt.Sprintf("the group of %s has %d %s rules of %s, and AWS allows %d%s", h.ID, count, direction, family, limit, by),
				Hint: hint,
			})
		}
	}
	for _, h := range b.policy.ds.Hosts {
		warn(h, four[b.groups[h]], "IPv4")
		warn(h, six[b.groups[h]], "IPv6")
	}
}
