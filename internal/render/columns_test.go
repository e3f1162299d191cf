package render

import (
	"slices"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/source"
)

const withColumns = `format = 1
product = {id = "x", name = "X"}
hosts.a.name = "A"
columns.ticket.name = "Ticket"
columns.owner.name = "Owned | by"
[ports.plain]
port = 1
protocols = "tcp"
hosts = "a"
from = "any"
[ports.filled]
port = 2
protocols = "tcp"
hosts = "a"
from = "any"
purpose = "Filled"
columns = {owner = "=Me", ticket = "N-1"}
`

// TestColumns wants a dataset's own columns in every document and in a table
// that is asked for, in the dataset's order and before the remarks, and in no
// firewall.
func TestColumns(t *testing.T) {
	load := func(layer string) *dataset.Dataset {
		ds, problems := dataset.Load(&source.File{Name: "x.toml", Text: withColumns}, &source.File{Name: "site.toml", Text: layer})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return ds
	}
	press := func(ds *dataset.Dataset) map[string]string {
		set, problems := All([]Source{{FS: portpress.Templates(), Name: "templates"}}, ds, Options{})
		files := map[string]string{}
		for _, f := range set.Files {
			files[f.Path] = string(f.Content)
		}
		if len(files) == 0 {
			t.Fatal(problems)
		}
		return files
	}
	for name, layer := range map[string]string{"columns alone": "", "and remarks": "ports.plain.notes = \"Noted.\""} {
		files := press(load(layer))
		for path, want := range map[string]string{
			"x-ports.md":   "| Ticket | Owned \\| by |#| TCP 1 | Anyone | plain | | |#| TCP 2 | Anyone | Filled | N-1 | =Me |",
			"x-ports.rst":  "   * - Hosts\n     - Port\n     - Scope\n     - Purpose\n     - Ticket\n     - Owned \\| by\n#     - Filled\n     - N-1\n     - \\=Me\n",
			"x-ports.adoc": "cols=6#| Ticket\n| Owned &#124; by\n#| Filled\n| N-1\n| &#61;Me\n",
			"x-ports.html": "Ticket</th><th scope=\"col\">Owned | by</th>#<td>Filled</td><td>N-1</td><td>=Me</td>",
			"x-ports.csv":  ",remarks,ticket,owner\r\n#,Filled,,,,N-1,\"'=Me\"\r\n",
			"x-ports.json": "{\"id\": \"ticket\", \"name\": \"Ticket\", \"description\": \"\"}#\"columns\": {\"ticket\": \"N-1\", \"owner\": \"=Me\"}",
		} {
			if layer != "" {
				want = strings.ReplaceAll(want, "cols=6", "cols=7")
			}
			rest := files[path]
			for part := range strings.SplitSeq(want, "#") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("%s: %s lacks %q in\n%s", name, path, part, rest)
				}
				rest = after
			}
			if hasRemarks := strings.Contains(files[path], "Remarks"); strings.HasSuffix(path, ".md") && hasRemarks != (layer != "") {
				t.Errorf("%s: remarks in %s: %t", name, path, hasRemarks)
			}
		}
		for path, text := range files {
			if strings.Contains(text, "=Me") && !strings.HasPrefix(path, "x-ports.") {
				t.Errorf("%s tells the owner", path)
			}
		}
	}
	ds := load("")
	table, err := Table(ds, Query{Columns: []string{"owner", "id"}, Sort: "owner"}, "markdown")
	if want := "| Owned \\| by | ID |\n| --- | --- |\n| | plain |\n| =Me | filled |\n"; err != nil || string(table) != want {
		t.Errorf("%v\n%s", err, table)
	}
}

// TestOwnColumns holds what a dataset can't call a column to what tables have.
func TestOwnColumns(t *testing.T) {
	names := append(ColumnNames(&dataset.Dataset{}), "protocols", "scopes", "to", "between") // and the head of .csv
	if names = slices.Sorted(slices.Values(names)); !slices.Equal(names, dataset.OwnColumns) {
		t.Errorf("tables have\n%q\nand it is\n%q", names, dataset.OwnColumns)
	}
}
