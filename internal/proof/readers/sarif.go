package main

import (
	"bytes"
	_ "embed"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sarifSchema is what OASIS publishes as
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
//
//go:embed sarif-schema-2.1.0.json
var sarifSchema []byte

// sarif holds a log of findings to the public schema.
func sarif(_ string, content []byte) (any, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(sarifSchema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	const name = "sarif-schema-2.1.0.json"
	if err := compiler.AddResource(name, document); err != nil {
		return nil, err
	}
	compiler.AssertFormat()
	schema, err := compiler.Compile(name)
	if err != nil {
		return nil, err
	}
	log, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return log, schema.Validate(log)
}
