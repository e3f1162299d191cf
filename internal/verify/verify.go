// Package verify re-reads every export with its own format's parser, in
// memory and before anything is written, so that nothing malformed is ever
// published.
package verify

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"portpress/internal/export"
	"portpress/internal/problem"
)

// All returns what is wrong with the files, in their order, and each file's
// findings from its top down. An empty list means that every export is what
// its name promises.
//
// A file is judged by its extension, in any case: .json, .yml and .yaml,
// .csv, .toml, .xml, .svg and .html are parsed; those and the other kinds of text
// must be UTF-8 without control characters; what is left (an image copied
// as it is, say) passes unread. Findings carry [problem.Malformed] or, for
// YAML that two readers understand differently, [problem.YAMLAmbiguous].
func All(files []export.File) problem.List {
	found := make([]problem.List, len(files))
	order := biggestFirst(files)

	var g errgroup.Group // files share nothing, and what goes wrong is in found
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, i := range order {
		g.Go(func() error {
			found[i] = one(files[i])
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(found...)
}

// biggestFirst returns the indexes of files in the order to check them: the
// largest first, lest the last worker begin it when the others are done.
func biggestFirst(files []export.File) []int {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return len(files[b].Content) - len(files[a].Content)
	})
	return order
}

// one checks a single file.
func one(file export.File) problem.List { return guarded(file, check) }

// guarded runs a check. A parser that panics has met bytes that it can't
// judge, and what can't be judged must not be written either: the panic
// becomes a finding.
func guarded(file export.File, check func(*report)) (found problem.List) {
	r := &report{file: file}
	defer func() {
		if cause := recover(); cause != nil {
			r.add(finding{
				code: problem.Malformed,
				text: fmt.Sprintf("the parser broke down: %v", cause),
				hint: "press it without the latest change to find the place, and report this",
			})
			found = r.done()
		}
	}()
	check(r)
	return r.done()
}

// check picks the reader by the extension. The rule for text comes first,
// and a file that breaks it is parsed no further: a parser would only say
// the same in a more roundabout way.
func check(r *report) {
	ext := strings.ToLower(path.Ext(r.file.Path))
	if isText(r.file, ext) && !checkText(r) {
		return
	}
	switch ext {
	case ".json":
		checkJSON(r)
	case ".yml", ".yaml":
		checkYAML(r)
	case ".csv":
		checkCSV(r)
	case ".toml":
		checkTOML(r)
	case ".xml", ".svg":
		checkXML(r)
	case ".html", ".htm":
		checkHTML(r)
	}
}
