package proof

import (
	"strings"
	"testing"
)

// TestEveryIDPresses has ids and groups that are words of some reader's own:
// every export is pressed, and each of its readers takes them for names.
func TestEveryIDPresses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "e1", "x1", "o7", "b1", // YAML
		"if", "for", "in", "not", "is", "and", "or", "def", "lambda", "class", "import", "groups", "hostvars", "omit", "vars", "item", "name", // Python, Jinja, Ansible
		"accept", "drop", "table", "chain", "tcp", "inet", "ip", "set", "input", "counter", "limit", "log", "policy", "type", "flags", "meta", "ct", // nft
		"default", "filter", "commit", "ufw", "var", "local", "each", "count", "provider", "resource", "data", "module", // iptables, ufw, Terraform
		"ports", "hosts", "kind", "spec", "metadata", "public", "trusted", "zone", "fi", "then", "exit", "select", "constructor",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for host, scope := range map[string]string{id: "some", "some": id} { // they can't be the same
				press(t, loadText(t, strings.NewReplacer("NAME", id, "HOST", host, "SCOPE", scope).Replace(idTable)))
			}
		})
	}
}

const idTable = `
format = 1
product = {id = "NAME", name = "NAME"}
hosts.HOST = {name = "NAME", group = "True", pods = {"NAME" = "NAME"}}
peers.x-NAME = {name = "NAME"}
scopes.SCOPE = {name = "NAME", from = ["cluster", "x-NAME", "any"]}
scopes.own = {name = "NAME", from = "HOST"}
options.NAME = {name = "NAME", default = true, group = "NAME"}
interfaces.NAME = {name = "NAME", device = "NAME"}
networks = {cluster = ["10.0.0.0/24", "fd00:1::/64"], x-NAME = ["192.0.2.0/24"], HOST = ["198.51.100.0/24"]}
ports.NAME = {port = [443, "8000-8010"], protocols = ["tcp", "udp"], hosts = "HOST", scopes = ["SCOPE", "own"], options = "NAME", purpose = "NAME"}
ports.on-one = {port = 444, protocols = "tcp", hosts = "HOST", scopes = "own", interfaces = "NAME", purpose = "NAME"}
ports.out = {port = 445, protocols = "tcp", hosts = "HOST", to = ["x-NAME", "HOST"], purpose = "NAME"}
ports.ping = {protocols = "icmp", types = 8, hosts = "HOST", scopes = "SCOPE", purpose = "NAME"}
ports.other = {protocols = ["vrrp", "esp"], hosts = "HOST", scopes = "SCOPE", purpose = "NAME"}
`
