package render

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTree(t *testing.T) {
	t.Parallel()
	set, problems := pressTree(
		"a.txt.tmpl", "{{ .Product.ID }} at {{ .Path }}",
		"plain/{product}.txt", "copied {{ as it is }}",
		"deep/er/{host}.txt.tmpl", "{{ .Host.Name }}",
		"{scope}/{host}.txt.tmpl", "{{ .Scope.ID }} {{ .Host.ID }}",
		"white.tmpl", " \n\t{{ if false }}x{{ end }}\n",
		"empty", "",
		"bom.tmpl", "\ufeffx",
		"_part.tmpl", `{{ define "greet" }}hello {{ .ID }}{{ end }}`,
		"sub/_parts/x.txt", `{{ define "bye" }}bye{{ end }}{{/* a comment is fine */}}`,
		"uses.tmpl", `{{ template "greet" .Product }} {{ template "bye" }}`,
		"embed.go", "package templates",
		".gitignore", "x",
		".git/config", "x",
		"x.tmpl~", "x",
		".x.tmpl.swp", "x",
		"#x.tmpl#", "x",
		"README.md", "copied too",
	)
	same(t, show(set)+show(problems), `
README.md < templates/README.md: "copied too"
a.txt < templates/a.txt.tmpl: "mke at a.txt"
bom < templates/bom.tmpl: "x"
deep/er/managers.txt < templates/deep/er/{host}.txt.tmpl: "Managers"
deep/er/workers.txt < templates/deep/er/{host}.txt.tmpl: "Workers"
empty < templates/empty: ""
external/managers.txt < templates/{scope}/{host}.txt.tmpl: "external managers"
external/workers.txt < templates/{scope}/{host}.txt.tmpl: "external workers"
internal/managers.txt < templates/{scope}/{host}.txt.tmpl: "internal managers"
internal/workers.txt < templates/{scope}/{host}.txt.tmpl: "internal workers"
plain/mke.txt < templates/plain/{product}.txt: "copied {{ as it is }}"
uses < templates/uses.tmpl: "hello mke bye"`)
	if set.Product != "mke" {
		t.Errorf("the set is of %q", set.Product)
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	set, problems := All([]Source{
		tree("templates",
			"kept.tmpl", `{{ template "p" }}`, "changed.tmpl", "shipped", "switched.md.tmpl", "shipped", "silenced.tmpl", "shipped",
			"_p/p.tmpl", `{{ define "p" }}shipped{{ end }}`),
		tree("/home/me/site",
			"changed.tmpl", "mine", "switched.md", "mine, plain", "silenced.tmpl", "\n", "added.tmpl", "mine",
			"_p/p.tmpl", `{{ define "p" }}mine{{ end }}`),
	}, sample(), Options{})
	same(t, show(set)+show(problems), `
added < /home/me/site/added.tmpl: "mine"
changed < /home/me/site/changed.tmpl: "mine"
kept < templates/kept.tmpl: "mine"
switched.md < /home/me/site/switched.md: "mine, plain"`)
}

// TestOwnDefinitions holds that a template's definitions are its own, and that
// they fill the blocks of a shared partial.
func TestOwnDefinitions(t *testing.T) {
	t.Parallel()
	set, problems := pressTree(
		"_layout.tmpl", `{{ define "layout" }}<{{ block "body" . }}nothing{{ end }}>{{ end }}`,
		"a.tmpl", `{{ define "body" }}a{{ end }}{{ template "layout" . }}`,
		"b.tmpl", `{{ template "layout" . }}`,
		"c.tmpl", `{{ define "body" }}c{{ end }}{{ template "layout" . }}`,
	)
	same(t, show(set)+show(problems), `
a < templates/a.tmpl: "<a>"
b < templates/b.tmpl: "<nothing>"
c < templates/c.tmpl: "<c>"`)
}

func TestOnly(t *testing.T) {
	t.Parallel()
	set, problems := All([]Source{tree("templates",
		"a/{host}.tmpl", "{{ .Host.ID }}", "b.tmpl", "{{ fail \"never asked for\" }}", "c.tmpl", "{{ if }}",
	)}, sample(), Options{Only: func(path string) bool { return path == "a/workers" }})
	same(t, show(set)+show(problems), `
a/workers < templates/a/{host}.tmpl: "workers"`)
}

func TestPathProblems(t *testing.T) {
	t.Parallel()
	ds := sample()
	_, problems := All([]Source{tree("templates",
		"{hots}.tmpl", "", "a/{}.txt", "", "{host.txt", "", "b}.txt", "",
		"SHA256SUMS.tmpl", "", "sub/SHA256SUMS", "", "sha256sums", "",
		"back\\slash", "", "co:lon", "", "new\nline", "", "dot.", "", "space /x", "", "aux.txt", "", "x/COM1", "", "com0", "",
		strings.Repeat("x", 256), "",
	)}, ds, Options{})
	same(t, strings.ReplaceAll(show(problems), strings.Repeat("x", 256), "x*256"), `
templates/SHA256SUMS.tmpl:0:0: error: would press "SHA256SUMS": the name is kept for portpress itself [export-path]
    hint: choose another name
templates/a/{}.txt:0:0: error: the path holds {}, which means nothing [export-path]
    hint: a path may hold {product}, {host}, {scope}, {product_ident}, {host_ident}, {scope_ident}, {group}, {policy}, {policy_out}, {policy_pods}, {policy_zone}, {policy_zone_out}
templates/aux.txt:0:0: error: would press "aux.txt": aux names a device on Windows [export-path]
    hint: choose another name
templates/back\slash:0:0: error: would press "back\\slash": '\\' can't stand in a file name on every system [export-path]
templates/b}.txt:0:0: error: the path has a brace without its partner [export-path]
    hint: a path may hold {product}, {host}, {scope}, {product_ident}, {host_ident}, {scope_ident}, {group}, {policy}, {policy_out}, {policy_pods}, {policy_zone}, {policy_zone_out}
templates/co:lon:0:0: error: would press "co:lon": ':' can't stand in a file name on every system [export-path]
templates/dot.:0:0: error: would press "dot.": a part of the path ends in a full stop or a space [export-path]
templates/new
line:0:0: error: would press "new\nline": '\n' can't stand in a file name on every system [export-path]
templates/sha256sums:0:0: error: would press "sha256sums": the name is kept for portpress itself [export-path]
    hint: choose another name
templates/space /x:0:0: error: would press "space /x": a part of the path ends in a full stop or a space [export-path]
templates/x/COM1:0:0: error: would press "x/COM1": COM1 names a device on Windows [export-path]
    hint: choose another name
templates/x*256:0:0: error: would press "x*256": a part of the path is longer than 255 bytes [export-path]
    hint: give the template a shorter name
templates/{host.txt:0:0: error: the path has a brace without its partner [export-path]
    hint: a path may hold {product}, {host}, {scope}, {product_ident}, {host_ident}, {scope_ident}, {group}, {policy}, {policy_out}, {policy_pods}, {policy_zone}, {policy_zone_out}
templates/{hots}.tmpl:0:0: error: the path holds {hots}, which means nothing [export-path]
    hint: did you mean "host"?`)

	// An id can't hold these, but a dataset made by other means could.
	ds.Product.ID = "../.."
	set, problems := All([]Source{tree("templates", "{product}/x", "", "y", "")}, ds, Options{})
	same(t, show(set)+show(problems), `
y < templates/y: ""
templates/{product}/x:0:0: error: would press "../../x": not a path inside the product's folder [export-path]
    hint: no empty, . or .. parts`)
	ds.Product.ID = ".portpress"
	_, problems = All([]Source{tree("templates", "{product}-tmp/x", "", "a/{product}", "")}, ds, Options{})
	if len(problems) != 2 {
		t.Errorf("portpress's own names are let through:\n%s", show(problems))
	}
}

func TestCollisions(t *testing.T) {
	t.Parallel()
	_, problems := pressTree(
		"{host}.txt", "", "managers.txt", "",
		"{product}.tmpl", "", "mke", "",
		"Case.txt", "", "case.txt", "",
		"a", "", "a.tmpl", "",
		"dir/{host}", "", "dir/managers/x", "", "dir/managers/y", "",
		"ÄB", "", "äb", "",
	)
	same(t, show(problems), `
templates/a.tmpl:0:0: error: templates/a presses the same export [export-collision]
    hint: keep one of the two
templates/case.txt:0:0: error: presses case.txt, which differs only in case from Case.txt of templates/Case.txt [export-collision]
    hint: rename one of the two
templates/dir/managers/x:0:0: error: presses dir/managers/x, but templates/dir/{host} presses the file dir/managers [export-collision]
    hint: rename one of the two
templates/dir/managers/y:0:0: error: presses dir/managers/y, but templates/dir/{host} presses the file dir/managers [export-collision]
    hint: rename one of the two
templates/{host}.txt:0:0: error: presses managers.txt, as templates/managers.txt does [export-collision]
    hint: rename one of the two
templates/{product}.tmpl:0:0: error: presses mke, as templates/mke does [export-collision]
    hint: rename one of the two
templates/äb:0:0: error: presses äb, which differs only in case from ÄB of templates/ÄB [export-collision]
    hint: rename one of the two`)
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"pipe.tmpl":   {Mode: fs.ModeNamedPipe},
		"utf8.tmpl":   {Data: []byte("one\ntwé \xff")},
		"binary.bin":  {Data: []byte("\xff\x00")},
		"broken.tmpl": {Data: []byte("x")},
	}
	set, problems := All([]Source{{"site", brokenFS{fsys}}}, sample(), Options{})
	same(t, show(set)+show(problems), `
binary.bin < site/binary.bin: "\xff\x00"
site/broken.tmpl:0:0: error: can't be read: the disk is gone [read-failed]
site/pipe.tmpl:0:0: error: not a regular file [not-a-file]
    hint: a template tree holds files and folders only
site/utf8.tmpl:2:5: error: the byte 0xff is not UTF-8 [not-utf8]
    hint: save the template as UTF-8`)

	_, problems = All([]Source{{"nowhere", os.DirFS(filepath.Join(t.TempDir(), "nowhere"))}}, sample(), Options{})
	if len(problems) != 1 || problems[0].File != "nowhere" || problems[0].Code != "read-failed" {
		t.Errorf("a folder that is missing:\n%s", show(problems))
	}
}

