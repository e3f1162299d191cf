package verify

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"portpress/internal/verify/quickyaml"
)

// reading is what a reader makes of a plain scalar. Two readings that are
// equal mean the same value.
type reading struct {
	kind  string // str, null, bool, int, float, timestamp, merge or value
	value string // in one form for each value; empty for a str
}

// String says it in a message.
func (r reading) String() string {
	switch r.kind {
	case "str":
		return "text"
	case "bool":
		return "the boolean " + r.value
	case "int":
		return "the integer " + firstRunes([]byte(r.value), maxNear)
	case "float":
		return "the number " + r.value
	case "timestamp":
		return "a date"
	case "merge":
		return "a merge of other keys"
	case "value":
		return "an error"
	}
	return r.kind
}

// ambiguity says how readers differ on a plain scalar, and nothing when they
// don't. tag is what our own parser took it for: a third reader, which
// follows neither version to the letter.
func ambiguity(s, tag string) string {
	if quickyaml.CertainPlain([]byte(s)) {
		return ""
	}
	old, core := readAs11(s), readAs12(s)
	third := strings.TrimPrefix(tag, "!!")
	switch {
	case old != core:
		return fmt.Sprintf("%s is %s to a YAML 1.1 reader and %s to a YAML 1.2 reader", shown(s), old, core)
	case third != core.kind:
		return fmt.Sprintf("%s is %s to most readers and of type %s to some", shown(s), core, third)
	}
	return ""
}

// readAs11 reads as PyYAML does (its resolver.py), which Ansible uses, and
// takes y and n for booleans too, as the 1.1 type repository has them
// (https://yaml.org/type/bool.html).
func readAs11(s string) reading {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return reading{kind: "null"}
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE":
		return reading{"bool", "true"}
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE":
		return reading{"bool", "false"}
	case "<<":
		return reading{kind: "merge"}
	case "=":
		return reading{kind: "value"}
	}
	if r, ok := int11(s); ok {
		return r
	}
	if r, ok := float11(s); ok {
		return r
	}
	if timestamp11(s) {
		return reading{kind: "timestamp"}
	}
	return reading{kind: "str"}
}

// readAs12 reads by the core schema of YAML 1.2.2, section 10.3.2.
func readAs12(s string) reading {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return reading{kind: "null"}
	case "true", "True", "TRUE":
		return reading{"bool", "true"}
	case "false", "False", "FALSE":
		return reading{"bool", "false"}
	}
	sign, body := cutSign(s)
	switch {
	case all(body, "0123456789"):
		return integer(sign, body, 10)
	case sign == "" && strings.HasPrefix(s, "0o") && all(s[2:], "01234567"):
		return integer("", s[2:], 8)
	case sign == "" && strings.HasPrefix(s, "0x") && all(s[2:], hexDigits):
		return integer("", s[2:], 16)
	}
	if r, ok := infinity(s); ok {
		return r
	}
	mantissa, exponent, scientific := cutExponent(body)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if _, power := cutSign(exponent); scientific && !all(power, "0123456789") {
		return reading{kind: "str"}
	}
	if (all(whole, "0123456789") && (fraction == "" || all(fraction, "0123456789"))) ||
		whole == "" && all(fraction, "0123456789") {
		return float(s)
	}
	return reading{kind: "str"}
}

// maxNumber is the longest run of digits whose value is worked out. What is
// longer stands for itself.
const maxNumber = 100

const hexDigits = "0123456789abcdefABCDEF"

// int11 reads an integer of YAML 1.1: binary, octal with a leading zero,
// decimal, hexadecimal, or sexagesimal as in 20:21, all with underscores.
func int11(s string) (reading, bool) {
	sign, body := cutSign(s)
	digits := strings.ReplaceAll(body, "_", "")
	switch {
	case strings.HasPrefix(body, "0b") && all(body[2:], "01_"):
		return integer(sign, digits[2:], 2), true
	case strings.HasPrefix(body, "0x") && all(body[2:], hexDigits+"_"):
		return integer(sign, digits[2:], 16), true
	case body == "0":
		return integer(sign, "0", 10), true
	case strings.HasPrefix(body, "0") && all(body[1:], "01234567_"):
		return integer(sign, digits, 8), true
	case body == "" || body[0] < '1' || body[0] > '9':
		return reading{}, false
	case all(body, "0123456789_"):
		return integer(sign, digits, 10), true
	}
	parts := strings.Split(digits, ":")
	if !all(parts[0], "0123456789") || !sixties(body) {
		return reading{}, false
	}
	if len(body) > maxNumber {
		return reading{"int", s}, true
	}
	sum, sixty := new(big.Int), big.NewInt(60)
	for _, part := range parts {
		n, _ := new(big.Int).SetString(part, 10)
		sum.Add(sum.Mul(sum, sixty), n)
	}
	return integer(sign, sum.String(), 10), true
}

