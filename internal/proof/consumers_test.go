package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// printedBy is what one run of a program printed, and its status.
type printedBy struct {
	Status int
	Said   string
}

// runMany runs a program that Debian's own Python reads once for each list of
// arguments. Most of such a run is the loading of its modules; here they are
// loaded once, and each run is a fork.
func runMany(t *testing.T, program string, modules []string, lists [][]string) []printedBy {
	t.Helper()
	input, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", append([]string{"testdata/many.py", program}, modules...)...)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.Output()
	var runs []printedBy
	if err == nil {
		err = json.Unmarshal(out, &runs)
	}
	if err != nil || len(runs) != len(lists) {
		t.Fatalf("%s: %d of %d runs, %v\n%s", cmd, len(runs), len(lists), err, out)
	}
	return runs
}

// inARoot runs lines of bash on a throw-away root, with a network and processes of
// its own: when the first one ends, the kernel ends the daemons too. There what is
// written in Python loads its modules once, as in runMany.
func inARoot(t *testing.T, dir, unshare, lines string) string {
	t.Helper()
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return run(t, dir, unshare, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-ec", `
here=`+here+`
. $here/root.sh
PATH=$PATH:/usr/sbin:/sbin
. $here/serve.sh
export HOME=$PWD
ip link set lo up
`+lines)
}

// player gives a script that is ansible-playbook, and loads its modules but once
// in a test. It can't be run twice at a time.
func player(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("/usr/bin/python3", "testdata/many.py", "--serve", dir, testtool.Need(t, "ansible-playbook")[0]+"=playing")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var err error
	go func() {
		err = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	for {
		if _, err := os.Stat(filepath.Join(dir, "ready")); err == nil {
			return filepath.Join(dir, "ansible-playbook")
		}
		select {
		case <-ended:
			t.Fatalf("%s: %v\n%s", cmd, err, &said)
		case <-time.After(20 * time.Millisecond):
		}
	}
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

// everyDataset gives every shipped dataset, MKE's at a site, and the one that
// uses every key.
func everyDataset(t *testing.T) map[string]*dataset.Dataset {
	t.Helper()
	all := map[string]*dataset.Dataset{
		"mke at a site": common.load("mke at a site", func() *dataset.Dataset { return load(t, "mke", site) }),
		"every key":     common.load("every key", func() *dataset.Dataset { return loadEveryKey(t, site) }),
	}
	for _, id := range shipped(t) {
		all[id] = common.load(id, func() *dataset.Dataset { return load(t, id) })
	}
	return all
}

// everywhere runs a test on the exports of every dataset.
func everywhere(t *testing.T, test func(t *testing.T, ds *dataset.Dataset, dir string)) {
	t.Helper()
	for name, ds := range everyDataset(t) {
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
read = {p: list(yaml.safe_load_all(open(p))) for p in sys.argv[1:]} # a Calico file may hold several
print(json.dumps({p: documents[0] if len(documents) == 1 else documents for p, documents in read.items()}))`
	var paths []string
	for _, ds := range everyDataset(t) {
		paths = append(paths, files(t, writeSet(t, ds), ".yml", ".yaml")...)
	}
	var read map[string]any
	if err := json.Unmarshal([]byte(run(t, "", tool[0], append([]string{"-c", script}, paths...)...)), &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(paths) {
		t.Fatalf("%d of %d files were read", len(read), len(paths))
	}
	everywhere(t, func(t *testing.T, ds *dataset.Dataset, dir string) {
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
    assert rows and len({len(r) for r in rows}) == 1, path
    print(path, len(rows) - 1)`
	var paths []string
	var want strings.Builder
	for _, ds := range everyDataset(t) {
		dir := writeSet(t, ds)
		paths = append(paths, files(t, dir, ".json", ".csv")...)
		file := filepath.Join(dir, ds.Product.ID)
		fmt.Fprintf(&want, "%s-flows.csv %d\n%s-ports.csv %d\n", file, len(ds.Flows), file, len(ds.Ports))
	}
	if diff := cmp.Diff(want.String(), run(t, "", tool[0], append([]string{"-c", script}, paths...)...)); diff != "" {
		t.Errorf("Python's csv counts otherwise (-want +got):\n%s", diff)
	}
}

// TestCloudInitAcceptsTheSchema has the program judge every file of every
// dataset, and one that is wrong, lest a run among many accepts anything.
func TestCloudInitAcceptsTheSchema(t *testing.T) {
	tool := testtool.Need(t, "cloud-init")
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(wrong, []byte("#cloud-config\nruncmd: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	paths := []string{wrong}
	for _, ds := range everyDataset(t) {
		if len(ds.Hosts.Of(dataset.Linux)) > 0 {
			paths = append(paths, files(t, filepath.Join(writeSet(t, ds), "cloud-init"), ".yaml")...)
		}
	}
	var lists [][]string
	for _, path := range paths {
		lists = append(lists, []string{"schema", "--config-file", path})
	}
	for i, r := range runMany(t, tool[0], []string{"cloudinit.cmd.main", "cloudinit.config.schema"}, lists) {
		accepted := r.Status == 0 && strings.Contains(r.Said, "Valid cloud-config")
		if isWrong := paths[i] == wrong; accepted == isWrong {
			t.Errorf("%s: cloud-init ends with %d and says %s", paths[i], r.Status, r.Said)
		}
	}
}