// TestLinks holds that links to files are followed and links to folders are
// not, since they could lead in circles.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "real.txt"), []byte("real"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link.txt": "real.txt", "circle": ".", "gone": "nowhere"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("needs symbolic links")
		}
	}
	set, problems := All([]Source{{"site", os.DirFS(dir)}}, sample(), Options{})
	same(t, show(set)+show(problems), `
link.txt < site/link.txt: "real"
real.txt < site/real.txt: "real"
site/circle:0:0: error: a link to a folder is not followed [read-failed]
    hint: copy the folder, or link its files one by one
site/gone:0:0: error: can't be read: no such file or directory [read-failed]`)
}

// brokenFS fails to read files whose name begins with "broken".
type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.MapFS.Open(name)
	if strings.HasPrefix(name, "broken") && err == nil {
		return brokenFile{f}, nil
	}
	return f, err
}

func (b brokenFS) ReadFile(name string) ([]byte, error) {
	if strings.HasPrefix(name, "broken") {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("the disk is gone")}
	}
	return b.MapFS.ReadFile(name)
}

type brokenFile struct{ fs.File }

func (brokenFile) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// TestSideBySide holds that the number of workers changes nothing.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	files := []string{"_p.tmpl", `{{ define "p" }}{{ range .Ports }}{{ csv .ID .Purpose }}{{ end }}{{ end }}`}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		files = append(files, name+"/{host}-{scope}.tmpl",
			`{{ template "p" . }}{{ warn "no-cluster-network" "t" "" }}{{ if eq .Host.ID "workers" }}{{ .Nope }}{{ end }}`)
	}
	want := ""
	for _, workers := range []int{1, 2, 16} {
		for range 5 {
			set, problems := All([]Source{tree("templates", files...)}, sample(), Options{Workers: workers})
			got := show(set) + show(problems)
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("%d workers give\n%s\nwant\n%s", workers, got, want)
			}
		}
	}
	if !strings.Contains(want, "a/managers-external <") || !strings.Contains(want, "a/workers-external and 1 more") {
		t.Error(want)
	}
}

