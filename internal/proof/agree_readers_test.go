package proof

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress/internal/dataset"
)

// allow is one thing that an export lets in, whatever its words for it are. An
// empty list is no condition.
type allow struct {
	family   int            // 4 or 6; 0 for both
	from     []netip.Prefix // or
	hosts    []string       // host types, where the export knows them by labels or groups
	nobody   bool           // its sources are a list without entries
	at       []netip.Addr
	on       []string
	protocol string // a number, or "any"
	ports    []dataset.Range
	types    []int
}

// question is whether a source may reach something of a host.
type question struct {
	from     netip.Addr
	fromHost string // the host type that the source is, if any
	at       netip.Addr
	on       string
	protocol string // a number
	port     int    // for ICMP the type
}

func (q question) icmp() bool { return q.protocol == "1" || q.protocol == "58" }

func (a allow) lets(q question) bool {
	switch {
	case a.nobody,
		a.family == 4 && !q.from.Is4(), a.family == 6 && q.from.Is4(),
		a.protocol != "any" && a.protocol != q.protocol,
		len(a.at) > 0 && !slices.Contains(a.at, q.at),
		len(a.on) > 0 && !slices.Contains(a.on, q.on),
		len(a.types) > 0 && !slices.Contains(a.types, q.port),
		len(a.ports) > 0 && !slices.ContainsFunc(a.ports, func(r dataset.Range) bool { return r.From <= q.port && q.port <= r.To }):
		return false
	}
	return len(a.from)+len(a.hosts) == 0 || slices.Contains(a.hosts, q.fromHost) ||
		slices.ContainsFunc(a.from, func(p netip.Prefix) bool { return p.Contains(q.from) })
}

// numbers are the protocols that exports call by names.
var numbers = map[string]string{
	"tcp": "6", "udp": "17", "sctp": "132", "udplite": "136", "icmp": "1", "icmpv6": "58", "ipv6-icmp": "58", "esp": "50", "ah": "51", "gre": "47", "vrrp": "112",
	"all": "any", "0-255": "any", "": "any", "-1": "any",
}

func numberOf(name string) string {
	if n, known := numbers[strings.ToLower(name)]; known {
		return n
	}
	return strings.ToLower(name)
}

