package render

import (
	"maps"
	"slices"
	"sync"
	"text/template"

	"portpress/internal/format"
)

// functions gives every function that templates may call, by name. It is
// built when first needed: starting portpress must not pay for it.
var functions = sync.OnceValue(func() template.FuncMap {
	all := fromSprig()
	maps.Copy(all, template.FuncMap{
		// Formats.
		"json": format.JSON, "jsonObject": format.JSONObject, "jsonFlow": format.JSONFlow,
		"yaml": format.YAML, "yamlMap": format.YAMLMap,
		"yamlBlock": format.YAMLBlock, "yamlItem": format.YAMLItem, "yamlList": format.YAMLList,
		"ansible": format.Ansible, "ansibleBlock": format.AnsibleBlock, "ansibleItem": format.AnsibleItem, "ansibleList": format.AnsibleList,
		csvName: format.CSV, "delimiter": format.NewDelimiter,
		"md": format.Markdown, "mdRow": format.MarkdownRow, "mdHeader": format.MarkdownHeader,
		"rst": format.RST, "rstHeading": format.RSTHeading, "rstHeader": format.RSTHeader, "rstRow": format.RSTRow,
		"adoc": format.Adoc, "adocHeading": format.AdocHeading, "adocHeader": format.AdocHeader, "adocRow": format.AdocRow,
		"html": format.HTML, "htmlHeader": format.HTMLHeader, "htmlRow": format.HTMLRow, "anchor": format.NewAnchor,
		"sh": format.Shell, "xml": format.XML, "oneLine": format.OneLine, "comment": format.Comment, "fit": format.Fit, "ident": format.Ident,
		"goTemplate": format.GoTemplate, "systemd": format.Systemd, "terraform": format.Terraform,
		"nftComment": format.NFTComment, "nftSet": format.NFTSet,
		"object": format.NewObject, "objectWith": format.ObjectWith,

		// Networks and ports.
		"ipv4": ipv4, "ipv6": ipv6, "portList": portList, "shortName": shortName,

		// Problems.
		"fail": fail, warnName: (*warnings)(nil).warn, cannotName: (*warnings)(nil).cannot,

		// Text, where the engine or sprig prints pointers, cuts characters in
		// two, or goes on with a wrong value.
		emitName: format.Text, boundName: bounded, "print": printPlain, "println": printLine, "printf": printFormat,
		"js": escapeJS, "urlquery": escapeQuery,
		"cat": cat, "join": join, "toString": format.Text, "toStrings": format.Words, "sortAlpha": sortAlpha,
		"trunc": trunc, "repeat": repeat, "replace": replace, "splitList": splitList, "uniq": uniq, "concat": concat, "indent": format.Indent, "nindent": format.NIndent,

		"regexFindAll": regexFindAll, "regexSplit": regexSplit, "regexReplaceAll": regexReplaceAll, "regexReplaceAllLiteral": regexReplaceAllLiteral,

		// Numbers.
		"int": toInt, "add": add, "sub": sub, "mul": mul, "div": div, "mod": mod, "max": largest, "min": smallest,
		"until": until, "untilStep": untilStep,

		// Dicts, whose order must not depend on chance.
		"dict": dict, "set": set, "keys": keys, "values": values,
	})
	return all
})

// csvName is the function that a setting changes: see [Options.CSV].
const csvName = "csv"

// builtins are the engine's own functions that stay as they are.
func builtins() []string {
	return []string{"and", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "slice"}
}

// knownFuncs is what the parser accepts: functions and builtins.
func knownFuncs() map[string]any {
	known := maps.Clone(map[string]any(functions()))
	for _, name := range builtins() {
		known[name] = true // the parser takes nil for absent
	}
	return known
}

// functionNames lists what a template author can mean, sorted.
func functionNames() []string {
	names := slices.Collect(maps.Keys(functions()))
	names = slices.DeleteFunc(names, func(name string) bool { return name == emitName || name == boundName })
	names = append(names, builtins()...)
	slices.Sort(names)
	return names
}
