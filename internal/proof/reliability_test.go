package proof

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/testtool/hostile"
)

// TestReliabilityNamesWhatThereIs holds the table of readers to the templates,
// the functions and the tests, and its count to the texts.
func TestReliabilityNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	doc := readText(t, "../../docs/reliability.md")
	functions := readText(t, "../../docs/templates.md")
	tests := map[string]bool{}
	for _, dir := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, "_test.go") {
				for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(readText(t, path), -1) {
					tests[m[1]] = true
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(doc, -1) {
		if !tests[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
	}
	_, table, _ := strings.Cut(doc, "## Who reads our texts")
	table, _, _ = strings.Cut(table, "\n## ")
	var places string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if len(cells) != 5 {
			continue
		}
		places += cells[2]
		for _, name := range regexp.MustCompile("`([a-zA-Z]+)`").FindAllStringSubmatch(cells[3], -1) {
			if !strings.Contains(functions, "\n| `"+name[1]+" ") {
				t.Errorf("there is no function %s", name[1])
			}
		}
	}
	err := fs.WalkDir(portpress.Templates(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "_") {
			return err
		}
		place := strings.TrimSuffix(strings.ReplaceAll(path, "{product}", "PRODUCT"), ".tmpl")
		if folder, _, ok := strings.Cut(place, "/"); ok {
			place = folder + "/"
		}
		if !strings.Contains(places, "`"+place+"`") {
			t.Errorf("the table doesn't say who reads the texts of %s", place)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for said, n := range map[string]int{`each of (\d+) texts`: len(hostile.Texts), `these and (\d+) more`: len(hostile.Markup)} {
		if want := regexp.MustCompile(said).FindStringSubmatch(doc); want == nil || want[1] != strconv.Itoa(n) {
			t.Errorf("there are %d texts, the document says %v", n, want)
		}
	}
}

// TestAnsibleFilesAreSafe holds that no template for Ansible writes YAML in
// which a text could be run.
func TestAnsibleFilesAreSafe(t *testing.T) {
	t.Parallel()
	bare := regexp.MustCompile(`(?:\{\{-? |\(|\| )(?:yaml\w*|json) [^}]*\}\}`)
	networks := "json .Networks" // inside an expression of the template's own
	err := fs.WalkDir(portpress.Templates(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "ansible") {
			return err
		}
		for _, call := range bare.FindAllString(string(template(t, path)), -1) {
			if !strings.Contains(call, networks) {
				t.Errorf("%s: %s is not for what Ansible reads", path, call)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
