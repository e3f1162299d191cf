package proof

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// readFirewallRole reads the list for linux-system-roles.firewall.
func readFirewallRole(t *testing.T, text, prefix string) []allow {
	t.Helper()
	vars := varsIn(t, text)
	sets := map[string]any{}
	var single, zoned []any
	moved := false
	items, _ := vars[prefix+"_firewall"].([]any)
	for _, v := range items {
		item := v.(map[string]any)
		if name := item["ipset"]; name != nil {
			sets[fmt.Sprint(name)] = item["ipset_entries"]
		}
		moved = moved || item["interface"] != nil
		for _, key := range []string{"port", "rich_rule"} {
			list, _ := item[key].([]any)
			for _, one := range list {
				if item["zone"] != nil {
					zoned = append(zoned, map[string]any{key: one})
				} else {
					single = append(single, map[string]any{key: one})
				}
			}
		}
	}
	return inZones(richItems(t, vars, sets, single), richItems(t, vars, sets, zoned), moved)
}

// command is one for iptables, whose sources may be an expression.
var command = regexp.MustCompile(`(?s)-A INPUT(.*?)(?: -s (\{\{ .*? \}\}))? -j ACCEPT$`)

// readGeerlingguy reads the four lists for the role, and has what the role adds.
func readGeerlingguy(t *testing.T, text, prefix string) []allow {
	t.Helper()
	vars := varsIn(t, text)
	list := []allow{{family: 4, protocol: "1", types: []int{8}}}
	for protocol, number := range map[string]string{"tcp": "6", "udp": "17"} {
		ports, _ := vars[prefix+"_firewall_allowed_"+protocol+"_ports"].([]any)
		for _, port := range ports {
			list = append(list, allow{protocol: number, ports: spans(fmt.Sprint(port))})
		}
	}
	for name, family := range map[string]int{"_firewall_additional_rules": 4, "_firewall_ip6_additional_rules": 6} {
		rules, _ := vars[prefix+name].([]any)
		for _, rule := range rules {
			rule := strings.Join(strings.Fields(fmt.Sprint(rule)), " ")
			if strings.HasPrefix(rule, "#") {
				continue
			}
			m := command.FindStringSubmatch(rule)
			if m == nil {
				t.Fatalf("no test can read %s", rule)
			}
			for _, a := range readIptables(t, "-A INPUT"+m[1]+" -j ACCEPT\n", family) {
				if m[2] != "" {
					a = vars.sources(t, m[2], a)
				}
				list = append(list, a)
			}
		}
	}
	return list
}

// profileCommand is what the comment above a profile says.
var profileCommand = regexp.MustCompile(`^# ufw allow (?:from (\S+) to any app )?(\S+)$`)

// readProfiles reads what the commands open that ufw's profiles name.
func readProfiles(t *testing.T, text string) []allow {
	t.Helper()
	from := map[string][]string{}
	var list []allow
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if m := profileCommand.FindStringSubmatch(line); m != nil {
			from[m[2]] = append(from[m[2]], m[1])
		}
		if strings.HasPrefix(line, "[") {
			name = strings.Trim(line, "[]")
		}
		ports, is := strings.CutPrefix(line, "ports=")
		if !is {
			continue
		}
		for part := range strings.SplitSeq(ports, "|") {
			span, protocol, _ := strings.Cut(part, "/")
			for _, source := range from[name] {
				a := allow{protocol: numberOf(protocol), ports: spans(span)}
				if source != "" {
					a.from = prefixes(source)
				}
				list = append(list, ofAddresses(a))
			}
		}
	}
	return list
}
