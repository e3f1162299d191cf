package main

import "portpress/internal/schema"

// schemaCmd prints what editors go by.
type schemaCmd struct {
	Kind string `arg:"" optional:"" enum:"${schemas}" default:"dataset" placeholder:"KIND" help:"dataset, layer (a site's file is one) or project (the project file). Default: ${default}."`
}

// Help is what portpress schema --help says below the flags.
func (*schemaCmd) Help() string {
	return `Editors that know taplo complete keys, show what they mean and mark mistakes by it. They find it by the
first line of a file:

    portpress schema dataset >ports/dataset.json
    sed -i '1i #:schema ./dataset.json' ports/acme-db.toml`
}

// Run does the command.
func (c *schemaCmd) Run(t *terminal) error {
	text, err := schema.Of(c.Kind)
	if err != nil {
		return err
	}
	return t.Write(string(text))
}
