package main

import (
	"github.com/alecthomas/kong"
)

// cli is the command line. Its tags are what --help shows.
type cli struct {
	Build       buildCmd         `cmd:"" help:"Press the exports of a dataset and write those that changed."`
	Check       checkCmd         `cmd:"" help:"Compare the exports on disk with what build would write, and print the difference."`
	Inject      injectCmd        `cmd:"" help:"Keep marked blocks of documents: replace what stands between two markers."`
	Show        showCmd          `cmd:"" help:"Print the table of ports, or the rows that match a query."`
	Diff        diffCmd          `cmd:"" help:"Print what changed between two datasets, what opens more first."`
	List        listCmd          `cmd:"" help:"Print the project's datasets and the shipped ones."`
	Init        initCmd          `cmd:"" help:"Write a file to start from."`
	Pack        packCmd          `cmd:"" help:"Write a folder to upload as a release: every export, an archive, checksums and what changed."`
	Schema      schemaCmd        `cmd:"" help:"Print the JSON Schema that editors complete and check TOML files by."`
	Completion  completionCmd    `cmd:"" help:"Print what a shell completes portpress by: bash, zsh or fish."`
	Man         manCmd           `cmd:"" help:"Print the manual page."`
	Complete    completeCmd      `cmd:"" hidden:"" help:"Answer a shell's completion."`
	RaiseLimits int              `default:"1" env:"PORTPRESS_RAISE_LIMITS" placeholder:"N" help:"Let a dataset and its templates grow to N times what they may: flows, bytes, steps."`
	Version     kong.VersionFlag `short:"V" help:"Print version, commit and Go version."`
}

const description = "Keep a product's network ports in one TOML dataset, and press every place that repeats them from it: " +
	"documentation, Ansible variables, CSV, JSON, cloud-init."

const examples = `Examples:
  portpress build                              press the shipped MKE table into ./dist/mke
  portpress build ports.toml                   press your own table
  portpress build --layer site.toml            with your site's networks and changed ports
  portpress build --set ports.web-ui.port=8443 change one configurable port
  portpress build --only '*.md' --out -        print one export
  portpress check                              in CI: fail if dist has drifted
  portpress show 443                           who may reach port 443?
  portpress diff git:HEAD:ports.toml ports.toml
                                               what would my change open?
  portpress diff --base main                   the same for all of the project

Exit status: 0 fine; 1 problems or drift found; 2 wrong command line, or a file
can't be read or written.
`

// help prints kong's page, and below that of the program, the examples.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	_, err := ctx.Stdout.Write([]byte("\n" + examples))
	return err
}

// inputs are the flags that say what the table is.
type inputs struct {
	Layer   []string `short:"l" sep:"none" placeholder:"FILE" help:"Lay a TOML file over the dataset, key by key. Repeatable; later ones win."`
	Set     []string `short:"s" sep:"none" placeholder:"KEY=VALUE" help:"A layer of one line, such as ports.web-ui.port=8443. Repeatable; wins over files."`
	With    []string `sep:"none" placeholder:"OPTION" help:"Turn an option of the dataset on, such as a network plugin. Repeatable; wins over files and --set."`
	Without []string `sep:"none" placeholder:"OPTION" help:"Turn an option of the dataset off. Repeatable."`
}

// baseFlags say what the table is, together with the project file, which they
// win over.
type baseFlags struct {
	Project string   `placeholder:"FILE" env:"PORTPRESS_PROJECT" help:"The project file; by default portpress.toml in this folder or one above it. With none, none is read."`
	Site    []string `placeholder:"NAME" help:"Only this site of the project. Repeatable."`
	inputs
}

// workFlags are those of the commands that press.
type workFlags struct {
	Templates          []string `short:"t" sep:"none" placeholder:"DIR" help:"Lay a template tree over the shipped one. Repeatable; later ones win."`
	NoDefaultTemplates *bool    `negatable:"default-templates" help:"Leave out the shipped templates."`
	CSVDelimiter       string   `name:"csv-delimiter" enum:"comma,semicolon,tab," default:"" placeholder:"WORD" help:"What stands between the cells of .csv exports: comma, semicolon or tab (default: comma)."`
	CSVBOM             *bool    `name:"csv-bom" negatable:"" help:"Begin .csv exports with a byte order mark, as Excel wants it."`
	As                 string   `placeholder:"NAME" help:"Press the datasets together, as one product of that id, for hosts that run them all; or one, whose host types a layer joins."`
	Strict             *bool    `negatable:"" help:"Let warnings fail too."`
	baseFlags
}

// pressFlags are the flags that build and check share.
type pressFlags struct {
	Datasets []string `arg:"" optional:"" name:"dataset" help:"TOML files, ids of shipped datasets or of the project's, or - for standard input. Default: the project's, or mke."`
	Out      *string  `short:"o" placeholder:"DIR" help:"Folder that gets a folder for each product (default: dist). With build, - prints one export."`
	Only     []string `sep:"none" placeholder:"GLOB" help:"Press only exports whose path or name matches, such as '*.md' or 'ansible/**'. Repeatable."`
	Document []string `sep:"none" placeholder:"GLOB" help:"Keep the marked blocks of documents that match, such as 'docs/**/*.md'. Repeatable."`
	Place    []string `sep:"none" placeholder:"GLOB=DIR" help:"Keep the exports that match in a folder of the project, such as '*.md=docs'. Repeatable."`
	Report   []string `sep:"none" placeholder:"FORMAT[=FILE]" help:"${reports}: how the result is printed, or written to a file. Repeatable (default: text)."`
	Quiet    *bool    `short:"q" negatable:"" help:"Print no results; problems are still printed."`
	workFlags
}
