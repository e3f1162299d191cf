package main

import (
	"github.com/alecthomas/kong"
)

// cli is the command line. Its tags are what --help shows.
type cli struct {
	Build       buildCmd         `cmd:"" help:"Press the exports of a dataset and write those that changed."`
	Check       checkCmd         `cmd:"" help:"Compare the exports on disk with what build would write, and print the difference."`
	Show        showCmd          `cmd:"" help:"Print the table of ports, or the rows that match a query."`
	Diff        diffCmd          `cmd:"" help:"Print what changed between two datasets, what opens more first."`
	List        listCmd          `cmd:"" help:"Print the shipped datasets."`
	Init        initCmd          `cmd:"" help:"Write a file to start from."`
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

// pressFlags are the flags that build and check share.
type pressFlags struct {
	Datasets           []string `arg:"" optional:"" name:"dataset" help:"TOML files, ids of shipped datasets, or - for standard input. Default: mke."`
	Out                string   `short:"o" default:"dist" placeholder:"DIR" help:"Folder that gets a folder for each product (default: ${default}). With build, - prints one export."`
	Only               []string `sep:"none" placeholder:"GLOB" help:"Press only exports whose path or name matches, such as '*.md' or 'ansible/**'. Repeatable."`
	Templates          []string `short:"t" sep:"none" placeholder:"DIR" help:"Lay a template tree over the shipped one. Repeatable; later ones win."`
	NoDefaultTemplates bool     `help:"Leave out the shipped templates."`
	As                 string   `placeholder:"NAME" help:"Press the datasets together, as one product of that id, for hosts that run them all."`
	Strict             bool     `help:"Let warnings fail too."`
	Report             string   `enum:"${reports}" default:"text" placeholder:"FORMAT" help:"text, or json: one object with changed, failed, files and problems."`
	Quiet              bool     `short:"q" help:"Print no results; problems are still printed."`
	inputs
}

// validate finds flags that contradict each other.
func (f *pressFlags) validate() error {
	switch {
	case f.NoDefaultTemplates && len(f.Templates) == 0:
		return usageError{"--no-default-templates leaves no templates: name yours with --templates DIR"}
	case f.Out == "":
		return usageError{"--out is empty: name a folder"}
	}
	if f.As != "" && len(f.Datasets) < 2 {
		return usageError{"--as presses several datasets together: name at least two"}
	}
	seen := map[string]bool{}
	for _, name := range f.Datasets {
		if seen[name] {
			return usageError{"dataset " + name + " is named twice"}
		}
		seen[name] = true
	}
	return validGlobs(f.Only)
}

// datasets lists what to press.
func (f *pressFlags) datasets() []string {
	if len(f.Datasets) == 0 {
		return []string{defaultDataset}
	}
	return f.Datasets
}
