package proof

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// unstatedRows leave one thing each unstated, then all; every port names its
// row. None has a purpose.
var unstatedRows = map[string]string{
	"proto":   "port = 4001\nprotocols = \"unstated\"\nhosts = \"all\"\nfrom = \"x\"",
	"who":     "port = 4002\nprotocols = \"tcp\"\nhosts = \"all\"\nfrom = \"unstated\"",
	"where":   "port = 4003\nprotocols = \"tcp\"\nhosts = \"unstated\"\nfrom = \"x\"",
	"nothing": "port = 4004\nprotocols = \"unstated\"\nhosts = \"unstated\"\nfrom = \"unstated\"",
	"bound":   "port = 4005\nprotocols = \"unstated\"\nhosts = \"all\"\nfrom = \"x\"\nbind = \"192.0.2.1\"",
	"anyone":  "port = 4006\nprotocols = \"unstated\"\nhosts = \"all\"\nfrom = \"any\"",
	"held":    "port = 4007\nprotocols = \"unstated\"\nhosts = \"all\"\nfrom = \"x\"\nforwarded = true",
	"on":      "port = 4008\nprotocols = \"unstated\"\nhosts = \"all\"\nfrom = \"x\"\ninterfaces = \"i\"",
	"sent":    "port = 4009\nprotocols = \"unstated\"\nhosts = \"all\"\nto = \"x\"",
	"ranges":  "port = {tcp = 4010, unstated = 4011}\nhosts = \"all\"\nfrom = \"x\"",
}

// TestFirewallsSayWhatIsAssumed asks each export that opens a port whose row
// leaves something unstated whether it says so, and each export whether it has
// a colon with nothing behind: these rows have no purpose.
func TestFirewallsSayWhatIsAssumed(t *testing.T) {
	text := "format = 1\nproduct = {id = \"p\", name = \"P\"}\n[hosts.nodes]\nname = \"Nodes\"\npods = {app = \"p\"}\n[hosts.desks]\nname = \"Desks\"\nos = \"windows\"\n" +
		"[peers.x]\nname = \"X\"\n[interfaces.i]\nname = \"I\"\ndevice = \"eth1\"\nzone = \"dmz\"\n" +
		"[assume]\nprotocols = \"tcp\"\nfrom = \"x\"\nhosts = \"all\"\n[networks]\nx = [\"10.0.0.0/24\", \"fd00::/64\"]\n"
	for id, row := range unstatedRows {
		text += "[ports." + id + "]\n" + row + "\n"
	}
	shown := regexp.MustCompile(`-ports\.(md|rst|adoc|html|csv)$|ansible/vars/|^goss/|^prometheus/|SHA256SUMS`)
	wrapped := regexp.MustCompile(`\n\s*#`) // a comment of several lines
	seen := 0
	for _, deny := range []bool{false, true} {
		ds := loadText(t, text, fmt.Sprintf("egress.deny = %t", deny))
		for _, file := range press(t, ds).Files {
			content := string(file.Content)
			joined := strings.Join(strings.Fields(wrapped.ReplaceAllString(content, "")), " ")
			for id, row := range unstatedRows {
				if line := regexp.MustCompile(`(?m)#.*\b` + id + `: *$`).FindString(content); line != "" && !strings.HasPrefix(file.Path, "goss/") {
					t.Errorf("%s: nothing stands behind the colon of %q", file.Path, line)
				}
				for _, number := range regexp.MustCompile(`\b40(0[1-9]|11)\b`).FindAllString(row, -1) {
					if shown.MatchString(file.Path) || !regexp.MustCompile(`\b`+number+`\b`).MatchString(content) {
						continue
					}
					seen++
					if !regexp.MustCompile(`\b` + id + `\b([^A-Za-z]*(\(|"assumption": "|,,"?)|"? direction: .{0,150} assumption: "?)[a-z, ]*assumed`).MatchString(joined) {
						t.Errorf("%s opens %s and doesn't say what of %s is assumed", file.Path, number, id)
					}
				}
			}
		}
	}
	if seen < 200 {
		t.Errorf("only %d ports were found in the exports", seen)
	}
}
