package proof

import (
	"encoding/xml"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

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
	nftOriginal = regexp.MustCompile(`meta l4proto (\S+) ct original proto-dst (.*)$`)
	nftComment  = regexp.MustCompile(` accept( comment ".*")?$`)
	nftPart     = regexp.MustCompile(`(\S+ \S+) (\{[^}]*\}|\S+)|(iifname) (\{[^}]*\})`)
)

func readNft(t *testing.T, text string) []allow {
	t.Helper()
	return readNftChain(t, text, "input", " accept")
}

// readNftChain reads what the rules of a chain are about that end in a verdict.
func readNftChain(t *testing.T, text, name, verdict string) []allow {
	t.Helper()
	sets := map[string][]string{}
	for _, m := range nftElements.FindAllStringSubmatch(text, -1) {
		sets["@"+m[1]] = strings.Split(m[2], ", ")
	}
	_, chain, _ := strings.Cut(text, "chain "+name+" {")
	chain, _, _ = strings.Cut(chain, "\n  }")
	var list []allow
	for line := range strings.Lines(chain) {
		line = strings.TrimSpace(line)
		if i := strings.LastIndex(line, verdict); i >= 0 && verdict != " accept" {
			line = line[:i] + " accept" + line[i+len(verdict):]
		} else if i < 0 || strings.HasPrefix(line, "fib ") {
			continue
		}
		if !nftComment.MatchString(line) || strings.HasPrefix(line, "#") || strings.Contains(line, "ct state") || strings.Contains(line, "sport 547") || strings.HasPrefix(line, `iifname "lo"`) {
			continue
		}
		line = nftComment.ReplaceAllString(line, "")
		line = nftOriginal.ReplaceAllString(line, "$1 dport $2") // the port that was asked for
		line = strings.ReplaceAll(line, "ct original ", "")
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
		if !strings.HasPrefix(line, "-A ") || strings.HasPrefix(line, "-A PORTPRESS_OUT-") || !strings.Contains(line, "-j ACCEPT") || strings.Contains(line, "ctstate") || strings.Contains(line, "-i lo") || strings.Contains(line, "--sport") {
			continue
		}
		line = regexp.MustCompile(`--comment ".*"`).ReplaceAllString(line, "")
		a := allow{family: family, protocol: "any"}
		words := strings.Fields(line)
		for i := 2; i+1 < len(words); i++ {
			switch v := words[i+1]; words[i] {
			case "-s":
				a.from = prefixes(v)
			case "-d", "--ctorigdst":
				a.at = addresses4(prefixes(v))
			case "-i":
				a.on = []string{v}
			case "-p":
				a.protocol = numberOf(v)
			case "-m":
				if v == "ah" {
					a.protocol = "51"
				}
			case "--dport", "--dports", "--ctorigdstport":
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

// ufwWords takes a line of the script for ufw apart, as a shell does.
var ufwWords = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// readUfw reads the rules that a script for ufw adds by one of its functions:
// "open" what arrives; "reach" what leaves, turned round, so that its source is
// where it goes.
func readUfw(t *testing.T, text, function string) []allow {
	t.Helper()
	var list []allow
	lists := map[string]string{"any": "any"}
	for line := range strings.Lines(text) {
		words := ufwWords.FindAllString(strings.TrimSpace(line), -1)
		for i := range words {
			words[i] = strings.Trim(words[i], `'"`)
		}
		if name, value, is := strings.Cut(strings.TrimSpace(line), "='"); is && !strings.Contains(name, " ") {
			lists["$"+name] = strings.Trim(value, "'")
			continue
		}
		var sources, port string
		switch {
		case len(words) < 5 || strings.Contains(line, "()"):
			continue
		case words[0] == "ufw" && words[1] == "allow" && words[2] == "in" && !strings.Contains(line, "$") && function == "open":
			at := slices.Index(words, "from")
			sources, words = words[at+1], slices.Concat(words[3:at], words[at+2:slices.Index(words, "comment")])
		case words[0] == function && function == "open":
			sources, words = lists[words[1]], words[3:]
		case words[0] == function:
			sources, port, words = lists[words[1]], words[2], words[4:]
		default:
			continue
		}
		if sources == "" {
			t.Fatalf("no list for %s", line)
		}
		a := allow{protocol: "any"}
		for ; len(words) > 1; words = words[2:] {
			switch v := words[1]; {
			case words[0] == "on":
				a.on = []string{v}
			case words[0] == "proto":
				a.protocol = numberOf(v)
			case words[0] == "port":
				port = v
			case v == "any":
			default: // to, or from which it is sent
				a.at = addresses4(prefixes(v))
			}
		}
		if port != "" {
			a.ports = spans(port)
		}
		for source := range strings.FieldsSeq(sources) {
			one := a
			if source != "any" {
				one.from = prefixes(source)
			}
			list = append(list, ofAddresses(one))
		}
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
			Set     string `xml:"ipset,attr"`
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

var bootSet = regexp.MustCompile(`(?s)/ipsets/(\S+)\.xml.*?(<ipset .*?</ipset>)`)

// bootSets reads the sets that a #cloud-config writes, by name.
func bootSets(t *testing.T, text string) map[string][]string {
	t.Helper()
	sets := map[string][]string{}
	for _, m := range bootSet.FindAllStringSubmatch(text, -1) {
		sets[m[1]] = setEntries(t, m[2])
	}
	return sets
}

func readFirewalld(t *testing.T, text string, service func(string) string, sets map[string][]string) []allow {
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
		switch {
		case r.Source == nil:
		case r.Source.Set != "":
			if a.from = prefixes(sets[r.Source.Set]...); len(a.from) == 0 {
				t.Errorf("no set %s", r.Source.Set)
			}
		default:
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
