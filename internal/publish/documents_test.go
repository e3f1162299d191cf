package publish

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// documentsIn makes some documents in a new folder, each to become another.
func documentsIn(t *testing.T, n int) (string, []Document) {
	t.Helper()
	dir := t.TempDir()
	docs := make([]Document, n)
	for i := range docs {
		docs[i] = Document{Name: filepath.Join(dir, fmt.Sprintf("%d.md", i)), Old: fmt.Appendf(nil, "old %d", i), New: fmt.Appendf(nil, "new %d", i)}
		if err := os.WriteFile(docs[i].Name, docs[i].Old, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir, docs
}

// holds tells which documents hold what a build made, and fails for one that
// holds neither, and for whatever else is in the folder.
func documentsNew(t *testing.T, dir string, docs []Document) (changed int) {
	t.Helper()
	for _, d := range docs {
		text, err := os.ReadFile(d.Name)
		switch {
		case err != nil:
			t.Error(err)
		case string(text) == string(d.New):
			changed++
		case string(text) != string(d.Old):
			t.Errorf("%s holds %q", d.Name, text)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".md") {
			t.Errorf("%s is left", e.Name())
		}
	}
	return changed
}

func writeDocuments(dir string, docs []Document, fault func(string) error) problem.List {
	_, found := writeAll(nil, Documents{docs, dir}, Options{}, fault)
	return found
}

func TestDocumentsAreWritten(t *testing.T) {
	dir, docs := documentsIn(t, 3)
	docs[1].New = docs[1].Old
	if found := writeDocuments(dir, docs, nil); len(found) > 0 {
		t.Fatal(found)
	}
	if n := documentsNew(t, dir, docs); n != 3 {
		t.Errorf("%d documents are as they should be", n)
	}
	if s := docs[1].State(); s.State != Unchanged || s.Bytes != 5 {
		t.Errorf("an unchanged document is %+v", s)
	}
}

// A document that somebody saves meanwhile stays as it was saved, and so do
// the others where that is seen in time.
func TestEditedDocumentsStay(t *testing.T) {
	dir, docs := documentsIn(t, 3)
	docs[1].Old = []byte("what was read")
	found := writeDocuments(dir, docs, nil)
	if len(found) != 1 || found[0].Code != problem.Edited || found[0].File != docs[1].Name {
		t.Errorf("found %v", found)
	}
	docs[1].Old = []byte("old 1")
	if n := documentsNew(t, dir, docs); n != 0 {
		t.Errorf("%d documents were written", n)
	}

	// In the last moment, it is that document alone.
	found = writeDocuments(dir, docs, func(step string) error {
		if strings.HasPrefix(step, "rename") && strings.HasSuffix(step, "0.md") {
			return os.WriteFile(docs[1].Name, []byte("edited"), 0o640)
		}
		return nil
	})
	if len(found) != 1 || found[0].Code != problem.Edited {
		t.Errorf("found %v", found)
	}
	docs[1].Old = []byte("edited")
	if n := documentsNew(t, dir, docs); n != 2 {
		t.Errorf("%d documents were written", n)
	}
}

// Documents and exports are written together, or none: whichever is refused
// keeps the other, in however many folders.
func TestDocumentsAndExports(t *testing.T) {
	set := func(id string) []export.Set {
		return []export.Set{{Product: id, Files: []export.File{{Path: "a.txt", Content: []byte("a")}}}}
	}
	dir, docs := documentsIn(t, 2)
	out := t.TempDir()
	folders := []Folder{{Out: filepath.Join(out, "prod"), Sets: set("x")}, {Out: filepath.Join(out, "test"), Sets: set("x")}}
	exports := func() (n int) {
		for _, f := range folders {
			if _, err := os.Stat(filepath.Join(f.Out, "x", "a.txt")); err == nil {
				n++
			}
		}
		return n
	}

	docs[1].Old = []byte("what was read")
	if _, found := WriteAll(folders, Documents{docs, dir}, Options{}); len(found) != 1 || exports() != 0 {
		t.Errorf("an edited document: %v, %d exports", found, exports())
	}
	docs[1].Old = []byte("old 1")
	if n := documentsNew(t, dir, docs); n != 0 {
		t.Errorf("%d documents were written", n)
	}
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("folders are left: %v", left)
	}

	foreign := filepath.Join(out, "test", "x", "a.txt")
	if err := os.MkdirAll(filepath.Dir(foreign), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(foreign, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, found := WriteAll(folders, Documents{docs, dir}, Options{}); len(found) != 1 || found[0].Code != problem.Foreign || exports() != 1 {
		t.Errorf("a foreign file: %v, %d exports", found, exports())
	}
	if n := documentsNew(t, dir, docs); n != 0 {
		t.Errorf("%d documents were written", n)
	}
	if err := os.Remove(foreign); err != nil {
		t.Fatal(err)
	}

	reports, found := WriteAll(folders, Documents{docs, dir}, Options{})
	if len(found) > 0 || exports() != 2 || documentsNew(t, dir, docs) != 2 {
		t.Errorf("%v, %d exports", found, exports())
	}
	for i, r := range reports {
		if !r.Changed || len(r.Files) != 2 || r.Folder != filepath.Join(folders[i].Out, "x") {
			t.Errorf("the report is %+v", r)
		}
	}
}

// Whatever step fails, each document is whole, none changes before all are
// staged, nothing is left beside them, and the next run does what is missing.
func TestDocumentsFailWhole(t *testing.T) {
	errFault := errors.New("no space")
	for _, kind := range []string{"create", "write", "sync", "rename"} {
		dir, docs := documentsIn(t, 4)
		found := writeDocuments(dir, docs, func(step string) error {
			if strings.HasPrefix(step, kind) && (strings.Contains(step, "2.md") || strings.Contains(step, filepath.Base(besideName(docs[2].Name)))) {
				return errFault
			}
			return nil
		})
		if len(found) != 1 || found[0].Code != problem.WriteFailed || found[0].File != docs[2].Name {
			t.Errorf("%s: %v", kind, found)
		}
		want := 0
		if kind == "rename" {
			want = 3
		}
		if n := documentsNew(t, dir, docs); n != want {
			t.Errorf("%s: %d documents were written, want %d", kind, n, want)
		}
		for i := range docs {
			text, _ := os.ReadFile(docs[i].Name)
			docs[i].Old = text
		}
		if found := writeDocuments(dir, docs, nil); len(found) > 0 || documentsNew(t, dir, docs) != 4 {
			t.Errorf("%s: the next run: %v", kind, found)
		}
	}
}

// What a killed run left beside a document is in nobody's way.
func TestLeftoversOfDocuments(t *testing.T) {
	dir, docs := documentsIn(t, 1)
	if err := os.WriteFile(besideName(docs[0].Name), []byte("half a doc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := writeDocuments(dir, docs, nil); len(found) > 0 || documentsNew(t, dir, docs) != 1 {
		t.Error(found)
	}
}

func TestNoPlainDocument(t *testing.T) {
	dir := t.TempDir()
	docs := []Document{{Name: dir, Old: nil, New: []byte("x")}, {Name: filepath.Join(dir, "gone.md"), New: []byte("x")}}
	found := writeDocuments(dir, docs, nil)
	if len(found) != 2 || found[0].Code != problem.NotAFile || found[1].Code != problem.ReadFailed {
		t.Error(found)
	}
}
