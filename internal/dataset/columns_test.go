package dataset

import (
	"strings"
	"testing"
)

const owners = "[columns.owner]\nname = \"Owner\"\n[columns.ticket]\nname = \"Ticket\"\n"

// TestColumns holds that layers fill columns one by one, and what they can't.
func TestColumns(t *testing.T) {
	base := sample + owners + "[ports.web.columns]\nowner = \"Web\"\nticket = \"N-1\"\n"
	ds := mustLoad(t, base, "ports.web.columns.owner = \"Platform\"\n", "[ports.gossip]\ncolumns = {ticket = \"N-2\"}\n")
	var got []string
	for _, p := range ds.Ports {
		for _, c := range ds.Columns {
			got = append(got, p.Column(c.ID))
		}
		if p.SaysMore() {
			t.Errorf("%s says more than columns", p.ID)
		}
	}
	if strings.Join(got, "|") != "Platform|N-1||N-2" {
		t.Errorf("the columns hold %q", got)
	}
	for layer, want := range map[string]string{
		"ports.web.columns.owners = \"x\"":             `unknown column "owners"`,
		"ports.web.columns.owner = 3":                  "owner must be text, not the number 3",
		"ports.web.columns = \"x\"":                    `columns must be a table of texts, not the text "x"`,
		"ports.web.columns.owner = \"a\\u202eb\"":      "owner holds the control character U+202E",
		"[columns.purpose]\nname = \"P\"":              `"purpose" is a column that tables have anyway`,
		"[columns.Team]\nname = \"Team\"":              `"Team" is not a kebab-case id`,
		"[columns.unused]\nname = \"Nobody fills it\"": `column "unused" is not used`,
	} {
		_, problems := loaded(t, base, layer)
		if len(problems) == 0 || problems[0].Text != want {
			t.Errorf("%s: %v", layer, problems)
		}
	}
}

// TestColumnOfATable tells of a column that tables have anyway once, not at
// each row that says something in it.
func TestColumnOfATable(t *testing.T) {
	text := strings.Replace(sample, "[ports.web]", "[columns.number]\nname = \"Number\"\n\n[ports.web]", 1)
	text = strings.ReplaceAll(text, "purpose = ", "columns = {number = \"1\"}\npurpose = ")
	if _, problems := loaded(t, text); len(problems) != 1 || problems[0].Code != "bad-id" {
		t.Errorf("the problems are %v", problems)
	}
}
