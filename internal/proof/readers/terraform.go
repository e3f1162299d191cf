package main

import (
	"github.com/hashicorp/hcl/v2/json"
)

// terraform reads a .tf.json as Terraform does.
func terraform(name string, content []byte) (any, error) {
	file, diags := json.Parse(content, name)
	if diags.HasErrors() {
		return nil, diags
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		return nil, diags
	}
	var keys []string
	for key := range attributes {
		keys = append(keys, key)
	}
	return keys, nil
}
