package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portpress/internal/export"
)

func TestName(t *testing.T) {
	for _, c := range []struct{ site, product, path, want string }{
		{"", "mke", "mke-ports.md", "mke-ports.md"},
		{"", "mke", "ansible/group_vars/mke_managers.yml", "mke--ansible--group_vars--mke_managers.yml"},
		{"", "mke", "ufw/applications.d/mke-workers", "mke--ufw--applications.d--mke-workers"},
		{"", "mke", "ports.md", "mke--ports.md"},
		{"", "mke", "mkefile", "mke--mkefile"},
		{"", "mke", "mke", "mke--mke"},
		{"", "mke", ".hidden", "mke--.hidden"},
		{"", "mke", "a b/é+x.md", "mke--a-b----x.md"},
		{"prod", "mke", "mke-ports.md", "prod--mke-ports.md"},
		{"prod", "mke", "goss/mke-workers.yaml", "prod--mke--goss--mke-workers.yaml"},
	} {
		it := Item{c.site, c.product, &export.File{Path: c.path}}
		if got := it.Name(); got != c.want {
			t.Errorf("%s of %s at %q: got %s, want %s", c.path, c.product, c.site, got, c.want)
		}
	}
}

// Names that are too long are cut, keep their ending, and stay apart.
func TestLongNames(t *testing.T) {
	names := map[string]bool{}
	for _, last := range []string{"a", "b", "c"} {
		it := Item{"", "mke", &export.File{Path: strings.Repeat("folder/", 40) + last + ".yaml"}}
		name := it.Name()
		names[name] = true
		if len(name) != longest || !strings.HasSuffix(name, ".yaml") || !strings.HasPrefix(name, "mke--folder--") {
			t.Errorf("%d bytes: %s", len(name), name)
		}
	}
	if len(names) != 3 {
		t.Errorf("the names are %v", names)
	}
}

func TestFlatNamesBoth(t *testing.T) {
	files, found := Flat([]Item{
		{"", "mke", &export.File{Path: "a/b--c.md", Template: "t/one"}},
		{"", "mke", &export.File{Path: "a/b/c.md", Template: "t/two"}},
		{"", "mke", &export.File{Path: "A/b/d.md", Template: "t/three"}},
		{"", "mke", &export.File{Path: "a/b/D.md", Template: "t/four"}},
		{"prod", "mke", &export.File{Path: "a/b/c.md", Template: "t/two"}},
	})
	var got []string
	for _, f := range files {
		got = append(got, f.Path)
	}
	for _, p := range found {
		got = append(got, p.File+": "+p.Text)
	}
	if diff := cmp.Diff([]string{
		"mke--a--b--c.md", "mke--A--b--d.md", "prod--mke--a--b--c.md",
		"t/two: a/b/c.md of mke would be packed as mke--a--b--c.md, as a/b--c.md of mke is",
		"t/four: a/b/D.md of mke would be packed as mke--a--b--D.md, as A/b/d.md of mke is",
	}, got); diff != "" {
		t.Error(diff)
	}
}

// An archive has its files, sorted, each folder before what is in it, and the
// same bytes in whatever order they were given.
func TestArchive(t *testing.T) {
	long := strings.Repeat("folder/", 40) + "file"
	files := []export.File{
		{Path: "dist/mke/b", Content: []byte("B")}, {Path: "dist/mke/a/x", Content: []byte("X\n")}, {Path: long, Content: []byte("long")}, {Path: "dist/mke/empty"},
	}
	one, err := Archive(files)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(files)
	if two, err := Archive(files); err != nil || !bytes.Equal(one, two) {
		t.Errorf("another order gives other bytes (%v)", err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(zip)
	var got []string
	there := map[string]bool{"": true}
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(h.Name, "/")
		if dir := name[:max(0, strings.LastIndex(name, "/"))]; !there[dir] {
			t.Errorf("%s stands before its folder", h.Name)
		}
		there[name] = true
		if h.Uid != 0 || h.Gid != 0 || !h.ModTime.Equal(written) {
			t.Errorf("%s: %+v", h.Name, h)
		}
		if h.Typeflag == tar.TypeReg {
			content, err := io.ReadAll(archive)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, h.Name+": "+string(content))
		}
	}
	if diff := cmp.Diff([]string{"dist/mke/a/x: X\n", "dist/mke/b: B", "dist/mke/empty: ", long + ": long"}, got); diff != "" {
		t.Error(diff)
	}
}