func spans(text string) []dataset.Range {
	var list []dataset.Range
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(", {}", r) }) {
		list = append(list, readSpan(strings.ReplaceAll(part, ":", "-")))
	}
	return list
}

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range list {
		if !strings.Contains(text, "/") {
			a := netip.MustParseAddr(text)
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

func addresses4(list []netip.Prefix) []netip.Addr {
	var out []netip.Addr
	for _, p := range list {
		out = append(out, p.Addr())
	}
	return out
}

var (
	nftElements = regexp.MustCompile(`set (\S+) \{[^}]*?elements = \{ ([^}]*) \}`)
	nftComment  = regexp.MustCompile(` accept( comment ".*")?$`)
	nftPart     = regexp.MustCompile(`(\S+ \S+) (\{[^}]*\}|\S+)|(iifname) (\{[^}]*\})`)
)

func readNft(t *testing.T, text string) []allow {
	t.Helper()
	sets := map[string][]string{}
	for _, m := range nftElements.FindAllStringSubmatch(text, -1) {
		sets["@"+m[1]] = strings.Split(m[2], ", ")
	}
	_, chain, _ := strings.Cut(text, "chain input {")
	var list []allow
	for line := range strings.Lines(chain) {
		line = strings.TrimSpace(line)
		if !nftComment.MatchString(line) || strings.HasPrefix(line, "#") || strings.Contains(line, "ct state") || strings.Contains(line, "sport 547") || strings.HasPrefix(line, `iifname "lo"`) {
			continue
		}
		line = nftComment.ReplaceAllString(line, "")
		a := allow{protocol: "any"}
		if m := regexp.MustCompile(`^iifname \{ ([^}]*) \} ?`).FindStringSubmatch(line); m != nil {
			a.on = strings.Split(strings.ReplaceAll(m[1], `"`, ""), ", ")
			line = strings.TrimPrefix(line, m[0])
		}
		both := false
		for _, m := range nftPart.FindAllStringSubmatch(line, -1) {
			values := strings.Split(strings.Trim(m[2], "{ }"), ", ")
			switch word, what, _ := strings.Cut(m[1], " "); what {
			case "saddr":
				a.family = map[string]int{"ip": 4, "ip6": 6}[word]
				if named := sets[m[2]]; named != nil {
					values = named
				}
				a.from = prefixes(values...)
			case "daddr":
				a.at = addresses4(prefixes(values...))
			case "dport":
				a.protocol, a.ports = numberOf(word), spans(m[2])
			case "type":
				a.protocol = numberOf(word)
				for _, v := range values {
					n, _ := strconv.Atoi(v)
					a.types = append(a.types, n)
				}
			case "l4proto":
				a.protocol, both = numberOf(values[0]), len(values) == 2
			default:
				t.Fatalf("no test can read %s", line)
			}
		}
		list = append(list, a)
		if both {
			list = append(list, allow{protocol: "58"})
		}
	}
	return list
}

func readIptables(t *testing.T, text string, family int) []allow {
	t.Helper()
	var list []allow
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "-A ") || !strings.Contains(line, "-j ACCEPT") || strings.Contains(line, "ctstate") || strings.Contains(line, "-i lo") || strings.Contains(line, "--sport") {
			continue
		}
		line = regexp.MustCompile(`--comment ".*"`).ReplaceAllString(line, "")
		a := allow{family: family, protocol: "any"}
		words := strings.Fields(line)
		for i := 2; i+1 < len(words); i++ {
			switch v := words[i+1]; words[i] {
			case "-s":
				a.from = prefixes(v)
			case "-d":
				a.at = addresses4(prefixes(v))
			case "-i":
				a.on = []string{v}
			case "-p":
				a.protocol = numberOf(v)
			case "-m":
				if v == "ah" {
					a.protocol = "51"
				}
			case "--dport", "--dports":
				a.ports = spans(v)
			case "--icmp-type", "--icmpv6-type":
				n, _ := strconv.Atoi(v)
				a.types = []int{n}
			}
		}
		if family == 6 && a.protocol == "51" && !strings.Contains(line, "-m ah") {
			continue // it never matches
		}
		list = append(list, a)
	}
	return list
}

func readUfw(t *testing.T, text string) []allow {
	t.Helper()
	var list []allow
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " comment ")
		words := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(line, "ufw allow in "), "open "))
		if len(words) == len(strings.Fields(line)) || strings.Contains(line, "()") {
			continue
		}
		a := allow{protocol: "any"}
		to := false
		for i := 0; i+1 < len(words); i += 2 {
			switch v := strings.Trim(words[i+1], "'"); {
			case words[i] == "on":
				a.on = []string{v}
			case words[i] == "proto":
				a.protocol = numberOf(v)
			case v == "any":
				if to = words[i] == "to"; to && len(words) > i+2 && words[i+2] == "port" {
					i++
					a.ports = spans(words[i+2])
				}
			case words[i] == "from":
				a.from = prefixes(v)
			case words[i] == "to":
				a.at = addresses4(prefixes(v))
			case words[i] == "port":
				a.ports = spans(v)
			}
		}
		list = append(list, ofAddresses(a))
	}
	return list
}

// ofAddresses gives a rule the family of its addresses.
func ofAddresses(a allow) allow {
	for _, p := range a.from {
		a.family = map[bool]int{true: 4, false: 6}[p.Addr().Is4()]
	}
	for _, at := range a.at {
		a.family = map[bool]int{true: 4, false: 6}[at.Is4()]
	}
	return a
}

type firewalldRules struct {
	Service []struct {
		Name string `xml:"name,attr"`
	} `xml:"service"`
	Port     []firewalldPort `xml:"port"`
	Protocol []struct {
		Value string `xml:"value,attr"`
	} `xml:"protocol"`
	Rule []struct {
		Family string `xml:"family,attr"`
		Source *struct {
			Address string `xml:"address,attr"`
		} `xml:"source"`
		Destination *struct {
			Address string `xml:"address,attr"`
		} `xml:"destination"`
		Port     *firewalldPort `xml:"port"`
		Protocol *struct {
			Value string `xml:"value,attr"`
		} `xml:"protocol"`
		Type *struct {
			Name string `xml:"name,attr"`
		} `xml:"icmp-type"`
		Service *struct {
			Name string `xml:"name,attr"`
		} `xml:"service"`
	} `xml:"rule"`
}

