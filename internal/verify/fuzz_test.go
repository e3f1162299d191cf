package verify

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"portpress/internal/export"
	"portpress/internal/verify/quickyaml"
)

// FuzzQuickYAML holds the one promise of the quick reader: what it accepts,
// the full reader accepts too, without an ambiguity or a repeated key.
func FuzzQuickYAML(f *testing.F) {
	for _, text := range quickSure {
		f.Add([]byte(text))
	}
	for _, text := range quickUnsure {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := &report{file: export.File{Path: "x.yml", Content: text}}
		if !checkText(r) || !quickyaml.Sure(text) {
			return
		}
		fullYAML(r)
		if found := r.done(); len(found) > 0 {
			t.Errorf("the quick reader is sure of %q, the full one found %s", text, found[0].Text)
		}
	})
}

// FuzzJSONNames compares the scan for repeated names with a reader that
// decodes every name by itself.
func FuzzJSONNames(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":1,"a":2}`, `{"a":{"a":1},"b":[{"a":1},{"a":2}]}`, `{"\u0061":1,"a":2}`,
		`["a","a"]`, `{"a":"a","b":"\\\"{","c":["}"]}`, `{"":0,"":0}`, `"a"`, `[[],{}]`,
		`{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":10,"1":11}`,
		"{\"\xff\":1,\"\xfe\":2}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		if r := (&report{file: export.File{Content: text}}); !checkText(r) {
			return // never scanned
		}
		r := &report{file: export.File{Path: "x.json", Content: text}}
		jsonDuplicates(r)
		tokens := json.NewDecoder(bytes.NewReader(text))
		tokens.UseNumber() // else one beyond a float64 stops it
		want := slowRepeats(t, tokens)
		if got := len(r.list) + r.more; got != want {
			t.Errorf("%q: found %d repeated names, want %d", text, got, want)
		}
	})
}

// slowRepeats counts repeated names by the tokens of encoding/json.
func slowRepeats(t *testing.T, tokens *json.Decoder) (repeats int) {
	type object struct {
		names map[string]bool
		value bool // the next string is a value
	}
	var open []*object
	for {
		token, err := tokens.Token()
		if err == io.EOF {
			return repeats
		}
		if err != nil {
			t.Fatal(err)
		}
		var top *object
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		delim, _ := token.(json.Delim)
		switch delim {
		case '}', ']':
			open = open[:len(open)-1]
			continue
		}
		if top != nil && top.names != nil {
			if name, ok := token.(string); ok && !top.value {
				if top.names[name] {
					repeats++
				}
				top.names[name], top.value = true, true
				continue
			}
			top.value = false
		}
		switch delim {
		case '{':
			open = append(open, &object{names: map[string]bool{}})
		case '[':
			open = append(open, &object{})
		}
	}
}

// FuzzAll gives any bytes any name: nothing may panic, and every finding must
// have a place inside the file and stay within the limits.
func FuzzAll(f *testing.F) {
	seeds := []string{
		"", "a: 1\n", "a: [1, 2\n", "a,b\n1,2\n", "a,b\n1\n", "a = 1\n", "[a]\n[a]\n", "<a/>", "<a><b></a>",
		"<?xml version='1.0'?>\n<a b='1' b='2'/>", "{\"a\":1,}", "\x00", "\xff", "\xEF\xBB\xBFa,b\r\n1,2\n", "a:\tb\n", "%YAML 1.2\n---\n",
		"<p>a<br><b id=x>", "</td><!-- <", "<svg><a/></svg><script>",
	}
	for i, seed := range seeds {
		f.Add(uint8(i), []byte(seed))
	}
	names := []string{"x.json", "x.yml", "X.YAML", "x.csv", "x.toml", "x.xml", "x.svg", "x.md", "x.png", "x", "x.html"}
	f.Fuzz(func(t *testing.T, name uint8, content []byte) {
		file := export.File{Path: names[int(name)%len(names)], Content: content, Template: "t.tmpl"}
		found := All([]export.File{file})
		if len(found) > maxFindings+1 {
			t.Errorf("%d findings", len(found))
		}
		lines := bytes.Count(content, []byte{'\n'}) + 1
		for _, p := range found {
			if p.Line < 1 || p.Line > lines || p.Column < 1 {
				t.Errorf("%s stands at %d:%d of %d lines", p.Text, p.Line, p.Column, lines)
			}
			if strings.Contains(p.Text, "broke down") {
				t.Errorf("a parser panicked on %q: %s", content, p.Text)
			}
			if p.Excerpt != "" && p.Column > len([]rune(p.Excerpt))+1 {
				t.Errorf("column %d is beyond the excerpt %q", p.Column, p.Excerpt)
			}
		}
	})
}
