package main

import (
	"fmt"
	"slices"

	"portpress/internal/problem"
	"portpress/internal/project"
	"portpress/internal/publish"
	"portpress/internal/splice"
)

// injectCmd keeps marked blocks of documents.
type injectCmd struct {
	Files   []string `arg:"" optional:"" name:"file" help:"Documents with marked blocks. Default: those of the project file."`
	Dataset []string `short:"d" sep:"none" placeholder:"DATASET" help:"TOML file, id of a shipped dataset or of the project's, or - for standard input. Repeatable. Default: the project's, or mke."`
	DryRun  bool     `short:"n" help:"Write nothing: print the difference, and exit with 1 if there is any."`
	Init    string   `placeholder:"HEADING" help:"Write the markers first, below this heading."`
	Block   string   `default:"table" placeholder:"ASK" help:"What the markers of --init ask for: an export's name, or a table (default: ${default})."`
	Report  []string `sep:"none" placeholder:"FORMAT[=FILE]" help:"${reports}: how the result is printed, or written to a file. Repeatable (default: text)."`
	Quiet   *bool    `short:"q" negatable:"" help:"Print no results; problems are still printed."`
	workFlags
}

// Help is what portpress inject --help says below the flags.
func (*injectCmd) Help() string {
	return `What stands between two markers is replaced, and nothing else. A marker is a comment of the document's
own format, alone on its line; it names an export, or asks for a table:

    <!-- portpress:begin mke-ports.md -->
    <!-- portpress:end -->

    <!-- portpress:begin table hosts=managers scopes=external columns=port,scope,purpose sort=port -->
    <!-- portpress:end -->

    portpress inject README.md
    portpress inject README.md --init 'Open ports' --block 'table hosts=managers'`
}

// Run does the command.
func (c *injectCmd) Run(t *terminal) error {
	w, problems, err := c.open(t, c.Dataset, func(w *work) error {
		if c.Quiet != nil {
			w.settings.Quiet = *c.Quiet
		}
		return w.reports(c.Report)
	})
	if err != nil || w == nil {
		return orTell(err, t, problems)
	}
	names, err := c.names(w)
	if err != nil {
		return err
	}
	g := w.gather("written")
	documents, found := c.documents(w, names)
	problems = append(problems, found...)
	g.result.Problems = problems
	if c.DryRun {
		g.result.Verb = "compared"
		g.drift(documents, "run `"+c.command().String()+"`")
		g.addDocuments(documents, true)
		return g.finish()
	}
	if g.result.Problems.Failed(w.settings.Strict) {
		return g.finish()
	}
	_, found = publish.WriteAll(nil, publish.Documents{List: documents, Folder: w.dir}, publish.Options{Waiting: w.waiting})
	g.result.Problems = append(g.result.Problems, found...)
	g.addDocuments(documents, len(found) == 0)
	return g.finish()
}

// command is the command line that does what a dry run shows.
func (c *injectCmd) command() command {
	line := newCommand("inject", c.Files)
	if c.Init != "" {
		line.add("--init", c.Init)
		line.add("--block", c.Block)
	}
	line.add("--dataset", c.Dataset...)
	c.words(&line)
	return line
}

// names lists the documents: those that are named, or the project's.
func (c *injectCmd) names(w *work) ([]string, error) {
	if slices.Contains(c.Files, stdin) {
		return nil, usageError{"inject changes files: - for standard input is none"}
	}
	if len(c.Files) > 0 {
		return slices.Compact(slices.Sorted(slices.Values(c.Files))), nil
	}
	names, _ := w.documentNames()
	if len(names) == 0 {
		return nil, usageError{"inject needs documents: name them, or list them as documents in " + project.FileName}
	}
	return names, nil
}

// documents reads the documents and fills their blocks.
func (c *injectCmd) documents(w *work, names []string) ([]publish.Document, problem.List) {
	var change func(name string, text []byte) ([]byte, problem.List)
	if c.Init != "" {
		change = func(name string, text []byte) ([]byte, problem.List) {
			return splice.Insert(name, text, c.Init, c.Block)
		}
	}
	pages, problems := readPages(names, change)
	for _, p := range pages {
		if len(c.Files) > 0 && p.document != nil && len(p.document.Blocks) == 0 && len(problems) == 0 {
			problems = append(problems, problem.Problem{
				Severity: problem.Error, Code: problem.NoMarker, File: p.name, Text: "has no marked block",
				Hint: fmt.Sprintf("portpress inject %s --init HEADING writes the markers below a heading", p.name),
			})
		}
	}
	loaded, found := w.load()
	problems = append(problems, found...)
	if problems.Count(problem.Error) > 0 {
		return nil, problems
	}
	all := make([]*pressed, len(loaded))
	for i, p := range loaded {
		all[i] = &pressed{site: p.site, ds: p.ds}
	}
	bare, found := w.bareOffers(pages)
	problems = append(problems, found...)
	if found.Count(problem.Error) > 0 {
		return nil, problems
	}
	documents, found := fill(pages, newAnswers(append(offersOf(all), bare...), w))
	return documents, append(problems, found...)
}
