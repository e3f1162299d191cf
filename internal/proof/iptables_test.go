package proof

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

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

// onlyOf keeps a host's flows, and of those the ones that listen on a device,
// or on none in particular if it is "".
func onlyOf(ds *dataset.Dataset, h *dataset.Host, device string) *dataset.Dataset {
	out := *ds
	out.Flows = slices.DeleteFunc(slices.Clone(ds.Flows), func(f dataset.Flow) bool {
		on := f.Port.Devices()
		return f.Host != h || device == "" && len(f.Port.Interfaces) > 0 || device != "" && !slices.Contains(on, device)
	})
	return &out
}

// shouldOpenOn is shouldOpen for one host and for rows on devices too.
func shouldOpenOn(ds *dataset.Dataset, h *dataset.Host, leave ...string) map[string]bool {
	out := shouldOpen(onlyOf(ds, h, ""), peerNetworks, leave...)
	for _, i := range ds.Interfaces {
		if i.Device == "" {
			continue
		}
		on := shouldOpen(onlyOf(ds, h, i.Device), peerNetworks, leave...)
		delete(on, "tcp 22 from any") // that is ssh, on every device
		for x := range on {
			out[x+" on "+i.Device] = true
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
		if m := device.FindStringSubmatch(rule); m != nil && m[1] != "lo" {
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

// TestIptablesOpensTheTable loads every file into the kernel, several times.
func TestIptablesOpensTheTable(t *testing.T) {
	tool := testtool.Need(t, "unshare", "iptables")
	if os.Geteuid() != 0 {
		t.Skip("loading rules needs root")
	}
	header := map[bool][]string{
		false: {"icmp from any"},
		true:  {"ipv6-icmp from any", "udp 546 from fe80::/10"},
	}
	check := func(t *testing.T, ds *dataset.Dataset) {
		dir := writeSet(t, ds)
		for _, h := range ds.Hosts {
			for family, program := range map[string]string{"v4": "iptables", "v6": "ip6tables"} {
				path := filepath.Join(dir, "iptables", fmt.Sprintf("%s-%s.%s.rules", ds.Product.ID, h.ID, family))
				out := run(t, "", tool[0], "--net", "sh", "-c", restored, "sh", program, path)
				_, out, _ = strings.Cut(out, "== once\n")
				once, out, _ := strings.Cut(out, "== reloaded\n")
				reloaded, again, _ := strings.Cut(out, "== whole again\n")

				m := regexp.MustCompile(`(?m)^-A INPUT -j (PORTPRESS-\S+)\n-A INPUT -j OTHER\n`).FindStringSubmatch(once)
				if m == nil || strings.Count(once, "-A INPUT") != 2 {
					t.Fatalf("%s: the jump is not first in INPUT, before what was there:\n%s", path, once)
				}
				chain, jump := m[1], "-A INPUT -j "+m[1]+"\n"
				if !strings.Contains(once, "-A FORWARD -j OTHER\n-A OTHER -p tcp -m tcp --dport 1 -j ACCEPT\n") {
					t.Errorf("%s: another chain is changed:\n%s", path, once)
				}
				if !strings.HasSuffix(once, "-A "+chain+" -j DROP\n") {
					t.Errorf("%s: the chain doesn't end in a drop:\n%s", path, once)
				}
				if reloaded != once {
					t.Errorf("%s: without its jump the file loads something else:\n%s\nthan at first:\n%s", path, reloaded, once)
				}
				if want := strings.Replace(once, jump, jump+jump, 1); again != want {
					t.Errorf("%s: loaded twice it is more than another jump:\n%s", path, again)
				}
				want := ofFamily(shouldOpenOn(ds, h), family == "v6")
				for _, x := range header[family == "v6"] {
					want[x] = true
				}
				same(t, acceptedOn(once, chain), want)
			}
		}
	}
	for _, id := range shipped(t) {
		t.Run(id, func(t *testing.T) { check(t, load(t, id, networks(load(t, id)))) })
	}
	t.Run("every key", func(t *testing.T) {
		const device = `interfaces.storage.device = "eth1"`
		check(t, loadEveryKey(t, networks(loadEveryKey(t)), device))
	})
}
