package proof

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// onlyOf keeps a host's flows, and of those the ones that listen on a device,
// or on none in particular if it is "".
func onlyOf(ds *dataset.Dataset, h *dataset.Host, device string) *dataset.Dataset {
	out := *ds
	out.Flows = slices.DeleteFunc(slices.Clone(ds.Flows), func(f dataset.Flow) bool {
		if device == "" {
			return f.Host != h || len(f.Port.Interfaces) > 0
		}
		return f.Host != h || !slices.Contains(f.Port.Devices(), device)
	})
	return &out
}

// shouldOpenOn is shouldOpen for one host, and for rows on devices too.
func shouldOpenOn(ds *dataset.Dataset, h *dataset.Host, leave ...string) map[string]bool {
	out := shouldOpen(onlyOf(ds, h, ""), peerNetworks, leave...)
	for _, i := range ds.Interfaces {
		on := shouldOpen(onlyOf(ds, h, i.Device), peerNetworks, leave...)
		delete(on, "tcp 22 from any") // that is ssh, on every device
		for x := range on {
			if i.Device != "" {
				out[x+" on "+i.Device] = true
			}
		}
	}
	return out
}

// acceptedOn is accepted for rules on devices too.
func acceptedOn(rules, chain string) map[string]bool {
	out := map[string]bool{}
	device := regexp.MustCompile(` -i (\S+)`)
	for rule := range strings.Lines(rules) {
		on := ""
		if m := device.FindStringSubmatch(rule); m != nil {
			on = " on " + m[1]
		}
		for x := range accepted(rule, chain) {
			out[x+on] = true
		}
	}
	return out
}

// ofFamily keeps what one family can say.
func ofFamily(opened map[string]bool, six bool) map[string]bool {
	out := maps.Clone(opened)
	maps.DeleteFunc(out, func(x string, _ bool) bool {
		_, addresses, _ := strings.Cut(x, " from ")
		addresses, _, _ = strings.Cut(addresses, " on ")
		isFour := strings.Contains(addresses, ".") || strings.HasPrefix(x, "icmp ")
		isSix := strings.Contains(addresses, ":")
		return six && isFour || !six && isSix
	})
	return out
}

// chainGap compares what a chain lets in, as iptables -S or ip6tables -S lists
// it, with what it should.
func chainGap(rules, chain string, want map[string]bool, six bool) []string {
	got, want := acceptedOn(rules, chain), ofFamily(want, six)
	family := map[bool]string{false: "IPv4", true: "IPv6"}[six]
	var lines []string
	for x := range want {
		if !got[x] {
			lines = append(lines, family+" lost:  "+x)
		}
	}
	for x := range got {
		if !want[x] {
			lines = append(lines, family+" added: "+x)
		}
	}
	slices.Sort(lines)
	return lines
}

// restored loads one file as docs/exports.md says, in a network namespace of
// its own that has rules already, and prints what iptables -S lists after each
// load: the whole file, the same without its jump, and the whole file again.
const restored = `
set -eu
program=$1 file=$2
$program -N OTHER
$program -A OTHER -p tcp --dport 1 -j ACCEPT
$program -A INPUT -j OTHER
$program -A FORWARD -j OTHER
$program-restore --test --noflush "$file"
$program-restore --noflush "$file"
echo "== once"; $program -S
# A rule of an earlier version, which a load must remove.
$program -I "$(sed -n 's/^-I INPUT 1 -j //p' "$file")" -p tcp --dport 7443 -j ACCEPT
grep -v '^-I INPUT' "$file" | $program-restore --noflush
echo "== reloaded"; $program -S
$program-restore --noflush "$file"
echo "== whole again"; $program -S
`

var firstJump = regexp.MustCompile(`(?m)^-A INPUT -j (PORTPRESS-\S+)\n-A INPUT -j OTHER\n`)

// iptablesGap loads every file into the kernel, several times.
func iptablesGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	tool := testtool.Need(t, "unshare", "iptables")
	testtool.NeedRoot(t, "loading rules")
	var lines []string
	for _, h := range ds.Hosts {
		for _, program := range []string{"iptables", "ip6tables"} {
			six := program == "ip6tables"
			path := filepath.Join(dir, "iptables", fmt.Sprintf("%s-%s.%s.rules", ds.Product.ID, h.ID, map[bool]string{false: "v4", true: "v6"}[six]))
			out := run(t, "", tool[0], "--net", "sh", "-c", restored, "sh", program, path)
			_, out, _ = strings.Cut(out, "== once\n")
			once, out, _ := strings.Cut(out, "== reloaded\n")
			reloaded, again, _ := strings.Cut(out, "== whole again\n")

			jump := firstJump.FindStringSubmatch(once)
			if jump == nil || strings.Count(once, "\n-A INPUT") != 2 {
				t.Fatalf("%s: the jump is not first in INPUT, before what was there:\n%s", path, once)
			}
			if !strings.Contains(once, "-A FORWARD -j OTHER\n-A OTHER -p tcp -m tcp --dport 1 -j ACCEPT\n") {
				t.Errorf("%s: another chain is changed:\n%s", path, once)
			}
			if !strings.HasSuffix(once, "-A "+jump[1]+" -j DROP\n") {
				t.Errorf("%s: the chain doesn't end in a drop:\n%s", path, once)
			}
			if reloaded != once {
				t.Errorf("%s: without its jump the file loads as\n%s\nand at first as\n%s", path, reloaded, once)
			}
			line := "-A INPUT -j " + jump[1] + "\n"
			if again != strings.Replace(once, line, line+line, 1) {
				t.Errorf("%s: loaded twice it is more than another jump:\n%s", path, again)
			}
			want := shouldOpenOn(ds, h)
			switch {
			case six:
				want["ipv6-icmp from any"], want["udp 546 from fe80::/10"] = true, true
			case saysICMP(ds, h.ID):
				want["icmp 3 from any"], want["icmp 11 from any"], want["icmp 12 from any"] = true, true, true
			default:
				want["icmp from any"] = true
			}
			lines = append(lines, chainGap(once, jump[1], want, six)...)
		}
	}
	return strings.Join(lines, "\n")
}

func TestIptablesOpensTheTable(t *testing.T) {
	atSites(t, agree(iptablesGap))
}
