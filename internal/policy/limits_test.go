package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimitsOfPlatforms counts to the limit and over it.
func TestLimitsOfPlatforms(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int]bool{16384: false, 16385: true} {
		if w, got := TooLong("cloud-init/ufw/a.yaml", bytes); got != want || got && !strings.Contains(w.Text, "16385") {
			t.Errorf("%d bytes: %t %q", bytes, got, w.Text)
		}
	}
	if _, got := TooLong("a.md", 1<<20); got {
		t.Error("a document has a limit")
	}
	for count, want := range map[int]int{60: 0, 61: 1} {
		var networks []string
		for i := range count {
			networks = append(networks, fmt.Sprintf("%q", fmt.Sprintf("10.0.%d.0/24", i)))
		}
		_, warnings := New(load(t, `
format = 1
product = {id = "p", name = "P"}
hosts.h.name = "H"
ports.web = {port = 80, protocols = "tcp", hosts = "h", from = "cluster", purpose = "Web"}
networks.cluster = ["fd00::/8", `+strings.Join(networks, ", ")+"]\n")).SecurityGroups()
		if len(warnings) != want || want > 0 && !strings.Contains(warnings[0].Text, "61 incoming rules of IPv4") {
			t.Errorf("%d networks: %v", count, warnings)
		}
	}
}
