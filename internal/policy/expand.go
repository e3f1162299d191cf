package policy

import (
	"slices"
	"strconv"
	"strings"

	"portpress/internal/dataset"
)

// dimension is something of which a rule has one or several.
type dimension uint8

const (
	bySource dimension = iota
	byBind
	byDevice
	byType
)

// expand makes the rules that let in one flow: one for each family that must
// be told apart, and in each one for each combination of what the target takes
// one by one.
func (b *builder) expand(rules []*Rule, f *dataset.Flow, from sources) []*Rule {
	t := b.target
	rule := b.rule(f)
	if len(f.Port.Types) > 0 {
		rule.Types = b.types(f)
	}
	if len(f.Port.Interfaces) > 0 {
		rule.Devices = f.Port.Devices()
	}
	if len(f.Port.Types) > 0 && len(rule.Types) == 0 { // without types it would be all of them
		return rules
	}
	for _, fam := range t.familiesOf(f, from.anyone) {
		rule.Family, rule.Sources, rule.OfSet = t.word(fam), from.by[fam], from.set[fam]
		if len(rule.Sources) == 0 {
			continue
		}
		if len(f.Port.Bind) > 0 {
			if rule.Binds = bindTo(f.Port, fam); len(rule.Binds) == 0 {
				continue
			}
		}
		for _, own := range t.codesApart(rule) {
			rules = each(rules, own, t.each)
		}
	}
	return rules
}

// codesApart makes one rule of all types that have no code, and one for each
// that has, for a target that takes types together.
func (t *Target) codesApart(rule *Rule) []*Rule {
	coded := slices.DeleteFunc(slices.Clone(rule.Types), func(text string) bool { return !strings.Contains(text, "/") })
	if len(coded) == 0 || slices.Contains(t.each, byType) {
		return []*Rule{rule}
	}
	var list []*Rule
	if len(coded) < len(rule.Types) {
		plain := *rule
		plain.Types = slices.DeleteFunc(slices.Clone(rule.Types), func(text string) bool { return strings.Contains(text, "/") })
		list = append(list, &plain)
	}
	for _, text := range coded {
		own := *rule
		number, code, _ := strings.Cut(text, "/")
		own.Types, own.Code = []string{number}, code
		list = append(list, &own)
	}
	return list
}

// rule gives what every rule of a flow says.
func (b *builder) rule(f *dataset.Flow) *Rule {
	t := b.target
	return &Rule{Flow: f, Title: title(f), Comment: t.comments.of(f), Protocol: t.protocol(f), Ports: f.Range.Join(t.portMark)}
}

// bindTo gives the addresses of a family that a row listens on.
func bindTo(p *dataset.Port, f family) []string {
	var at []string
	for _, a := range p.Bind {
		if f == both || a.Is4() == (f == four) {
			at = append(at, a.String())
		}
	}
	return at
}

// types gives a flow's ICMP types as the target knows them, by number or by
// name, and says of which it knows none.
func (b *builder) types(f *dataset.Flow) []string {
	known := make([]string, 0, len(f.Port.Types))
	for i, text := range f.Port.TypeTexts() {
		if b.target.typeNames() {
			name := TypeName(f.Protocol, f.Port.Types[i], f.Port.Code(i))
			if name == "" {
				b.cannot(f.Port, strings.NewReplacer("PROTOCOL", f.Protocol.Name, "TYPE", text).Replace(b.target.noTypeName))
				continue
			}
			text = name
		}
		known = append(known, text)
	}
	return known
}

// each makes one rule like the given one for each element of the dimensions,
// the first of which changes last. A rule is large: only those that stay are copied.
func each(rules []*Rule, rule *Rule, by []dimension) []*Rule {
	if len(by) == 0 {
		own := *rule
		return append(rules, &own)
	}
	list, one := rule.along(by[0])
	if len(list) == 0 {
		return each(rules, rule, by[1:])
	}
	for _, text := range list {
		*one = text
		rules = each(rules, rule, by[1:])
	}
	*one = ""
	return rules
}

// along gives a dimension's elements, and where the one of a rule stands.
func (r *Rule) along(d dimension) (list []string, one *string) {
	switch d {
	case bySource:
		return r.Sources, &r.Source
	case byBind:
		return r.Binds, &r.Bind
	case byDevice:
		return r.Devices, &r.Device
	default:
		return r.Types, &r.Type
	}
}

// ssh makes the rules that let in those who run the host.
func (b *builder) ssh(ssh dataset.SSH) []*Rule {
	t := b.target
	rule := Rule{Protocol: "tcp", Ports: strconv.Itoa(ssh.Port)}
	if len(ssh.Networks) == 0 {
		return []*Rule{&rule}
	}
	var rules []*Rule
	if slices.Contains(t.each, bySource) && !t.sets { // in the site's order
		for _, n := range ssh.Networks {
			if t.family.of(n) {
				own := rule
				own.Family, own.Source = t.word(familyOf(n)), n.String()
				rules = append(rules, &own)
			}
		}
		return rules
	}
	for _, f := range bothFamilies {
		if list := texts(ssh.Networks, f); len(list) > 0 && (t.family == both || t.family == f) {
			own := rule
			own.Family, own.Sources = t.word(f), list
			rules = append(rules, &own)
		}
	}
	return rules
}
