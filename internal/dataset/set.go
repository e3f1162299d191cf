package dataset

import (
	"strings"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// setName is what messages call an argument of --set.
const setName = "--set"

// Set makes a layer of one argument KEY=VALUE, such as
// ports.web-ui.port=8443. VALUE is TOML; what isn't is taken as text, so that
// a range or a name needs no quotes behind those of the shell.
func Set(argument string) (*source.File, problem.List) {
	argument = strings.ToValidUTF8(argument, "\ufffd")
	f := &source.File{Name: setName, Text: argument}
	key, value, found := strings.Cut(argument, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	// A table's header and a comment are TOML too, but set nothing.
	if found && key != "" && key[0] != '[' && key[0] != '#' && !strings.ContainsAny(argument, "\n\r") {
		if parses(f) {
			return f, nil
		}
		asText := &source.File{Name: setName, Text: key + "=" + Quote(value)}
		if value != "" && parses(asText) {
			return asText, nil
		}
	}
	p := f.At(source.Span{Start: 0, End: len(argument)})
	p.Severity, p.Code = problem.Error, problem.BadSet
	p.Text, p.Hint = "not KEY=VALUE", "write it like ports.web-ui.port=8443 or product.name=Acme"
	return nil, problem.List{p}
}

func parses(f *source.File) bool {
	_, problems := f.Parse()
	return len(problems) == 0
}
