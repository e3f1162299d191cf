package proof

import (
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// small is a dataset with a row of each kind that the damage below tells
// apart, and few enough to list what gets lost.
const small = `
format = 1

[product]
id = "small"
name = "Small"

[hosts.servers]
name = "Servers"

[scopes.clients]
name = "Clients"
from = "any"

[scopes.peers]
name = "Peers"
from = "cluster"

[networks]
cluster = ["10.0.0.0/24", "fd00:1::/64"]

[ports.web]
port = 443
protocols = "tcp"
hosts = "servers"
scopes = "clients"
purpose = "Web"

[ports.nodes]
port = "30000-32767"
protocols = "tcp"
hosts = "servers"
scopes = "peers"
purpose = "Nodes"

[ports.time]
port = 123
protocols = "udp"
hosts = "servers"
scopes = "peers"
purpose = "Time"
`

// TestFirewallTestsFindDamage shows that the tests of the firewalls' files are
// none that can't fail: each damaged template gives just the lines that it
// should.
func TestFirewallTestsFindDamage(t *testing.T) {
	for _, test := range []struct {
		name, template, old, new string
		gap                      func(*testing.T, *dataset.Dataset, string) string
		want                     []string
	}{
		{"nothing, in firewalld's files", "", "", "", filesGap, nil},
		{"nothing, in firewalld's policy", "", "", "", bootPolicyGap, nil},
		{"nothing, in ufw's profiles", "", "", "", profilesGap, nil},
		{"nothing, in ufw's script", "", "", "", ufwBootGap, nil},
		{"nothing, in iptables' files", "", "", "", iptablesGap, nil},
		{
			"a row that a service drops", "firewalld/{host}/services/{product}-{host}-{scope}.xml.tmpl",
			`{{- if .Ports }}`, `{{- if eq .Flow.Port.ID "nodes" }}{{ else if .Ports }}`, filesGap,
			[]string{
				"lost:  servers tcp 30000-32767 10.0.0.0/24",
				"lost:  servers tcp 30000-32767 fd00:1::/64",
			},
		},
		{
			"a service for everyone", "firewalld/{host}/policies/{policy}.xml.tmpl",
			`{{- if not .Source }}`, `{{- if true }}`, filesGap,
			[]string{
				"added: servers tcp 30000-32767 any",
				"added: servers udp 123 any",
				"lost:  servers tcp 30000-32767 10.0.0.0/24",
				"lost:  servers tcp 30000-32767 fd00:1::/64",
				"lost:  servers udp 123 10.0.0.0/24",
				"lost:  servers udp 123 fd00:1::/64",
			},
		},
		{
			"a policy without one family", "cloud-init/firewalld/{product}-{host}.yaml.tmpl",
			`{{- range $rule := .Rules }}`, `{{- range $rule := .Rules }}{{ if eq .Family "ipv6" }}{{ continue }}{{ end }}`, bootPolicyGap,
			[]string{
				"lost:  servers tcp 30000-32767 fd00:1::/64",
				"lost:  servers udp 123 fd00:1::/64",
			},
		},
		{
			"a policy that locks out", "cloud-init/firewalld/{product}-{host}.yaml.tmpl",
			`{{- range $firewall.SSH }}`, `{{- range slice $firewall.SSH 1 }}`, bootPolicyGap,
			[]string{"lost:  servers tcp 22 any"},
		},
		{
			"a profile whose range is cut short", "ufw/applications.d/{product}-{host}.tmpl",
			`{{ .List }}`, `{{ replace ":32767" "" .List }}`, profilesGap,
			[]string{
				"added:  tcp 30000 small-servers-peers",
				"lost:   tcp 30000-32767 small-servers-peers",
			},
		},
		{
			"a script that opens to everyone", "cloud-init/ufw/{product}-{host}.yaml.tmpl",
			`open {{ template "ufw-list" . }}`, `open {{ if eq .Flow.Port.ID "time" }}any{{ else }}{{ template "ufw-list" . }}{{ end }}`, ufwBootGap,
			[]string{
				"IPv4 added: udp 123 from any",
				"IPv4 lost:  udp 123 from 10.0.0.0/24",
				"IPv6 added: udp 123 from any",
				"IPv6 lost:  udp 123 from fd00:1::/64",
			},
		},
		{
			"iptables rules of another protocol", "_partials/iptables.tmpl",
			`{{- else }}{{ template "iptables-match" . }}`,
			`{{- else if .Ports }} -p tcp -m tcp --dport {{ .Ports }}{{ else }}{{ template "iptables-match" . }}`, iptablesGap,
			[]string{
				"IPv4 added: tcp 123 from 10.0.0.0/24",
				"IPv4 lost:  udp 123 from 10.0.0.0/24",
				"IPv6 added: tcp 123 from fd00:1::/64",
				"IPv6 lost:  udp 123 from fd00:1::/64",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ds := loadText(t, small)
			dir := writeSet(t, ds, damage(t, test.template, test.old, test.new))
			if got, want := test.gap(t, ds, dir), strings.Join(test.want, "\n"); got != want {
				t.Errorf("the test says\n%s\nwant\n%s", got, want)
			}
		})
	}
}