// TestParsedBefore holds that templates which were kept press the same again,
// mistakes too, and that one of another text isn't taken for them.
func TestParsedBefore(t *testing.T) {
	t.Parallel()
	var kept Parsed
	for _, text := range []string{
		`{{ range .Ports }}{{ template "p" . }}{{ end }}`, `{{ range .Ports }}{{ template "p" . }}{{ warn "no-cluster-network" "t" "" }}{{ end }}`,
		`{{ .Nope }}`, `{{ if }}`, `{{ template "q" }}`,
	} {
		trees := []Source{tree("templates", "_p.tmpl", `{{ define "p" }}{{ .ID }};{{ end }}`, "a.csv.tmpl", text, "b.md.tmpl", "b")}
		for _, only := range []func(string) bool{nil, func(path string) bool { return path == "a.csv" }} {
			set, problems := All(trees, sample(), Options{Only: only})
			for range 2 {
				again, said := All(trees, sample(), Options{Only: only, Parsed: &kept})
				if got, want := show(again)+show(said), show(set)+show(problems); got != want {
					t.Errorf("%s: kept templates give\n%s\nwant\n%s", text, got, want)
				}
			}
		}
	}
	if len(kept.trees) != 10 {
		t.Errorf("%d trees are kept, not 10", len(kept.trees))
	}
}
