package render

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/source"
)

// TestOnMeansOpen wants .json and Ansible's vars to call exactly those rows on
// that have flows, whatever keeps the others closed.
func TestOnMeansOpen(t *testing.T) {
	everyKey, err := os.ReadFile("../proof/testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"every-key.toml": string(everyKey)}
	_, stated, _ := strings.Cut(string(everyKey), "[assume]")
	_, stated, _ = strings.Cut(stated, "[networks]")
	texts["nothing assumed"] = string(everyKey[:strings.Index(string(everyKey), "[assume]")]) + "[networks]" + stated
	shipped, err := fs.Glob(portpress.Data(), "*.toml")
	if err != nil || len(shipped) == 0 {
		t.Fatal(err)
	}
	for _, name := range shipped {
		text, err := fs.ReadFile(portpress.Data(), name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	closed := 0
	for name, text := range texts {
		ds, problems := dataset.Load(&source.File{Name: name, Text: text})
		if ds == nil {
			t.Fatal(problems)
		}
		set, _ := All([]Source{{FS: portpress.Templates(), Name: "templates"}}, ds,
			Options{Only: func(path string) bool {
				return strings.HasSuffix(path, ".json") || strings.HasSuffix(path, "_ports.yml")
			}})
		seen := 0
		for _, f := range set.Files {
			said := map[string]bool{}
			var vars map[string]any
			switch {
			case strings.HasSuffix(f.Path, "-ports.json"):
				var table struct {
					Ports []struct {
						ID string
						On bool
					}
				}
				err = json.Unmarshal(f.Content, &table)
				for _, row := range table.Ports {
					said[row.ID] = row.On
				}
			case strings.HasSuffix(f.Path, "_ports.yml"):
				err = yaml.Unmarshal(f.Content, &vars)
				for _, row := range vars[strings.ReplaceAll(ds.Product.ID, "-", "_")+"_ports"].([]any) {
					row := row.(map[string]any)
					said[row["id"].(string)] = row["enabled"].(bool)
				}
			default:
				continue
			}
			seen++
			if err != nil || len(said) != len(ds.Ports) {
				t.Fatalf("%s: %s has %d rows: %v", name, f.Path, len(said), err)
			}
			for _, p := range ds.Ports {
				opens := slices.ContainsFunc(ds.Flows, func(f dataset.Flow) bool { return f.Port == p || slices.Contains(f.Also, p) })
				if said[p.ID] != opens {
					t.Errorf("%s: %s says %t of %s, which opens: %t", name, f.Path, said[p.ID], p.ID, opens)
				}
				if !opens {
					closed++
				}
			}
		}
		if seen != 2 {
			t.Errorf("%s: %d files", name, seen)
		}
	}
	if closed < 20 {
		t.Errorf("only %d rows open nothing", closed)
	}
}
