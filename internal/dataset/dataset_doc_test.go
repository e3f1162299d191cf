package dataset

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/problem"
)

const datasetPage = "../../docs/dataset.md"

// completeExample is the dataset at the beginning of the page.
func completeExample(t *testing.T) string {
	t.Helper()
	for _, s := range sectionsOf(t, datasetPage) {
		for _, b := range s.blocks {
			if b.kind == "toml" {
				return b.text
			}
		}
	}
	t.Fatal("the page has no example")
	return ""
}

// TestDatasetPageExamples loads every example of the page: none has a problem.
func TestDatasetPageExamples(t *testing.T) {
	base := completeExample(t)
	mustLoad(t, base)
	parts := 0
	for _, s := range sectionsOf(t, datasetPage) {
		for _, b := range s.blocks {
			switch b.kind {
			case "toml":
			case "toml part":
				mustLoad(t, base+b.text)
				parts++
			case "toml layer":
				mustLoad(t, base, b.text)
				parts++
			default:
				t.Errorf("%s:%d: no test knows blocks of the kind %q", datasetPage, b.line, b.kind)
			}
		}
	}
	if parts < 3 {
		t.Errorf("found %d parts", parts)
	}
}

// tableRow takes the cells of a line of a Markdown table, without the marks of
// code, which must be in the first one.
var tableRow = regexp.MustCompile("^\\| `([^`]+)`( ●)? \\| (.*) \\|$")

// tablesOf lists the rows of the tables below a heading.
func tablesOf(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile(datasetPage)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("no heading %q", heading)
	}
	body, _, _ := strings.Cut(rest, "\n## ")
	for line := range strings.Lines(body) {
		if m := tableRow.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			rows = append(rows, append([]string{m[1], m[2]}, strings.Split(m[3], " | ")...))
		}
	}
	return rows
}

// TestDatasetPageKeys holds the tables of keys to what Load knows: it lists
// the keys of a table when it meets one that it doesn't know.
func TestDatasetPageKeys(t *testing.T) {
	base := completeExample(t)
	for _, section := range []string{"product", "hosts.ID", "peers.ID", "scopes.ID", "options.ID", "interfaces.ID", "columns.ID", "ssh", "assume", "ports.ID"} {
		t.Run(section, func(t *testing.T) {
			path := strings.Replace(section, "ID", "new", 1)
			_, problems := loaded(t, base, path+".qqqqqqqq = 1\n")
			var known, missing []string
			for _, p := range problems {
				switch list, isList := strings.CutPrefix(p.Hint, "known keys: "); {
				case p.Code == problem.UnknownKey && isList:
					known = strings.Split(list, ", ")
				case p.Code == problem.MissingKey:
					_, key, _ := strings.Cut(p.Text, " has no ")
					missing = append(missing, key)
				}
			}
			var keys, required []string
			for _, row := range tablesOf(t, "`["+section+"]`") {
				if section == "peers.ID" && len(row) < 4 { // the peers that need no table
					continue
				}
				keys = append(keys, row[0])
				if row[1] != "" {
					required = append(required, row[0])
				}
			}
			slices.Sort(known)
			slices.Sort(keys)
			if !slices.Equal(keys, known) {
				t.Errorf("the page has the keys\n%q\nLoad knows\n%q", keys, known)
			}
			if section == "ports.ID" { // one of three; the page says so in words
				missing = slices.DeleteFunc(missing, func(s string) bool { return s == "scopes" })
			}
			if section == "product" { // the dataset below the layer has them
				_, problems = loaded(t, strings.Replace(base, "[product]\nid = \"acme-db\"\nname = \"Acme Database\"\n", "[product]\n", 1))
				for _, p := range problems {
					_, key, _ := strings.Cut(p.Text, " has no ")
					missing = append(missing, key)
				}
			}
			slices.Sort(missing)
			slices.Sort(required)
			if !slices.Equal(required, missing) {
				t.Errorf("the page marks as required\n%q\nLoad misses\n%q", required, missing)
			}
		})
	}
}

// TestDatasetPageProtocols holds the table of protocols to the code.
func TestDatasetPageProtocols(t *testing.T) {
	var want [][]string
	for _, p := range protocols {
		if p.Number < 0 { // the words that stand for no protocol of its own
			continue
		}
		ports := "no"
		if p.HasPorts {
			ports = "yes"
		}
		want = append(want, []string{p.ID, "", p.Name, fmt.Sprint(p.Number), ports})
	}
	got := tablesOf(t, "Protocols")
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the page has\n%v\nthe code\n%v", got, want)
	}
}

// TestDatasetPageSet holds the table of arguments to Set.
func TestDatasetPageSet(t *testing.T) {
	base := completeExample(t)
	tried := 0
	for _, row := range tablesOf(t, "Layers") {
		argument, ok := strings.CutPrefix(row[0], "--set ")
		if !ok {
			continue
		}
		tried++
		argument = strings.Trim(argument, "'") // the shell's
		layer := strings.Trim(row[2], "`") + "\n"
		if got, want := whole(mustLoad(t, base, "--set "+argument)), whole(mustLoad(t, base, layer)); got != want {
			t.Errorf("--set %s gives\n%s\nthe layer %s\n%s", argument, got, layer, want)
		}
	}
	if tried < 5 {
		t.Errorf("tried %d arguments", tried)
	}
}

// TestProtocols holds the numbers that a mistake would cost most to IANA's
// registry, written down here a second time.
func TestProtocols(t *testing.T) {
	numbers := map[int]bool{}
	for _, p := range protocols {
		if p.Number >= 0 && (numbers[p.Number] || !isKebab(p.ID)) {
			t.Errorf("%s, %d, is not of its own", p.ID, p.Number)
		}
		numbers[p.Number] = true
	}
	for id, number := range map[string]int{"icmp": 1, "ip-in-ip": 4, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51, "icmpv6": 58, "vrrp": 112, "sctp": 132} {
		i := slices.IndexFunc(protocols, func(p *Protocol) bool { return p.ID == id })
		if i < 0 || protocols[i].Number != number {
			t.Errorf("%s is not %d", id, number)
		}
	}
}
