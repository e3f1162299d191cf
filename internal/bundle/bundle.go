// Package bundle makes of exports what a release is uploaded as: flat names, and
// an archive of the tree.
package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// Item is an export with what its flat name is made of.
type Item struct {
	Site, Product string // the site is empty where there are none
	File          *export.File
}

// between stands between the parts of a flat name. No id has two hyphens in a
// row, so that names can be taken apart again, and those of shipped templates
// never meet, whatever products, hosts and sites are called.
const between = "--"

// longest is how long a name may be: what file systems take is 255, and hosts of
// releases put some in front.
const longest = 200

// Name is the flat name of an export. One at the top of its product's folder that
// begins with the product's id is known by its own name; others have product and
// path in front. Hosts of releases change characters other than these.
func (it *Item) Name() string {
	name := it.File.Path
	rest, own := strings.CutPrefix(name, it.Product)
	if strings.Contains(name, "/") || !own || rest == "" || !strings.ContainsRune("-_.", rune(rest[0])) {
		name = it.Product + between + strings.ReplaceAll(name, "/", between)
	}
	if it.Site != "" {
		name = it.Site + between + name
	}
	name = strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '.' || r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z') {
			return r
		}
		return '-'
	}, name)
	if len(name) > longest {
		sum := sha256.Sum256([]byte(name))
		ending := path.Ext(name)
		if len(ending) > 20 {
			ending = ""
		}
		mark := between + hex.EncodeToString(sum[:6]) + ending
		name = name[:longest-len(mark)] + mark
	}
	return name
}

// what names the export in messages.
func (it *Item) what() string {
	what := it.File.Path + " of " + it.Product
	if it.Site != "" {
		what += " at " + it.Site
	}
	return what
}

// Flat gives the exports flat names. Two of one name, on any system, are a
// problem that names both.
func Flat(items []Item) ([]export.File, problem.List) {
	var found problem.List
	files := make([]export.File, 0, len(items))
	first := map[string]*Item{}
	for i := range items {
		it := &items[i]
		name := it.Name()
		if other := first[export.Fold(name)]; other != nil {
			found = append(found, problem.Problem{
				Severity: problem.Error, Code: problem.ExportCollision, File: it.File.Template,
				Text: fmt.Sprintf("%s would be packed as %s, as %s is", it.what(), name, other.what()),
				Hint: "rename one of the two, or pack them into different folders",
			})
			continue
		}
		first[export.Fold(name)] = it
		files = append(files, export.File{Path: name, Content: it.File.Content, Template: it.File.Template})
	}
	return files, found
}

// written is the time of everything in an archive: its bytes must not depend on
// when it was made, and tar calls what is older implausible.
var written = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Archive is a tar.gz of files with their folders, the same bytes for the same
// files.
func Archive(files []export.File) ([]byte, error) {
	files = slices.SortedFunc(slices.Values(files), func(a, b export.File) int { return strings.Compare(a.Path, b.Path) })
	var b bytes.Buffer
	zip, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(zip)
	made := map[string]bool{".": true}
	for i := range files {
		f := &files[i]
		for _, dir := range above(f.Path) {
			if made[dir] {
				continue
			}
			made[dir] = true
			if err := archive.WriteHeader(&tar.Header{
				Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755, ModTime: written, Uname: "root", Gname: "root",
			}); err != nil {
				return nil, err
			}
		}
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.Path, Size: int64(len(f.Content)), Mode: 0o644, ModTime: written, Uname: "root", Gname: "root",
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(f.Content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	err = zip.Close()
	return b.Bytes(), err
}

// above lists the folders that a path is in, the outermost first.
func above(name string) []string {
	var out []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		out = append(out, dir)
	}
	slices.Reverse(out)
	return out
}
