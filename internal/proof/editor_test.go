package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/schema"
	"portpress/internal/testtool"
)

// taplo runs taplo's linter on files, and gives what it says by file: the place
// and the text of each error. A file is judged by the schema that it names.
func taplo(t *testing.T, files ...string) map[string][]string {
	t.Helper()
	tools := testtool.Need(t, "node", "sites")
	args := append([]string{filepath.Join(tools[1], "node_modules/@taplo/cli/dist/cli.js"), "lint", "--no-auto-config", "--colors", "never"}, files...)
	out, err := exec.Command(tools[0], args...).CombinedOutput() // fails where it finds something
	said := map[string][]string{}
	for _, m := range taploError.FindAllStringSubmatch(string(out), -1) {
		said[m[2]] = append(said[m[2]], m[3]+" "+m[1])
	}
	if err != nil && len(said) == 0 {
		t.Fatalf("taplo: %v\n%s", err, out)
	}
	return said
}

var taploError = regexp.MustCompile(`(?m)^error: (.*)\n *┌─ (.*):(\d+:\d+)$`)

// TestTaploReadsOurFiles wants taplo to find nothing in the shipped datasets and
// the project file, by the schemas that they name.
func TestTaploReadsOurFiles(t *testing.T) {
	files, err := filepath.Glob("../../data/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	files = append(files, "../../portpress.toml")
	for i, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "#:schema ") {
			t.Errorf("%s names no schema", name)
		}
		if files[i], err = filepath.Abs(name); err != nil {
			t.Fatal(err)
		}
	}
	for name, said := range taplo(t, files...) {
		t.Errorf("%s: %s", name, said)
	}
}

