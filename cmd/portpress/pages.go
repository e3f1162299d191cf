package main

import (
	"errors"
	"io/fs"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"

	"portpress/internal/problem"
	"portpress/internal/publish"
	"portpress/internal/splice"
)

// page is a document with blocks, and what it becomes.
type page struct {
	name     string // as the user named it
	text     []byte
	document *splice.Document
}

// maxDocument is the largest document that is read.
const maxDocument = 64 << 20

// readPages reads documents and finds their blocks. change, where there is
// one, is done to each first.
func readPages(names []string, change func(name string, text []byte) ([]byte, problem.List)) ([]*page, problem.List) {
	pages := make([]*page, len(names))
	found := make([]problem.List, len(names))
	sideBySide(len(names), func(i int) {
		text, problems := readDocument(names[i])
		p := &page{name: names[i], text: text}
		if change != nil && len(problems) == 0 {
			text, problems = change(names[i], text)
		}
		if len(problems) == 0 {
			p.document, problems = splice.Read(names[i], text)
		}
		pages[i], found[i] = p, problems
	})
	var all problem.List
	for _, problems := range found {
		all = append(all, problems...)
	}
	return pages, all
}

func readDocument(name string) ([]byte, problem.List) {
	bad := func(text, hint string) ([]byte, problem.List) {
		return nil, problem.List{{Severity: problem.Error, Code: problem.ReadFailed, File: name, Text: text, Hint: hint}}
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
	case info.IsDir():
		return bad("is a folder, not a document", "name the files in it")
	case !info.Mode().IsRegular():
		return bad("is not a regular file", "name a file that can be replaced")
	case info.Size() > maxDocument:
		return bad("is larger than 64 MiB", "split the document")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(name)
	}
	if err == nil {
		return text, nil
	}
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return bad("can't be read: "+err.Error(), "check the name and its permissions")
}

// fill puts into every block what it asks for.
func fill(pages []*page, answers *answers) ([]publish.Document, problem.List) {
	documents := make([]publish.Document, len(pages))
	found := make([]problem.List, len(pages))
	var problems problem.List
	for _, p := range pages { // what is asked for is pressed once, and in this order
		for _, b := range p.document.Blocks {
			bad := answers.prepare(p.document, b)
			bad.Sort()
			problems = append(problems, bad...)
		}
	}
	problems = append(problems, answers.press()...)
	if problems.Count(problem.Error) > 0 {
		return nil, problems
	}
	sideBySide(len(pages), func(i int) {
		p := pages[i]
		contents := make([][]byte, len(p.document.Blocks))
		for n, b := range p.document.Blocks {
			contents[n] = answers.content(b)
		}
		text, bad := p.document.Splice(contents)
		documents[i] = publish.Document{Name: p.name, Old: p.text, New: text}
		found[i] = bad
	})
	for _, bad := range found {
		problems = append(problems, bad...)
	}
	return documents, problems
}

// sideBySide calls f for every number below n, on all processors.
func sideBySide(n int, f func(i int)) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			f(i)
			return nil
		})
	}
	_ = g.Wait() // nothing is returned
}
