package dataset

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// shareText is a product with a few rows.
func shareText(id string, rows ...string) string {
	text := "format = 1\n[product]\nid = \"" + id + "\"\nname = \"" + id + "\"\n[hosts.servers]\nname = \"Servers\"\n" +
		"[scopes.internal]\nname = \"Internal\"\nfrom = [\"cluster\"]\n"
	for i, row := range rows {
		text += fmt.Sprintf("[ports.%s]\nport = %d\nconfigurable = true\nprotocols = [\"tcp\"]\nhosts = [\"servers\"]\nscopes = [\"internal\"]\npurpose = \"%s of %s\"\n",
			row, 5000+i, row, id)
	}
	return text
}

// shared loads products with rows a, b of each, sql in one, web in two.
func shared(t *testing.T, layer string) (map[string]string, []string) {
	t.Helper()
	bases := []*source.File{
		{Name: "db.toml", Text: shareText("acme-db", "sql", "gossip")},
		{Name: "web.toml", Text: shareText("acme-web", "web", "gossip") + "[peers.office]\nname = \"Office\"\n[options.metrics]\nname = \"Metrics\"\n"},
	}
	layers, found := Share(bases, []*source.File{{Name: "site.toml", Text: layer}})
	ports := map[string]string{}
	for i, base := range bases {
		ds, more := Load(base, layers[i]...)
		found = append(found, more...)
		if ds == nil {
			continue
		}
		for _, p := range ds.Ports {
			ports[ds.Product.ID+" "+p.ID] = p.Number()
		}
		for _, n := range ds.Networks {
			ports[ds.Product.ID+" "+n.ID] = fmt.Sprint(n.Prefixes)
		}
	}
	var said []string
	for _, p := range found {
		if p.Code == problem.Unused { // what the layers aren't about
			continue
		}
		said = append(said, fmt.Sprintf("%d:%d %s %s (%s)", p.Line, p.Column, p.Code, p.Text, p.Hint))
	}
	return ports, said
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		title, layer string
		want         map[string]string
		said         string
	}{
		{"what one has goes to that one", "[ports.sql]\nport = 6000\n", map[string]string{"acme-db sql": "6000", "acme-web web": "5000"}, ""},
		{"networks of all", "[networks]\ncluster = [\"10.0.0.0/24\"]\n", map[string]string{"acme-db cluster": "[10.0.0.0/24]", "acme-web cluster": "[10.0.0.0/24]"}, ""},
		{"networks of one", "[networks]\ncluster = [\"10.0.0.0/24\"]\n[for.acme-web.networks]\ncluster = [\"10.1.0.0/24\"]\noffice = [\"10.2.0.0/24\"]\n", map[string]string{"acme-db cluster": "[10.0.0.0/24]", "acme-web cluster": "[10.1.0.0/24]", "acme-web office": "[10.2.0.0/24]"}, ""},
		{"a party that one has", "networks.office = [\"10.2.0.0/24\"]\noptions.metrics = true\n", map[string]string{"acme-db office": "", "acme-web office": "[10.2.0.0/24]"}, ""},
		{"one product alone", "[for.acme-db.ports.gossip]\nport = 7000\n", map[string]string{"acme-db gossip": "7000", "acme-web gossip": "5001"}, ""},
		{"a row of several", "[ports.gossip]\nport = 7000\n", map[string]string{"acme-db gossip": "7000", "acme-web gossip": "7000"}, "3:8 moves-several moves the row \"gossip\" of acme-db, acme-web (if one is meant, write [for.acme-db.ports.gossip])"},
		{"a row of none", "[ports.sqll]\nport = 7000\n", nil, `2:1 unknown-row no product has a row "sqll" (did you mean "sql"?)`},
		{"a product that isn't there", "[for.acme-dd.ports.sql]\nport = 7000\n", nil, `2:1 unknown-product there is no product "acme-dd" to speak to (did you mean "acme-db"?)`},
		{"a mistake for one", "[for.acme-db.ports.sql]\nport = 70000\n", nil, "3:8 port-range port 70000 is outside 1–65535 ()"},
		{"a new row for all", "[ports.ssh]\nport = 22\nprotocols = [\"tcp\"]\nhosts = [\"servers\"]\nscopes = [\"internal\"]\npurpose = \"Shell\"\n", map[string]string{"acme-db ssh": "22", "acme-web ssh": "22"}, ""},
		{"for is a table", "for = 1\n", nil, "2:7 wrong-type"},
	} {
		ports, said := shared(t, "\n"+c.layer)
		for key, want := range c.want {
			if ports[key] != want {
				t.Errorf("%s: %s is %q, want %q", c.title, key, ports[key], want)
			}
		}
		got := strings.Join(said, "\n")
		if c.said == "" && got != "" || c.said != "" && !strings.HasPrefix(got, c.said[:min(len(c.said), len(got))]) || c.said != "" && got == "" {
			t.Errorf("%s: got\n%s\nwant\n%s", c.title, got, c.said)
		}
	}
}

// A layer alone doesn't know which products there are: what it says to others
// is passed over.
func TestForOneProduct(t *testing.T) {
	base := &source.File{Name: "db.toml", Text: shareText("acme-db", "sql")}
	layer := &source.File{Name: "site.toml", Text: "[for.acme-db.ports.sql]\nport = 7000\n[for.other]\nports.web.port = 1\n[ports.sql]\nport = 6000\n"}
	ds, found := Load(base, layer)
	if len(found) > 0 || ds.Ports[0].Number() != "7000" {
		t.Errorf("%v, %v", ds, found)
	}
	_, found = Load(&source.File{Name: "db.toml", Text: shareText("acme-db", "sql") + "[for.acme-db.ports.sql]\nport = 1\n"})
	if len(found) != 1 || found[0].Code != problem.UnknownKey || found[0].Line != 17 {
		t.Errorf("a dataset that speaks to a product: %v", found)
	}
}
