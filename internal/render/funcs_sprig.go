package render

import (
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// sprigNames are the functions of sprig that templates may call: those whose
// result depends on their arguments alone, that report a wrong argument, and
// that print nothing but text.
func sprigNames() []string {
	return []string{
		// Text.
		"camelcase", "contains", "hasPrefix", "hasSuffix", "kebabcase", "lower", "nospace", "plural",
		"snakecase", "swapcase", "title", "trim", "trimAll", "trimPrefix", "trimSuffix", "untitle",
		"upper", "wrap",
		// Regular expressions.
		"regexFind", "regexQuoteMeta",
		// Choice.
		"all", "any", "coalesce", "default", "empty", "ternary",
		// Lists.
		"append", "chunk", "compact", "first", "has", "initial", "last", "list", "prepend", "rest",
		"reverse", "without",
		// Dicts.
		"dig", "get", "hasKey", "omit", "pick", "pluck", "unset",
		// The rest.
		"b32enc", "b64enc", "base", "clean", "deepEqual", "dir", "ext", "kindIs", "kindOf", "semver", "semverCompare",
		"sha1sum", "sha256sum", "sha512sum",
	}
}

// fromSprig gives the allowed functions.
func fromSprig() template.FuncMap {
	source := sprig.GenericFuncMap()
	allowed := make(template.FuncMap, 160)
	for _, name := range sprigNames() {
		allowed[name] = source[name]
	}
	// sprig's regexMatch takes a broken expression for one that does not match.
	allowed["regexMatch"] = source["mustRegexMatch"]
	allowed["wrapWith"] = wrapWith(source["wrapWith"].(func(int, string, string) string))
	return allowed
}

// leftOut says what to use in place of a function that sprig has and
// portpress leaves out, or "".
func leftOut(name string) string {
	const sameBytes = "left out: the same input must always give the same bytes"
	switch name {
	case "quote", "squote":
		return "left out, since each format quotes in its own way: use yaml, json, sh or nftComment"
	case "toJson", "toRawJson", "mustToJson", "mustToRawJson", "toPrettyJson", "mustToPrettyJson":
		return "left out: use json"
	case "toYaml":
		return "left out: use yaml, yamlMap or yamlBlock"
	case "atoi", "int64":
		return "left out, since it takes what is no number for 0: use int"
	case "substr", "abbrev", "abbrevboth":
		return "left out, since it can cut a character in two: use trunc"
	case "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "deepCopy":
		return "left out: build a new dict, or change one with set"
	case "tuple":
		return "left out: use list"
	case "push":
		return "left out: use append"
	case "trimall":
		return "left out: use trimAll"
	case "include", "tpl":
		return `not a function of portpress: use {{ template "NAME" . }}`
	case "now", "date", "ago", "dateInZone", "dateModify", "htmlDate", "unixEpoch", "shuffle", "randInt", "randAlpha",
		"randAlphaNum", "randNumeric", "randAscii", "randBytes", "uuidv4", "env", "expandenv", "getHostByName",
		"bcrypt", "htpasswd", "genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert", "encryptAES":
		return sameBytes
	}
	return ""
}
