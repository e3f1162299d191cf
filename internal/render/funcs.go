package render

import (
	"maps"
	"slices"
	"sync"
	"text/template"
)

// functions gives every function that templates may call, by name. It is
// built when first needed: starting portpress must not pay for it.
var functions = sync.OnceValue(func() template.FuncMap {
	all := fromSprig()
	maps.Copy(all, template.FuncMap{
		// Formats.
		"json": jsonValue, "jsonObject": jsonObject,
		"yaml": yamlValue, "yamlMap": yamlMap, "yamlBlock": yamlBlock, "yamlItem": yamlItem, "yamlList": yamlList,
		"csv": csv,
		"md":  md, "mdRow": mdRow, "mdHeader": mdHeader,
		"sh": sh, "jinja": jinja, "xml": xml, "oneLine": oneLine, "ident": ident,
		"nftComment": nftComment, "nftSet": nftSet,
		"object": object,

		// Networks and ports.
		"ipv4": ipv4, "ipv6": ipv6, "portList": portList,

		// Problems.
		"fail": fail, warnName: (*warnings)(nil).warn, cannotName: (*warnings)(nil).cannot,

		// Text, where the engine or sprig prints pointers, cuts characters in
		// two, or goes on with a wrong value.
		emitName: emit, "print": printPlain, "println": printLine, "printf": printFormat,
		"html": escapeHTML, "js": escapeJS, "urlquery": escapeQuery,
		"cat": cat, "join": join, "toString": emit, "toStrings": words, "sortAlpha": sortAlpha,
		"trunc": trunc, "repeat": repeat, "indent": indent, "nindent": nindent,

		// Numbers.
		"int": toInt, "add": add, "sub": sub, "mul": mul, "div": div, "mod": mod, "max": largest, "min": smallest,
		"until": until, "untilStep": untilStep,

		// Dicts, whose order must not depend on chance.
		"dict": dict, "set": set, "keys": keys, "values": values,
	})
	return all
})

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
	names = slices.DeleteFunc(names, func(name string) bool { return name == emitName })
	names = append(names, builtins()...)
	slices.Sort(names)
	return names
}
