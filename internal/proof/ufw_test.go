package proof

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// profilesGap shows ufw the profiles in place of the system's, and reads each
// back.
func profilesGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	tool := testtool.Need(t, "ufw", "unshare")
	testtool.NeedRoot(t, "ufw")
	out := run(t, dir, tool[1], "--mount", "sh", "-c",
		`mount --bind ufw/applications.d /etc/ufw/applications.d && `+tool[0]+` app info all`)
	if strings.Contains(out, "WARN") || strings.Contains(out, "Skipping") {
		t.Errorf("ufw warns: %s", out)
	}
	got, want := facts{}, facts{}
	profile := ""
	for line := range strings.Lines(out) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "Profile: "); ok {
			profile = name
		} else if port, protocol, ok := strings.Cut(strings.TrimSpace(line), "/"); ok && strings.HasPrefix(line, "  ") {
			got[fact{"", protocol, strings.ReplaceAll(port, ":", "-"), profile}] = true
		}
	}
	for _, f := range ds.Flows {
		if plainFlow(&f) && slices.Contains([]string{"tcp", "udp"}, f.Protocol.ID) {
			want[fact{"", f.Protocol.ID, f.Range.String(), ds.Product.ID + "-" + f.Host.ID + "-" + f.Scope.ID}] = true
		}
	}
	if len(want) == 0 && len(ds.Flows) > 0 {
		t.Error("the dataset opens nothing that a profile can say")
	}
	return got.compare(want)
}

func TestUfwReadsTheProfiles(t *testing.T) {
	atSites(t, agree(profilesGap))
}

// ufwBootGap runs the script that a #cloud-config writes for ufw.
func ufwBootGap(t *testing.T, ds *dataset.Dataset, dir string) string {
	t.Helper()
	tool := testtool.Need(t, "unshare", "ufw", "iptables")
	testtool.NeedRoot(t, "ufw")
	var leave []string // what the build says that ufw can't carry
	for _, f := range ds.Flows {
		if !slices.Contains([]string{"tcp", "udp", "any", "esp", "ah", "gre"}, f.Protocol.ID) {
			leave = append(leave, f.Port.ID+":"+f.Protocol.ID)
		}
	}
	var lines []string
	for _, h := range ds.Hosts {
		_, script := written(t, filepath.Join(dir, "cloud-init", "ufw", ds.Product.ID+"-"+h.ID+".yaml"), "-ufw.sh")
		path := filepath.Join(t.TempDir(), "ufw.sh")
		if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		out := inARoot(t, "", tool[0], "sh "+path+`
echo "== IPv4"; iptables -S
echo "== IPv6"; ip6tables -S
`)
		_, out, _ = strings.Cut(out, "== IPv4\n")
		four, six, _ := strings.Cut(out, "== IPv6\n")
		if !strings.Contains(four, "-P INPUT DROP\n") || !strings.Contains(six, "-P INPUT DROP\n") {
			t.Errorf("%s: what no rule lets in isn't dropped", h.ID)
		}
		want := shouldOpenOn(ds, h, leave...)
		lines = append(lines, chainGap(four, "ufw-user-input", want, false)...)
		lines = append(lines, chainGap(six, "ufw6-user-input", want, true)...)
	}
	return strings.Join(lines, "\n")
}

// TestUfwByCloudInitOpensTheTable is for the dataset with every key only: ufw
// takes its time for each rule.
func TestUfwByCloudInitOpensTheTable(t *testing.T) {
	ds := loadEveryKey(t, networks(loadEveryKey(t)), `interfaces.storage.device = "eth1"`)
	agree(ufwBootGap)(t, ds, writeSet(t, ds))
}

// TestNetworksStandOnce counts how often user-data says a network of a peer that
// has many, whatever the rows: a machine takes 16 KiB of it on EC2.
func TestNetworksStandOnce(t *testing.T) {
	t.Parallel()
	const five = "networks.cluster = [\"10.1.0.0/24\", \"10.3.0.0/24\", \"10.5.0.0/24\", \"10.7.0.0/24\", \"fd00:7::/64\"]\n"
	for _, test := range []struct {
		layer string
		paths []string
	}{
		{five, []string{"cloud-init/mke-managers.yaml", "cloud-init/ufw/mke-managers.yaml", "cloud-init/firewalld/mke-managers.yaml"}},
		{five + "egress.deny = true\n", []string{"cloud-init/mke-managers.yaml", "cloud-init/ufw/mke-managers.yaml"}},
	} {
		set := press(t, load(t, "mke", test.layer))
		for _, path := range test.paths {
			text := string(content(t, set, path))
			for _, network := range []string{"10.1.0.0/24", "10.7.0.0/24"} {
				if n := strings.Count(text, network); n != 1 {
					t.Errorf("%s has %s %d times", path, network, n)
				}
			}
			if len(text) > 16384 {
				t.Errorf("%s has %d bytes", path, len(text))
			}
		}
	}
}