// float11 reads a number of YAML 1.1 as PyYAML has it: it needs a dot, a
// digit before the dot if there is a sign, and a sign in the exponent.
func float11(s string) (reading, bool) {
	if r, ok := infinity(s); ok {
		return r, true
	}
	sign, body := cutSign(s)
	mantissa, exponent, scientific := cutExponent(body)
	if scientific && (exponent == "" || !strings.ContainsAny(exponent[:1], "+-") || !all(exponent[1:], "0123456789")) {
		return reading{}, false
	}
	whole, fraction, dotted := strings.Cut(mantissa, ".")
	if !dotted || fraction != "" && !all(fraction, "0123456789_") {
		return reading{}, false
	}
	switch {
	case whole == "":
		if sign != "" || fraction == "" || fraction[0] == '_' {
			return reading{}, false
		}
	case whole[0] < '0' || whole[0] > '9':
		return reading{}, false
	case strings.Contains(whole, ":"):
		if scientific || !sixties(whole) {
			return reading{}, false
		}
		sum := 0.0
		for part := range strings.SplitSeq(strings.ReplaceAll(mantissa, "_", ""), ":") {
			n, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return reading{}, false
			}
			sum = sum*60 + n
		}
		return float(sign + strconv.FormatFloat(sum, 'g', -1, 64)), true
	case !all(whole, "0123456789_"):
		return reading{}, false
	}
	return float(strings.ReplaceAll(s, "_", "")), true
}

// sixties reports whether what follows the first colon of s are numbers below
// 60 of one or two digits, with colons between them, and s begins with digits.
func sixties(s string) bool {
	head, tail, found := strings.Cut(s, ":")
	if !found || !all(head, "0123456789_") {
		return false
	}
	for part := range strings.SplitSeq(tail, ":") {
		if len(part) > 2 || !all(part, "0123456789") || len(part) == 2 && part[0] > '5' {
			return false
		}
	}
	return true
}

// infinity reads .inf and .nan, on which the versions agree.
func infinity(s string) (reading, bool) {
	switch s {
	case ".nan", ".NaN", ".NAN":
		return reading{"float", "nan"}, true
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return reading{"float", "infinity"}, true
	case "-.inf", "-.Inf", "-.INF":
		return reading{"float", "-infinity"}, true
	}
	return reading{}, false
}

// timestamp11 reports whether s is a date, or a date with a time.
func timestamp11(s string) bool {
	year, rest := leading(s)
	if year != 4 || !strings.HasPrefix(rest, "-") {
		return false
	}
	month, rest := leading(rest[1:])
	if month < 1 || month > 2 || !strings.HasPrefix(rest, "-") {
		return false
	}
	day, rest := leading(rest[1:])
	if day < 1 || day > 2 {
		return false
	}
	if rest == "" {
		return month == 2 && day == 2
	}
	return time11(rest)
}

// time11 reports whether s, which follows a date, is the rest of a timestamp:
// a T or white space, h:mm:ss, and perhaps a fraction and a zone.
func time11(s string) bool {
	if s[0]|0x20 == 't' {
		s = s[1:]
	} else if trimmed := strings.TrimLeft(s, " \t"); trimmed != s {
		s = trimmed
	} else {
		return false
	}
	hours, s := leading(s)
	if hours < 1 || hours > 2 {
		return false
	}
	for range 2 {
		if !strings.HasPrefix(s, ":") {
			return false
		}
		n := 0
		if n, s = leading(s[1:]); n != 2 {
			return false
		}
	}
	if strings.HasPrefix(s, ".") {
		_, s = leading(s[1:])
	}
	zone := strings.TrimLeft(s, " \t")
	if s == "" || zone == "Z" {
		return true
	}
	if zone == "" || zone[0] != '+' && zone[0] != '-' {
		return false
	}
	n, rest := leading(zone[1:])
	if n < 1 || n > 2 {
		return false
	}
	if minutes, ok := strings.CutPrefix(rest, ":"); ok {
		return len(minutes) == 2 && all(minutes, "0123456789")
	}
	return rest == ""
}

// leading counts the digits at the start of s, and returns what follows them.
func leading(s string) (n int, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return len(s) - len(rest), rest
}

// cutSign splits a sign off s.
func cutSign(s string) (sign, body string) {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[:1], s[1:]
	}
	return "", s
}

// cutExponent splits s at its first e.
func cutExponent(s string) (mantissa, exponent string, found bool) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// all reports whether s is not empty and made of the characters in set only.
func all(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }

// integer brings an integer into one form. Without digits (0x_ passes the
// pattern of YAML 1.1) it is an error to the reader.
func integer(sign, digits string, base int) reading {
	if len(digits) > maxNumber {
		return reading{"int", fmt.Sprintf("%s%s of base %d", sign, digits, base)}
	}
	n, ok := new(big.Int).SetString(sign+digits, base)
	if !ok {
		return reading{kind: "value"}
	}
	return reading{"int", n.String()}
}

// float brings a number into one form. s has no underscores.
func float(s string) reading {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		// Too large for 64 bits: infinite to everyone.
		return reading{"float", strings.TrimPrefix(strconv.FormatFloat(n, 'g', -1, 64), "+")}
	}
	return reading{"float", strconv.FormatFloat(n, 'g', -1, 64)}
}
