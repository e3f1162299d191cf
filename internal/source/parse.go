package source

import (
	"errors"
	"fmt"
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
// a row that is written in the head too, make the file unfit for splitting.
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
	// Anything but a table in the section's place is for Parse to judge.
	inHead, isTable := head.Tree[section].(map[string]any)
	if head.Tree[section] != nil && !isTable {
		return head, nil, false
	}
	for i := range chunks {
		for _, id := range chunks[i].IDs {
			if inHead[id] != nil {
				return head, nil, false
			}
		}
	}
	return head, chunks, true
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
	whole, err := parse(f.Text)
	if err == nil {
		return whole, nil
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
	ix := f.tables()
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
		part, err := parse(f.Text[t.header.Start:t.end])
		if err != nil {
			report(f.syntaxError(err, t.header.Start, t))
			out.Broken[name] = true
			out.Keys = append(out.Keys, names(t.path()))
		} else {
			merge(out.Tree, part.Tree)
			out.Keys = append(out.Keys, part.Keys...)
		}
		opened[name] = f.At(t.header).Line
	}
	// What only shows in the whole, such as a table that extends a value.
	if p := f.syntaxError(err, 0, nil); len(found) == 0 || !lines[p.Line] && !ix.covers(f, p.Line) {
		report(p)
	}
	return out, found
}

// covers reports whether the line lies in a table that the scanner could not
// step over: its error has been reported from the table alone.
func (ix *index) covers(f *File, line int) bool {
	for i := range ix.tables {
		t := &ix.tables[i]
		if !t.sound && f.At(t.header).Line <= line && line <= f.At(Span{t.end, t.end}).Line {
			return true
		}
	}
	return false
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

// syntaxError makes a problem of the parser's error in the text from base on.
func (f *File) syntaxError(err error, base int, t *table) problem.Problem {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		return f.syntax(Span{base, base}, err.Error())
	}
	at := Span{base + pe.Position.Start, base + pe.Position.Start + pe.Position.Len}
	// Inside a list the parser points at its beginning; the scanner knows better.
	if t != nil && t.bad.Start <= at.Start && at.Start < t.bad.End {
		at = Span{t.bad.End, t.bad.End + 1}
	}
	message := pe.Message
	if message != "" {
		message = strings.ToLower(message[:1]) + message[1:]
	}
	p := f.syntax(at, strings.TrimSuffix(message, "."))
	if strings.Contains(message, "expected value") {
		p.Hint = "text stands in quotes, a list in [ ]"
	}
	return p
}

func (f *File) syntax(at Span, text string) problem.Problem {
	p := f.At(at)
	p.Severity, p.Code, p.Text = problem.Error, problem.TOMLSyntax, "not valid TOML: "+text
	return p
}
