package proof

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
)

// run executes a program in dir and returns what it printed. A status other
// than 0 fails the test.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files lists the exports below dir whose names end in one of the endings.
func files(t *testing.T, dir string, endings ...string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		for _, ending := range endings {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ending) {
				out = append(out, path)
			}
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no files with %v: %v", endings, err)
	}
	return out
}

// everywhere runs a test on the exports of every shipped dataset, on MKE's at
// a site, and on those of the dataset that uses every key.
func everywhere(t *testing.T, test func(t *testing.T, ds *dataset.Dataset, dir string)) {
	t.Helper()
	all := map[string]*dataset.Dataset{
		"mke at a site": load(t, "mke", site),
		"every key":     loadEveryKey(t, site),
	}
	for _, id := range shipped(t) {
		all[id] = load(t, id)
	}
	for name, ds := range all {
		t.Run(name, func(t *testing.T) { test(t, ds, writeSet(t, ds)) })
	}
}

func TestSha256sumAccepts(t *testing.T) {
	tool := testtool.Need(t, "sha256sum")
	everywhere(t, func(t *testing.T, _ *dataset.Dataset, dir string) {
		out := run(t, dir, tool[0], "--check", "--strict", "SHA256SUMS")
		if got, want := strings.Count(out, ": OK\n"), len(files(t, dir, "")); got != want-1 {
			t.Errorf("%d files are listed, of %d beside SHA256SUMS:\n%s", got, want-1, out)
		}
	})
}

// TestPyYAMLAgrees reads every YAML export with PyYAML, which Ansible and
// cloud-init use, and requires ports to come out as text.
func TestPyYAMLAgrees(t *testing.T) {
	tool := testtool.Need(t, "python3-yaml")
	const script = `
import sys, json, yaml
print(json.dumps({p: yaml.safe_load(open(p)) for p in sys.argv[1:]}))`
	everywhere(t, func(t *testing.T, ds *dataset.Dataset, dir string) {
		paths := files(t, dir, ".yml", ".yaml")
		var read map[string]any
		if err := json.Unmarshal([]byte(run(t, dir, tool[0], append([]string{"-c", script}, paths...)...)), &read); err != nil {
			t.Fatal(err)
		}
		if len(read) != len(paths) {
			t.Fatalf("%d of %d files were read", len(read), len(paths))
		}
		name := snake(ds.Product.ID) + "_ports"
		vars, _ := read[filepath.Join(dir, "ansible/vars", name+".yml")].(map[string]any)
		ports, _ := vars[name].([]any)
		if len(ports) != len(ds.Ports) {
			t.Errorf("PyYAML reads %d rows, want %d", len(ports), len(ds.Ports))
		}
		for _, p := range ports {
			if _, isText := p.(map[string]any)["port"].(string); !isText {
				t.Errorf("the port of %v is not text", p)
			}
		}
	})
}

func TestPythonReadsJSONAndCSV(t *testing.T) {
	tool := testtool.Need(t, "python3")
	const script = `
import csv, json, sys
for path in sys.argv[1:]:
    if path.endswith(".json"):
        json.load(open(path))
        continue
    rows = list(csv.reader(open(path, newline=""), strict=True))
    assert len(rows) > 1 and len({len(r) for r in rows}) == 1, path
    print(path.rsplit("/", 1)[1], len(rows) - 1)`
	everywhere(t, func(t *testing.T, ds *dataset.Dataset, dir string) {
		out := run(t, dir, tool[0], append([]string{"-c", script}, files(t, dir, ".json", ".csv")...)...)
		id := ds.Product.ID
		if want := fmt.Sprintf("%s-flows.csv %d\n%s-ports.csv %d\n", id, len(ds.Flows), id, len(ds.Ports)); out != want {
			t.Errorf("Python's csv counts %q, want %q", out, want)
		}
		run(t, dir, tool[0], "-m", "json.tool", id+"-ports.json")
	})
}

func TestCloudInitAcceptsTheSchema(t *testing.T) {
	tool := testtool.Need(t, "cloud-init")
	everywhere(t, func(t *testing.T, _ *dataset.Dataset, dir string) {
		t.Parallel()
		for _, path := range files(t, filepath.Join(dir, "cloud-init"), ".yaml") {
			out := run(t, dir, tool[0], "schema", "--config-file", path)
			if !strings.Contains(out, "Valid cloud-config") {
				t.Errorf("%s: cloud-init says %s", path, out)
			}
		}
	})
}