type firewalldPort struct {
	Protocol string `xml:"protocol,attr"`
	Port     string `xml:"port,attr"`
}

// typesByName are the types that the random datasets have, as firewalld calls them.
var typesByName = map[string]int{"echo-request": 8, "destination-unreachable": 3, "neighbour-solicitation": 135}

func readFirewalld(t *testing.T, text string, service func(string) string) []allow {
	t.Helper()
	var p firewalldRules
	if err := xml.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var list []allow
	serve := func(name string, as allow) {
		var s firewalldRules
		if err := xml.Unmarshal([]byte(service(name)), &s); err != nil {
			t.Fatalf("service %s: %v", name, err)
		}
		for _, port := range s.Port {
			as.protocol, as.ports = numberOf(port.Protocol), spans(port.Port)
			list = append(list, as)
		}
		for _, protocol := range s.Protocol {
			as.protocol, as.ports = numberOf(protocol.Value), nil
			list = append(list, as)
		}
	}
	for _, s := range p.Service {
		serve(s.Name, allow{})
	}
	for _, r := range p.Rule {
		a := allow{family: map[string]int{"ipv4": 4, "ipv6": 6}[r.Family], protocol: "any"}
		if r.Source != nil {
			a.from = prefixes(r.Source.Address)
		}
		if r.Destination != nil {
			a.at = addresses4(prefixes(r.Destination.Address))
		}
		switch {
		case r.Service != nil:
			serve(r.Service.Name, a)
			continue
		case r.Port != nil:
			a.protocol, a.ports = numberOf(r.Port.Protocol), spans(r.Port.Port)
		case r.Protocol != nil:
			a.protocol = numberOf(r.Protocol.Value)
		case r.Type != nil:
			a.protocol, a.types = map[int]string{4: "1", 6: "58"}[a.family], []int{typesByName[r.Type.Name]}
			if r.Type.Name == "echo-request" && a.family == 6 {
				a.types = []int{128}
			}
			if r.Type.Name == "destination-unreachable" && a.family == 6 {
				a.types = []int{1}
			}
		}
		list = append(list, a)
	}
	return list
}

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

func readCalico(t *testing.T, text string) []allow {
	t.Helper()
	var p calicoPolicy
	yamlInto(t, text, &p)
	var list []allow
	for _, r := range p.Spec.Ingress {
		if len(r.Source.Ports) > 0 || slices.Contains(r.Destination.Nets, "127.0.0.0/8") || slices.Contains(r.Destination.Nets, "::1/128") {
			continue
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
		list = append(list, a)
	}
	return list
}

func readNetworkPolicy(t *testing.T, text string) []allow {
	t.Helper()
	var p networkPolicy
	yamlInto(t, text, &p)
	var list []allow
	for _, r := range p.Spec.Ingress {
		a := allow{protocol: "any"}
		for _, peer := range r.From {
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
	ansibleDefault = regexp.MustCompile(`(?s)default\((\[[^\]]*\])\) \}\}\s*$`)
	ansibleGroup   = regexp.MustCompile(`groups\['r_([a-z]+)'\]`)
	ansibleName    = regexp.MustCompile(`^\{\{ (\w+)`)
)

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
	vars := ansibleVars{}
	yamlInto(t, text, &vars)
	var list []allow
	items, _ := vars[name].([]any)
	for _, v := range items {
		item := v.(map[string]any)
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
		list = append(list, vars.sources(t, item["from"], a))
	}
	return list
}

var richWords = regexp.MustCompile(`(family|source ipset|source address|destination address|port port|protocol value|protocol|icmp-type name)="([^"]*)"`)

// readAnsibleFirewalld reads the list for ansible.posix.firewalld.
func readAnsibleFirewalld(t *testing.T, text, prefix string) []allow {
	t.Helper()
	vars := ansibleVars{}
	yamlInto(t, text, &vars)
	sets := map[string]any{}
	if list, isList := vars[prefix+"_firewalld_ipsets"].([]any); isList {
		for _, v := range list {
			set := v.(map[string]any)
			sets[fmt.Sprint(set["name"])] = set["entries"]
		}
	}
	var list []allow
	items, _ := vars[prefix+"_firewalld"].([]any)
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
