package proof

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// peerNetworks gives who a flow's peer is, as firewalld's rules name it.
func peerNetworks(p *dataset.Peer) []string {
	if p.Kind == dataset.PeerAny {
		return []string{"any"}
	}
	return each(p.Networks, netip.Prefix.String)
}

func each[T any](list []T, text func(T) string) []string {
	var out []string
	for _, v := range list {
		out = append(out, text(v))
	}
	return out
}

// plainFlow reports whether protocol, port and peer say all of a flow.
func plainFlow(f *dataset.Flow) bool {
	return f.Direction == dataset.In && f.Peer.Kind != dataset.PeerSelf && len(f.Port.Bind)+len(f.Port.Interfaces)+len(f.Port.Types) == 0
}

var richRule = regexp.MustCompile(`rule family="ipv[46]" source address="([^"]+)" (?:destination address="([^"]+)" )?(?:service name="([^"]+)" |port port="([^"]+)" protocol="([^"]+)" |icmp-type name="([^"]+)" )?accept`)

// TestFirewalldOpensTheTable installs each host's files where firewalld looks
// for its own, and reads policy and services back from it.
func TestFirewalldOpensTheTable(t *testing.T) {
	tool := testtool.Need(t, "firewalld")
	if os.Geteuid() != 0 {
		t.Skip("firewall-offline-cmd needs root")
	}
	everywhere(t, func(t *testing.T, ds *dataset.Dataset, dir string) {
		for _, h := range ds.Hosts {
			ask := func(args ...string) string {
				return run(t, "", tool[0], append([]string{"--system-config=" + filepath.Join(dir, "firewalld", h.ID)}, args...)...)
			}
			ask("--check-config")
			got, want := facts{}, facts{}
			serve := func(service, from string) {
				for port := range strings.FieldsSeq(field(ask("--info-service="+service), "ports")) {
					number, protocol, _ := strings.Cut(port, "/")
					got[fact{h.ID, protocol, number, from}] = true
				}
				for number := range strings.FieldsSeq(field(ask("--info-service="+service), "protocols")) {
					got[fact{h.ID, number, "", from}] = true
				}
			}
			policy := ask("--info-policy=" + h.ID)
			for service := range strings.FieldsSeq(field(policy, "services")) {
				serve(service, "any")
			}
			for rule := range strings.SplitSeq(policy, "\n") {
				if !strings.Contains(rule, "rule family") {
					continue
				}
				m := richRule.FindStringSubmatch(rule)
				switch {
				case m == nil:
					t.Errorf("an unknown rule: %s", rule)
				case m[3] != "":
					serve(m[3], m[1])
				case m[4] != "":
					got[fact{h.ID, m[5], m[4], m[1] + " at " + m[2]}] = true
				case m[6] != "":
					got[fact{h.ID, m[6], "", m[1]}] = true
				default:
					got[fact{h.ID, "any", "", m[1]}] = true
				}
			}
			for _, f := range ds.Flows {
				if f.Host != h || f.Direction == dataset.Out || len(f.Port.Interfaces) > 0 || f.Peer.Kind == dataset.PeerSelf {
					continue
				}
				for _, from := range peerNetworks(f.Peer) {
					switch p := f.Port; {
					case len(p.Types) > 0:
						if !strings.Contains(from, ":") { // the datasets have types of IPv4's ICMP only
							for _, n := range p.Types {
								want[fact{h.ID, map[int]string{0: "echo-reply", 8: "echo-request"}[n], "", from}] = true
							}
						}
					case len(p.Bind) > 0:
						for _, at := range p.Bind {
							if prefix, err := netip.ParsePrefix(from); err == nil && prefix.Addr().Is4() == at.Is4() {
								want[fact{h.ID, f.Protocol.ID, f.Range.String(), from + " at " + at.String()}] = true
							}
						}
					case f.Protocol.HasPorts || f.Protocol.Number < 0:
						want[fact{h.ID, f.Protocol.ID, f.Range.String(), from}] = true
					default:
						want[fact{h.ID, strconv.Itoa(f.Protocol.Number), "", from}] = true
					}
				}
			}
			if diff := joined(got).compare(joined(want)); diff != "" {
				t.Errorf("on %s firewalld opens something else:\n%s", h.ID, diff)
			}
		}
	})
}

// field gives what firewalld prints after a name on a line of its own.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && key == name {
			return value
		}
	}
	return ""
}

// TestUfwReadsTheProfiles shows ufw the profiles in place of the system's,
// and reads each back.
func TestUfwReadsTheProfiles(t *testing.T) {
	tool := testtool.Need(t, "ufw", "unshare")
	if os.Geteuid() != 0 {
		t.Skip("ufw needs root")
	}
	everywhere(t, func(t *testing.T, ds *dataset.Dataset, dir string) {
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
		if diff := got.compare(want); diff != "" || len(want) == 0 {
			t.Errorf("ufw reads something else:\n%s", diff)
		}
	})
}
