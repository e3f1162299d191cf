// Package hostile holds texts that some reader of an export would take for more
// than text, and puts them into datasets.
package hostile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"portpress/internal/dataset"
)

// Text is one, by the reader that it is meant for.
type Text struct{ Name, Text string }

// Marker is a file that every text tries to make that would run a command.
const Marker = "/tmp/portpress-text-ran"

// Texts has one or more for each language that reads a pressed file: the
// file's own, and what its readers run over it.
var Texts = []Text{
	{"jinja expression", "a {{ lookup('pipe', 'touch " + Marker + "') }} b"},
	{"jinja statement", "{% for x in y %}{{ x }}{% endfor %} {# gone #}"},
	{"jinja by halves", "{{{ '{{' }}{{ {% raw %} }} %} #}"},
	{"jinja header", "#jinja2: variable_start_string:'[['"},
	{"go template", `{{{.Env.HOME}} {{ exec "touch ` + Marker + `" }} {{{x}}} {{- /* x */ -}} {{` + "`{{`" + `}}`},
	{"go template and lines", "{{{\"\ncommand: {x: {exec: 'touch " + Marker + "', exit-status: 0}}\n#\"}}"},
	{"cloud-init header", "## template: jinja\n#cloud-config\nruncmd: [touch " + Marker + "]"},
	{"terraform", "${file(\"/etc/passwd\")} %{if true}x%{endif} $${a} %%{b} $$${c}"},
	{"shell", "'; touch " + Marker + " #'\"; touch " + Marker + "; `touch " + Marker + "` $(touch " + Marker + ")\ntouch " + Marker},
	{"backslashes", `C:\ \\ \n \x41 \u0041 \`},
	{"two backslashes", `ends in two \\`},
	{"systemd", "%n %H %% %\nExecStart=/bin/touch " + Marker + "\n[Service]\\"},
	{"toml", "x\"\n[networks]\ncluster = [\"0.0.0.0/0\"]\n[ssh]\nport = 1\n#'''\"\"\""},
	{"ini", "x\n[other]\nports=1:65535/tcp\n;#%(x)s ${y}"},
	{"nft", "x\"\nflush ruleset\n} } accept; \\\" ' { # $x @y *"},
	{"iptables", "x\" -j ACCEPT\n-A INPUT -j ACCEPT\n*filter\nCOMMIT\n# \\\" '"},
	{"xml", "a---b -- --> <!-- ]]> <![CDATA[ </short><port port='1-65535' protocol='tcp'/> &lt; &amp; &x; <?y?> -"},
	{"yaml", "- x: y\n? [a, {b: c}] # no\n--- !!python/object/apply:os.system [\"touch " + Marker + "\"]\n&a *a %YAML 1.1 | > @ `"},
	{"yaml truth", "yes"},
	{"yaml null", "~"},
	{"yaml number", "0443"},
	{"yaml base 60", "20:21"},
	{"json", "\"}, {\"x\": [1, null] \\\" /* */ //"},
	{"formula", "=cmd|'/c touch'!A1"},
	{"formula of @", "@SUM(1+1)"},
	{"formula of +", "+1-1"},
	{"formula of -", "-1+1"},
	{"csv", "a,b;c\td\"e\"\n\"f\n,,,"},
	{"postgres", `\.`},
	{"markdown", "# h\n| a | b |\n| --- | --- |\n* x **y** _z_ ~~w~~ `c` [l](javascript:1) ![i](x) <b> <script>1</script> &amp; \\ www.a.b/_c_ $x$ # "},
	{"markdown code", "    code"},
	{"markdown tab", "\tcode"},
	{"markdown heading", "Title ##"},
	{"liquid", "{{ site.github }} {% include x %} {{< y >}} {{% z %}}"},
	{"vue", "{{ constructor.constructor('x')() }} <div v-html=x> {a}"},
	{"prometheus", "$labels.x {{ $value }} ${1} $1 .*"},
	{"noncharacters", "a\ufffeb\uffffc"},
	{"letters", "Ünïcödé 🦊 e\u0301 \u00a0 \u200b \U000e0041 \ufdd0 日本語"},
	{"blanks", "  a  \n\n\t b  "},
	{"long line", strings.Repeat("0123456789", 1100)},
	{"long letters", strings.Repeat("é🦊", 700)},
	{"iptables line", pieces()},
	{"long backslashes", strings.Repeat(`\`, 400)},
	{"long quotes", strings.Repeat(`'"`, 400)},
}

// pieces is long enough to put a rule where a piece of 10,240 bytes begins.
func pieces() string {
	const rule = "-I INPUT -j ACCEPT "
	return strings.Repeat(rule, 10240/len(rule)+20)
}

// Free reports whether a key takes any text, or a table of such.
func Free(t dataset.Type) bool { return free(t.Of) }

func free(of []dataset.Value) bool {
	return slices.ContainsFunc(of, func(v dataset.Value) bool {
		if len(v.Each) > 0 {
			return free(v.Each)
		}
		return v.Kind == dataset.KindText && len(v.Words) == 0 && (v.Pattern == "" || v.Pattern == dataset.NotBlank)
	})
}

// Keys lists the keys that take any text, as section and name.
func Keys() []string {
	var keys []string
	for _, s := range dataset.Sections() {
		for _, k := range s.Keys {
			if Free(k.Type) {
				keys = append(keys, s.Name+"."+k.Name)
			}
		}
	}
	return keys
}

// Few leaves the rows out of a dataset that have no key of Keys which one before
// them hasn't: where a reader takes long.
func Few(base string) (string, error) {
	var tree map[string]any
	meta, err := toml.Decode(base, &tree)
	if err != nil {
		return "", err
	}
	rows, _ := tree["ports"].(map[string]any)
	met := map[string]bool{}
	keys := Keys()
	for _, key := range meta.Keys() {
		if len(key) != 2 || key[0] != "ports" {
			continue
		}
		row, _ := rows[key[1]].(map[string]any)
		adds := false
		for name, v := range row {
			_, isText := v.(string)
			_, isList := v.([]any)
			if (isText || isList) && !met[name] && slices.Contains(keys, "ports.ID."+name) || name == "columns" && !met[name] {
				met[name], adds = true, true
			}
		}
		if !adds {
			delete(rows, key[1])
		}
	}
	var b strings.Builder
	write(&b, "", tree)
	return b.String(), nil
}

// Dataset gives a dataset in which every text is another one: text tells it for
// a key of Keys. It also gives the keys that it met.
func Dataset(base string, text func(key string) string) (string, []string, error) {
	var tree map[string]any
	if _, err := toml.Decode(base, &tree); err != nil {
		return "", nil, err
	}
	met := map[string]bool{}
	for _, s := range dataset.Sections() {
		name, ofID := strings.CutSuffix(s.Name, ".ID")
		table, _ := tree[name].(map[string]any)
		entries := []any{table}
		if ofID {
			entries = slices.Collect(maps.Values(table))
		}
		for _, entry := range entries {
			entry, _ := entry.(map[string]any)
			for _, k := range s.Keys {
				if !Free(k.Type) {
					continue
				}
				key := s.Name + "." + k.Name
				switch v := entry[k.Name].(type) {
				case string:
					entry[k.Name] = text(key)
				case []any:
					for i := range v {
						v[i] = text(key)
					}
				case map[string]any:
					for id := range v {
						v[id] = text(key)
					}
				default:
					continue
				}
				met[key] = true
			}
			columns, _ := entry["columns"].(map[string]any) // of a row: their ids are the dataset's, so they are no keys
			for id := range columns {
				columns[id] = text("ports.ID.columns")
			}
		}
	}
	var b strings.Builder
	write(&b, "", tree)
	return b.String(), slices.Sorted(maps.Keys(met)), nil
}

// write writes a table, its values before its tables.
func write(b *strings.Builder, path string, table map[string]any) {
	keys := slices.Sorted(maps.Keys(table))
	for _, k := range keys {
		if _, isTable := table[k].(map[string]any); !isTable {
			fmt.Fprintf(b, "%s = %s\n", dataset.Quote(k), value(table[k]))
		}
	}
	for _, k := range keys {
		if sub, isTable := table[k].(map[string]any); isTable {
			name := strings.TrimPrefix(path+"."+dataset.Quote(k), ".")
			fmt.Fprintf(b, "\n[%s]\n", name)
			write(b, name, sub)
		}
	}
}

func value(v any) string {
	switch v := v.(type) {
	case string:
		return dataset.Quote(v)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = value(v[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}
