package format

import "testing"

// BenchmarkCall measures one call of each row function with eight arguments,
// as Go calls it: what the engine adds is in render's benchmark.
func BenchmarkCall(b *testing.B) {
	pairs := []any{
		"id", row.ID, "port", row.Number(), "protocols", row.Protocols, "hosts", row.Hosts, "scopes", row.Scopes,
		"configurable", row.Configurable, "purpose", row.Purpose, "x", 1,
	}
	cells := []any{row.ID, row.Number(), row.Protocols, row.Hosts, row.Scopes, row.Configurable, row.Purpose, 1}
	for name, call := range map[string]func() (string, error){
		"csv":        func() (string, error) { return CSV(cells...) },
		"mdRow":      func() (string, error) { return MarkdownRow(cells...) },
		"jsonObject": func() (string, error) { return JSONObject(pairs...) },
		"yamlMap":    func() (string, error) { return YAMLMap(pairs...) },
		"yamlItem":   func() (string, error) { return YAMLItem(2, pairs...) },
		"md":         func() (string, error) { return Markdown(row.Purpose) },
		"json":       func() (string, error) { return JSON(row.Purpose) },
		"yaml":       func() (string, error) { return YAML(row.Purpose) },
		"xml":        func() (string, error) { return XML(row.Purpose) },
		"sh":         func() (string, error) { return Shell(row.Purpose) },
		"nftComment": func() (string, error) { return NFTComment(row.Purpose) },
		"nftSet":     func() (string, error) { return NFTSet(row.Ranges) },
		"ident":      func() (string, error) { return Ident(row.ID) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if s, err := call(); s == "" || err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
