package dataset

import (
	"strings"

	"github.com/BurntSushi/toml"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// setName is what messages call an argument of --set.
const setName = "--set"

// Set makes a layer of one argument KEY=VALUE, such as
// ports.web-ui.port=8443. VALUE is TOML; what isn't is taken as text, so that
// a range or a name needs no quotes behind those of the shell.
func Set(argument string) (*source.File, problem.List) {
	f := &source.File{Name: setName, Text: argument}
	var ignored any
	_, err := toml.Decode(argument, &ignored)
	if err == nil && strings.Contains(argument, "=") && !strings.ContainsAny(argument, "\n") {
		return f, nil
	}
	key, value, found := strings.Cut(argument, "=")
	if found {
		quoted := key + "=" + quote(strings.TrimSpace(value))
		if _, err := toml.Decode(quoted, &ignored); err == nil && strings.TrimSpace(value) != "" && !strings.ContainsAny(argument, "\n") {
			return &source.File{Name: setName, Text: quoted}, nil
		}
	}
	p := f.At(source.Span{Start: 0, End: len(argument)})
	p.Severity, p.Code = problem.Error, problem.BadSet
	p.Text, p.Hint = "not KEY=VALUE", "write it like ports.web-ui.port=8443 or product.name=Acme"
	return nil, problem.List{p}
}

// quote makes a TOML string that keeps every character.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(s) + `"`
}
