package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"portpress/internal/problem"
)

// Part is a parsed piece of a file.
type Part struct {
	Tree   map[string]any
	Keys   []toml.Key      // every key and header, in the order of the text
	Broken map[string]bool // dotted names of tables with a syntax error
}

// chunkTables is how many tables are parsed at a time: enough that the
// parser's fixed costs vanish, few enough that the parts stay in cache.
const chunkTables = 256

// Split returns a file's head, and its [section.id] tables in chunks that can
// be parsed side by side. It returns ok false for a file that can't be taken
// apart safely, or whose head has an error: Parse reads such a file whole.
//
// What holds for the whole must hold for the parts: two tables of one name, or
// a row that is written in another way, make the file unfit for splitting.
func (f *File) Split(section string) (head Part, chunks []Chunk, ok bool) {
	ix := f.tables()
	if !ix.plain {
		return head, nil, false
	}
	var headText strings.Builder
	names := make(map[string]bool, len(ix.tables))
	for i := range ix.tables {
		t := &ix.tables[i]
		if i > 0 && names[t.name] {
			return head, nil, false
		}
		names[t.name] = true
		id, row := t.row(section)
		if !row {
			headText.WriteString(f.Text[t.header.Start:t.end])
			continue
		}
		last := len(chunks) - 1
		if last < 0 || chunks[last].end != t.header.Start || len(chunks[last].IDs) == chunkTables {
			chunks = append(chunks, Chunk{file: f, start: t.header.Start})
			last++
		}
		chunks[last].end = t.end
		chunks[last].IDs = append(chunks[last].IDs, id)
	}
	head, err := parse(headText.String())
	if err != nil {
		return head, nil, false
	}
	// Whether tables may extend what the head says of the section, and in what
	// order the rows then stand, is for Parse to judge.
	return head, chunks, head.Tree[section] == nil
}

// Chunk is a run of [section.id] tables.
type Chunk struct {
	IDs        []string // in the order of the text
	file       *File
	start, end int
}

// Parse returns the chunk's tables.
func (c Chunk) Parse() (Part, error) { return parse(c.file.Text[c.start:c.end]) }

// Parse reads a file whole. Where it has syntax errors, each table is also
// read by itself, so that every table's first error is found, and the others'
// content.
func (f *File) Parse() (Part, problem.List) {
	ix := f.tables()
	deep := slices.ContainsFunc(ix.tables, func(t table) bool { return t.deep })
	var err error
	if !deep {
		var whole Part
		if whole, err = parse(f.Text); err == nil {
			return whole, nil
		}
	}
	out := Part{Tree: map[string]any{}, Broken: map[string]bool{}}
	var found problem.List
	lines := map[int]bool{}
	report := func(p problem.Problem) {
		if !lines[p.Line] {
			lines[p.Line] = true
			found = append(found, p)
		}
	}
	opened := map[string]int{}
	for i := range ix.tables {
		t := &ix.tables[i]
		name := t.dotted()
		if first, again := opened[name]; again && name != "" && !strings.HasPrefix(f.Text[t.header.Start:], "[[") {
			p := f.syntax(t.header, fmt.Sprintf("table [%s] is already defined on line %d", t.name, first))
			p.Hint = "give one of the two another id, or make them one table"
			report(p)
			continue
		}
		if p := f.parseTable(t, &out); p != nil {
			report(*p)
		}
		opened[name] = f.At(t.header).Line
	}
	if deep {
		return out, found
	}
	// What only shows in the whole, such as a table that extends a value. Where
	// the scanner stopped the parser stops too, and its word on that table is
	// in already.
	sound := len(f.Text)
	if i := slices.IndexFunc(ix.tables, func(t table) bool { return !t.sound }); i >= 0 {
		sound = ix.tables[i].header.Start
	}
	p, at := f.syntaxError(err, 0, nil)
	if len(found) == 0 || !lines[p.Line] && at < sound {
		report(p)
	}
	return out, found
}

// parseTable reads one table by itself and adds it to out, or returns what is
// wrong with it.
func (f *File) parseTable(t *table, out *Part) *problem.Problem {
	var p problem.Problem
	if t.deep {
		p = f.At(Span{t.bad.End, t.bad.End + 1})
		p.Severity, p.Code = problem.Error, problem.TOMLSyntax
		p.Text = fmt.Sprintf("nested more than %d deep", maxDepth)
		p.Hint = "no key of a dataset needs that"
	} else {
		end := t.end
		if !t.sound { // the parser should see what follows, not the end of a file
			rest := scanner{text: f.Text, at: end}
			rest.line()
			end = rest.at
		}
		part, err := parse(f.Text[t.header.Start:end])
		if err == nil {
			merge(out.Tree, part.Tree)
			out.Keys = append(out.Keys, part.Keys...)
			return nil
		}
		p, _ = f.syntaxError(err, t.header.Start, t)
	}
	key := names(t.path())
	if !t.named && len(key) > 1 {
		key = key[:1] // who knows which row was meant
	}
	out.Broken[key.String()] = true
	out.Keys = append(out.Keys, key)
	return &p
}

func (t *table) dotted() string { return names(t.path()).String() }

func names(parts []part) toml.Key {
	key := make(toml.Key, len(parts))
	for i, p := range parts {
		key[i] = p.name
	}
	return key
}

// parse is the parser with its panics caught: a defect there must not take
// the program down.
func parse(text string) (part Part, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the TOML parser failed: %v", r)
		}
	}()
	var tree any
	meta, err := toml.Decode(text, &tree)
	if err != nil {
		return part, err
	}
	part.Tree, _ = tree.(map[string]any)
	part.Keys = meta.Keys()
	return part, nil
}

// merge adds what src has and dst has not.
func merge(dst, src map[string]any) {
	for k, v := range src {
		old, exists := dst[k]
		oldTable, a := old.(map[string]any)
		newTable, b := v.(map[string]any)
		switch {
		case !exists:
			dst[k] = v
		case a && b:
			merge(oldTable, newTable)
		}
	}
}

// syntaxError makes a problem of the parser's error in the text from base on,
// and says where in the file's text that is.
func (f *File) syntaxError(err error, base int, t *table) (p problem.Problem, offset int) {
	pe, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return f.syntax(Span{base, base}, err.Error()), base
	}
	at := Span{base + pe.Position.Start, base + pe.Position.Start + pe.Position.Len}
	// Inside a list the parser points at its beginning, and for a string
	// without an end behind the last line; the scanner knows better.
	if t != nil && !t.sound && t.bad.Start <= at.Start && (at.Start < t.bad.End || at.End >= t.end) {
		at = Span{t.bad.End, t.bad.End + 1}
	}
	message := pe.Message
	if len(message) > 1 && (message[1] < 'A' || message[1] > 'Z') { // TOML stays
		message = strings.ToLower(message[:1]) + message[1:]
	}
	hint := ""
	switch {
	case strings.Contains(message, "expected value"):
		hint = "text stands in quotes, a list in [ ]"
	case strings.Contains(message, "control character"):
		hint = "remove it"
		// The parser points at what stands before it, be it nothing.
		if next := at.Start + 1; next < len(f.Text) && (f.Text[next] < ' ' || f.Text[next] == 0x7f) {
			at = Span{next, next + 1}
		}
	}
	p = f.syntax(at, strings.TrimSuffix(message, "."))
	p.Hint = hint
	return p, at.Start
}

func (f *File) syntax(at Span, text string) problem.Problem {
	p := f.At(at)
	p.Severity, p.Code, p.Text = problem.Error, problem.TOMLSyntax, "not valid TOML: "+text
	return p
}