// schemas writes the schemas into a new folder.
func schemas(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, kind := range schema.Kinds() {
		text, err := schema.Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, kind+".json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const edited = `#:schema ./dataset.json
format = 1
[product]
id = "acme-db"
name = "Acme Database"
[hosts.servers]
name = "Servers"
[scopes.clients]
name = "Clients"
from = ["any"]
[networks]
cluster = ["10.0.0.0/24"]
[ports.sql]
port = 5432
protocols = ["tcp"]
hosts = ["servers"]
scopes = ["clients"]
purpose = "SQL clients"
`

// TestTaploFindsMistakes wants each mistake to be marked where it is, and
// nothing else but what is inside it.
func TestTaploFindsMistakes(t *testing.T) {
	dir := schemas(t)
	mistakes := []struct{ kind, was, is, at, says string }{
		{"dataset", "format = 1", "format = 2", "2", "maximum of 1"},
		{"dataset", "format = 1", "format = \"1\"", "\"1\"", "not of type"},
		{"dataset", "id = \"acme-db\"", "id = \"Acme DB\"", "\"Acme DB\"", "does not match"},
		{"dataset", "name = \"Servers\"", "name = \" \"", "\" \"", "does not match"},
		{"dataset", "name = \"Servers\"", "name = 3", "3", "not of type"},
		{"dataset", "name = \"Servers\"", "name = \"S\"\ngrop = \"x\"", "\"x\"", "does not allow"},
		{"dataset", "[networks]", "[network]", "[network]", "does not allow"},
		{"dataset", "[hosts.servers]", "[hosts.Servers]", "[hosts.Servers]", "does not allow"},
		{"dataset", "from = [\"any\"]\n", "", "[scopes.clients]", "\"from\" is a required"},
		{"dataset", "cluster = [\"10.0.0.0/24\"]", "cluster = \"10.0.0.0\"", "\"10.0.0.0\"", "does not match"},
		{"dataset", "port = 5432", "port = 70000", "70000", "maximum of 65535"},
		{"dataset", "port = 5432", "port = [80, \"8000:8010\"]", "\"8000:8010\"", "does not match"},
		{"dataset", "port = 5432", "port = 5432\nopens = \"no\"", "\"no\"", "not of type"},
		{"dataset", "[\"tcp\"]", "[\"udp\", \"tpc\"]", "\"tpc\"", "is not one of"},
		{"dataset", "[\"tcp\"]", "\"tpc\"", "\"tpc\"", "does not match"},
		{"dataset", "[\"servers\"]", "[]", "[]", "less than 1 item"},
		{"dataset", "[\"clients\"]", "[\"clients\", \"clients\"]", "[\"clients\", \"clients\"]", "non-unique"},
		{"dataset", "scopes = [\"clients\"]\n", "", "[ports.sql]", "\"scopes\" is a required"},
		{"dataset", "protocols = [\"tcp\"]\n", "", "[ports.sql]", "\"protocols\" is a required"},
		{"dataset", "purpose = \"SQL clients\"", "purpose = \"\"", "\"\"", "does not match"},
		{"layer", edited, "options.metrics = \"on\"\n", "\"on\"", "not of type"},
		{"layer", edited, "[together.db]\nservers = [\"A b\"]\n", "\"A b\"", "does not match"},
		{"layer", edited, "[for.db.ports.sql]\nport = 0\n", "0", "minimum of 1"},
		{"layer", edited, "[for.db.port.sql]\nport = 1\n", "[for.db.port.sql]", "does not allow"},
		{"project", edited, "format = 1\ncsv-delimiter = \"coma\"\n", "\"coma\"", "is not one of"},
		{"project", edited, "format = 1\nstrict = 1\n", "1\n", "not of type"},
		{"project", edited, "format = 1\n[sites.prod]\nexports = []\n", "[]", "does not allow"},
	}
	var files []string
	for i, m := range mistakes {
		text := strings.Replace(edited, m.was, m.is, 1)
		if text == edited {
			t.Fatalf("%q is not there", m.was)
		}
		if m.kind != "dataset" {
			text = "#:schema ./" + m.kind + ".json\n" + text
		}
		files = append(files, filepath.Join(dir, fmt.Sprintf("%02d.toml", i)))
		if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := filepath.Join(dir, "good.toml")
	if err := os.WriteFile(good, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	said := taplo(t, append(files, good)...)
	if len(said[good]) > 0 {
		t.Errorf("taplo marks a good file: %s", said[good])
	}
	for i, m := range mistakes {
		text, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		before, _, _ := strings.Cut(string(text), strings.TrimPrefix(m.is, "format = 1\n"))
		at := len(before) + strings.LastIndex(strings.TrimPrefix(m.is, "format = 1\n"), m.at)
		if m.is == "" {
			at = strings.Index(string(text), m.at)
		}
		line := strings.Count(string(text[:at]), "\n") + 1
		place := fmt.Sprintf("%d:%d ", line, at-strings.LastIndex(string(text[:at]), "\n"))
		end := line + strings.Count(strings.SplitN(string(text[at:])+"\n[", "\n[", 2)[0], "\n")
		if !slices.ContainsFunc(said[files[i]], func(s string) bool { return strings.HasPrefix(s, place) && strings.Contains(s, m.says) }) {
			t.Errorf("%q: taplo says %q, want %s%s", m.is, said[files[i]], place, m.says)
		}
		for _, s := range said[files[i]] {
			var l int
			if _, err := fmt.Sscanf(s, "%d:", &l); err != nil || l < line || l > end {
				t.Errorf("%q: taplo marks line %d, outside of %d to %d: %s", m.is, l, line, end, s)
			}
		}
	}
}

// TestEditorHelps asks taplo's language server, which editors run, what it says
// of keys and what it completes.
func TestEditorHelps(t *testing.T) {
	tools := testtool.Need(t, "node", "sites")
	dir := schemas(t)
	text := strings.Replace(edited, `["tcp"]`, `[ ]`, 1)
	if err := os.WriteFile(filepath.Join(dir, "ports.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	line := func(s string) int {
		before, _, _ := strings.Cut(text, s)
		return strings.Count(before, "\n")
	}
	questions, err := json.Marshal([][]any{
		{"ports.toml", line("purpose"), 2}, {"ports.toml", line(`[ ]`), len(`protocols = [`)}, {"ports.toml", line("format"), 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		Hover     string
		Completed []struct{ Label, Help string }
	}
	var answers []answer
	if err := json.Unmarshal([]byte(run(t, "", tools[0], "testdata/editor.cjs", tools[1], dir, string(questions))), &answers); err != nil {
		t.Fatal(err)
	}
	labels := func(a answer) (out []string) {
		for _, c := range a.Completed {
			out = append(out, strings.Trim(c.Label, `"`))
		}
		return out
	}
	sections := dataset.Sections()
	rows := sections[slices.IndexFunc(sections, func(s dataset.Section) bool { return s.Name == "ports.ID" })]
	for _, k := range rows.Keys {
		i := slices.Index(labels(answers[0]), k.Name)
		if i < 0 || answers[0].Completed[i].Help == "" {
			t.Errorf("the editor doesn't complete %s, or says nothing of it", k.Name)
		}
		if k.Name == "purpose" && answers[0].Hover != k.Means {
			t.Errorf("the editor says %q of purpose", answers[0].Hover)
		}
		if k.Name == "protocols" && !slices.Equal(labels(answers[1]), k.Type.Of[0].Words) {
			t.Errorf("the editor completes the protocols %q", labels(answers[1]))
		}
	}
	for _, s := range sections {
		if s.Name != "" && !s.Layer && !slices.Contains(labels(answers[2]), s.Root()) {
			t.Errorf("the editor doesn't complete [%s]: %q", s.Root(), labels(answers[2]))
		}
	}
}
