package policy

import (
	"fmt"
	"testing"
)

// TestPlay asks for the addresses of those alone whom neither the site nor the
// document gives any, and runs on hosts of its own system.
func TestPlay(t *testing.T) {
	t.Parallel()
	const table = `format = 1
product = {id = "acme-db", name = "Acme"}
hosts.web.name = "Web"
hosts.desk.name = "Desk"
hosts.desk.os = "windows"
hosts.desk.group = "desks"
peers.partner.name = "Partner"
networks.cluster = ["10.0.0.0/8"]
[ports.a]
port = 1
protocols = "tcp"
hosts = ["web", "desk"]
from = ["any", "cluster", "self", "partner"]
`
	const fromWeb = "[ports.b]\nport = 2\nprotocols = \"tcp\"\nhosts = \"web\"\nfrom = [\"web\", \"desk\"]\n"
	for _, c := range []struct{ text, folder, want string }{
		{table, "ufw", "linux [acme_db_cluster_addresses acme_db_partner_addresses] learned: lists: acme_db_web_ufw of acme_db_web"},
		{table, "windows", "windows [acme_db_cluster_addresses acme_db_partner_addresses] learned: lists: acme_db_desk_windows of desks"},
		{
			table + fromWeb, "ufw", "linux [acme_db_cluster_addresses acme_db_partner_addresses acme_db_web_addresses acme_db_desk_addresses acme_db_self_addresses]" +
				" learned: acme_db_web_addresses of acme_db_web, acme_db_desk_addresses of desks, lists: acme_db_web_ufw of acme_db_web",
		},
	} {
		play := New(load(t, c.text)).Play(c.folder)
		got := fmt.Sprintf("%s %v learned: ", play.OS, play.Variables)
		for _, of := range play.Learned {
			got += of.Variable + " of " + of.Group + ", "
		}
		got += "lists:"
		for _, of := range play.Lists(c.folder) {
			got += " " + of.Variable + " of " + of.Group
		}
		if got != c.want {
			t.Errorf("a play of %s:\n%s, want\n%s", c.folder, got, c.want)
		}
	}
}
