package proof

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/dataset"
)

// yamlInto reads a document into a value of JSON's shape.
func yamlInto(t *testing.T, text string, v any) {
	t.Helper()
	var doc any
	err := yaml.Unmarshal([]byte(text), &doc)
	var j []byte
	if err == nil {
		j, err = json.Marshal(doc)
	}
	if err == nil {
		err = json.Unmarshal(j, v)
	}
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// readCalico reads what a policy lets in, or out: there the other side and the
// endpoint's own are turned round.
func readCalico(t *testing.T, text string, out bool) []allow {
	t.Helper()
	text, _, _ = strings.Cut(text, "\n---\n") // the policies of what is forwarded stand behind it
	var p calicoPolicy
	yamlInto(t, text, &p)
	var list []allow
	rules := p.Spec.Ingress
	if out {
		rules = nil
		for _, r := range p.Spec.Egress {
			r.Source, r.Destination = r.Destination, r.Source
			r.Source.Ports, r.Destination.Ports = r.Destination.Ports, r.Source.Ports
			rules = append(rules, r)
		}
	}
	for _, r := range rules {
		list = append(list, readCalicoRule(t, r)...)
	}
	return list
}

// readCalicoRule reads what a rule is about, if it isn't one that every host
// needs.
func readCalicoRule(t *testing.T, r calicoRule) []allow {
	t.Helper()
	if len(r.Source.Ports) > 0 || slices.Contains(r.Destination.Nets, "127.0.0.0/8") || slices.Contains(r.Destination.Nets, "::1/128") {
		return nil
	}
	a := allow{family: r.IPVersion, protocol: "any", from: prefixes(r.Source.Nets...), at: addresses4(prefixes(r.Destination.Nets...))}
	if r.Protocol != nil {
		a.protocol = numberOf(fmt.Sprint(r.Protocol))
	}
	if r.ICMP.Type != nil {
		a.types = []int{*r.ICMP.Type}
	}
	for _, port := range r.Destination.Ports {
		a.ports = append(a.ports, spans(fmt.Sprint(port))...)
	}
	if r.Source.Selector != "" {
		for _, label := range labelsIn(t, r.Source.Selector) {
			a.hosts = append(a.hosts, strings.TrimPrefix(label, "portpress/r-"))
		}
	}
	return []allow{a}
}

func readNetworkPolicy(t *testing.T, text string, out bool) []allow {
	t.Helper()
	var p networkPolicy
	yamlInto(t, text, &p)
	var list []allow
	rules := p.Spec.Ingress
	if out {
		rules = p.Spec.Egress
	}
	for _, r := range rules {
		a := allow{protocol: "any"}
		for _, peer := range append(r.From, r.To...) {
			if peer.IPBlock != nil {
				a.from = append(a.from, prefixes(peer.IPBlock.CIDR)...)
			} else {
				a.hosts = append(a.hosts, peer.PodSelector.MatchLabels["type"])
			}
		}
		if len(r.Ports) == 0 {
			list = append(list, a)
		}
		for _, port := range r.Ports {
			a.protocol, a.ports = numberOf(port.Protocol), []dataset.Range{{From: port.Port, To: max(port.Port, port.EndPort)}}
			list = append(list, a)
		}
	}
	return list
}

func readGroups(t *testing.T, text, host string) []allow {
	t.Helper()
	var doc struct {
		Resource struct {
			Ingress map[string]struct {
				Group    string `json:"security_group_id"`
				Protocol string `json:"ip_protocol"`
				From     *int   `json:"from_port"`
				To       int    `json:"to_port"`
				Four     string `json:"cidr_ipv4"`
				Six      string `json:"cidr_ipv6"`
				Other    string `json:"referenced_security_group_id"`
			} `json:"aws_vpc_security_group_ingress_rule"`
		}
	}
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	group := func(text string) string {
		return strings.TrimSuffix(strings.TrimPrefix(text, "${var.r_"), "_security_group_id}")
	}
	var list []allow
	for _, r := range doc.Resource.Ingress {
		if group(r.Group) != host {
			continue
		}
		a := allow{protocol: numberOf(r.Protocol)}
		switch {
		case r.Four != "":
			a.from = prefixes(r.Four)
		case r.Six != "":
			a.from = prefixes(r.Six)
		default:
			a.hosts = []string{group(r.Other)}
		}
		icmp := a.protocol == "1" || a.protocol == "58"
		if r.From != nil && icmp && *r.From >= 0 {
			a.types = []int{*r.From}
		} else if r.From != nil && !icmp {
			a.ports = []dataset.Range{{From: *r.From, To: r.To}}
		}
		list = append(list, ofAddresses(a))
	}
	return list
}

// ansibleVars are the lists of sources, as they are where the inventory says
// nothing but which hosts are in which group.
type ansibleVars map[string]any

var (
	ansibleDefault = regexp.MustCompile(`set given = \w+ \| default\((\[[^\]]*\])\)`)
	ansibleGroup   = regexp.MustCompile(`groups\['r_([a-z]+)'\]`)
	ansibleName    = regexp.MustCompile(`^\{\{ (\w+)`)
)

func varsIn(t *testing.T, text string) ansibleVars {
	t.Helper()
	vars := ansibleVars{}
	if err := yaml.Unmarshal([]byte(text), (*map[string]any)(&vars)); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return vars
}

// sources gives who a list holds, by its name in an expression that may keep
// one family.
func (vars ansibleVars) sources(t *testing.T, expression any, a allow) allow {
	t.Helper()
	if list, isList := expression.([]any); isList {
		var texts []string
		for _, v := range list {
			if v == "any" {
				return a
			}
			texts = append(texts, fmt.Sprint(v))
		}
		a.from = prefixes(texts...)
		return a
	}
	text := fmt.Sprint(expression)
	list := fmt.Sprint(vars[ansibleName.FindStringSubmatch(text)[1]])
	if m := ansibleDefault.FindStringSubmatch(list); m != nil {
		var entries []string
		if err := json.Unmarshal([]byte(m[1]), &entries); err != nil {
			t.Fatal(err)
		}
		a.from = prefixes(entries...)
	} else {
		for _, m := range ansibleGroup.FindAllStringSubmatch(list, -1) {
			a.hosts = append(a.hosts, m[1])
		}
	}
	switch {
	case strings.Contains(text, "reject('search', ':')"):
		a.family = 4
	case strings.Contains(text, "select('search', ':')"):
		a.family = 6
	}
	a.nobody = len(a.from)+len(a.hosts) == 0
	return a
}

// readAnsibleItems reads the lists for community.general.ufw and
// ansible.builtin.iptables.
func readAnsibleItems(t *testing.T, text, name string) []allow {
	t.Helper()
	vars := varsIn(t, text)
	var list []allow
	items, _ := vars[name].([]any)
	for _, v := range items {
		item := v.(map[string]any)
		if item["route"] != nil { // it is about what the host forwards
			continue
		}
		a := allow{protocol: "any"}
		for key, v := range item {
			text := fmt.Sprint(v)
			switch key {
			case "proto", "protocol":
				a.protocol = numberOf(text)
			case "to_port":
				a.ports = spans(text)
			case "destination_ports":
				for _, port := range v.([]any) {
					a.ports = append(a.ports, spans(fmt.Sprint(port))...)
				}
			case "icmp_type":
				n, _ := strconv.Atoi(text)
				a.types = []int{n}
			case "to_ip", "destination":
				a.at = addresses4(prefixes(text))
			case "interface_in", "in_interface":
				a.on = []string{text}
			}
		}
		a = ofAddresses(a)
		if item["from"] != nil {
			a = vars.sources(t, item["from"], a)
		}
		list = append(list, a)
	}
	return list
}

var richWords = regexp.MustCompile(`(family|source ipset|source address|destination address|port port|protocol value|protocol|icmp-type name)="([^"]*)"`)

// readAnsibleFirewalld reads the list for ansible.posix.firewalld.
func readAnsibleFirewalld(t *testing.T, text, prefix string) []allow {
	t.Helper()
	vars := varsIn(t, text)
	sets := map[string]any{}
	if list, isList := vars[prefix+"_firewalld_ipsets"].([]any); isList {
		for _, v := range list {
			set := v.(map[string]any)
			sets[fmt.Sprint(set["name"])] = set["entries"]
		}
	}
	items, _ := vars[prefix+"_firewalld"].([]any)
	zoned, _ := vars[prefix+"_firewalld_zones"].([]any)
	moved, _ := vars[prefix+"_firewalld_interfaces"].([]any)
	return inZones(richItems(t, vars, sets, items), richItems(t, vars, sets, zoned), len(moved) > 0)
}

// inZones gives what is open where eth1 may have been put into a zone of its own,
// in which the rules of the default one count for nothing.
func inZones(list, zoned []allow, moved bool) []allow {
	if !moved {
		return list
	}
	for i := range list {
		list[i].on = []string{"eth0"}
	}
	for _, a := range zoned {
		a.on = []string{"eth1"}
		list = append(list, a)
	}
	return list
}

// richItems reads items of one port, protocol or rich rule each.
func richItems(t *testing.T, vars ansibleVars, sets map[string]any, items []any) []allow {
	t.Helper()
	var list []allow
	for _, v := range items {
		item := v.(map[string]any)
		a := allow{protocol: "any"}
		switch {
		case item["port"] != nil:
			ports, protocol, _ := strings.Cut(fmt.Sprint(item["port"]), "/")
			a.protocol, a.ports = numberOf(protocol), spans(ports)
		case item["protocol"] != nil:
			a.protocol = numberOf(fmt.Sprint(item["protocol"]))
		default:
			name := ""
			for _, m := range richWords.FindAllStringSubmatch(fmt.Sprint(item["rich_rule"]), -1) {
				switch m[1] {
				case "family":
					a.family = map[string]int{"ipv4": 4, "ipv6": 6}[m[2]]
				case "source ipset":
					a = vars.sources(t, sets[m[2]], a)
				case "source address":
					a.from = prefixes(m[2])
				case "destination address":
					a.at = addresses4(prefixes(m[2]))
				case "port port":
					a.ports = spans(m[2])
				case "icmp-type name":
					name = m[2]
				default:
					a.protocol = numberOf(m[2])
				}
			}
			if name != "" {
				a.protocol, a.types = map[int]string{4: "1", 6: "58"}[a.family], []int{typesByName[name]}
				if n, is := map[string]int{"echo-request": 128, "destination-unreachable": 1}[name]; is && a.family == 6 {
					a.types = []int{n}
				}
			}
		}
		list = append(list, a)
	}
	return list
}
